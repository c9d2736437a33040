"""Crossings as streams: every (port, direction) in time, and every traveller's own crossings in it.

What comes out depends on who crossed where and when, and on nothing else: not on the order of the rows or on rows that
repeat one another, not on the names of people and ports, not on the date the year starts. Travellers and ports are
numbered by what they did.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arusha.lib.datasets import Crossing
from arusha.lib.detect import Table
from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.texts import frequent
from arusha.lib.detect.threads import in_threads
from arusha.rooms.watch.co_travel.order import (
    by_stream,
    in_new_order,
    in_time_order,
    mixed,
    person_hashes,
    settle_ties,
    starts_of,
    stream_hashes,
)

DAY = 86_400
WEEK = 7 * DAY
HOUR = 3_600
TIERS = 4  # of travellers by how often they cross, each of about as many crossings


@dataclass(frozen=True, slots=True)
class Streams:
    """Crossings of the travellers who crossed often enough, sorted by stream, time and traveller.

    `key` (n,) seconds from the first day's midnight, plus stream × `block`: one number says stream and time, and two
    crossings of different streams are never close. `who` (n,) the traveller, `row` (n,) the row of the table.
    `own` (n,) positions in the above, traveller by traveller from `own_starts`; `own_key` their keys. `named` gives for
    each traveller a row that holds the token. `tiers` (tiers + 1,) the first traveller of each tier of those who cross
    about as often, the rarest first.
    """

    key: NDArray[np.int64]
    who: NDArray[np.int32]
    row: NDArray[np.int32]
    own: NDArray[np.int32]
    own_key: NDArray[np.int64]
    own_starts: NDArray[np.int64]
    block: int
    named: NDArray[np.int64]
    tiers: NDArray[np.int64]

    @property
    def travellers(self) -> int:
        """How many travellers there are."""
        return len(self.own_starts) - 1


@dataclass(frozen=True, slots=True)
class _Rows:
    """Crossings in order of time within streams: `key` as in `Streams`, `person` as numbered in `firsts`."""

    key: NDArray[np.int64]
    person: NDArray[np.int32]
    row: NDArray[np.int32]


def streams_of(crossings: Table[Crossing], least: int) -> Streams:
    """The streams of all travellers with at least `least` crossings.

    Raises
    ------
    ValueError
        where a direction is neither 'in' nor 'out'.
    """
    (person, firsts), (port, way, ports) = in_threads(
        lambda read: read(),
        [lambda: frequent(crossings.hashes("person_token"), least), lambda: _stream_of(crossings)],
    )
    at = crossings.seconds("crossed_at")
    first_day = int(at.min()) // DAY * DAY if len(at) else 0
    block = ((int(at.max()) - first_day) // WEEK + 6) * WEEK if len(at) else WEEK
    placed = by_stream(person, port, way, at, first_day, block, 2 * ports)
    rows = _Rows(*in_time_order(*placed))
    rows = _ordinary(rows, block, 2 * ports, len(firsts), least)
    rows, named, tiers = _by_content(rows, block, ports, firsts, least)
    own_starts = np.zeros(len(named) + 1, np.int64)
    np.cumsum(np.bincount(rows.person, minlength=len(named)), out=own_starts[1:])
    own = _own(rows.person, own_starts)
    own_key = rows.key[own]
    return Streams(rows.key, rows.person, rows.row, own, own_key, own_starts, block, named, tiers)


def _stream_of(crossings: Table[Crossing]) -> tuple[NDArray[Any], NDArray[np.bool_], int]:
    """Each row's port by number, whether it is outwards, and how many ports there are."""
    ports, ways = crossings.codes("port_code"), crossings.codes("direction")
    texts = ways.texts.to_pylist()
    strange = sorted(set(texts) - {"in", "out"})
    if strange:
        raise ValueError(f"crossings: direction {strange[0]!r} is neither 'in' nor 'out'")
    out = np.array([text == "out" for text in texts] or [False], np.bool_)
    return ports.codes, out[ways.codes], len(ports.texts)


def _ordinary(rows: _Rows, block: int, streams: int, people: int, least: int) -> _Rows:
    """Crossings in ordinary hours of those who cross often; of crossings that repeat one another the first row."""
    keep = settle_ties(rows.key, rows.person, rows.row)
    _keep_often(rows.person, keep, people, least)
    starts = starts_of(rows.key, block, streams)
    crowded = crowded_hours(_hourly(rows.key, keep, block, starts))
    if crowded.any():
        _drop_hours(rows.key, keep, block, starts, crowded)
    return rows if keep.all() else _Rows(rows.key[keep], rows.person[keep], rows.row[keep])


def crowded_hours(count: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Hours in which a stream carries far more than it does at the same hour of the weeks around; (streams, hours).

    On a festival, after a strike or a fog everybody meets everybody, and no rhythm foretells it. An hour is crowded
    where its count exceeds 2.5 times the median of the same hour 1 to 4 weeks before and after, plus 25.
    """
    hours = int(np.flatnonzero(count.any(axis=0))[-1]) + 1 if count.any() else 0
    crowded, count = np.zeros(count.shape, np.bool_), count[:, :hours]
    around = np.full((8, *count.shape), np.nan)
    for i, weeks in enumerate((-4, -3, -2, -1, 1, 2, 3, 4)):
        step = weeks * 7 * 24
        if abs(step) < hours:
            around[i, :, max(0, -step) : hours - max(0, step)] = count[:, max(0, step) : hours + min(0, step)]
    full = count > 25
    usual = np.zeros(count.shape)
    usual[full] = _median(around[:, full])
    crowded[:, :hours] = full & (count > 2.5 * usual + 25)
    return crowded


@compiled
def _keep_often(person, keep, people, least):
    crossings = np.zeros(people, np.int64)
    for i in range(len(person)):
        crossings[person[i]] += keep[i]
    for i in range(len(person)):
        keep[i] &= crossings[person[i]] >= least


@compiled
def _hourly(key, keep, block, starts):
    count = np.zeros((len(starts) - 1, block // HOUR), np.int64)
    for s in range(len(starts) - 1):
        for i in range(starts[s], starts[s + 1]):
            count[s, (key[i] - s * block) // HOUR] += keep[i]
    return count


@compiled
def _drop_hours(key, keep, block, starts, crowded):
    for s in range(len(starts) - 1):
        for i in range(starts[s], starts[s + 1]):
            keep[i] &= not crowded[s, (key[i] - s * block) // HOUR]


def _median(around: NDArray[np.float64]) -> NDArray[np.float64]:
    """Medians down the columns, of what is known; infinite where nothing is."""
    known = (~np.isnan(around)).sum(axis=0)
    ordered = np.sort(around, axis=0)
    middle = np.maximum(known - 1, 0)
    at = np.arange(around.shape[1])
    return np.where(known > 0, (ordered[middle // 2, at] + ordered[(middle + 1) // 2, at]) / 2, np.inf)


def _by_content(
    rows: _Rows, block: int, ports: int, firsts: NDArray[np.int64], least: int
) -> tuple[_Rows, NDArray[np.int64], NDArray[np.int64]]:
    """Ports and travellers numbered by what they did, and of travellers only those with crossings enough.

    Ports by their traffic, the two directions side by side; travellers by tier of crossings, then those of one stream
    side by side, then by a hash of their crossings. Also, for each traveller, a row that holds the token; and the first
    traveller of each tier.
    """
    crossings = np.bincount(rows.person, minlength=len(firsts))
    often = crossings >= least
    starts = starts_of(rows.key, block, 2 * ports)
    traffic = stream_hashes(rows.key, rows.person, often, block, starts)
    rank = np.empty(2 * ports, np.int64)
    order = np.argsort(traffic[0::2] + mixed(traffic[1::2]), kind="stable")
    rank[2 * order], rank[2 * order + 1] = 2 * np.arange(ports), 2 * np.arange(ports) + 1
    did, home = person_hashes(rows.key, rows.person, rank, block, starts, len(firsts))
    there = np.flatnonzero(often)
    tier = _tiers(crossings[there])
    there = there[np.lexsort((did[there], home[there], tier))]
    number = np.full(len(firsts), -1, np.int32)
    number[there] = np.arange(len(there), dtype=np.int32)
    placed = _Rows(*in_new_order(rows.key, rows.person, rows.row, number, rank, block, starts))
    settle_ties(placed.key, placed.person, placed.row)
    return placed, firsts[there], np.searchsorted(np.sort(tier), np.arange(TIERS + 1))


def _tiers(crossings: NDArray[np.int64]) -> NDArray[np.int64]:
    """The tier of each traveller: cut by how often they cross, so that tiers hold about as many crossings."""
    ordered = np.sort(crossings)
    shares = np.cumsum(ordered) / max(int(ordered.sum()), 1)
    cuts = ordered[np.searchsorted(shares, np.arange(1, TIERS) / TIERS)] if len(ordered) else ordered
    return np.searchsorted(cuts, crossings, side="left")


@compiled
def _own(who, starts):
    own = np.empty(len(who), np.int32)
    free = starts.copy()
    for position in range(len(who)):
        own[free[who[position]]] = position
        free[who[position]] += 1
    return own
