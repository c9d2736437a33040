"""Each hall's record of forecasts, made again from what was received; kept until something more is received."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from arusha.lib.intake import Lake
from arusha.rooms.watch.waiting.forecast import model
from arusha.rooms.watch.waiting.forecast.replay import Replay, Score, inside, replayed, score
from arusha.rooms.watch.waiting.forecast.series import DAY, WEEK, Series, series_of
from arusha.rooms.watch.waiting.forecast.telling import last_told
from arusha.rooms.watch.waiting.hours import hours_of
from arusha.rooms.watch.waiting.waits import chosen

WEEKS = 8
"""Of which the record is, up to the last hour received."""
LATELY = 4
"""Weeks by which a hall is warned of."""
FEWEST = 100  # forecasts, to be warned by
LEAST, MOST = 0.70, 0.92
"""Shares within the 80% interval, outside which the intervals do not hold what they say."""
DISTANCES = (1, 2, 3, 6, 12)

Hall = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """How far the forecasts of a hall held over the last `WEEKS`.

    score : None where there was nothing to hold them against. below : share of waits at or below each of
    `model.QUANTILES`. by_distance : hours ahead, forecasts, mean absolute misses of ours and of the naive forecast,
    share within the 80% interval. lately : that share over the last `LATELY` weeks, None with too few forecasts.
    recent : the last forecasts three hours ahead: place, quantiles, what came.
    """

    hall: Hall
    first: int
    score: Score | None
    below: tuple[float, ...]
    by_distance: tuple[tuple[int, int, float, float, float], ...]
    lately: float | None
    recent: tuple[tuple[int, tuple[float, ...], float], ...]

    @property
    def fails(self) -> bool:
        """Whether the intervals lately did not hold what they say."""
        return self.lately is not None and not LEAST <= self.lately <= MOST


def halls(home: Path) -> list[Hall]:
    """The halls of which hours were received, in the order of their names."""
    table = Lake(home).read("waiting", ("port_code", "terminal")).data
    pairs = zip(*(table.column(name).cast(pa.string()).to_pylist() for name in table.column_names), strict=True)
    return sorted(set(pairs))


def record(home: Path, hall: Hall) -> Record | None:
    """The record of one hall; None where none of its hours were counted."""
    return _record(home, hall, _received(home))


def failing(home: Path) -> tuple[Record, ...]:
    """The halls whose intervals lately did not hold what they say."""
    return _failing(home, _received(home))


def _received(home: Path) -> tuple[str, ...]:
    return tuple(one.manifest for one in Lake(home).manifests("waiting"))


@lru_cache(maxsize=8)
def _failing(home: Path, received: tuple[str, ...]) -> tuple[Record, ...]:
    table = Lake(home).read("waiting", manifests=received).data
    every = [record_of(hall, series, LATELY) for hall, series in sorted(series_of(hours_of(table)).items())]
    return tuple(one for one in every if one.fails)


@lru_cache(maxsize=64)
def _record(home: Path, hall: Hall, received: tuple[str, ...]) -> Record | None:
    table = chosen(Lake(home).read("waiting", manifests=received).data, port=hall[0], terminal=hall[1])
    series = series_of(hours_of(table)).get(hall)
    return None if series is None else record_of(hall, series, WEEKS)


def record_of(hall: Hall, series: Series, weeks: int) -> Record:
    """The record of a series over its last weeks."""
    stop = last_told(series) + 1
    replay = replayed(series, max(0, stop - weeks * WEEK))
    told = np.isfinite(replay.quantiles).all(axis=1)
    late = told & (replay.target >= stop - LATELY * WEEK)
    lately = float(inside(replay.quantiles[late], replay.came[late], 80).mean()) if late.sum() >= FEWEST else None
    below = (
        tuple((replay.came[told, None] <= replay.quantiles[told] + 1e-9).mean(axis=0).tolist()) if told.any() else ()
    )
    distances = tuple(one for ahead in DISTANCES if (one := _at_distance(replay, told, ahead)))
    return Record(hall, series.first, score(series, replay), below, distances, lately, _recent(replay, told))


def _at_distance(replay: Replay, told: np.ndarray, ahead: int) -> tuple[int, int, float, float, float] | None:
    at = told & (replay.ahead == ahead) & np.isfinite(replay.naive)
    if not at.any():
        return None
    came, quantiles = replay.came[at], replay.quantiles[at]
    miss = float(np.abs(quantiles[:, model.MIDDLE] - came).mean())
    naive = float(np.abs(replay.naive[at] - came).mean())
    return ahead, int(at.sum()), miss, naive, float(inside(quantiles, came, 80).mean())


def _recent(replay: Replay, told: np.ndarray) -> tuple[tuple[int, tuple[float, ...], float], ...]:
    at = np.flatnonzero(told & (replay.ahead == 3))
    at = at[np.argsort(replay.target[at])][-DAY:]
    return tuple((int(replay.target[i]), tuple(replay.quantiles[i].tolist()), float(replay.came[i])) for i in at)
