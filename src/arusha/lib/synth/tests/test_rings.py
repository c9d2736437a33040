from collections import Counter, defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.compute as pc
import pytest

from arusha.lib.synth import SCENARIOS, World
from arusha.lib.synth.tests.worlds import complete, officers_of, seconds

PLANS = {plan.band: plan for plan in SCENARIOS["border-year"].rings}
Events = dict[int, list[dict[str, object]]]


def _events(world: World) -> dict[str, Events]:
    """Each ring's joint crossings: the rows of crossings by ring and event, read back from the data."""
    key = world.key.ring_rows
    data = world.tables["crossings"].take(key["row"]).to_pylist()
    found: dict[str, Events] = defaultdict(lambda: defaultdict(list))
    for ring, event, token, row in zip(
        key["ring_id"].to_pylist(), key["event"].to_pylist(), key["person_token"].to_pylist(), data, strict=True
    ):
        assert row["person_token"] == token
        found[ring][event].append(row)
    return found


EVENTS = _events(complete())
RINGS = complete().key.rings.to_pylist()
IDS = [f"{ring['ring_id']}-{ring['band']}" for ring in RINGS]


def test_every_band_has_a_ring() -> None:
    assert {ring["band"] for ring in RINGS} == set(PLANS)


@pytest.mark.parametrize("ring", RINGS, ids=IDS)
def test_a_ring_is_as_its_band_says(ring: dict[str, object]) -> None:
    plan, events = PLANS[str(ring["band"])], EVENTS[str(ring["ring_id"])]
    members = ring["members"]
    assert isinstance(members, list)
    assert plan.size[0] <= len(members) <= plan.size[1]
    assert plan.crossings[0] <= len(events) == ring["crossings"] <= plan.crossings[1]
    assert ring["rows"] == sum(map(len, events.values()))
    first, last = ring["first_at"], ring["last_at"]
    assert last - first <= timedelta(days=plan.span[1] + 1)
    spread = ring["spread_minutes"]
    assert isinstance(spread, float)
    assert plan.spread[0] <= spread <= plan.spread[1]
    if plan.presence == 1.0:
        assert all(len(rows) == len(members) for rows in events.values())


@pytest.mark.parametrize("ring", RINGS, ids=IDS)
def test_the_members_present_pass_one_port_one_way_within_the_spread(ring: dict[str, object]) -> None:
    for rows in EVENTS[str(ring["ring_id"])].values():
        tokens = [row["person_token"] for row in rows]
        assert len(set(tokens)) == len(tokens) >= 2
        assert set(tokens) <= set(ring["members"])
        assert len({(row["port_code"], row["direction"]) for row in rows}) == 1
        times = sorted(row["crossed_at"] for row in rows if row["person_token"] != ring["lookout"])
        assert times[-1] - times[0] <= timedelta(minutes=ring["spread_minutes"])
        assert rows[0]["port_code"] in ring["ports"]


def _of_band(band: str) -> tuple[dict[str, object], Events]:
    ring = next(ring for ring in RINGS if ring["band"] == band)
    return ring, EVENTS[str(ring["ring_id"])]


def test_a_lookout_passes_some_minutes_ahead() -> None:
    ring, events = _of_band("lookout")
    for rows in events.values():
        ahead = next(row["crossed_at"] for row in rows if row["person_token"] == ring["lookout"])
        first = min(row["crossed_at"] for row in rows if row["person_token"] != ring["lookout"])
        assert timedelta(minutes=9.9) < first - ahead < timedelta(minutes=14 + 10)


def test_members_in_rotation_are_there_two_times_in_five() -> None:
    ring, events = _of_band("rotation")
    present = sum(map(len, events.values())) / len(events) / len(ring["members"])
    assert 0.33 < present < 0.55


def test_five_ports_are_used() -> None:
    _, events = _of_band("five-ports")
    assert len({rows[0]["port_code"] for rows in events.values()}) == 5


def test_a_fixed_hour_is_one_weekday_and_hour_all_year() -> None:
    ring, events = _of_band("fixed-hour")
    port = int(str(ring["ports"][0])[1:]) - 1
    zone = ZoneInfo(("EET", "CET")[port % 2])
    starts = [min(row["crossed_at"] for row in rows).astimezone(zone) for rows in events.values()]
    assert len({start.weekday() for start in starts}) == 1
    minutes = [start.hour * 60 + start.minute for start in starts]
    assert np.std(minutes) < 9
    assert max(starts) - min(starts) > timedelta(days=250)


def test_strangers_of_a_burst_never_cross_otherwise_and_others_do() -> None:
    people = complete().tables["crossings"]["person_token"].to_pylist()
    counts = Counter(people)
    for ring in RINGS:
        crossed = sum(counts[token] for token in ring["members"])
        assert ring["own_rows"] == crossed - ring["rows"]
        assert (ring["own_rows"] == 0) == (ring["band"] == "strangers-burst")


def test_bursts_are_short() -> None:
    ring, _ = _of_band("burst")
    assert ring["last_at"] - ring["first_at"] <= timedelta(days=16)


def test_joint_crossings_of_a_ring_lie_two_hours_apart_or_more() -> None:
    for ring, events in EVENTS.items():
        starts = sorted(min(row["crossed_at"] for row in rows) for rows in events.values())
        gaps = [b - a for a, b in zip(starts, starts[1:], strict=False)]
        assert min(gaps) > timedelta(minutes=60), ring


def _served(ring_id: str, officer: str) -> tuple[int, int]:
    """From roster and crossings alone: joint crossings half of which passed on the officer's lane; rows on it."""
    key = complete().key.ring_rows
    key = key.filter(pc.equal(key["ring_id"], ring_id))
    on_lane = [who == officer for who in officers_of(complete(), np.asarray(key["row"]))]
    events: dict[int, list[bool]] = defaultdict(list)
    for event, his in zip(key["event"].to_pylist(), on_lane, strict=True):
        events[event].append(his)
    return sum(2 * sum(rows) >= len(rows) for rows in events.values()), sum(on_lane)


@pytest.mark.parametrize("planted", complete().key.officers.to_pylist(), ids=lambda row: row["how"])
def test_the_key_counts_what_an_officer_served_as_the_tables_do(planted: dict[str, str]) -> None:
    served, rows = _served(planted["ring_id"], planted["officer_id"])
    entry = [
        row
        for row in complete().key.served.to_pylist()
        if (row["ring_id"], row["officer_id"]) == (planted["ring_id"], planted["officer_id"])
    ]
    assert [(row["served"], row["rows"]) for row in entry] == [(served, rows)] or (entry == [] and rows == 0)
    for row in entry:
        assert row["expected_served"] + row["expected_absences"] == pytest.approx(row["crossings"])


def test_officers_who_collude_by_lane_serve_their_share_and_by_shift_do_not() -> None:
    served = {(row["ring_id"], row["officer_id"]): row for row in complete().key.served.to_pylist()}
    for row in complete().key.officers.to_pylist():
        entry = served.get((row["ring_id"], row["officer_id"]))
        if row["how"] == "lane":
            assert entry is not None
            share = entry["served"] / entry["crossings"]
            assert share == pytest.approx(row["effort"] * row["weeks"], abs=0.07)
            assert entry["expected_served"] < 0.15 * entry["crossings"]
        else:
            assert entry is None or entry["served"] < 0.3 * entry["crossings"]


def test_a_ring_that_leans_on_shifts_comes_while_the_officer_is_on_duty() -> None:
    row = next(row for row in complete().key.officers.to_pylist() if row["how"] == "shift")
    roster = complete().tables["roster"]
    mine = roster.filter(pc.equal(roster["officer_id"], row["officer_id"]))
    starts, ends = seconds(mine["shift_start"]), seconds(mine["shift_end"])
    events = EVENTS[row["ring_id"]]
    first = [min(r["crossed_at"] for r in rows).timestamp() for rows in events.values()]
    on_duty = np.mean([((starts <= at) & (at < ends)).any() for at in first])
    assert on_duty > row["effort"] + 0.05, "the effort, and some by chance"


def test_some_weeks_only_means_a_stretch_in_the_middle() -> None:
    row = next(row for row in complete().key.officers.to_pylist() if row["weeks"] == 0.5)
    key = complete().key.ring_rows
    key = key.filter(pc.equal(key["ring_id"], row["ring_id"]))
    who = np.array([officer == row["officer_id"] for officer in officers_of(complete(), np.asarray(key["row"]))])
    at = seconds(complete().tables["crossings"].take(key["row"])["crossed_at"])
    quarter = (at - at.min()) / (at.max() - at.min())
    middle = (quarter > 0.27) & (quarter < 0.73)
    assert who[middle].mean() > 0.6
    assert who[(quarter < 0.2) | (quarter > 0.8)].mean() < 0.15
