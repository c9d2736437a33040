"""Past forecasts held against what came: made again as they would have been made then, since nothing looks ahead.

The origin rolls over every hour that was received, the model is learnt again every four weeks from what came before,
and the seasonal naive forecast, the same hour a week before, stands beside it.
"""

from dataclasses import dataclass

import numpy as np

from arusha.rooms.watch.waiting.forecast import model
from arusha.rooms.watch.waiting.forecast.series import WEEK, Series
from arusha.rooms.watch.waiting.forecast.telling import NEXT, last_told
from arusha.rooms.watch.waiting.hours import Floats, Ints

AGAIN = 4 * WEEK  # hours after which the model is learnt again
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Replay:
    """Forecasts and what came; every array has shape (forecasts,) but `quantiles`, (forecasts, len(QUANTILES)).

    ahead : hours from origin to target. target : place in the series. came, naive : minutes; naive NaN where the hour a
    week before was not received. model : whether the model made it, or the naive forecast was given.
    """

    ahead: Ints
    target: Ints
    quantiles: Floats
    came: Floats
    naive: Floats
    model: Ints


@dataclass(frozen=True, slots=True)
class Score:
    """How good forecasts were, in minutes where nothing else is said.

    forecasts : how many had a naive one beside them; all figures are of these. error, naive_error : mean absolute miss.
    pinball : mean of the quantile losses over `QUANTILES`. covered : share within each interval, by its per cent.
    scaled : error over the mean absolute change from week to week of the hours before (MASE, seasonal naive as scale).
    better : naive_error − error, with the ends of its 95% interval by resampling whole weeks.
    """

    forecasts: int
    error: float
    naive_error: float
    pinball: float
    covered: dict[int, float]
    scaled: float
    better: tuple[float, float, float]


def replayed(series: Series, start: int, stop: int | None = None, ahead: int = NEXT) -> Replay:
    """Every forecast, one to `ahead` hours ahead, whose target is in [start, stop) and was received."""
    stop = min(last_told(series) + 1 if stop is None else stop, len(series.wait))
    parts: list[tuple[Ints | Floats, ...]] = []
    for begin in range(start, stop, AGAIN):
        learnt = model.fitted(series, begin)
        for hours in range(1, ahead + 1) if learnt is not None else ():
            assert learnt is not None
            target, origin = model.pairs(series, hours, begin, min(begin + AGAIN, stop))
            told = model.predicted(series, learnt, origin, target)
            by_model = np.full(len(target), int(learnt.method == "model"))
            naive = np.expm1(model.before(series, target))
            parts.append((np.full(len(target), hours), target, told, np.expm1(series.wait[target]), naive, by_model))
    if not parts:
        none, nothing = np.empty(0, np.int64), np.empty(0)
        return Replay(none, none, np.empty((0, len(model.QUANTILES))), nothing, nothing, none)
    return Replay(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def score(series: Series, replay: Replay, seed: int = 0) -> Score | None:
    """The figures of a replay; None where no forecast has a naive one beside it."""
    both = np.isfinite(replay.naive) & np.isfinite(replay.quantiles).all(axis=1)
    if not both.any():
        return None
    came, naive, told = replay.came[both], replay.naive[both], replay.quantiles[both]
    miss, naive_miss = np.abs(told[:, model.MIDDLE] - came), np.abs(naive - came)
    week = replay.target[both] // WEEK
    return Score(
        int(both.sum()),
        float(miss.mean()),
        float(naive_miss.mean()),
        float(pinball(told, came).mean()),
        {per_cent: float(inside(told, came, per_cent).mean()) for per_cent in model.INTERVALS},
        float(miss.mean()) / _change(series, int(replay.target.min())),
        (float((naive_miss - miss).mean()), *by_weeks(naive_miss - miss, week, seed)),
    )


def inside(told: Floats, came: Floats, per_cent: int) -> Floats:
    """1 where what came lies in the interval, its ends included, else 0."""
    low, high = model.INTERVALS[per_cent]
    slack = 1e-9  # minutes: a wait and the same wait by way of its logarithm are one
    held: Floats = ((came >= told[:, low] - slack) & (came <= told[:, high] + slack)).astype(np.float64)
    return held


def pinball(told: Floats, came: Floats) -> Floats:
    """The quantile losses max(q·(y − f), (q − 1)·(y − f)), meaned over the quantiles; shape (forecasts,)."""
    q = np.array(model.QUANTILES)
    off = came[:, None] - told
    lost: Floats = np.maximum(q * off, (q - 1) * off).mean(axis=1)
    return lost


def by_weeks(values: Floats, week: Ints, seed: int) -> tuple[float, float]:
    """The 95% interval of a mean of values that hang together within a week: whole weeks drawn anew, `DRAWS` times."""
    _weeks, place = np.unique(week, return_inverse=True)
    total, count = np.bincount(place, values), np.bincount(place)
    drawn = np.random.default_rng(seed).integers(len(count), size=(DRAWS, len(count)))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _change(series: Series, until: int) -> float:
    minutes = np.expm1(series.wait[:until])
    change = np.abs(minutes[WEEK:] - minutes[:-WEEK])
    return float(np.nanmean(change)) if np.isfinite(change).any() else float("nan")
