"""What DuckDB is asked, beside the same thing counted by hand and by plain Python."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.rooms.watch.supervision.definition import Condition, Definition, Join
from arusha.rooms.watch.supervision.question import groups
from arusha.rooms.watch.supervision.tests.tables import arrow

BY_DECLARANT = Definition("declarations", ("declarations.declarant_id",))
LANES = [("A", "red", 5.0), ("A", "green", 7.0), ("B", None, 1.0), ("B", "red", None), (None, "red", 9.0)]
ROWS = [
    {"declaration_id": f"D{i}", "declarant_id": who, "lane": lane, "net_mass": mass}
    for i, (who, lane, mass) in enumerate(LANES)
]


def asked_of(asked: Definition, **tables):
    found = groups(asked, {name: arrow(name, rows) for name, rows in tables.items()}).to_pylist()
    return {row["s0"]: row for row in found}


@pytest.mark.parametrize(
    ("test", "value", "counts"),
    [
        ("=", "red", {"A": [0], "B": [3]}),
        ("≠", "red", {"A": [1]}),  # B's empty lane is not known to be another
        ("empty", "", {"B": [2]}),
        ("filled", "", {"A": [0, 1], "B": [3]}),
    ],
)
def test_a_row_whose_column_is_empty_meets_only_is_empty(test, value, counts):
    asked = replace(BY_DECLARANT, where=(Condition("declarations.lane", test, value),))
    found = asked_of(asked, declarations=ROWS)
    assert {who: row["ours"] for who, row in found.items()} == counts
    assert {who: row["value"] for who, row in found.items()} == {who: len(rows) for who, rows in counts.items()}


@pytest.mark.parametrize(
    ("measure", "of", "values"),
    [
        ("sum", "declarations.net_mass", {"A": 12.0, "B": 1.0}),
        ("mean", "declarations.net_mass", {"A": 6.0, "B": 1.0}),
        ("distinct", "declarations.lane", {"A": 2.0, "B": 1.0}),
    ],
)
def test_the_measures(measure, of, values):
    found = asked_of(replace(BY_DECLARANT, measure=measure, of=of), declarations=ROWS)
    assert {who: row["value"] for who, row in found.items()} == values and found["B"]["n"] == 2


AT = datetime(2025, 1, 1, 8, tzinfo=UTC)
SHIFTS = [
    {"officer_id": "O1", "shift_start": AT, "post": "1"},
    {"officer_id": "O2", "shift_start": AT + timedelta(hours=5), "post": "1"},
    {"officer_id": "O3", "shift_start": AT, "post": "2"},
]
PASSED = [{"person_token": f"T{i}", "crossed_at": AT + timedelta(hours=i), "lane": "1"} for i in range(4)]
ON_LANE = Definition(
    "crossings", ("roster.officer_id",), join=Join("roster", (("port_code", "port_code"), ("lane", "post")))
)


def test_a_join_by_two_columns_and_by_hours():
    found = asked_of(ON_LANE, crossings=PASSED, roster=SHIFTS)
    assert {who: (row["ours"], row["theirs"]) for who, row in found.items()} == {
        "O1": ([0, 1, 2, 3], [0]),
        "O2": ([0, 1, 2, 3], [1]),
    }
    near = replace(ON_LANE, join=replace(ON_LANE.join, within=2.0))
    found = asked_of(near, crossings=PASSED, roster=SHIFTS)
    assert {who: row["ours"] for who, row in found.items()} == {"O1": [0, 1, 2], "O2": [3]}  # two hours, not more


def test_rows_without_a_row_there():
    asked = Definition("crossings", ("crossings.person_token",), join=replace(ON_LANE.join, found=False, within=2.0))
    far = [*PASSED, {"person_token": "FAR", "crossed_at": AT + timedelta(days=3), "lane": "1"}]
    assert set(asked_of(asked, crossings=far, roster=SHIFTS)) == {"FAR"}


def test_a_row_found_several_times_is_counted_and_summed_once():
    declarations = [{"declaration_id": "D0", "declarant_id": "A", "net_mass": 5.0, "office_code": "P"}]
    crossings = [{"person_token": f"T{i}", "port_code": "P"} for i in range(3)]
    join = Join("crossings", (("office_code", "port_code"),))
    for measure, of, value in (
        ("count", "", 1),
        ("sum", "declarations.net_mass", 5.0),
        ("mean", "declarations.net_mass", 5.0),
    ):
        asked = replace(BY_DECLARANT, join=join, measure=measure, of=of)
        found = asked_of(asked, declarations=declarations, crossings=crossings)
        assert (found["A"]["n"], found["A"]["value"], found["A"]["theirs"]) == (1, value, [0, 1, 2]), measure


def test_months_and_weeks_begin_where_the_calendar_says():
    days = [date(2025, 1, 31), date(2025, 2, 1), date(2025, 2, 2), date(2025, 2, 3)]
    rows = [{"declaration_id": f"D{i}", "declarant_id": "A", "accepted_on": day} for i, day in enumerate(days)]
    for period, starts in (
        ("month", [date(2025, 1, 1), date(2025, 2, 1)]),
        ("week", [date(2025, 1, 27), date(2025, 2, 3)]),
        ("day", days),
    ):
        found = groups(replace(BY_DECLARANT, period=period), {"declarations": arrow("declarations", rows)}).to_pylist()
        assert [row["period"] for row in found] == starts


lines = st.tuples(st.sampled_from("ABC"), st.sampled_from(["red", "green", None]), st.none() | st.integers(0, 9))


@settings(max_examples=25, deadline=None)
@given(st.lists(lines, min_size=1, max_size=30), st.integers(0, 9))
def test_the_share_is_that_of_plain_python(told, least):
    rows = [
        {"declaration_id": f"D{i}", "declarant_id": who, "lane": lane, "item_price": price}
        for i, (who, lane, price) in enumerate(told)
    ]
    share = (Condition("declarations.lane", "=", "red"), Condition("declarations.item_price", "≥", str(least)))
    expected = defaultdict(lambda: [0, 0])
    for who, lane, price in told:
        expected[who][0] += 1
        expected[who][1] += lane == "red" and price is not None and price >= least
    found = asked_of(replace(BY_DECLARANT, measure="share", share=share), declarations=rows)
    assert {who: [row["n"], row["met"]] for who, row in found.items()} == expected


def test_a_question_that_takes_too_long_is_broken_off():
    many = [{"person_token": f"T{i}", "lane": "1"} for i in range(20_000)]
    shifts = [{"officer_id": f"O{i}", "shift_start": AT, "post": "1"} for i in range(5_000)]
    tables = {"crossings": arrow("crossings", many), "roster": arrow("roster", shifts)}
    with pytest.raises(TimeoutError):
        groups(ON_LANE, tables, seconds=0.2)
