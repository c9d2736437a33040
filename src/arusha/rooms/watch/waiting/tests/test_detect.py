"""Unusual hours: what is planted is found, the usual is left alone, and bad tables are told so."""

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from arusha.lib.synth import SCENARIOS, make
from arusha.rooms.watch.waiting.detect import subject_of, waiting_unusual
from arusha.rooms.watch.waiting.tests.tables import MONDAY, hall, ohare, row_of, table, with_hour

DAY = MONDAY + timedelta(days=70)


def hits(waiting: pa.Table, **settings: str) -> list[dict]:
    given = waiting_unusual.settings(settings)
    return waiting_unusual.run({"waiting": waiting}, given).to_pylist()


def reasons(hit: dict) -> dict[str, dict]:
    return {told["reason"]: told for told in json.loads(hit["reasons"])}


def planted(seed: int, **settings: str) -> tuple[set[str], list[dict]]:
    world = make(replace(SCENARIOS["administration"], declarations=0), 1_000_000, seed)
    truth = {subject_of(r["port_code"], r["terminal"], str(r["day"]), r["hour"]) for r in world.key.hours.to_pylist()}
    return truth, hits(world.tables["waiting"], **settings)


def test_one_slow_hour_is_found_and_told():
    usual = hall()
    row = row_of(usual, DAY, 10)
    (hit,) = hits(with_hour(usual, row, mean_wait=95.0))
    assert hit["subjects"] == [f"P1/T1/{DAY}/10"] and hit["kind"] == "hour" and hit["support"] == 95
    assert [ref["row"] for ref in hit["evidence"]] == [row]
    told = reasons(hit)["wait-longer-than-usual"]
    assert (told["minutes"], told["direction"], told["booths"], told["day"], told["hour"]) == (
        95.0,
        "long",
        6,
        str(DAY),
        "10:00",
    )
    assert 8 < told["usual"] < 30 and hit["expected"] == told["usual"]
    assert reasons(hit)["wait-compared"] == {"reason": "wait-compared", "weeks": 16, "within": 8}
    assert hit["first_at"].isoformat() == f"{DAY}T10:00:00+00:00"


def test_one_short_hour_is_found_the_other_way():
    usual = hall()
    (hit,) = hits(with_hour(usual, row_of(usual, DAY, 14), mean_wait=1.0))
    assert reasons(hit)["wait-shorter-than-usual"]["direction"] == "short"


def test_many_passengers_explain_a_wait_and_closed_booths_do_not():
    usual = hall()
    row = row_of(usual, DAY, 12)
    # ten times the passengers lift the wait by ten to the power .6, as they do all year
    assert hits(with_hour(usual, row, mean_wait=62.0, passengers=5_000)) == []
    (hit,) = hits(with_hour(usual, row, mean_wait=95.0, booths=2))
    told = reasons(hit)["wait-few-booths"]
    assert (told["booths"], round(told["usual_booths"])) == (2, 6)


def test_a_slow_season_is_usual_in_it():
    usual = hall(weeks=40)
    minutes = np.array(usual["mean_wait"])
    slow = np.array([d >= MONDAY + timedelta(weeks=20) for d in usual["day"].to_pylist()])
    at = usual.column_names.index("mean_wait")
    assert hits(usual.set_column(at, usual.schema.field(at), pa.array(np.where(slow, minutes * 1.8, minutes)))) == []


def test_rows_names_and_dates_do_not_matter():
    usual = hall(seed=3)
    found = with_hour(usual, row_of(usual, DAY, 10), mean_wait=90.0)
    first = hits(found)
    order = np.random.default_rng(1).permutation(found.num_rows)
    turned = found.take(pa.array(order))
    (there,) = hits(turned)
    assert [order[ref["row"]] for ref in there["evidence"]] == [ref["row"] for ref in first[0]["evidence"]]
    assert [(h["subjects"], h["q_value"]) for h in hits(turned)] == [(h["subjects"], h["q_value"]) for h in first]
    days = pa.array([d + timedelta(days=91) for d in found["day"].to_pylist()], pa.date32())
    at = found.column_names.index("day")
    moved = found.set_column(at, found.schema.field(at), days)
    named = moved.set_column(0, moved.schema.field(0), pa.array(["zz"] * moved.num_rows))
    (hit,) = hits(named)
    assert hit["subjects"] == [f"zz/T1/{DAY + timedelta(days=91)}/10"]
    assert hit["p_value"] == pytest.approx(first[0]["p_value"], rel=1e-12)


def test_twice_the_same_answer():
    found = with_hour(hall(), 300, mean_wait=120.0)
    assert waiting_unusual.run({"waiting": found}).equals(waiting_unusual.run({"waiting": found}))


@pytest.mark.parametrize("rows", [[], [{}], [{"hour": h} for h in range(24)], [{"passengers": 0}]])
def test_too_little_is_judged_by_nobody(rows):
    assert hits(table(rows)) == []


def test_a_terminal_with_fewer_than_a_hundred_hours_is_not_judged():
    usual = hall(weeks=12)
    usual = usual.filter(pa.array([hour == 10 for hour in usual["hour"].to_pylist()]))
    found = with_hour(usual, 40, mean_wait=200.0)
    assert found.num_rows == 84 and hits(found) == []


def test_hours_that_nobody_was_counted_in_are_not_judged():
    usual = hall()
    row = row_of(usual, DAY, 10)
    passengers = usual["passengers"][row].as_py()
    assert hits(with_hour(usual, row, mean_wait=0.0, excluded=passengers)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"hour": 24}, "row 1: hour is not from 0 to 23"),
        ({"mean_wait": -1.0}, "row 1: mean_wait is no length of time"),
        ({"mean_wait": float("nan")}, "row 1: mean_wait is no length of time"),
        ({"passengers": -5}, "row 1: passengers is negative"),
        ({"excluded": 500}, "row 1: excluded is not from 0 to the passengers"),
        ({"booths": -1}, "row 1: booths is negative"),
        ({"port_code": None}, "'port_code' is empty in 1 rows, the first of them row 1"),
        ({"day": None}, "'day' is empty in 1 rows, the first of them row 1"),
        ({}, "rows 0 and 1 tell the same hour twice"),
        ({"day": date(2624, 1, 1)}, "row 1: day is more than a century from row 0"),
    ],
)
def test_a_dirty_table_is_told_so(wrong, said):
    loose = pa.schema([f.with_nullable(True) for f in table([]).schema])
    rows = pa.Table.from_pylist([*table([{}]).to_pylist(), table([{}]).to_pylist()[0] | wrong], schema=loose)
    with pytest.raises(ValueError, match=said):
        hits(rows)


def test_settings_that_mean_nothing_are_refused():
    with pytest.raises(ValueError, match="weeks is at least 1"):
        hits(hall(weeks=4), weeks="0")


def test_planted_hours_are_found():
    truth, found = planted(4)
    named = {hit["subjects"][0]: hit for hit in found}
    short_of_booths = {name for name, hit in named.items() if "wait-few-booths" in reasons(hit)}
    assert len(truth & set(named)) >= 0.8 * len(truth)
    assert len(truth & set(named)) >= 0.9 * len(set(named) - (short_of_booths - truth))


def test_ohare_reports_a_handful(tmp_path):
    found = hits(ohare(tmp_path).read("waiting").data)
    assert len(found) == 11
    assert found[0]["subjects"] == ["ORD/Terminal 5/2016-04-29/18"]
    assert sum("wait-longer-than-usual" in reasons(hit) for hit in found) == 7


def worlds(waiting: pa.Table, count: int) -> int:
    drawn = (waiting_unusual.null.draw({"waiting": waiting}, np.random.default_rng(i))["waiting"] for i in range(count))
    return sum(bool(hits(one)) for one in drawn)


def test_a_null_world_keeps_everything_but_the_waits():
    found = with_hour(hall(), row_of(hall(), DAY, 10), mean_wait=95.0)
    drawn = waiting_unusual.null.draw({"waiting": found, "other": table([])}, np.random.default_rng(0))
    assert drawn["other"].num_rows == 0
    assert drawn["waiting"].drop(["mean_wait"]).equals(found.drop(["mean_wait"]))
    assert not drawn["waiting"]["mean_wait"].equals(found["mean_wait"])
    again = waiting_unusual.null.draw({"waiting": found}, np.random.default_rng(0))
    assert again["waiting"].equals(drawn["waiting"])


def test_a_null_world_is_the_same_whatever_the_order_of_rows():
    usual = hall(weeks=12)
    order = np.random.default_rng(2).permutation(usual.num_rows)
    drawn, turned = (
        waiting_unusual.null.draw({"waiting": one}, np.random.default_rng(0))["waiting"]
        for one in (usual, usual.take(pa.array(order)))
    )
    assert turned.equals(drawn.take(pa.array(order)))


def test_null_worlds_are_silent():
    assert worlds(hall(), 40) <= 2


def test_null_worlds_of_a_hall_with_slow_hours_are_silent():
    slow = hall()
    for week, hour in ((3, 9), (8, 12), (15, 10), (20, 14)):
        slow = with_hour(slow, row_of(slow, MONDAY + timedelta(weeks=week), hour), mean_wait=150.0)
    assert len(hits(slow)) >= 4
    assert worlds(slow, 40) <= 2


@pytest.mark.prove
def test_200_null_worlds_of_ohare_are_silent(tmp_path):
    assert worlds(ohare(tmp_path).read("waiting").data, 200) <= 3


@pytest.mark.prove
def test_pooled_over_seeds_what_is_reported_is_planted_or_short_of_booths():
    reported = right = found = all_planted = 0
    for seed in range(3, 9):
        truth, told = planted(seed)
        named = {h["subjects"][0] for h in told if "wait-few-booths" not in reasons(h) or h["subjects"][0] in truth}
        reported, right = reported + len(named), right + len(named & truth)
        found, all_planted = found + len(named & truth), all_planted + len(truth)
    assert right >= 0.9 * reported
    assert found >= 0.8 * all_planted


@pytest.mark.prove
def test_worlds_without_unusual_hours_report_only_hours_short_of_booths():
    quiet = replace(SCENARIOS["administration"], unusual_hours=0, declarations=0)
    unexplained = 0
    for seed in range(20, 32):
        told = hits(make(quiet, 300_000, seed).tables["waiting"])
        unexplained += any("wait-few-booths" not in reasons(hit) for hit in told)
    assert unexplained <= 1
