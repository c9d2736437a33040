import math
from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.detect import HITS
from arusha.lib.synth import AnswerKey, pooled, score
from arusha.lib.synth.judge import STRANGERS, judge, truth_about
from arusha.lib.synth.key import SCHEMAS
from arusha.lib.synth.score import Share, upper_limit
from arusha.lib.synth.tests.worlds import border

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)
GROUPS = {
    "R-1": ("ring", True, "abcde"),
    "R-2": ("ring", True, "fgh"),
    "family-1": ("family", True, "klmn"),
    "crew-1": ("crew", True, "opqr"),
    "bus-1": ("daily-bus", True, "stuv"),
    "team-1": ("shift-team", False, "wxyz"),
}
BANDS = {"R-1": "seldom", "R-2": "often"}


def _key(served: int = 25, absences: float = 60) -> AnswerKey:
    rings = [{"ring_id": ring, "band": BANDS[ring], "members": list(GROUPS[ring][2])} for ring in BANDS]
    members = [
        {"person_token": person, "group_id": group, "kind": kind, "together": together}
        for group, (kind, together, people) in GROUPS.items()
        for person in people
    ]
    officers = [{"officer_id": "OFF-1", "unit_id": "U-1", "ring_id": "R-1", "how": "lane", "effort": 0.4, "weeks": 1.0}]
    duty = [
        {"ring_id": "R-1", "officer_id": "OFF-1", "unit_id": "U-1", "served": served, "expected_absences": absences},
        {"ring_id": "R-1", "officer_id": "OFF-2", "unit_id": "U-1", "served": 30, "expected_absences": 60.0},
    ]
    given_rows = {"rings": rings, "members": members, "officers": officers, "served": duty}
    tables = {
        name: pa.Table.from_pylist(
            [{field.name: row.get(field.name) for field in schema} for row in given_rows.get(name, [])], schema=schema
        )
        for name, schema in SCHEMAS.items()
    }
    return AnswerKey(**tables, about={})


def _hits(*rows: tuple[str, str, Sequence[str], Sequence[str], str | None]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "hit_id": hit,
                "detector": "d",
                "kind": kind,
                "subjects": list(subjects),
                "group_id": group,
                "first_at": NOON,
                "last_at": NOON,
                "support": 9,
                "expected": 1.0,
                "p_value": 0.0,
                "q_value": 0.0,
                "marks": list(marks),
                "reasons": "[]",
                "evidence": [],
            }
            for hit, kind, subjects, marks, group in rows
        ],
        schema=HITS,
    )


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ("abc", True),
        ("ab", False),  # three are needed
        ("abckl", True),  # three of five is more than half
        ("abcklm", True),  # three of six is half
        ("abcklmn", False),  # three of seven is less
        ("fgh", True),
        ("abfgk", False),  # two rings, neither three
    ],
)
def test_a_ring_is_found_by_three_of_it_in_a_group_that_is_half_ring(members: str, found: bool) -> None:
    report = score(_hits(("1", "group", members, (), None)), _key())
    assert (report.found["seldom"].good + report.found["often"].good == 1) is found
    assert report.found["seldom"].all == report.found["often"].all == 1


def test_parts_of_a_ring_in_different_groups_do_not_add_up() -> None:
    report = score(_hits(("1", "group", "ab", (), None), ("2", "group", "cd", (), None)), _key())
    assert report.found["seldom"] == Share(0, 1)
    assert report.unmarked_rings == Share(2, 2)


@pytest.mark.parametrize(
    ("members", "false", "kind"),
    [
        ("abc", False, "ring"),
        ("klmn", False, "family"),
        ("abk", True, STRANGERS),  # one pair of three
        ("abkl", True, STRANGERS),  # two of six
        ("abck", False, "ring"),  # three of six is half
        ("abcko", True, STRANGERS),  # three of ten
        ("wxyz", True, "shift-team"),  # the same hours, each alone
        ("12", True, STRANGERS),  # unknown to the key
        ("stu", False, "daily-bus"),
        ("a", True, STRANGERS),  # no pair at all
        ("aab", False, "ring"),  # a person twice is one person
    ],
)
def test_a_group_is_false_if_fewer_than_half_of_its_pairs_move_together(members: str, false: bool, kind: str) -> None:
    judged = judge(truth_about(_key(), members), members)
    assert (judged.false, judged.kind) == (false, kind)


def test_marks_are_right_where_half_the_pairs_are_of_their_kind() -> None:
    report = score(
        _hits(
            ("1", "group", "klm", ("household",), None),
            ("2", "group", "opq", ("household",), None),
            ("3", "group", "opq", ("crew",), None),
            ("4", "group", "stu", ("shared-transport",), None),
            ("5", "group", "abc", ("tour",), None),
            ("6", "group", "fgh", (), None),
        ),
        _key(),
    )
    assert report.marks == {
        "crew": Share(1, 1),
        "household": Share(1, 2),
        "shared-transport": Share(1, 1),
        "tour": Share(0, 1),
    }
    assert report.rings_marked == Share(1, 2)
    assert report.unmarked_rings == Share(1, 1)
    assert report.false == Share(0, 6)


def test_false_groups_without_a_mark_are_counted_apart() -> None:
    rows = (("1", "group", "abk", (), None), ("2", "group", "fgh", (), None), ("3", "group", "wxyz", ("crew",), None))
    report = score(_hits(*rows), _key())
    assert report.false == Share(2, 3) and report.unmarked_false == Share(1, 2)
    assert pooled([report, report]).unmarked_false == Share(2, 4)


def test_officers_are_right_with_their_own_ring_only() -> None:
    rows = (
        ("g1", "group", "abc", (), None),
        ("g2", "group", "fgh", (), None),
        ("o1", "officer", ("OFF-1", "a", "b", "c"), (), "g1"),
        ("o2", "officer", ("OFF-1", "f", "g", "h"), (), "g2"),
        ("o3", "officer", ("OFF-2", "a", "b", "c"), (), "g1"),
        ("u1", "unit", ("U-1", "a", "b"), (), "g1"),
        ("u2", "unit", ("U-9", "a", "b"), (), "g1"),
    )
    report = score(_hits(*rows), _key())
    assert report.named == Share(1, 3)
    assert report.caught == report.caught_of_found == Share(1, 1)
    assert report.caught_by_band == {"seldom": Share(1, 1)}
    assert report.units == Share(1, 2)
    assert report.false.all == 2, "officers and units are not groups"


def test_an_officer_hit_without_its_group_is_judged_by_the_members_it_lists() -> None:
    report = score(_hits(("o", "officer", ("OFF-1", "a", "b", "c"), (), "elsewhere")), _key())
    assert report.named == Share(1, 1)
    assert report.caught_of_found == Share(0, 0), "no group hit found the ring"


@pytest.mark.parametrize(("served", "absences"), [(19, 60.0), (25, 4.9)])
def test_officers_with_too_little_to_be_seen_by_do_not_count(served: int, absences: float) -> None:
    report = score(_hits(("1", "group", "abc", (), None)), _key(served, absences))
    assert report.caught == Share(0, 0)
    assert math.isnan(report.caught.value)
    assert score(_hits(("1", "group", "abc", (), None)), _key()).caught == Share(0, 1)


def test_worlds_are_pooled_by_their_counts() -> None:
    good = score(_hits(("1", "group", "abc", (), None)), _key())
    bad = score(_hits(("1", "group", "wxyz", (), None), ("2", "group", "klm", ("tour",), None)), _key())
    both = pooled([good, bad])
    assert both.found == {"seldom": Share(1, 2), "often": Share(0, 2)}
    assert both.false == Share(1, 3)
    assert both.false_limit == pytest.approx(upper_limit(1, 3))
    assert both.false_as == {"shift-team": 1}
    assert both.told == {"ring": 1, "shift-team": 1, "family": 1}
    assert both.marks == {"tour": Share(0, 1)}


def test_no_hits_find_nothing_and_are_not_false() -> None:
    report = score(HITS.empty_table(), _key())
    assert report.false == Share(0, 0)
    assert report.false_limit == 1.0
    assert report.found["seldom"].value == 0


@pytest.mark.parametrize(
    ("hits", "tries", "limit"),
    [
        # Published tables of exact one-sided limits; the first is 1 - 0.05 ** (1 / n).
        (0, 10, 1 - 0.05**0.1),
        (0, 299, 1 - 0.05 ** (1 / 299)),
        (1, 10, 0.39416),
        (5, 100, 0.10225),
        (10, 10, 1.0),
        (0, 0, 1.0),
    ],
)
def test_the_upper_limit_is_exact(hits: int, tries: int, limit: float) -> None:
    assert upper_limit(hits, tries) == pytest.approx(limit, abs=2e-5)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.data())
def test_the_upper_limit_lies_above_the_share_and_rises_with_it(tries: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, tries - 1))
    limit = upper_limit(hits, tries)
    assert hits / tries < limit <= upper_limit(hits + 1, tries) <= 1


@settings(deadline=None)
@given(st.permutations("abcdeklmopst"), st.integers(0, 12))
def test_the_order_of_members_does_not_matter(members: list[str], count: int) -> None:
    truth = truth_about(_key(), members)
    some = members[:count]
    assert judge(truth, some, ("household",)) == judge(truth, sorted(some), ("household",))


def test_the_key_itself_scores_perfectly() -> None:
    key = border().key
    groups = key.groups.filter(key.groups["together"]).to_pylist()
    people: dict[str, list[str]] = {}
    for row in key.members.to_pylist():
        people.setdefault(row["group_id"], []).append(row["person_token"])
    marks = {"family": "household", "school-run": "household", "tour": "tour", "crew": "crew"}
    marks |= {"daily-bus": "shared-transport", "weekly-bus": "shared-transport", "carpool": "shared-transport"}
    rows = [
        (g["group_id"], "group", people[g["group_id"]], [marks[g["kind"]]] if g["kind"] in marks else [], None)
        for g in groups
    ]
    officers = [
        (f"o{number}", "officer", [row["officer_id"]], [], row["ring_id"])
        for number, row in enumerate(key.officers.to_pylist())
    ]
    report = score(_hits(*rows, *officers), key)
    assert report.false.good == 0
    assert all(share.value == 1 for share in report.found.values())
    assert report.named.value == report.caught.value == 1
    assert all(share.value == 1 for share in report.marks.values())
    assert report.rings_marked.good == 0
