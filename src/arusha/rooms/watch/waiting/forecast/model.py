"""The forecast of one hall: what is usual, moved by what was lately seen, with intervals read off its own past misses.

ln(1 + wait) at a target h hours after the origin is taken as usual + x·b(h), where x are the faded recent departures
at the origin, the departure at the same hour of the last day that is known and that of the week before; b(h) is a ridge
regression by groups of horizons. The misses of the weeks held out from the fit, by horizon and part of the day, give
the quantiles (split conformal prediction: Vovk, Gammerman and Shafer, 2005; Lei et al., 2018, J. Am. Stat. Assoc. 113).
Beside it stands the seasonal naive forecast, the same hour a week before: where the model was no better over those
weeks, the naive one is given.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.rooms.watch.waiting.forecast.series import DAY, OFTEN, WEEK, Series
from arusha.rooms.watch.waiting.hours import Floats, Ints

QUANTILES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
MIDDLE = QUANTILES.index(0.5)
INTERVALS = {50: (2, 4), 80: (1, 5), 95: (0, 6)}
"""Per cent that an interval is to cover, and the places of its ends in `QUANTILES`."""
HORIZONS = (1, 2, 3, 4, 6, 9, 12, 18, 24, 36, 48)
"""The last hour ahead of each group of horizons; beyond the last there is no forecast."""
PARTS = 4  # of the day, six hours each, whose misses are read apart
HELD_OUT = 26  # weeks at most, and half of what there is
FEWEST_WEEKS = 8
FEWEST_MISSES = 40  # of a horizon and part of the day; with fewer those of the whole day are read
FEWEST_ROWS = 30  # to fit on, and to hold out
FITTED_ON = 104  # weeks before those held out, at most
RIDGE = 5.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learnt of a hall from its hours before place `until`.

    method : `model` or `naive`. slopes : shape (horizons, features). misses : quantiles of ln(1 + wait) − centre, shape
    (horizons, parts, quantiles), of that method. model_error, naive_error : mean absolute miss in minutes over the
    `judged` forecasts of the weeks held out that both could make.
    """

    until: int
    method: str
    slopes: Floats
    misses: Floats
    model_error: float
    naive_error: float
    judged: int


def fitted(series: Series, until: int) -> Fitted | None:
    """Learn from the hours before place `until`; None where there are too few weeks of them."""
    until = min(until, len(series.wait))
    weeks = until // WEEK
    if weeks < FEWEST_WEEKS:
        return None
    held_from = until - WEEK * min(HELD_OUT, weeks // 2)
    fit_from = max(0, held_from - WEEK * FITTED_ON)
    groups, slopes, told = [], [], []
    for group, ahead in enumerate(HORIZONS):
        target, origin = pairs(series, ahead, fit_from, held_from)
        later, seen = pairs(series, ahead, held_from, until)
        if min(len(target), len(later)) < FEWEST_ROWS:  # a hall that is shut by then has none so far ahead
            continue
        x, y = features(series, origin, target), series.away[target]
        slopes.append(np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ y))
        groups.append(group)
        told.append((np.full(len(later), group), later, seen))
    if not groups:
        return None
    group, target, origin = (np.concatenate(column) for column in zip(*told, strict=True))
    near = [min(range(len(groups)), key=lambda g: (abs(groups[g] - h), -g)) for h in range(len(HORIZONS))]
    return _judged(series, until, np.array(slopes)[near], np.array(groups)[near], group, target, origin)


def _judged(series: Series, until: int, slopes: Floats, near: Ints, group: Ints, target: Ints, origin: Ints) -> Fitted:
    """Choose between the model and the naive forecast by the weeks held out, and read the misses of the one chosen.

    `near` is the group that speaks for each horizon: itself, or the nearest one that there are forecasts of.
    """
    model, naive = modelled(series, slopes, group, origin, target), before(series, target)
    both = np.isfinite(naive)
    minutes = np.expm1(series.wait[target])
    errors = [float(np.abs(np.expm1(np.maximum(one[both], 0)) - minutes[both]).mean()) for one in (model, naive)]
    better = errors[0] < errors[1]
    centre = model if better else np.where(both, naive, series.usual[target])
    misses = _quantiles(series.wait[target] - centre, group, target)[near]
    return Fitted(until, "model" if better else "naive", slopes, misses, errors[0], errors[1], int(both.sum()))


def predicted(series: Series, learnt: Fitted, origin: Ints, target: Ints) -> Floats:
    """Quantiles of the mean wait in minutes, shape (targets, len(QUANTILES)), by what was known at each origin.

    Row of NaN where the hour is not known to the series, has seldom passengers, or lies further ahead than the last of
    `HORIZONS`. `origin` is the last hour that was received, before `target`.
    """
    ahead = target - origin
    fit = (ahead >= 1) & (ahead <= HORIZONS[-1]) & (target < len(series.wait)) & (origin >= 0)
    found = np.full((len(target), len(QUANTILES)), np.nan)
    fit[fit] &= np.isfinite(series.usual[target[fit]]) & (series.open[target[fit]] >= OFTEN)
    origin, target = origin[fit], target[fit]
    group = np.searchsorted(HORIZONS, target - origin)
    if learnt.method == "model":
        centre = modelled(series, learnt.slopes, group, origin, target)
    else:
        naive = before(series, target)
        centre = np.where(np.isfinite(naive), naive, series.usual[target])
    spread = learnt.misses[group, target % DAY * PARTS // DAY]
    found[fit] = np.expm1(np.maximum(centre[:, None] + spread, 0.0))
    return found


def pairs(series: Series, ahead: int, start: int, stop: int) -> tuple[Ints, Ints]:
    """Targets in [start, stop) with the origins so many hours before: both received, the target of those forecast."""
    target = np.arange(max(start, ahead), stop)
    origin = target - ahead
    fit = np.isfinite(series.away[target]) & np.isfinite(series.wait[origin]) & (series.open[target] >= OFTEN)
    return target[fit], origin[fit]


def features(series: Series, origin: Ints, target: Ints) -> Floats:
    """What is known at each origin of its target, shape (targets, features); an hour not received departs by 0."""
    days = -(-(target - origin) // DAY)  # whole days back from the target, so that it is known at the origin
    lags = [_away(series, target - DAY * days), _away(series, target - WEEK)]
    return np.stack([*series.recent[:, origin], *lags], axis=1)


def modelled(series: Series, slopes: Floats, group: Ints, origin: Ints, target: Ints) -> Floats:
    """The centre of the model, ln(1 + minutes), shape (targets,)."""
    return series.usual[target] + (features(series, origin, target) * slopes[group]).sum(axis=1)


def before(series: Series, target: Ints) -> Floats:
    """The seasonal naive forecast: ln(1 + minutes) of the same hour a week before; NaN where that was not received."""
    place = target - WEEK
    return np.where(place >= 0, series.wait[np.maximum(place, 0)], np.nan)


def _away(series: Series, place: Ints) -> Floats:
    away = np.where(place >= 0, series.away[np.maximum(place, 0)], np.nan)
    return np.where(np.isfinite(away), away, 0.0)


def _quantiles(miss: Floats, group: Ints, target: Ints) -> Floats:
    part = target % DAY * PARTS // DAY
    found = np.full((len(HORIZONS), PARTS, len(QUANTILES)), np.nan)
    for g in range(len(HORIZONS)):
        of_group = group == g
        for p in range(PARTS) if of_group.any() else ():
            of_part = of_group & (part == p)
            found[g, p] = conformal(miss[of_part if of_part.sum() >= FEWEST_MISSES else of_group])
    return found


def conformal(misses: Floats) -> Floats:
    """The quantiles of n misses that a new one of the same law lies between as often as they say, or oftener.

    Below the middle the ⌊(n + 1)q⌋-th smallest, above it the ⌈(n + 1)q⌉-th, both within 1 … n; else the median.
    """
    ordered = np.sort(misses)
    n = len(ordered)
    q = np.array(QUANTILES)
    rank: NDArray[np.float64] = np.where(q < 0.5, np.floor((n + 1) * q), np.ceil((n + 1) * q))
    found: Floats = ordered[np.clip(rank, 1, n).astype(np.int64) - 1]
    found[MIDDLE] = np.median(ordered)
    return found
