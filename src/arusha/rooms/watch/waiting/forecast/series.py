"""One hall's hours on an even grid, and what of them says something about hours to come.

Everything here is causal: what stands at an hour was known by then, so that a forecast made long after for an hour of
the past is the forecast that would have been made at that hour.
"""

from dataclasses import dataclass

import numpy as np

from arusha.rooms.watch.waiting.hours import Floats, Hours, Ints, stretches_of

DAY, WEEK = 24, 168  # hours
LATEST = 3  # days before an hour's day, from which on nothing enters its usual wait: no horizon reaches so far
OF_WEEKDAY = 4.0  # weeks, in which a past wait of the same weekday and hour loses half its weight
OF_HOUR = 21.0  # days, for the same hour on any weekday
SHRINK = 4.0  # weeks of the weekday that weigh as much as the hour's other days
FADES = ((1.5, 1.0), (6.0, 2.0), (24.0, 3.0), (168.0, 10.0))
"""Recent departures: hours in which one loses half its weight, and how many hours of no departure stand beside it."""
HALVINGS = 6  # after which a departure is forgotten
OFTEN = 0.5  # of the last eight weeks an hour has to have had passengers, to be forecast


@dataclass(frozen=True, slots=True)
class Series:
    """A hall by local hour; every array has shape (hours,) from midnight of `first`, in days since 1 January 1970.

    wait : ln(1 + mean wait in minutes), NaN where no hour was received. usual : the same as is usual for the weekday
    and hour. away : wait − usual. recent : faded means of `away` up to and with the hour, shape (len(FADES), hours).
    open : share of the last weeks in which the weekday and hour had passengers.
    """

    first: int
    wait: Floats
    usual: Floats
    away: Floats
    recent: Floats
    open: Floats

    def place(self, day: int, hour: int) -> int:
        """Where the local day (since 1 January 1970) and hour stand; may lie outside the series."""
        return (day - self.first) * DAY + hour


def series_of(hours: Hours, until: tuple[int, int] | None = None) -> dict[tuple[str, str], Series]:
    """Each hall's series, of the hours before `until` (day, hour) where that is given, with an empty week after.

    That week holds what is usual for hours that have not come. Hours in which nobody was counted do not enter: their
    mean of zero is no wait.
    """
    found = {}
    for part in stretches_of(hours.hall):
        day, hour = hours.day[part], hours.hour[part]
        kept = hours.counted[part] > 0
        if until is not None:
            kept &= day * DAY + hour < until[0] * DAY + until[1]
        if kept.any():
            place = hours.halls[int(hours.hall[part.start])]
            found[place] = _series(day[kept], hour[kept], hours.minutes[part][kept])
    return found


def _series(day: Ints, hour: Ints, minutes: Floats) -> Series:
    first = int(day[0])
    grid = np.full((int(day[-1]) - first + 1 + 7, DAY), np.nan)
    grid[day - first, hour] = np.log1p(minutes)
    usual, often = _usual(grid)
    wait = grid.ravel()
    away = wait - usual
    recent = np.stack([_faded(away, half, beside) for half, beside in FADES])
    return Series(first, wait, usual, away, recent, often)


def _usual(grid: Floats) -> tuple[Floats, Floats]:
    """For every day and hour of a grid of shape (days, 24): the usual log wait and how often there is any, both flat.

    The weekday's faded mean is drawn towards the hour's faded mean over all days: (Σ w·y + k·hour) / (Σ w + k). NaN
    before the hour has been seen for about a day's weight.
    """
    days = len(grid)
    usual, often = np.full((days, DAY), np.nan), np.zeros((days, DAY))
    weekday, hourly, seen = np.zeros((3, 7, DAY)), np.zeros((2, DAY)), np.zeros((7, DAY))
    fade, slow = 0.5 ** (1 / OF_WEEKDAY), 0.5 ** (1 / OF_HOUR)
    told = np.isfinite(grid)
    filled = np.where(told, grid, 0.0)
    for day in range(days):
        past = day - LATEST
        if past >= 0:
            hourly = hourly * slow + np.stack([filled[past], told[past]])
            at = past % 7
            weekday[:, at] = weekday[:, at] * fade + np.stack([filled[past], told[past], np.ones(DAY)])
            seen[at] += 1
        at = day % 7
        with np.errstate(invalid="ignore", divide="ignore"):
            level = np.where(hourly[1] >= 1, hourly[0] / hourly[1], np.nan)
            usual[day] = (weekday[0, at] + SHRINK * level) / (weekday[1, at] + SHRINK)
            often[day] = np.where(seen[at] > 0, weekday[1, at] / weekday[2, at], 0.0)
    return usual.ravel(), often.ravel()


def _faded(away: Floats, half: float, beside: float) -> Floats:
    """Σ 2^(−age/half)·away / (Σ 2^(−age/half) + beside) over the hours up to each that have a departure."""
    taps = 0.5 ** (np.arange(int(half * HALVINGS) + 1) / half)
    told = np.isfinite(away)
    total = np.convolve(np.where(told, away, 0.0), taps)[: len(away)]
    weight = np.convolve(told.astype(float), taps)[: len(away)]
    return total / (weight + beside)
