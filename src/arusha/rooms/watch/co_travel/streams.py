"""Crossings as streams: every (port, direction) in time, and every traveller's own crossings in it.

What comes out depends on who crossed where and when, and on nothing else: not on the order of the rows, not on the
names of people and ports, not on the date the year starts. Travellers and streams are numbered by what they did.
"""

from dataclasses import dataclass

import numba as nb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.datasets import Crossing
from arusha.lib.detect import Table
from arusha.lib.detect.codes import codes_of
from arusha.rooms.watch.co_travel.order import content_hash, mixed, settle_ties, sorted_order

DAY = 86_400
WEEK = 7 * DAY
HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Streams:
    """Crossings of the travellers who crossed often enough, sorted by stream, time and traveller.

    `key` (n,) seconds from the first day's midnight, plus stream × `block`: one number says stream and time, and two
    crossings of different streams are never close. `who` (n,) the traveller, `row` (n,) the row of the table.
    `own` (n,) positions in the above, traveller by traveller from `own_starts`; `own_key` their keys. `person` gives a
    traveller's place in `tokens`. `at_port` (ports,) how many travellers use each port. `aside` counts crossings left
    out because everybody was there.
    """

    key: NDArray[np.int64]
    who: NDArray[np.int32]
    row: NDArray[np.int64]
    own: NDArray[np.int64]
    own_key: NDArray[np.int64]
    own_starts: NDArray[np.int64]
    block: int
    person: NDArray[np.int64]
    tokens: pa.Array
    at_port: NDArray[np.int64]
    aside: int

    @property
    def travellers(self) -> int:
        """How many travellers there are."""
        return len(self.own_starts) - 1


@dataclass(frozen=True, slots=True)
class _Rows:
    person: NDArray[np.int32]
    stream: NDArray[np.int32]
    at: NDArray[np.int64]
    row: NDArray[np.int64]

    def where(self, keep: NDArray[np.bool_]) -> "_Rows":
        return _Rows(self.person[keep], self.stream[keep], self.at[keep], self.row[keep])


def streams_of(crossings: Table[Crossing], least: int) -> Streams:
    """The streams of all travellers with at least `least` crossings.

    Raises
    ------
    ValueError
        where a person, port, direction or time is missing, or a direction is neither 'in' nor 'out'.
    """
    rows, tokens = _read(crossings)
    streams = int(rows.stream.max()) + 1 if len(rows.stream) else 0
    block = (int(rows.at.max()) // WEEK + 6) * WEEK if len(rows.at) else WEEK
    rows = _renumbered(rows, streams)
    crowded = crowds(rows.stream, rows.at, streams)
    often = np.bincount(rows.person, minlength=len(tokens)) >= least
    kept = rows.where(often[rows.person] & ~crowded)
    return _sorted(_by_content(kept, len(tokens), least), block, tokens, int(crowded.sum()))


def _read(crossings: Table[Crossing]) -> tuple[_Rows, pa.Array]:
    data = crossings.data
    for name in ("person_token", "port_code", "direction", "crossed_at"):
        missing = data[name].null_count
        if missing:
            first = int(np.flatnonzero(data[name].is_null().to_numpy())[0])
            raise ValueError(f"crossings: {name!r} is empty in {missing} rows, the first of them row {first}")
    people, ports, ways = (codes_of(data[name]) for name in ("person_token", "port_code", "direction"))
    strange = sorted(set(ways.texts.to_pylist()) - {"in", "out"})
    if strange:
        raise ValueError(f"crossings: direction {strange[0]!r} is neither 'in' nor 'out'")
    out = np.array([text == "out" for text in ways.texts.to_pylist()], np.int32)
    at = _seconds(data["crossed_at"])
    first_day = int(at.min()) // DAY * DAY if len(at) else 0
    stream = ports.codes * 2 + (out[ways.codes] if len(ways.codes) else ways.codes)
    return _Rows(people.codes, stream, at - first_day, np.arange(len(at), dtype=np.int64)), people.texts


def _seconds(column: pa.ChunkedArray) -> NDArray[np.int64]:
    per_second = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[column.type.unit]
    return pc.cast(column, pa.int64()).to_numpy() // per_second


def _renumbered(rows: _Rows, streams: int) -> _Rows:
    """Streams numbered by their traffic, the two directions of a port side by side."""
    traffic = content_hash(rows.stream, np.zeros_like(rows.stream), rows.at, streams + streams % 2)
    ports = traffic[0::2] + mixed(traffic[1::2])
    rank = np.empty(len(ports), np.int32)
    rank[np.argsort(ports, kind="stable")] = np.arange(len(ports), dtype=np.int32)
    return _Rows(rows.person, rank[rows.stream >> 1] * 2 + (rows.stream & 1), rows.at, rows.row)


def crowds(stream: NDArray[np.int32], at: NDArray[np.int64], streams: int) -> NDArray[np.bool_]:
    """Crossings in hours when a stream carries far more than it does at the same hour of the weeks around.

    On a festival, after a strike or a fog everybody meets everybody, and no rhythm foretells it. An hour is crowded
    where its count exceeds 2.5 times the median of the same hour 1 to 4 weeks before and after, plus 25.
    """
    if not len(at):
        return np.zeros(0, np.bool_)
    hours = int(at.max()) // HOUR + 1
    slot = stream * hours + at // HOUR
    count = np.bincount(slot, minlength=streams * hours).reshape(streams, hours)
    around = np.full((8, *count.shape), np.nan)
    for i, weeks in enumerate((-4, -3, -2, -1, 1, 2, 3, 4)):
        step = weeks * 7 * 24
        if abs(step) < hours:
            around[i, :, max(0, -step) : hours - max(0, step)] = count[:, max(0, step) : hours + min(0, step)]
    full = count > 25
    usual = np.zeros(count.shape)
    usual[full] = np.nan_to_num(_median(around[:, full]))
    return (full & (count > 2.5 * usual + 25)).reshape(-1)[slot]


def _median(around: NDArray[np.float64]) -> NDArray[np.float64]:
    known = (~np.isnan(around)).sum(axis=0)
    ordered = np.sort(around, axis=0)
    middle = np.maximum(known - 1, 0)
    at = np.arange(around.shape[1])
    return np.where(known > 0, (ordered[middle // 2, at] + ordered[(middle + 1) // 2, at]) / 2, np.inf)


def _by_content(rows: _Rows, people: int, least: int) -> tuple[_Rows, NDArray[np.int64]]:
    """Travellers renumbered by what they did: those of one stream side by side, then by the hash of their crossings."""
    did = content_hash(rows.person, rows.stream, rows.at, people)
    home = np.full(people, np.iinfo(np.int32).max, np.int32)
    np.minimum.at(home, rows.person, rows.stream)
    often = np.flatnonzero(np.bincount(rows.person, minlength=people) >= least)
    order = often[np.lexsort((did[often], home[often]))]
    number = np.full(people, -1, np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    who = number[rows.person]
    keep = who >= 0
    return _Rows(who[keep], rows.stream[keep], rows.at[keep], rows.row[keep]), order


def _sorted(rows_and_order: tuple[_Rows, NDArray[np.int64]], block: int, tokens: pa.Array, aside: int) -> Streams:
    rows, order = rows_and_order
    key = rows.at + rows.stream.astype(np.int64) * block
    by_time = sorted_order(key)
    key, who, row = key[by_time], rows.person[by_time], rows.row[by_time]
    fresh = settle_ties(key, who, row)
    key, who, row = key[fresh], who[fresh], row[fresh]
    own_starts = np.zeros(len(order) + 1, np.int64)
    np.cumsum(np.bincount(who, minlength=len(order)), out=own_starts[1:])
    own = _own(who, own_starts)
    at_port = _travellers_at(who[own], key[own] // (2 * block)) if len(own) else np.zeros(0, np.int64)
    return Streams(key, who, row, own, key[own], own_starts, block, order, tokens, at_port, aside)


def _travellers_at(who: NDArray[np.int32], port: NDArray[np.int64]) -> NDArray[np.int64]:
    first = np.r_[True, (who[1:] != who[:-1]) | (port[1:] != port[:-1])]
    return np.bincount(port[first])


@nb.njit(cache=True, nogil=True)
def _own(who, starts):  # type: ignore[no-untyped-def]
    own = np.empty(len(who), np.int64)
    free = starts.copy()
    for position in range(len(who)):
        own[free[who[position]]] = position
        free[who[position]] += 1
    return own
