"""Pairs that are favoured are named; lenient officers, easy traders, given-on and green cases are not; the suite."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pytest

from arusha.lib.detect import suite
from arusha.lib.synth import SCENARIOS, World, make, score_favours
from arusha.rooms.watch.treatment.detect import Treatment, treatment
from arusha.rooms.watch.treatment.tests.small import OFFICERS, TRADERS, case, inspections, paper, tables


def named(given: dict[str, pa.Table], **settings: float) -> list[tuple[str, ...]]:
    return [tuple(hit["subjects"]) for hit in treatment.run(given, Treatment(**settings)).to_pylist()]


def facts(hit: dict) -> dict[str, dict]:
    return {fact["reason"]: fact for fact in json.loads(hit["reasons"])}


def test_an_officer_who_leaves_one_traders_goods_unexamined_is_named_with_that_trader_alone():
    given = inspections({("O2", "T7"): 0.9}, each=12)
    (hit,) = treatment.run(given).to_pylist()
    assert (hit["kind"], hit["subjects"]) == ("officer-trader", ["O2", "T7"]) and hit["q_value"] < 1e-4
    told = facts(hit)
    counted = told["treatment-not-examined"]
    assert counted["of"] == 12 and counted["times"] == hit["support"] >= 9 and 0.5 < counted["expected"] < 3
    assert told["treatment-officer-otherwise"]["of"] == 12 * (TRADERS - 1)
    assert told["treatment-subject-otherwise"]["of"] == 12 * (OFFICERS - 1)
    shrunk = told["treatment-shrunk"]
    assert 1 < shrunk["low"] < shrunk["ratio"] < shrunk["high"]
    assert shrunk["ratio"] < hit["support"] / hit["expected"], "few cases are drawn towards the usual"
    rows = given["inspections"].take([ref["row"] for ref in hit["evidence"]]).to_pylist()
    assert len(rows) == 12 and {row["inspector_id"] for row in rows} == {"O2"}


def test_an_officer_lenient_with_everybody_is_named_with_nobody():
    assert named(inspections({("O2", "*"): 0.6}, each=12)) == []


def test_a_lenient_officer_is_named_where_one_trader_is_treated_better_still():
    assert named(inspections({("O2", "*"): 0.3, ("O2", "T7"): 1.0}, each=20)) == [("O2", "T7")]


def test_a_trader_whom_nobody_examines_is_easy_and_not_favoured():
    assert named(inspections({("*", "T7"): 0.8}, each=12)) == []


def test_what_was_given_on_is_not_left_undone():
    """Every declaration of T0 first fell to O0, who had it given on at once; the others examined it."""
    rng = np.random.default_rng(3)
    papers, rows = [], []
    for number in range(1_500):
        trader, officer = f"T{number % 30}", f"O{rng.integers(OFFICERS)}"
        papers.append(paper(number, trader))
        gone = bool(rng.random() < 0.1)
        if trader == "T0":
            rows.append(case(number, "O0", gone=True, at=number * 1.5 - 1))
        rows.append(case(number, officer, gone=gone))
    given = tables(papers, rows)
    assert named(given) == []
    # The same rows without the later assignments: then they were left undone, and by O0.
    later = {row["assigned_at"] for row in rows if row["inspector_id"] != "O0" and row["declaration_id"] in
             {f"D{n}" for n in range(0, 1_500, 30)}}  # fmt: skip
    kept = [row for row in rows if row["assigned_at"] not in later]
    assert ("O0", "T0") in named(tables(papers, kept))


def test_a_case_moved_to_a_milder_lane_is_not_examined_and_one_moved_to_a_stricter_is():
    for before, after, wanted in (("red", "yellow", [("O0", "T0")]), ("yellow", "red", [])):
        given = inspections(each=12)
        papers, rows = (given[name].to_pylist() for name in ("declarations", "inspections"))
        trader = {row["declaration_id"]: row["importer_id"] for row in papers}
        for row in rows:
            row["lane"] = before  # of all, so that there are like cases
            if row["inspector_id"] == "O0" and trader[row["declaration_id"]] == "T0" and row["started_at"]:
                row["lane"], row["rerouted_from"] = after, before
        assert named(tables(papers, rows)) == wanted


def test_an_officer_who_only_minds_the_green_lane_is_named_with_nobody():
    given = inspections(each=8)
    papers, rows = (given[name].to_pylist() for name in ("declarations", "inspections"))
    for number in range(len(papers), len(papers) + 300):
        papers.append(paper(number, f"T{number % 4}"))
        rows.append(case(number, "O9", gone=True, lane="green"))
    assert named(tables(papers, rows)) == []


def fined(share: float, *, guilty: float = 1.0, seed: int = 5) -> dict[str, pa.Table]:
    """Every case irregular; penalties about the duty, and `share` of that where O1 fines T3."""
    rng = np.random.default_rng(seed)
    given = inspections(each=8, usual=0.0)
    papers, rows = (given[name].to_pylist() for name in ("declarations", "inspections"))
    trader = {row["declaration_id"]: row["importer_id"] for row in papers}
    for row in rows:
        duty = int(100_000 * rng.uniform(0.5, 1.5))
        part = share if (row["inspector_id"], trader[row["declaration_id"]]) == ("O1", "T3") else 1.0
        penalty = int(duty * part * np.exp(rng.normal(0, 0.2)))
        row |= {"result": "irregular", "duty_adjustment": duty, "penalty": penalty, "currency": "XTS"}
    return tables(papers, rows)


def test_penalties_reduced_for_one_trader_are_told_with_what_is_usual():
    assert named(fined(1.0)) == []
    (hit,) = treatment.run(fined(0.3)).to_pylist()
    told = facts(hit)["treatment-fined-less"]
    assert (
        hit["subjects"] == ["O1", "T3"] and told["low"] == told["of"] == 8 and told["expected"] == pytest.approx(2, 0.1)
    )
    assert told["charged"] == pytest.approx(30, rel=0.2) and told["usual"] == pytest.approx(100, rel=0.1)
    assert "treatment-not-examined" not in facts(hit)


def test_tables_as_the_lake_holds_them_give_the_same():
    """Texts lie there by number in dictionaries that hold more than what is there, declarations nobody inspects too."""
    given = inspections({("O2", "T7"): 0.9}, each=12)
    extra = tables([paper(90_000 + n, f"T{n}") for n in range(50)], [])["declarations"]
    whole = {**given, "declarations": pa.concat_tables([extra, given["declarations"]])}
    stored = {}
    for name, table in whole.items():
        texts = [c for c in table.column_names if pa.types.is_string(table[c].type)]
        for column in texts:
            at = table.column_names.index(column)
            encoded = table[column].combine_chunks().dictionary_encode()
            table = table.set_column(at, column, pa.chunked_array([encoded[:30], encoded[30:]]))
        stored[name] = table.slice(10) if name == "declarations" else table
    told = [(h["subjects"], h["p_value"], h["support"]) for h in treatment.run(stored).to_pylist()]
    assert told == [(h["subjects"], h["p_value"], h["support"]) for h in treatment.run(given).to_pylist()] != []


def test_too_few_cases_name_nobody_and_settings_hold():
    assert named(inspections({("O2", "T7"): 1.0}, each=4)) == []
    given = inspections({("O2", "T7"): 0.9}, each=12)
    assert named(given, least=13) == [] and named(given, more=50.0) == [] and named(given, fdr=0.0) == []


def test_inspections_without_declarations_and_nothing_at_all_are_told():
    given = inspections()
    with pytest.raises(ValueError, match="give the declarations"):
        treatment.run({"inspections": given["inspections"]})
    with pytest.raises(ValueError, match="one of the inputs 'inspections', 'searches'"):
        treatment.run({"declarations": given["declarations"]})


@cache
def world(seed: int = 5) -> World:
    return make(replace(SCENARIOS["inspections"], declarations=60_000, offices=4, ports=4), 120_000, seed)


def inputs(seed: int = 5) -> dict[str, pa.Table]:
    return {name: world(seed).tables[name] for name in ("inspections", "declarations", "searches")}


def rng() -> np.random.Generator:
    return np.random.default_rng(2)


def test_planted_favours_are_found_and_look_alikes_are_not():
    report = score_favours(treatment.run(inputs()), world().key)
    strong = [share for band, share in report.found.items() if "search" in band and band.endswith("-90")]
    assert sum(s.good for s in strong) >= 0.75 * sum(s.all for s in strong) > 5
    assert report.false.good == 0 and report.false.all >= 10


def test_the_house_suite():
    hits = suite.deterministic(treatment, inputs())
    assert {"officer-trader", "officer-traveller"} == set(hits["kind"].to_pylist())
    suite.whatever_the_order(treatment, inputs(), rng())
    suite.whatever_the_names(treatment, inputs(), rng())
    suite.whenever(treatment, inputs())
    suite.empty_or_one_row(treatment, inputs())
    suite.dirty(treatment, inputs())
    assert suite.reports_in(treatment, inputs(), 4, rng()) == 0


@pytest.mark.prove
def test_two_hundred_worlds_without_favours():
    assert suite.reports_in(treatment, inputs(), 200, rng()) <= 3
