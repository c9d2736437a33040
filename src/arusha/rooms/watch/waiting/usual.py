"""What an hour usually takes: its port, terminal, weekday and hour in the weeks around it, and how many came.

The departure of an hour is measured in logarithms, since waits multiply: twice as long is as far from the usual as half
as long. With w the mean wait in minutes, n the passengers counted, b the booths usual for the hour, x = log(passengers
/ b):

    log(w + 1) = curve(x) + level(weekday, hour, weeks around) + departure

*curve* is the median of log(w + 1) by x over the hall; *level* the median of what the curve leaves on the same weekday
and hour up to `weeks` weeks before and after, the hour itself left out, drawn towards the same hour's other days by
`shrink` weeks' weight. Medians, so that unusual hours do not make themselves usual; weeks around, so that season and
trend move with the level; booths that are *usual*, so that a queue behind closed booths is told and not explained away.

A usual departure is normal about zero with the scale s,

    s² = max((u(x) · v(hour))² · (1 + π/2 / (weeks held + shrink)), own / n),

apart upwards and downwards: u and v are read off the middle two thirds of departures (the central matching of Efron,
2004, J. Am. Stat. Assoc. 99, 96–104), the factor behind them is what the median itself varies by, and own / n is what
chance alone does to the mean of n passengers, `own` the squared coefficient of variation of one passenger's wait.
"""

from dataclasses import dataclass

import numpy as np

from arusha.rooms.watch.waiting.curves import at, level_curve, scale_curve, sigma
from arusha.rooms.watch.waiting.hours import Floats, Hours, stretches_of

ENOUGH = 100  # hours of a hall before its spread means anything
WEEKS_HELD = 4  # weeks of the same weekday and hour before an hour is tried
NARROWEST = 0.05  # of a scale: five per cent of the wait, where all hours are alike
PULL = 200  # hours' weight of the hall's own scale against one hour of the day's
TOLD = 20  # hours of the day before it has a scale of its own
OWN = 0.5  # squared coefficient of variation of one wait, where no bands tell: half of an exponential's


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for each hour, aligned with `Hours`; every array has shape (hours,).

    level : the usual log(minutes + 1). departure : above or below it. upward, downward : scales of a usual departure.
    tried : whether the hour can be judged; where not, the others mean nothing.
    booths : booths usual for the hour, NaN where they are not told. weeks : weeks of the same weekday and hour held.
    """

    level: Floats
    departure: Floats
    upward: Floats
    downward: Floats
    tried: np.ndarray
    booths: Floats
    weeks: np.ndarray

    def score(self) -> Floats:
        """Departures in their own scales, signed; 0 where an hour was not tried."""
        scale = np.where(self.departure > 0, self.upward, self.downward)
        return np.where(self.tried, self.departure / scale, 0.0)

    def minutes(self, departure: float | Floats = 0.0) -> Floats:
        """The wait in minutes at a departure from the usual."""
        return np.maximum(np.expm1(self.level + departure), 0.0)


def usual_of(hours: Hours, *, weeks: int, shrink: float, own: float) -> Usual:
    """What is usual for every hour. `own`: see the module; NaN takes `OWN`."""
    size = len(hours.hall)
    told = Usual(*(np.full(size, fill) for fill in (np.nan, np.nan, 1.0, 1.0, False, np.nan, 0)))
    for part in stretches_of(hours.hall):
        _hall(hours, part, told, weeks, shrink)
    own = OWN if np.isnan(own) else own
    for part in stretches_of(hours.hall):
        _scales(hours, part, told, shrink, own)
    for scale, sign in ((told.upward, 1), (told.downward, -1)):
        np.multiply(scale, _widened(sign * told.departure[told.tried] / scale[told.tried]), out=scale)
    return told


def _hall(hours: Hours, part: slice, told: Usual, weeks: int, shrink: float) -> None:
    """Fill in level, departure, booths and weeks of one hall."""
    day, hour = hours.day[part] - hours.day[part.start], hours.hour[part]
    counted = hours.counted[part] > 0
    grid = Grid(hour, day, weeks, shrink)
    with_booths = hours.booths[part] > 0
    usual_booths, _held = grid.around(np.where(with_booths, np.log(np.maximum(hours.booths[part], 1)), np.nan))
    load = np.log(np.maximum(hours.passengers[part], 1)) - np.where(np.isnan(usual_booths), 0.0, usual_booths)
    waited = np.where(counted, np.log1p(hours.minutes[part]), np.nan)
    curve = at(level_curve(load[counted], waited[counted]), load)
    around, held = grid.around(waited - curve)
    told.level[part] = curve + around
    told.departure[part] = waited - told.level[part]
    told.booths[part] = np.exp(usual_booths)
    told.weeks[part] = held
    tried = counted & (held >= WEEKS_HELD)
    told.tried[part] = tried & (tried.sum() >= ENOUGH)


def _scales(hours: Hours, part: slice, told: Usual, shrink: float, own: float) -> None:
    """Fill in the scales of one hall, which its tried hours give."""
    tried = np.flatnonzero(told.tried[part]) + part.start
    if not len(tried):
        return
    booths = np.where(np.isnan(told.booths[tried]), 1.0, told.booths[tried])
    load = np.log(np.maximum(hours.passengers[tried], 1)) - np.log(booths)
    of_median = np.sqrt(1 + np.pi / 2 / (told.weeks[tried] + shrink))
    departure, hour = told.departure[tried] / of_median, hours.hour[tried]
    for scale, sign in ((told.upward, 1), (told.downward, -1)):
        by_load = at(scale_curve(load, sign * departure), load)
        by_load = np.maximum(by_load, NARROWEST)
        by_hour = _by_hour(sign * departure / by_load, hour)
        scale[tried] = np.maximum(by_load * by_hour * of_median, np.sqrt(own / hours.counted[tried]))


def _widened(score: Floats) -> float:
    """Over all halls together no scale may be narrower than the middle of the departures is."""
    return max(1.0, sigma(score)) if len(score) else 1.0


def _by_hour(departure: Floats, hour: np.ndarray) -> Floats:
    """How much wider or narrower each hour of the day is than the hall, drawn towards 1; shape of `departure`."""
    factor = np.ones(24)
    for one in np.unique(hour):
        of_it = departure[hour == one]
        if len(of_it) >= TOLD:
            factor[one] = (len(of_it) * max(sigma(of_it), NARROWEST) + PULL) / (len(of_it) + PULL)
    return factor[hour]


@dataclass(frozen=True, slots=True)
class Grid:
    """One hall's hours of the day by its days, on which weeks around are slices. `hour`, `day`: shape (hours,)."""

    hour: np.ndarray
    day: np.ndarray
    weeks: int
    shrink: float

    def around(self, values: Floats) -> tuple[Floats, np.ndarray]:
        """What is usual around each hour, the hour itself left out, and the weeks that were held; NaN where none."""
        margin = 7 * self.weeks
        days = int(self.day[-1]) + 1
        cells = np.full((24, days + 2 * margin), np.nan)
        cells[self.hour, self.day + margin] = values
        near = [cells[:, margin + 7 * k : margin + 7 * k + days] for k in range(-self.weeks, self.weeks + 1) if k]
        same, held = _medians(np.stack(near))
        every = _means(
            np.lib.stride_tricks.sliding_window_view(np.pad(same, ((0, 0), (3, 3)), constant_values=np.nan), 7, axis=1)
        )
        mixed = (held * np.where(held > 0, same, 0.0) + self.shrink * every) / (held + self.shrink)
        return mixed[self.hour, self.day], held[self.hour, self.day]


def _medians(stack: Floats) -> tuple[Floats, np.ndarray]:
    """Medians over the first axis of what is there, NaN where nothing is, and how much there is."""
    ranked = np.sort(stack, axis=0)
    held = (~np.isnan(ranked)).sum(axis=0)
    low, high = np.maximum((held - 1) // 2, 0), np.minimum(held // 2, len(stack) - 1)
    middle = np.take_along_axis(ranked, np.stack([low, high]), axis=0)
    return middle.mean(axis=0), held


def _means(windows: Floats) -> Floats:
    """Means over the last axis of what is there, NaN where nothing is."""
    there = ~np.isnan(windows)
    count = there.sum(axis=-1)
    total = np.where(there, windows, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
