"""The forecast of the next hours, hall by hall, as of a moment; or why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from arusha.rooms.watch.waiting.forecast import model
from arusha.rooms.watch.waiting.forecast.series import DAY, Series, series_of
from arusha.rooms.watch.waiting.hours import Hours, Ints

NEXT = 12  # hours that are forecast
STALE = 36  # hours after the last one received, from which on there is no forecast
EPOCH = date(1970, 1, 1)

LocalHour = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Ahead:
    """One hour to come: quantiles of the mean wait in minutes by `model.QUANTILES`; None where seldom anybody comes."""

    day: date
    hour: int
    minutes: tuple[float, ...] | None

    @property
    def middle(self) -> float | None:
        """The wait that is as likely to be shorter as longer."""
        return self.minutes[model.MIDDLE] if self.minutes else None

    def interval(self, per_cent: int) -> tuple[float, float] | None:
        """The ends of the interval that is to hold so many waits in a hundred."""
        low, high = model.INTERVALS[per_cent]
        return (self.minutes[low], self.minutes[high]) if self.minutes else None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the next hours of a hall are expected to bring.

    last : the last hour received. why : empty, or why there is no forecast: `too-little` or `stale`. method,
    model_error, naive_error, judged : as in `model.Fitted`.
    """

    port: str
    terminal: str
    last: LocalHour
    hours: tuple[Ahead, ...] = ()
    why: str = ""
    method: str = ""
    model_error: float = float("nan")
    naive_error: float = float("nan")
    judged: int = 0


def local_hour(at: datetime, zone: ZoneInfo) -> LocalHour:
    """The day and hour that the clocks of the zone show."""
    local = at.astimezone(zone)
    return local.date(), local.hour


def hours_from(at: datetime, zone: ZoneInfo, count: int = NEXT) -> tuple[LocalHour, ...]:
    """The hours that begin next, as the clocks of the zone show them: one that is skipped is not there, one that comes
    twice is there once."""
    begins = at.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    found: dict[LocalHour, None] = {}
    for ahead in range(1, count + 1):
        found[local_hour(begins + timedelta(hours=ahead), zone)] = None
    return tuple(found)


def forecasts(hours: Hours, now: LocalHour, wanted: Sequence[LocalHour]) -> list[Forecast]:
    """Each hall's forecast of the wanted hours from those before `now`, the hour that is running and not yet told."""
    cut = ((now[0] - EPOCH).days, now[1])
    return [_forecast(*hall, series, cut, wanted) for hall, series in sorted(series_of(hours, cut).items())]


def _forecast(port: str, terminal: str, series: Series, now: tuple[int, int], wanted: Sequence[LocalHour]) -> Forecast:
    origin = last_told(series)
    last = (EPOCH + timedelta(days=series.first + origin // DAY), origin % DAY)
    if series.place(*now) - origin > STALE:
        return Forecast(port, terminal, last, why="stale")
    learnt = model.fitted(series, origin + 1)
    if learnt is None:
        return Forecast(port, terminal, last, why="too-little")
    target = places_of(series, wanted)
    told = model.predicted(series, learnt, np.full(len(target), origin), target)
    ahead = tuple(
        Ahead(day, hour, None if np.isnan(row).any() else tuple(row.tolist()))
        for (day, hour), row in zip(wanted, told, strict=True)
    )
    errors = (learnt.model_error, learnt.naive_error, learnt.judged)
    return Forecast(port, terminal, last, ahead, "", learnt.method, *errors)


def last_told(series: Series) -> int:
    """The place of the last hour that was received."""
    return int(np.flatnonzero(np.isfinite(series.wait))[-1])


def places_of(series: Series, wanted: Sequence[LocalHour]) -> Ints:
    """Where local hours stand in a series."""
    return np.array([series.place((day - EPOCH).days, hour) for day, hour in wanted], np.int64)
