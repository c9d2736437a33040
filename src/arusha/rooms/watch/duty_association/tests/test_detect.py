"""Officers by lane, units by time: what is planted is named, what is not is left alone, and the house's suite."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from arusha.lib.detect import Hit, hits_table, suite
from arusha.lib.detect.hits import Evidence
from arusha.lib.synth import SCENARIOS, make
from arusha.lib.synth.scenarios import BANDS, COLLUDING
from arusha.rooms.watch.duty_association.detect import DutyAssociation, duty_association
from arusha.rooms.watch.duty_association.tests.small import LANES, crossings, groups, on_lane, roster, times


def run(joint, shifts: pa.Table, **settings: float) -> list[dict]:
    given = {"crossings": crossings(joint), "roster": shifts, "groups": groups(joint)}
    return duty_association.run(given, DutyAssociation(**settings)).to_pylist()


def facts(hit: dict) -> dict[str, dict]:
    return {fact["reason"]: fact for fact in json.loads(hit["reasons"])}


def leaning(shifts: pa.Table, officer: str = "O3", together: float = 0.9, seed: int = 5, count: int = 90) -> list:
    """A group that takes the officer's lane where the officer is there, and any lane else."""
    rng = np.random.default_rng(seed)
    worked = shifts.to_pylist()
    joint = []
    for at in times(count):
        lane = on_lane(worked, at, officer)
        leans = lane is not None and rng.random() < together
        lanes = [lane] * 4 if leans else [f"L{rng.integers(LANES)}" for _ in range(4)]
        joint.append((at, lanes))
    return joint


def test_an_officer_whose_lane_is_taken_is_named_and_nobody_else():
    shifts = roster()
    joint = leaning(shifts)
    officers = [hit for hit in run(joint, shifts) if hit["kind"] == "officer"]
    (hit,) = officers
    assert hit["subjects"][0] == "O3" and hit["subjects"][1:] == ["r0", "r1", "r2", "r3"]
    assert hit["support"] > 2 * hit["expected"] and hit["q_value"] < 0.01
    told = facts(hit)
    assert told["on-lane"]["times"] == hit["support"] <= told["on-lane"]["on"]
    assert told["absences"]["of"] == 90 and told["absences"]["seen"] == 90 - hit["support"]
    group = groups(joint).to_pylist()[0]
    assert hit["group_id"] == group["hit_id"]
    rows = [ref["row"] for ref in hit["evidence"] if ref["manifest"] == hit["evidence"][0]["manifest"]]
    data = crossings(joint).take(rows).to_pylist()
    worked = [shift for shift in shifts.to_pylist() if shift["officer_id"] == "O3"]
    for row in data:
        assert any(s["shift_start"] <= row["crossed_at"] < s["shift_end"] and s["post"] == row["lane"] for s in worked)


def test_a_group_that_takes_any_lane_names_nobody():
    shifts = roster()
    assert [h for h in run(leaning(shifts, together=0.0), shifts) if h["kind"] == "officer"] == []


def test_a_lane_of_their_own_is_a_habit_and_not_an_understanding():
    shifts = roster()
    joint = [(at, ["L1"] * 4) for at in times(90)]
    assert [h for h in run(joint, shifts) if h["kind"] == "officer"] == []


def test_members_who_pass_as_one_party_are_judged_as_one_draw():
    shifts = roster()
    rng = np.random.default_rng(8)
    joint = [(at, [f"L{rng.integers(LANES)}"] * 4) for at in times(90)]
    assert [h for h in run(joint, shifts) if h["kind"] == "officer"] == []


def test_too_few_absences_name_nobody():
    shifts = roster()
    joint = leaning(shifts)
    assert [h for h in run(joint, shifts, absences=1e6) if h["kind"] == "officer"] == []


def test_a_unit_that_is_on_duty_too_often_is_told_apart_from_officers():
    rng = np.random.default_rng(4)
    shifts = roster()
    worked = shifts.to_pylist()
    there = [shift["shift_start"] for shift in worked if shift["officer_id"] == "O5"]
    begin = min(shift["shift_start"] for shift in worked)
    at = sorted((start - begin).total_seconds() + 6 * 3600 + rng.uniform(600, 7 * 3600) for start in there[:50])
    joint = [(float(int(moment)), [f"L{rng.integers(LANES)}" for _ in range(4)]) for moment in at]
    hits = run(joint, shifts)
    (unit,) = [hit for hit in hits if hit["kind"] == "unit"]
    assert unit["subjects"][0] == "U1" and unit["support"] == 50 and facts(unit)["same-roster"]["officers"] == 1
    assert [hit for hit in hits if hit["kind"] == "officer"] == []
    assert run(joint, shifts, unit_fdr=unit["q_value"], fdr=0.0) == hits  # its own share holds, not the officers'
    assert [hit for hit in run(joint, shifts, unit_fdr=unit["q_value"] / 2, fdr=1.0) if hit["kind"] == "unit"] == []


def test_without_lanes_only_units_are_told_and_that_is_said():
    shifts = roster()
    worked = shifts.to_pylist()
    begin = min(shift["shift_start"] for shift in worked)
    there = [shift["shift_start"] for shift in worked if shift["officer_id"] == "O5"][:50]
    at = sorted((start - begin).total_seconds() + 6 * 3600 + 1800 * (1 + n % 12) for n, start in enumerate(there))
    joint = [(float(int(moment)), [None] * 3) for moment in at]
    hits = run(joint, shifts)
    assert [hit["kind"] for hit in hits] == ["unit"] and "no-lanes" in facts(hits[0])


def test_evidence_of_another_file_is_told():
    shifts = roster()
    joint = leaning(shifts)
    other = crossings(joint).slice(7)
    with pytest.raises(ValueError, match="points at crossings of others"):
        duty_association.run({"crossings": other, "roster": shifts, "groups": groups(joint)})
    with pytest.raises(ValueError, match="beyond the crossings given"):
        duty_association.run({"crossings": crossings(joint).slice(0, 5), "roster": shifts, "groups": groups(joint)})


def test_a_shift_that_ends_before_it_starts_is_told():
    shifts = roster()
    at = shifts.column_names.index("shift_end")
    turned = shifts.set_column(at, shifts.schema.field("shift_end"), shifts["shift_start"])
    joint = leaning(shifts)
    with pytest.raises(ValueError, match="row 0 ends before it starts"):
        run(joint, turned)


def planted(rows: int, seed: int, plans) -> tuple[dict[str, pa.Table], dict[str, set[str]]]:
    """A world, its rings as groups found whole, and who works with each."""
    world = make(replace(SCENARIOS["border-year"], rings=plans), rows, seed)
    crossings_of: dict[str, list[int]] = {}
    for row in world.key.ring_rows.to_pylist():
        crossings_of.setdefault(row["ring_id"], []).append(row["row"])
    hits, named = [], {}
    officers = {row["ring_id"]: row["officer_id"] for row in world.key.officers.to_pylist() if row["how"] == "lane"}
    for ring in world.key.rings.to_pylist():
        members = tuple(sorted(ring["members"]))
        evidence = (Evidence("whole", tuple(sorted(crossings_of[ring["ring_id"]]))),)
        span = (ring["first_at"], ring["last_at"])
        hits.append(Hit("group", members, span, ring["crossings"], 0.1, 1e-9, 1e-7, (), evidence))
        named[members] = officers.get(ring["ring_id"])
    tables = {name: world.tables[name] for name in ("crossings", "roster")}
    return {**tables, "groups": hits_table("co-travel", hits)}, named


@pytest.fixture(scope="module")
def tables():
    return planted(120_000, 5, BANDS + COLLUDING)[0]


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_planted_officers_are_named_and_no_others():
    given, officers = planted(200_000, 6, tuple(replace(plan, per_million=20) for plan in COLLUDING))
    hits = [h for h in duty_association.run(given).to_pylist() if h["kind"] == "officer"]
    named = {(tuple(hit["subjects"][1:]), hit["subjects"][0]) for hit in hits}
    wanted = {(group, officer) for group, officer in officers.items() if officer}
    assert len(wanted) >= 10 and named <= wanted and len(named) >= 0.9 * len(wanted)


def test_the_house_suite(tables):
    assert suite.deterministic(duty_association, tables).num_rows >= 3
    suite.whatever_the_order(duty_association, tables, rng())
    suite.whatever_the_names(duty_association, tables, rng())
    suite.whenever(duty_association, tables)
    suite.empty_or_one_row(duty_association, tables)
    suite.dirty(duty_association, tables)
    assert suite.reports_in(duty_association, tables, 5, rng()) == 0


@pytest.mark.prove
def test_two_hundred_worlds_without_understandings(tables):
    assert suite.reports_in(duty_association, tables, 200, rng()) <= 3


@pytest.mark.prove
def test_rings_without_an_officer_name_nobody():
    silent = 0
    for seed in range(60):
        given, _ = planted(60_000, 300 + seed, tuple(replace(plan, per_million=60) for plan in BANDS[3:5]))
        silent += duty_association.run(given).num_rows == 0
    assert silent >= 58
