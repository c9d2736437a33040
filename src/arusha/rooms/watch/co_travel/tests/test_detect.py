"""The detector whole: what is planted is found, what is not is left alone, and the house's suite."""

import json
from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from arusha.lib.detect import suite
from arusha.lib.synth import Report, make, pooled, score
from arusha.rooms.watch.co_travel.detect import CoTravel, co_travel
from arusha.rooms.watch.co_travel.tests.small import DAY, HOUR, MINUTE, crossings, ring, strangers

NO_ROW = pa.table({"person_token": pa.array([], pa.string()), "household_id": pa.array([], pa.string())})


@pytest.fixture(scope="module")
def world():
    return make("border-year", 100_000, 7)


@pytest.fixture(scope="module")
def tables(world):
    return {name: world.tables[name] for name in ("crossings", "households")}


@pytest.fixture(scope="module")
def hits(tables):
    return suite.deterministic(co_travel, tables)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_rings_of_many_bands_are_found_and_groups_are_true(world, hits):
    report = score(hits, world.key)
    missed = {band for band, share in report.found.items() if share.good < share.all}
    assert missed <= {"fixed-hour", "crossings-4-6", "strangers-burst"}
    assert report.false.good <= 0.02 * report.false.all


def test_the_order_of_rows_does_not_matter(tables):
    suite.whatever_the_order(co_travel, tables, rng())


def test_names_do_not_matter(tables):
    suite.whatever_the_names(co_travel, tables, rng())


def test_dates_do_not_matter(tables):
    suite.whenever(co_travel, tables)


def test_empty_and_dirty_tables(tables):
    suite.empty_or_one_row(co_travel, tables)
    suite.dirty(co_travel, tables)


def test_worlds_without_understandings_are_silent(tables):
    assert suite.reports_in(co_travel, tables, 6, rng()) == 0


def small(*rows, households: pa.Table | None = None, **settings: object) -> list[dict]:
    given = {"crossings": crossings([*strangers(250, 12, 3), *(row for part in rows for row in part)])}
    if households is not None:
        given["households"] = households
    return co_travel.run(given, CoTravel(**settings)).to_pylist()


def told(hit: dict) -> dict[str, dict]:
    return {fact["reason"]: fact for fact in json.loads(hit["reasons"])}


def test_a_ring_is_told_with_its_facts():
    planted = ring(4, 14, 5)
    (hit,) = small(planted)
    assert hit["subjects"] == ["r0", "r1", "r2", "r3"] and hit["kind"] == "group"
    assert hit["support"] == 14 and hit["expected"] < 0.5 and 0 < hit["p_value"] < hit["q_value"] < 1e-6
    assert len(hit["evidence"]) == 14 * 4 and min(ref["row"] for ref in hit["evidence"]) >= 250 * 12
    facts = told(hit)
    assert facts["met"]["of"] == 4 and facts["met"]["times"] == 14 and facts["places"]["ports"] == 1
    assert 3 < facts["spread"]["minutes"] < 15 and "no-households" in facts
    assert facts["since"]["first"] == hit["first_at"].date().isoformat()


def test_a_ring_whose_members_take_turns_is_one_group():
    (hit,) = small(ring(6, 45, 6, presence=0.45))
    assert len(set(hit["subjects"]) & {f"r{i}" for i in range(6)}) >= 5


def test_a_ring_is_told_apart_from_the_large_party_that_one_of_its_members_travels_with():
    party = [("r0" if who == "r13" else f"t{who[1:]}", *rest) for who, *rest in ring(14, 6, 11)]
    hits = small(party, ring(4, 14, 5))
    assert {"r0", "r1", "r2", "r3"} in [set(hit["subjects"]) for hit in hits]
    assert len(hits) == 2 and max(len(hit["subjects"]) for hit in hits) == 14


def test_meetings_at_several_ports_add_up():
    rows = [
        (who, f"Q{n % 5}", way, at) for n, (who, _, way, at) in enumerate(sorted(ring(3, 10, 9), key=lambda r: r[3]))
    ]
    by_day = [(who, f"Q{int(at // DAY) % 5}", way, at) for who, _, way, at in rows]
    assert any(set(hit["subjects"]) >= {"r0", "r1", "r2"} for hit in small(by_day))


def test_who_keeps_the_same_hour_every_week_is_no_group():
    weekly = [
        (f"w{i}", "P1", "in", float(week * 7 * DAY + 18 * HOUR + i * MINUTE)) for week in range(40) for i in range(4)
    ]
    assert small(weekly) == []


def test_a_rota_is_no_understanding():
    generator = np.random.default_rng(4)
    rota = [
        (f"w{i}", "P1", "in", float(day * DAY + 6 * HOUR + int(generator.uniform(0, 600))))
        for day in range(300)
        if day % 8 < 2
        for i in range(6)
        if generator.random() < 0.95
    ]
    assert small(rota) == []


def test_a_household_is_marked_by_the_register():
    homes = pa.table({"person_token": ["r0", "r1", "r2"], "household_id": ["h", "h", "h"]})
    (hit,) = small(ring(3, 14, 5), households=homes)
    assert hit["marks"] == ["household"]
    assert not {"no-households", "looks-like-one-party"} & set(told(hit))


def test_one_party_is_marked_by_its_pattern_and_said_to_be():
    together = [(who, port, way, at - at % (15 * MINUTE) + int(who[1:]) * 20) for who, port, way, at in ring(3, 14, 5)]
    (hit,) = small(together, households=NO_ROW)
    assert hit["marks"] == ["household"] and "looks-like-one-party" in told(hit)


def test_a_narrow_window_sees_less():
    assert small(ring(4, 14, 5), window=timedelta(seconds=20)) == []


def test_a_wanted_lift_that_nobody_has_leaves_nothing():
    assert small(ring(4, 14, 5), lift=1e6) == []


@pytest.mark.prove
def test_two_hundred_worlds_without_understandings(tables):
    assert suite.reports_in(co_travel, tables, 200, rng()) <= 3


@pytest.mark.prove
def test_false_groups_stay_few_in_a_million_crossings():
    reports = []
    for seed in (101, 102, 103, 104):
        year = make("border-year", 1_000_000, seed)
        given = {name: year.tables[name] for name in ("crossings", "households")}
        reports.append(score(co_travel.run(given), year.key))
    false, every = (sum(getattr(r.false, side) for r in reports) for side in ("good", "all"))
    assert false <= 0.01 * every
    rings = [r.found["crossings-15-60"] for r in reports]
    assert sum(share.good for share in rings) >= 0.98 * sum(share.all for share in rings)


def watched(scenario: str, seed: int) -> Report:
    year = make(scenario, 1_000_000, seed)
    return score(co_travel.run({name: year.tables[name] for name in ("crossings", "households")}), year.key)


@pytest.mark.prove
def test_rings_that_hide_are_found_and_groups_without_a_mark_are_true():
    report = pooled([watched("hiding", seed) for seed in (201, 202, 203)])
    wanted = {"crossings-4-6": 0.6, "crossings-6-8": 0.9, "strangers-burst": 0.8, "fixed-hour": 0.0}
    for band, share in report.found.items():
        assert share.value >= wanted.get(band, 0.93), band
    assert report.false.value <= 0.01 and report.unmarked_false.value <= 0.01


@pytest.mark.prove
@pytest.mark.parametrize("name", ["holidays", "strikes", "ferries", "fog"])
def test_days_that_move_together_make_no_group(name):
    assert watched(f"loners-{name}", 204).false.all == 0
    moved = watched(f"hiding-{name}", 205)
    assert moved.false.value <= 0.01 and moved.found["crossings-15-60"].value >= 0.93
