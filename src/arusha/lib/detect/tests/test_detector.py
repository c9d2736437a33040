"""Declaring and running a detector, settings from text, evidence, and the corrections over many tests."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arusha.lib.datasets import DATASETS, Crossing, Household
from arusha.lib.detect import (
    Hit,
    Params,
    Source,
    Table,
    WeekShift,
    benjamini_hochberg,
    detector,
    holm,
    suite,
    table_of,
)

AT = datetime(2025, 1, 6, 8, tzinfo=UTC)


class Settings(Params):
    """Settings for these tests."""

    window: timedelta = timedelta(minutes=15)
    fdr: float = 0.01
    loud: bool = False


DEFAULT = Settings()


@detector("test-all", of="group", null=WeekShift())
def everybody(
    crossings: Table[Crossing], households: Table[Household] | None = None, *, p: Settings = DEFAULT
) -> Iterator[Hit]:
    """One hit for each port, of those who used it."""
    rows = crossings.data.to_pylist()
    for port in sorted({row["port_code"] for row in rows}):
        mine = [i for i, row in enumerate(rows) if row["port_code"] == port]
        people = tuple(sorted({rows[i]["person_token"] for i in mine}))
        span = (min(rows[i]["crossed_at"] for i in mine), max(rows[i]["crossed_at"] for i in mine))
        yield Hit("group", people, span, len(mine), 1.0, 0.5, p.fdr, (), crossings.refs(mine))


def rows(n: int = 60) -> pa.Table:
    return pa.table(
        {
            "person_token": [f"t{i}" for i in range(n)],
            "port_code": [f"P{i % 3}" for i in range(n)],
            "direction": ["in"] * n,
            "crossed_at": pa.array([AT + timedelta(hours=i) for i in range(n)], pa.timestamp("us", tz="UTC")),
        }
    )


def test_inputs_are_the_signature():
    assert [(i.name, i.optional) for i in everybody.inputs] == [("crossings", False), ("households", True)]
    with pytest.raises(ValueError, match="needs the input 'crossings'"):
        everybody.run({})
    with pytest.raises(ValueError, match="takes no input 'roster'"):
        everybody.run({"crossings": rows(), "roster": rows()})


def test_settings_are_read_from_text():
    read = everybody.settings({"window": "90s", "fdr": "0.2", "loud": "yes"})
    assert (read.window, read.fdr, read.loud) == (timedelta(seconds=90), 0.2, True)
    for given_, said in (
        ({"windw": "1"}, "no setting"),
        ({"window": "soon"}, "a span such as"),
        ({"fdr": "x"}, "float"),
    ):
        with pytest.raises(ValueError, match=said):
            everybody.settings(given_)


def test_a_missing_value_is_told_with_its_row():
    table = suite._with_a_hole(rows(), "port_code")
    with pytest.raises(ValueError, match=r"'port_code' is empty in 1 rows, the first of them row 1"):
        everybody.run({"crossings": table})


def test_the_suite_passes_a_detector_that_keeps_its_promises():
    tables = {"crossings": rows()}
    rng = np.random.default_rng(1)
    hits = suite.deterministic(everybody, tables)
    suite.finds(hits, [[f"t{i}" for i in range(0, 60, 3)]])
    suite.whatever_the_order(everybody, tables, rng)
    suite.whatever_the_names(everybody, tables, rng)
    suite.whenever(everybody, tables)
    suite.dirty(everybody, tables)
    assert suite.reports_in(everybody, tables, 3, rng) == 3


@detector("test-first", of="group", null=WeekShift())
def the_first(crossings: Table[Crossing], *, p: Settings = DEFAULT) -> Iterator[Hit]:
    """Breaks every promise: it reports the row that comes first, or nothing where names are in capitals."""
    row = crossings.data.slice(0, 1).to_pylist()[0]
    if row["person_token"] > "a":
        yield Hit(
            "group",
            (row["person_token"],),
            (AT, AT),
            1,
            0.1,
            row["crossed_at"].timestamp(),
            0.01,
            (),
            crossings.refs([0]),
        )


@pytest.mark.parametrize("check", ["whatever_the_order", "whatever_the_names"])
def test_the_suite_fails_a_detector_that_does_not(check):
    with pytest.raises(AssertionError):
        getattr(suite, check)(the_first, {"crossings": rows()}, np.random.default_rng(2))


def test_the_suite_fails_what_depends_on_the_year_and_what_is_not_found():
    with pytest.raises(AssertionError, match="p_value was"):
        suite.whenever(the_first, {"crossings": rows()})
    with pytest.raises(AssertionError, match="0 of 1 planted"):
        suite.finds(everybody.run({"crossings": rows()}), [["x", "y", "z"]])


def test_evidence_goes_there_and_back():
    data = table_of(DATASETS["crossings"], rows()).data
    sources = (Source("m1", 20, np.arange(100, 120)[::-1].copy()), Source("m2", 40))
    table: Table[Crossing] = Table(data, sources)
    refs = table.refs([3, 19, 20, 59])
    assert [(ref.manifest, ref.rows) for ref in refs] == [("m1", (100, 116)), ("m2", (0, 39))]
    manifests = pa.array(["m2", "m1", "m1", "m3"])
    assert table.places(manifests, np.array([39, 116, 100, 5])).tolist() == [59, 3, 19, -1]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.integers(0, 50))
def test_benjamini_and_hochberg_step_up(p, more):
    given_ = np.array(p)
    m = len(p) + more
    q = benjamini_hochberg(given_, m)
    for level in (0.01, 0.1, 0.5):
        ordered = np.sort(given_)
        passing = [k for k in range(len(p)) if ordered[k] <= level * (k + 1) / m]
        rejected = passing[-1] + 1 if passing else 0
        assert abs(int((q <= level * (1 + 1e-12)).sum()) - rejected) <= (ordered == ordered[rejected - 1]).sum()
    assert (holm(given_) >= benjamini_hochberg(given_) - 1e-12).all()
    with pytest.raises(ValueError, match="cannot come from"):
        benjamini_hochberg(given_, len(p) - 1)
