"""What is forecast: nothing looks ahead, intervals nest and widen, the better of two is given, and gaps are said."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.rooms.watch.waiting.forecast import model
from arusha.rooms.watch.waiting.forecast.replay import replayed, score
from arusha.rooms.watch.waiting.forecast.series import DAY, WEEK, series_of
from arusha.rooms.watch.waiting.forecast.telling import forecasts, hours_from, last_told
from arusha.rooms.watch.waiting.hours import Hours, hours_of
from arusha.rooms.watch.waiting.tests.tables import hall, ohare, table

FIRST = 19_723  # 1 January 1970 to Monday 1 January 2024, in days
EPOCH = date(1970, 1, 1)


def world(weeks=20, seed=0, persistence=0.9, opens=6, closes=22, noise=0.3, usual=True):
    """Hours of one hall: a level by hour of the day, and departures that last."""
    rng = np.random.default_rng(seed)
    day, hour = (axis.ravel() for axis in np.meshgrid(np.arange(7 * weeks), np.arange(opens, closes), indexing="ij"))
    level = 2.5 + 0.5 * np.sin(hour / 3) * usual
    away = np.zeros(len(day))
    for i in range(1, len(day)):
        away[i] = persistence * away[i - 1] + rng.normal(0, noise * np.sqrt(1 - persistence**2))
    minutes = np.expm1(np.maximum(level + away, 0))
    people = np.full(len(day), 100, np.int64)
    zero = np.zeros(len(day), np.int64)
    booths = np.full(len(day), np.nan)
    return Hours((("P1", "T1"),), zero, FIRST + day, hour, minutes, people, people, booths, np.arange(len(day)))


def of(hours, until=None):
    return series_of(hours, until)["P1", "T1"]


def ends(forecast):
    return np.array([hour.minutes for hour in forecast.hours if hour.minutes])


def wanted(now, count=12):
    place = (now[0] - EPOCH).days * DAY + now[1]
    return [(date.fromordinal(EPOCH.toordinal() + at // DAY), at % DAY) for at in range(place, place + count)]


HOURS = world()


@given(st.integers(10 * WEEK, 19 * WEEK), st.integers(0, 10))
@settings(max_examples=25, deadline=None)
def test_what_comes_after_a_moment_changes_no_forecast_made_at_it(at, seed):
    rng = np.random.default_rng(seed)
    now = (EPOCH.fromordinal(EPOCH.toordinal() + FIRST + at // DAY), at % DAY)
    later = (HOURS.day - FIRST) * DAY + HOURS.hour >= at
    other = np.where(later, rng.uniform(0, 500, len(later)), HOURS.minutes)
    changed = Hours(*(getattr(HOURS, n) if n != "minutes" else other for n in Hours.__slots__))
    told, again = (forecasts(each, now, wanted(now))[0] for each in (HOURS, changed))
    assert told == again and not told.why
    assert len(ends(told)) >= 3


@given(st.integers(10 * WEEK, 19 * WEEK))
@settings(max_examples=10, deadline=None)
def test_a_forecast_made_again_is_the_one_that_was_made(at):
    whole = of(HOURS)
    at = int(np.flatnonzero(np.isfinite(whole.wait[:at]))[-1]) + 1
    now = (date.fromordinal(EPOCH.toordinal() + FIRST + at // DAY), at % DAY)
    then = ends(forecasts(HOURS, now, wanted(now))[0])
    target = np.arange(at, at + 12)
    again = model.predicted(whole, model.fitted(whole, at), np.full(12, at - 1), target)
    np.testing.assert_allclose(again[np.isfinite(again[:, 0])], then, rtol=1e-9)


@given(st.integers(0, 30), st.floats(0, 0.97), st.integers(9, 16))
@settings(max_examples=15, deadline=None)
def test_intervals_nest_and_no_wait_is_negative(seed, persistence, weeks):
    series = of(world(weeks, seed, persistence))
    replay = replayed(series, (weeks - 1) * WEEK)
    assert len(replay.ahead) and (replay.quantiles >= 0).all()
    assert (np.diff(replay.quantiles, axis=1) >= 0).all()


def test_intervals_are_on_average_wider_the_further_ahead():
    series = of(world(weeks=60, persistence=0.95))
    replay = replayed(series, 40 * WEEK)
    low, high = model.INTERVALS[80]
    width = replay.quantiles[:, high] - replay.quantiles[:, low]
    mean = [width[replay.ahead == hours].mean() for hours in (1, 3, 6, 12)]
    assert mean == sorted(mean) and mean[-1] > 1.5 * mean[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_intervals_hold_as_many_as_they_say(seed):
    series = of(world(weeks=60, seed=seed, persistence=0.8))
    told = score(series, replayed(series, 30 * WEEK))
    assert told.covered[50] == pytest.approx(0.5, abs=0.05)
    assert told.covered[80] == pytest.approx(0.8, abs=0.04)
    assert told.covered[95] == pytest.approx(0.95, abs=0.02)


def test_the_model_beats_the_hour_a_week_before_where_departures_last():
    series = of(world(weeks=40, persistence=0.9))
    told = score(series, replayed(series, 20 * WEEK))
    assert told.error < 0.75 * told.naive_error and told.better[1] > 0
    assert told.scaled < 0.75


def test_where_the_model_is_no_better_the_naive_forecast_is_given_and_told():
    rng = np.random.default_rng(0)
    hours = world(weeks=30, persistence=0)
    place = (hours.day - FIRST) % 7 * 16 + hours.hour - 6
    minutes = rng.uniform(2, 90, 7 * 16)[place]  # the same week after week, to the minute
    same = Hours(*(getattr(hours, n) if n != "minutes" else minutes for n in Hours.__slots__))
    now = (date.fromordinal(EPOCH.toordinal() + FIRST + 29 * 7), 8)
    told = forecasts(same, now, wanted(now))[0]
    assert told.method == "naive" and told.naive_error == 0 < told.model_error
    a_week_before = minutes[(hours.day == FIRST + 28 * 7) & (hours.hour == 9)][0]
    assert told.hours[1].middle == pytest.approx(a_week_before)


def test_hours_in_which_nobody_comes_are_not_forecast():
    now = (date.fromordinal(EPOCH.toordinal() + FIRST + 15 * 7), 20)
    told = forecasts(HOURS, now, wanted(now))[0]
    assert [hour.hour for hour in told.hours if hour.minutes is None] == [22, 23, 0, 1, 2, 3, 4, 5]
    assert told.last == (date.fromordinal(now[0].toordinal()), 19)


def test_too_little_and_too_old_are_said():
    def why(hours, now):
        return [one.why for one in forecasts(hours, now, wanted(now))]

    day = date(2024, 1, 1)
    assert forecasts(hours_of(table([])), (day, 9), wanted((day, 9))) == []
    assert why(hours_of(table([{}])), (day, 10)) == ["too-little"]
    assert why(world(weeks=7), (date(2024, 2, 19), 0)) == ["too-little"]
    assert why(world(weeks=9), (date(2024, 3, 4), 0)) == [""]
    assert why(world(weeks=9), (date(2024, 3, 5), 9)) == [""]
    assert why(world(weeks=9), (date(2024, 3, 5), 10)) == ["stale"]
    assert why(world(weeks=9), (date(2023, 3, 5), 10)) == []


def test_weeks_that_were_not_received_are_gaps_and_not_zeros():
    hours = world(weeks=30)
    day = hours.day - FIRST
    kept = ~((day >= 100) & (day < 121)) & ~((day % 5 == 0) & (hours.hour == 9))
    gaps = Hours(hours.halls, *(getattr(hours, n)[kept] for n in Hours.__slots__[1:]))
    whole, told = (
        ends(forecasts(each, (date(2024, 7, 1), 8), wanted((date(2024, 7, 1), 8)))[0]) for each in (hours, gaps)
    )
    assert len(told) == len(whole) and np.isfinite(told).all()
    assert np.abs(np.log(told[:, model.MIDDLE] / whole[:, model.MIDDLE])).max() < 0.25


def test_hours_in_which_nobody_was_counted_are_no_wait_of_zero():
    rows = hall(weeks=12)
    hours = hours_of(rows)
    nobody = hours.hour == 10
    empty = Hours(
        *(
            getattr(hours, n) if n not in ("minutes", "counted") else np.where(nobody, 0, getattr(hours, n))
            for n in Hours.__slots__
        )
    )
    now = (date(2024, 3, 25), 8)
    told = forecasts(empty, now, wanted(now))[0]
    assert [hour.minutes is None for hour in told.hours[:4]] == [False, False, True, False]


@pytest.mark.parametrize(
    ("at", "zone", "hours"),
    [
        ("2026-03-28T22:10", "Europe/Paris", [(29, 0), (29, 1), (29, 3), (29, 4)]),
        ("2026-10-24T22:59", "Europe/Paris", [(25, 1), (25, 2), (25, 3)]),
        ("2026-03-01T21:00", "Asia/Kolkata", [(2, 3), (2, 4), (2, 5), (2, 6)]),
        ("2026-03-01T21:00", "Africa/Nairobi", [(2, 1), (2, 2), (2, 3), (2, 4)]),
    ],
)
def test_the_hours_to_come_are_those_that_the_clocks_will_show(at, zone, hours):
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert [(day.day, hour) for day, hour in hours_from(moment, ZoneInfo(zone), 4)] == hours


def test_a_forecast_goes_on_over_the_night_the_clocks_change():
    zone = ZoneInfo("Europe/Paris")
    hours = world(weeks=13, opens=0, closes=24)
    skipped = (hours.day == FIRST + 90) & (hours.hour == 2)  # 31 March 2024
    spring = Hours(hours.halls, *(getattr(hours, n)[~skipped] for n in Hours.__slots__[1:]))
    at = datetime(2024, 3, 30, 23, 10, tzinfo=UTC)
    told = forecasts(spring, (date(2024, 3, 31), 0), hours_from(at, zone))[0]
    assert [hour.hour for hour in told.hours][:3] == [1, 3, 4] and len(ends(told)) == 12


def test_conformal_quantiles_are_order_statistics_that_hold_a_new_one():
    assert model.conformal(np.arange(1.0, 40.0)).tolist() == [1, 4, 10, 20, 30, 36, 39]
    assert model.conformal(np.arange(1.0, 4.0)).tolist() == [1, 1, 1, 2, 3, 3, 3]


def test_the_last_hour_is_the_last_that_was_received():
    assert last_told(of(HOURS)) == 20 * WEEK - 3
    assert last_told(of(HOURS, (FIRST + 3, 12))) == 3 * DAY + 11


@pytest.mark.slow
def test_ohare_is_forecast_better_than_by_the_same_hour_of_a_week_before(tmp_path):
    series = series_of(hours_of(ohare(tmp_path).read("waiting").data))["ORD", "Terminal 5"]
    told = score(series, replayed(series, 3 * 365 * DAY))
    assert told.forecasts > 50_000 and told.better[1] > 1 and told.error < 0.8 * told.naive_error
    assert told.covered[80] == pytest.approx(0.8, abs=0.03) and told.covered[95] == pytest.approx(0.95, abs=0.02)
