from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from arusha.lib.synth import SCENARIOS, make
from arusha.lib.synth.commuters import buses, drivers, shift_workers
from arusha.lib.synth.crowd import _opened
from arusha.lib.synth.ground import Ground, make_ground, shift_of, shift_start
from arusha.lib.synth.leisure import families, outings, tourists, tours
from arusha.lib.synth.rosters import make_rosters
from arusha.lib.synth.routines import crews, school_runs
from arusha.lib.synth.rows import DAY, HOUR, Part, Units, make_rows, make_trips, open_units, rng_for
from arusha.lib.synth.scenarios import FESTIVALS
from arusha.lib.synth.tests.worlds import border, seconds

GROUND = make_ground(SCENARIOS["border-year"], 300_000, 5)
QUIET_DAYS = np.isnan(GROUND.feast)
WEEKDAY = np.arange(GROUND.days) % 7


def _days(part: Part) -> NDArray[np.int64]:
    inside = part.rows.at[(part.rows.at >= 0) & (part.rows.at < GROUND.days * DAY)]
    return np.bincount(inside // DAY, minlength=GROUND.days)


def _spread(part: Part) -> NDArray[np.int64]:
    """Seconds from first to last of each group's crossings that share a port, a direction and an hour's stretch."""
    group = np.empty(part.people, np.int64)
    group[part.groups[0].who] = part.groups[0].of
    rows = part.rows
    order = np.lexsort((rows.at, rows.out, rows.port, group[rows.person]))
    key = (group[rows.person] * 1000 + rows.port * 2 + rows.out)[order]
    at = rows.at[order].astype(np.int64)
    begins = np.flatnonzero(np.concatenate([[True], (np.diff(key) != 0) | (np.diff(at) > 3600)]))
    ends = np.concatenate([begins[1:], [len(at)]])
    several = ends - begins >= 2
    return (at[ends - 1] - at[begins])[several]


def test_feasts_bring_more_leisure_and_less_work() -> None:
    visitors = _days(tourists(rng_for(1, "t"), GROUND, 60_000))
    assert visitors[~QUIET_DAYS].mean() > 1.5 * visitors[QUIET_DAYS].mean()
    workers = _days(drivers(rng_for(1, "d"), GROUND, 60_000, shared=False))
    weekday = WEEKDAY < 5
    assert workers[~QUIET_DAYS & weekday].mean() < 0.2 * workers[QUIET_DAYS & weekday].mean()


def test_on_a_feast_day_the_border_is_fuller_and_gathers_around_its_hour() -> None:
    table = border().tables["crossings"]
    at = seconds(table["crossed_at"]) - GROUND.epoch
    feast = FESTIVALS[0]
    busy = np.bincount(at // DAY, minlength=GROUND.days)[: GROUND.days]
    around = busy[feast.day - 14 : feast.day + 15 : 7]
    assert busy[feast.day] > 1.2 * np.median(around)
    hours = (at[at // DAY == feast.day] / HOUR) % 24 + 2  # both zones are an hour or two ahead in winter
    near = np.abs(hours - feast.hour) < 2.5
    ordinary = (at[at // DAY == feast.day + 7] / HOUR) % 24 + 2
    assert near.mean() > 1.5 * (np.abs(ordinary - feast.hour) < 2.5).mean()


def test_on_a_feast_three_in_four_come_around_its_hour() -> None:
    port = np.zeros(4000, np.int32)
    for feast in FESTIVALS:
        hours = GROUND.any_time(rng_for(1, "f"), port, np.full(4000, feast.day)) / HOUR
        assert (np.abs(hours - feast.hour) < 2).mean() > 0.7
    ordinary = GROUND.any_time(rng_for(1, "o"), port, np.full(4000, 10)) / HOUR
    assert (np.abs(ordinary - 12) < 2).mean() < 0.4


def test_leisure_is_more_in_summer_than_in_winter() -> None:
    made = _days(tourists(rng_for(2, "t"), GROUND, 60_000))
    assert made[185:210].sum() > 1.6 * made[5:30].sum()


def test_tourists_fill_exactly_and_come_seldom() -> None:
    part = tourists(rng_for(3, "t"), GROUND, 12_345)
    assert len(part.rows) == 12_345
    assert np.bincount(part.rows.person).max() <= 4


def test_commuters_cross_both_ways_on_working_days() -> None:
    part = drivers(rng_for(4, "d"), GROUND, 40_000, shared=False)
    made = _days(part)
    assert made[WEEKDAY >= 5].sum() < 0.01 * made.sum()
    assert part.rows.out.mean() == pytest.approx(0.5, abs=0.01)
    assert np.median(np.bincount(part.rows.person)) > 250


def test_bus_riders_pass_within_minutes_though_the_bus_is_late() -> None:
    part = buses(rng_for(5, "b"), GROUND, 60_000, weekly=False)
    bus = part.groups[0].of
    rows = part.rows
    run = bus[rows.person].astype(np.int64) * GROUND.days + rows.at // DAY
    morning = rows.at % DAY < 12 * HOUR
    offsets = []
    for one in np.unique(run[morning]):
        times = rows.at[morning & (run == one)]
        offsets.append(np.abs(times - np.median(times)))
    assert np.quantile(np.concatenate(offsets), 0.9) < 150
    starts = [np.median(rows.at[morning & (run == one)] % DAY) for one in np.unique(run)[:120]]
    assert np.std(starts) > 60, "a bus is not on the minute every day"


def test_weekly_riders_go_on_the_first_day_and_return_on_the_fifth() -> None:
    made = _days(buses(rng_for(5, "w"), GROUND, 60_000, weekly=True))
    by_weekday = np.bincount(WEEKDAY, weights=made)
    assert by_weekday[0] > 0.4 * by_weekday.sum()
    assert by_weekday[4] > 0.35 * by_weekday.sum()


def test_shift_workers_keep_a_rota_and_are_not_planted_to_move_together() -> None:
    part = shift_workers(rng_for(6, "s"), GROUND, 80_000)
    assert not part.groups[0].together
    rows = part.rows
    # Early, late and night duties begin and end through the whole day, each near a change of shift.
    assert (np.bincount(rows.at % DAY // (8 * HOUR), minlength=3) > 0.1 * len(rows)).all()
    assert set(rows.port) <= set(np.flatnonzero(GROUND.night_lanes.min(axis=1) > 0))
    assert np.quantile(_spread(part), 0.5) > 600, "colleagues come each for themselves"


@pytest.mark.parametrize(
    ("part", "seconds_apart"),
    [
        (tours(rng_for(7, "t"), GROUND, 40_000), 420),
        (crews(rng_for(7, "c"), GROUND, 40_000), 150),
        (drivers(rng_for(7, "p"), GROUND, 40_000, shared=True), 45),
    ],
    ids=["tour", "crew", "carpool"],
)
def test_those_who_move_together_pass_within_their_seconds(part: Part, seconds_apart: int) -> None:
    spread = _spread(part)
    assert len(spread) > 100
    assert np.quantile(spread, 0.95) <= seconds_apart
    assert part.groups[0].together


def test_families_go_together_and_alone_and_some_are_registered() -> None:
    part = families(rng_for(8, "f"), GROUND, 60_000)
    assert np.median(_spread(part)) <= 90
    known = part.groups[0].registered.mean()
    assert known == pytest.approx(0.6, abs=0.06)


def test_whoever_goes_with_the_family_comes_back_with_it() -> None:
    units = Units(np.full(500, 4, np.int32))
    trips = make_trips(np.tile(np.arange(500), 2), 0, np.repeat([1, 0], 500), np.repeat([0, DAY], 500))
    rows = open_units(rng_for(1, "u"), trips, units, presence=0.5, within=60, legs=2)
    assert 0.45 < len(rows) / 4000 < 0.55
    assert rows.person[rows.out == 1].tolist() == rows.person[rows.out == 0].tolist()
    assert len(np.unique(rows.draw)) == len(np.unique(rows.person // 4 * 2 + rows.out)), "one lane a trip"


def test_children_cross_on_school_days_only() -> None:
    part = school_runs(rng_for(9, "s"), GROUND, 40_000)
    made = _days(part)
    assert made[GROUND.school == 0].sum() == 0
    assert made[GROUND.school > 0].min() > 0


def test_whoever_goes_on_a_trip_comes_back_the_other_way() -> None:
    home = GROUND.any_port(rng_for(10, "h"), 300)
    trips = outings(rng_for(10, "o"), GROUND, home, np.full(300, 12.0))
    half = len(trips.unit) // 2
    assert (trips.unit[:half] == trips.unit[half:]).all()
    assert (trips.out[:half] + trips.out[half:] == 1).all()
    assert (trips.at[half:] > trips.at[:half]).mean() > 0.999


def _local(ground: Ground, port: int, moment: date, hour: int) -> int:
    at = np.array([(moment - ground.scenario.start).days * DAY + hour * HOUR], np.int32)
    return int(ground.utc(np.array([port], np.int16), at)[0])


@pytest.mark.parametrize("day", [date(2025, 1, 15), date(2025, 3, 30), date(2025, 7, 1), date(2025, 10, 26)])
@pytest.mark.parametrize("port", [0, 1])
def test_local_times_become_utc_by_the_zone_of_the_port(day: date, port: int) -> None:
    zone = ZoneInfo(GROUND.scenario.zones[GROUND.zone[port]])
    for hour in (1, 6, 15, 23):
        there = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
        assert _local(GROUND, port, day, hour) == int(there.timestamp())


def test_the_hour_that_summer_time_leaves_out_reads_as_the_next() -> None:
    day = (date(2025, 3, 30) - GROUND.scenario.start) // timedelta(days=1)
    eet = int(np.flatnonzero(GROUND.zone == 0)[0])
    at = np.array([day * DAY + 2 * HOUR, day * DAY + 3 * HOUR + 600, day * DAY + 5 * HOUR], np.int32)
    shown = GROUND.wall_clock(np.full(3, eet, np.int16), at)
    assert (shown - at).tolist() == [0, HOUR, 0]


def test_closed_ports_have_no_crossings_by_night() -> None:
    scenario = replace(SCENARIOS["quiet"], ports=24, port_growth=0.0)
    ground = make_ground(scenario, 60_000, 7)
    closed = np.flatnonzero(ground.night_lanes.max(axis=1) == 0)
    assert len(closed) > 5
    table = make(scenario, 60_000, 7).tables["crossings"]
    port = np.array([int(code[1:]) - 1 for code in table["port_code"].to_pylist()])
    there = np.isin(port, closed)
    utc = seconds(table["crossed_at"])[there]
    zone = [ZoneInfo(scenario.zones[number]) for number in ground.zone[port[there]]]
    hours = [datetime.fromtimestamp(at, where).hour for at, where in zip(utc.tolist(), zone, strict=True)]
    assert len(hours) > 5_000
    assert sum(hour < 6 or hour >= 22 for hour in hours) == 0


def test_whoever_comes_to_a_closed_port_waits_for_its_next_shift() -> None:
    scenario = replace(SCENARIOS["quiet"], ports=24, port_growth=0.0)
    ground = make_ground(scenario, 60_000, 7)
    closed = int(np.flatnonzero(ground.night_lanes.max(axis=1) == 0)[0])
    rows = make_rows([1, 2, 3], closed, 0, np.array([23 * HOUR, 30 * HOUR, 12 * HOUR]) + 9 * DAY, 0.5)
    at = _opened(ground, make_rosters(ground, 7), rows).at - 9 * DAY
    assert at.tolist() == [31 * HOUR, 30 * HOUR, 12 * HOUR]


def test_shifts_are_numbered_from_the_night_before_the_first_day() -> None:
    at = np.array([0, 6 * HOUR - 1, 6 * HOUR, 14 * HOUR, 22 * HOUR, DAY, DAY + 6 * HOUR], np.int32)
    assert shift_of(at).tolist() == [0, 0, 1, 2, 3, 3, 4]
    assert shift_start(np.arange(1, 5)).tolist() == [6 * HOUR, 14 * HOUR, 22 * HOUR, DAY + 6 * HOUR]
