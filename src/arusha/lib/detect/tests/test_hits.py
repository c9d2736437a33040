"""Hits as a table: their order, their ids, their reasons and evidence."""

import json
from datetime import UTC, datetime

import pytest

from arusha.lib.detect import HITS, Hit, hits_table, reason
from arusha.lib.detect.hits import Evidence, hit_id, reason_facts

WHEN = datetime(2025, 1, 6, 8, tzinfo=UTC)


@reason("seen")
class Seen:
    """A reason for these tests."""

    times: int
    where: str


@reason("bare")
class Bare:
    """A reason without facts."""


def hit(*subjects: str, p: float = 0.01, q: float = 0.02, evidence: tuple[Evidence, ...] = ()) -> Hit:
    return Hit("group", subjects, (WHEN, WHEN), 3, 0.5, p, q, (Seen(3, "é"), Bare()), evidence, ("tour", "crew"))


def test_no_hits_are_a_table_of_the_schema():
    assert hits_table("d", []).schema.equals(HITS) and hits_table("d", []).num_rows == 0


def test_the_surest_come_first_and_ties_are_settled_by_id():
    table = hits_table("d", [hit("c", q=0.5), hit("a"), hit("b")])
    tied = sorted((hit_id("d", "group", ("a",)), hit_id("d", "group", ("b",))))
    assert table["hit_id"].to_pylist() == [*tied, hit_id("d", "group", ("c",))]


def test_evidence_keeps_its_rows_and_inputs():
    one = hit("a", evidence=(Evidence("m2", (5, 7)), Evidence("m1", (0,))))
    two = hit("b", q=0.9)
    first, second = hits_table("d", [two, one]).to_pylist()
    assert first["evidence"] == [
        {"manifest": "m2", "row": 5},
        {"manifest": "m2", "row": 7},
        {"manifest": "m1", "row": 0},
    ]
    assert second["evidence"] == [] and first["marks"] == ["crew", "tour"]


def test_reasons_are_facts_by_name():
    (row,) = hits_table("d", [hit("a")]).to_pylist()
    assert json.loads(row["reasons"]) == [{"reason": "seen", "times": 3, "where": "é"}, {"reason": "bare"}]
    with pytest.raises(TypeError, match="not declared"):
        reason_facts(WHEN)


def test_an_id_does_not_depend_on_the_order_of_subjects_and_cannot_be_forged_by_joining():
    assert hit_id("d", "group", ("a", "b")) == hit_id("d", "group", ("b", "a"))
    assert hit_id("d", "group", ("a", "b")) != hit_id("d", "group", ("ab",))
