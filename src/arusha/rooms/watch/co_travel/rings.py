"""The whole way from crossings to groups, one step a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.datasets import Crossing, Household
from arusha.lib.detect import Table
from arusha.rooms.watch.co_travel.episodes import Episodes, episodes_of
from arusha.rooms.watch.co_travel.groups import Sets, groups_among
from arusha.rooms.watch.co_travel.marks import Looks, homes_of, looks_of, marks_of
from arusha.rooms.watch.co_travel.meetings import Met, Sieve, pairs_that_met
from arusha.rooms.watch.co_travel.pairs import chances
from arusha.rooms.watch.co_travel.rhythm import rhythms_of
from arusha.rooms.watch.co_travel.strangers import Prior, drawn, fitted, named_by_chance
from arusha.rooms.watch.co_travel.streams import Streams, streams_of
from arusha.rooms.watch.co_travel.ties import BOUNDS, ties_among
from arusha.rooms.watch.co_travel.verdict import Verdicts, false_shares, verdicts_on

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FEWEST = 3  # meetings; two are too few to tell anything from


class Settings(Protocol):
    """What the method reads of its parameters."""

    window: timedelta
    fdr: float
    least: int
    weeks: int
    lift: float
    screen: float


@dataclass(frozen=True, slots=True)
class Ring:
    """A group found: who, when, how often against chance, and the rows of the crossings that show it."""

    members: tuple[str, ...]
    span: tuple[datetime, datetime]
    together: int
    times: int
    expected: float
    p: float
    q: float
    minutes: float
    ports: int
    others: float
    usual: float
    marks: tuple[str, ...]
    by_pattern: bool
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of pairs: those that `met`, the `chance` and `mean` of each, strangers expected `by_chance`."""

    streams: Streams
    prior: Prior
    met: Met
    chance: NDArray[np.float64]
    mean: NDArray[np.float64]
    by_chance: NDArray[np.float64]


def evidence_of(crossings: Table[Crossing], p: Settings) -> Evidence:
    """Every pair that met oftener than habits explain, and how many strangers would be as sure by chance."""
    streams = streams_of(crossings, p.least)
    rhythms = rhythms_of(streams, int(p.window.total_seconds()))
    strangers = drawn(streams, rhythms, p.weeks)
    prior = fitted(strangers)
    met = pairs_that_met(streams, rhythms, prior, Sieve(FEWEST, p.screen, float(BOUNDS[-1]), p.weeks))
    chance, mean = chances(met, rhythms, p.weeks, p.lift, prior, float(BOUNDS[-1]))
    by_chance = named_by_chance(BOUNDS, strangers, prior, FEWEST, p.lift, p.screen)
    return Evidence(streams, prior, met, chance, mean, by_chance)


def rings(crossings: Table[Crossing], households: Table[Household] | None, p: Settings) -> Iterator[Ring]:
    """Every group that stands out at a false discovery rate of `p.fdr` among all sets of its size."""
    window = int(p.window.total_seconds())
    found = evidence_of(crossings, p)
    streams, by_chance = found.streams, found.by_chance
    ties = ties_among(found.met, found.chance, found.mean, by_chance, p.fdr)
    sets = groups_among(ties, streams, window, FEWEST)
    episodes = episodes_of(sets.members, sets.starts, streams, window)
    verdicts = verdicts_on(sets, episodes, ties, streams, float(found.prior.alpha[0]))
    tokens = crossings.values("person_token", streams.named[sets.members]).cast(pa.string())
    homes = homes_of(streams, tokens, sets.members, households)
    looks = looks_of(sets, episodes, verdicts.together, streams, homes)
    marks = marks_of(looks, sets, verdicts.times)
    q = false_shares(verdicts.p, sets.sizes, np.array([bool(m) for m in marks], np.bool_), by_chance)
    shown = np.flatnonzero(q <= p.fdr)
    yield from _told(crossings, tokens, shown, streams, sets, episodes, verdicts, looks, marks, q)


def _told(
    crossings: Table[Crossing],
    tokens: pa.Array,
    shown: NDArray[np.int64],
    streams: Streams,
    sets: Sets,
    episodes: Episodes,
    verdicts: Verdicts,
    looks: Looks,
    marks: list[tuple[str, ...]],
    q: NDArray[np.float64],
) -> Iterator[Ring]:
    names = tokens.to_pylist()
    rows, edges = _rows(episodes, verdicts.together, streams)
    first, last = _ends(crossings, rows, edges)
    for g in shown:
        yield Ring(
            members=tuple(sorted(names[sets.starts[g] : sets.starts[g + 1]])),
            span=(_moment(first[g]), _moment(last[g])),
            together=int(verdicts.together[g]),
            times=int(verdicts.times[g]),
            expected=float(verdicts.expected[g]),
            p=float(verdicts.p[g]),
            q=float(q[g]),
            minutes=round(float(looks.spread[g]) / 60, 1),
            ports=int(looks.ports[g]),
            others=float(looks.others[g]),
            usual=float(looks.usual[g]),
            marks=marks[g],
            by_pattern=bool(looks.housed[g] < 0.5),
            rows=rows[edges[g] : edges[g + 1]],
        )


def _rows(
    episodes: Episodes, together: NDArray[np.int64], streams: Streams
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Rows of the crossings in episodes with enough members, group by group and in order; group g's from edges[g]."""
    counts = np.diff(episodes.starts)
    enough = np.repeat(episodes.present >= together[episodes.group], counts)
    group, row = np.repeat(episodes.group, counts)[enough], streams.row[episodes.position[enough]]
    order = np.lexsort((row, group))
    return row[order], np.searchsorted(group[order], np.arange(len(together) + 1))


def _ends(crossings: Table[Crossing], rows: NDArray[np.int32], edges: NDArray[np.int64]) -> tuple[list[int], list[int]]:
    """The first and last moment of each group's rows, in microseconds; every group has some."""
    if not len(rows):
        return [], []
    moments = crossings.microseconds("crossed_at", rows)
    return np.minimum.reduceat(moments, edges[:-1]).tolist(), np.maximum.reduceat(moments, edges[:-1]).tolist()


def _moment(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)
