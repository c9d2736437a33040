"""The chance of a share beside all ways counted one by one; peers, periods before; silence where nothing is."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from arusha.rooms.watch.supervision.definition import Definition
from arusha.rooms.watch.supervision.judging import EXACT, chosen, judged, tail
from arusha.rooms.watch.supervision.making import found
from arusha.rooms.watch.supervision.question import groups
from arusha.rooms.watch.supervision.tests.tables import OFTEN, arrow, declared, given


def counted(seen: int, strata: list[tuple[int, int, int]], *, upper: bool) -> float:
    """Every way to give each stratum's rows to the subject, one by one."""
    sums = [0]
    for n, met, all_ in strata:
        sums = [s + sum(row < met for row in rows) for s in sums for rows in combinations(range(all_), n)]
    hit = sum(s >= seen if upper else s <= seen for s in sums)
    return hit / len(sums)


@pytest.mark.parametrize("upper", [True, False])
@pytest.mark.parametrize("seen", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("strata", [[(3, 4, 9)], [(2, 3, 6), (2, 1, 5)], [(1, 0, 3), (3, 5, 7)]])
def test_the_chance_of_a_share_is_that_of_all_ways_counted(strata, seen, upper):
    assert tail(seen, strata, upper=upper) == pytest.approx(counted(seen, strata, upper=upper), abs=1e-12)


def test_beyond_the_exact_the_normal_agrees_with_it():
    strata = [(EXACT // 2, 900, 9000)]
    for seen in (100, 115, 125):
        double = [strata[0], (1, 0, 10**9)]  # a row that changes nothing but the count of rows
        exact = tail(seen, strata, upper=True)
        normal = tail(seen, [*double, (EXACT, 0, 10**9)], upper=True)
        assert normal == pytest.approx(exact, rel=0.25)


def test_a_declarant_worse_than_others_at_the_same_offices_is_found_and_no_one_else():
    everyone = found(OFTEN, {"declarations": given("declarations", declared(worse="B07"))})
    assert [one.subjects for one in everyone] == [("B07",)]
    assert everyone[0].q < 1e-6 and 2.5 < everyone[0].times < 4 and everyone[0].n == len(everyone[0].ours)


def test_an_office_where_all_are_worse_makes_nobody_stand_out():
    rows = declared()
    for row in rows:  # B07 works at the worst office alone, and is as bad as that office
        if row["declarant_id"] == "B07":
            row["office_code"] = "W"
    for i, row in enumerate(rows):
        row["irregular"] = (i * 7919) % 100 < (45 if row["office_code"] == "W" else 5)
    tables = {"declarations": given("declarations", rows)}
    assert found(OFTEN, tables) == []
    assert [one.subjects for one in found(replace(OFTEN, peers=()), tables)] == [("B07",)]


def test_the_only_one_of_a_stratum_is_held_against_nobody():
    rows = [{"declaration_id": f"D{i}", "declarant_id": "A", "irregular": True} for i in range(20)]
    assert found(OFTEN, {"declarations": given("declarations", rows)}) == []


def test_counts_are_held_against_the_mean_of_the_others():
    rows = [{"declaration_id": f"{i}", "declarant_id": who} for i, who in enumerate("A" * 9 + "B" * 2 + "C" * 4)]
    asked = Definition("declarations", ("declarations.declarant_id",), against="peers", than=2.0)
    everyone = judged(asked, groups(asked, {"declarations": arrow("declarations", rows)}))
    assert {one.subjects[0]: one.expected for one in everyone} == {"A": 3.0, "B": 6.5, "C": 5.5}
    assert [one.subjects for one in chosen(asked, everyone)] == [("A",)]
    fewer = replace(asked, side="most", than=0.5)
    assert [one.subjects for one in chosen(fewer, everyone)] == [("B",)]


def test_a_month_is_held_against_the_month_before_it_and_no_other():
    counts = {date(2025, 1, 9): 4, date(2025, 2, 9): 4, date(2025, 3, 9): 9, date(2025, 5, 9): 40}
    days = [day for day, n in counts.items() for _ in range(n)]
    rows = [{"declaration_id": f"D{i}", "declarant_id": "A", "accepted_on": day} for i, day in enumerate(days)]
    asked = Definition("declarations", ("declarations.declarant_id",), period="month", against="before", than=2.0)
    everyone = found(asked, {"declarations": given("declarations", rows)})
    told = [(one.period, one.value, one.expected) for one in everyone]
    assert told == [(date(2025, 3, 1), 9.0, 4.0)]  # nothing stands before May


def test_fewer_rows_than_asked_for_are_not_judged():
    rows = declared(worse="B07")
    tables = {"declarations": given("declarations", rows)}
    of_them = sum(row["declarant_id"] == "B07" for row in rows)
    assert [one.subjects for one in found(replace(OFTEN, least=of_them), tables)] == [("B07",)]
    assert found(replace(OFTEN, least=of_them + 1), tables) == []


@pytest.mark.prove
def test_where_nobody_is_worse_it_is_silent_in_nearly_every_world():
    """At fdr .01 at most 1.5% of worlds may report anything; 200 worlds, 2,000 rows each."""
    asked = replace(OFTEN, than=1.0)
    worlds = ((seed, {"declarations": given("declarations", declared(seed, rows=2000))}) for seed in range(200))
    loud = [seed for seed, tables in worlds if found(asked, tables)]
    assert len(loud) <= 3, loud
