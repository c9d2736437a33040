"""Inspections and searches: they agree with the other tables, hold what was planted, and what only looks like it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from arusha.lib.synth import SCENARIOS, World, make
from arusha.lib.synth.tests.worlds import administration

DAY = timedelta(days=1)


@cache
def favours() -> World:
    """Four offices and border points with every band of favours."""
    return make(replace(SCENARIOS["inspections"], declarations=60_000, offices=4, ports=4), 120_000, 5)


def last_of(world: World) -> dict[str, dict]:
    """Each declaration's last assignment."""
    found: dict[str, dict] = {}
    for row in world.tables["inspections"].to_pylist():
        if row["declaration_id"] not in found or row["assigned_at"] > found[row["declaration_id"]]["assigned_at"]:
            found[row["declaration_id"]] = row
    return found


def papers_of(world: World) -> dict[str, list[dict]]:
    items: dict[str, list[dict]] = defaultdict(list)
    for row in world.tables["declarations"].to_pylist():
        items[row["declaration_id"]].append(row)
    return items


def undone(row: dict) -> bool:
    return row["started_at"] is None


def test_other_tables_are_the_same_with_and_without_inspections() -> None:
    plan = replace(SCENARIOS["administration"], declarations=20_000, inspections=None)
    without = make(plan, 200_000, 11)
    for name, table in without.tables.items():
        assert administration().tables[name].equals(table), name
    assert without.key.favours.num_rows == 0 and "searches" not in without.tables


def test_an_inspection_agrees_with_its_declaration() -> None:
    papers = papers_of(administration())
    rows = last_of(administration())
    assert len(rows) > 4_000
    for row in rows.values():
        items = papers[row["declaration_id"]]
        assert items[0]["lane"] == row["lane"]
        if undone(row):
            assert not any(item["checked"] for item in items)
            assert row["result"] is row["duty_adjustment"] is row["penalty"] is row["ended_at"] is None
        else:
            assert row["rerouted_from"] is None and row["assigned_at"] <= row["started_at"] < row["ended_at"]
            assert (row["result"] == "irregular") == any(item["irregular"] for item in items)
            assert (row["penalty"] is not None) == (row["result"] == "irregular")
    red = {name for name, items in papers.items() if items[0]["lane"] == "red"}
    assert red <= set(rows), "every declaration in the red lane was given to somebody"


def test_inspectors_are_clerks_of_the_office_on_duty_that_day() -> None:
    days = {(row["officer_id"], row["shift_start"].date()) for row in administration().tables["roster"].to_pylist()}
    papers = papers_of(administration())
    days_of = {name: items[0]["accepted_on"] for name, items in papers.items()}
    rows = [r for r in last_of(administration()).values() if days_of[r["declaration_id"]].weekday() < 5]
    there = [(row["inspector_id"], days_of[row["declaration_id"]]) in days for row in rows]
    assert len(rows) > 4_000 and sum(there) / len(there) > 0.99  # on feasts, without clerks, somebody has to


@pytest.mark.parametrize("world", [administration, favours])
def test_an_officer_has_exactly_the_cases_planted_and_leaves_the_favoured_undone(world: Callable[[], World]) -> None:
    trader = {name: items[0]["importer_id"] for name, items in papers_of(world()).items()}
    cases: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for row in last_of(world()).values():
        cases[row["inspector_id"], trader[row["declaration_id"]]].append(row)
    for row in world().tables["searches"].to_pylist():
        cases[row["officer_id"], row["person_token"]].append(row)
    planted = world().key.favours.to_pylist()
    assert len(planted) >= 6
    for pair in planted:
        mine = cases[pair["officer_id"], pair["subject"]]
        assert len(mine) == pair["cases"], pair
        if pair["how"] == "search":
            assert sum(map(undone, mine)) >= pair["favoured"], pair
        else:
            assert not any(map(undone, mine)) and all(row["penalty"] is not None for row in mine), pair


def test_reduced_penalties_are_well_below_the_duty_they_usually_follow() -> None:
    shares: dict[bool, list[float]] = {True: [], False: []}
    planted = {(r["officer_id"], r["subject"]): r for r in favours().key.favours.to_pylist() if r["how"] == "penalty"}
    full = {pair for pair, row in planted.items() if row["favoured"] == row["cases"]}
    for row in favours().tables["searches"].to_pylist():
        if row["penalty"] is not None and row["duty"] > 0:
            pair = (row["officer_id"], row["person_token"])
            if pair in planted and planted[pair]["favoured"] / planted[pair]["cases"] > 0.8:
                shares[True].append(row["penalty"] / row["duty"])
            elif pair not in planted:
                shares[False].append(row["penalty"] / row["duty"])
    reduced, usual = (sorted(shares[key])[len(shares[key]) // 2] for key in (True, False))
    assert len(shares[True]) > 15 and reduced < 0.7 * usual, full


def test_a_search_is_of_a_crossing_on_the_officers_lane() -> None:
    world = administration()
    crossed = {(r["person_token"], r["crossed_at"]): r for r in world.tables["crossings"].to_pylist()}
    shifts = defaultdict(list)
    for row in world.tables["roster"].to_pylist():
        shifts[row["officer_id"]].append(row)
    seen = here = 0
    for row in world.tables["searches"].to_pylist():
        crossing = crossed[row["person_token"], row["selected_at"]]
        assert (crossing["port_code"], crossing["direction"]) == (row["port_code"], row["direction"])
        seen += 1
        here += any(
            s["post"] == crossing["lane"] and s["shift_start"] <= row["selected_at"] < s["shift_end"]
            for s in shifts[row["officer_id"]]
        )
    assert seen > 3_000 and here / seen > 0.99  # the roster file lacks a few duties


def test_look_alikes_look_alike() -> None:
    world = favours()
    alike: dict[str, set[str]] = defaultdict(set)
    for row in world.key.alike.to_pylist():
        alike[row["kind"]].add(row["officer_id"] if row["kind"] != "easy" else row["subject"])
    trader = {name: items[0]["importer_id"] for name, items in papers_of(world).items()}
    by: dict[str, list[bool]] = defaultdict(list)
    for row in last_of(world).values():
        gone = undone(row)
        desk = row["inspector_id"] in alike["green-desk"]
        kinds = ["green-desk"] if desk else ["usual"]
        kinds += ["lenient"] * (row["inspector_id"] in alike["lenient"])
        kinds += ["easy"] * (trader[row["declaration_id"]] in alike["easy"] and not desk)
        for kind in kinds:
            by[kind].append(gone)
    share = {kind: sum(gone) / len(gone) for kind, gone in by.items()}
    assert share["green-desk"] == 1 and len(by["green-desk"]) > 300
    assert share["lenient"] > 2 * share["usual"] and share["easy"] > 2 * share["usual"]
    assert 0.05 < share["usual"] < 0.2
    first = [r for r in world.tables["inspections"].to_pylist() if r["assignment_method"] == "reassigned"]
    assert len(first) > 300, "many were given on"


def test_offices_without_officers_are_told() -> None:
    with pytest.raises(ValueError, match="wants 9 inspectors an office"):
        make(replace(SCENARIOS["inspections"], roster=SCENARIOS["border-year"].roster), 120_000, 5)
