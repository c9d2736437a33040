"""Crossings as streams: every (port, direction) in time, and every traveller's own crossings in it.

What comes out depends on who crossed where and when, and on nothing else: not on the order of the rows or on rows that
repeat one another, not on the names of people and ports, not on the date the year starts. Travellers and ports are
numbered by what they did.
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
from arusha.lib.detect.texts import frequent, hashes_of
from arusha.rooms.watch.co_travel.order import content_hash, mixed, settle_ties, sorted_order

DAY = 86_400
WEEK = 7 * DAY
HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Streams:
    """Crossings of the travellers who crossed often enough, sorted by stream, time and traveller.

    `key` (n,) seconds from the first day's midnight, plus stream × `block`: one number says stream and time, and two
    crossings of different streams are never close. `who` (n,) the traveller, `row` (n,) the row of the table.
    `own` (n,) positions in the above, traveller by traveller from `own_starts`; `own_key` their keys. `named` gives for
    each traveller a row that holds the token. `at_port` (ports,) how many travellers use each port.
    """

    key: NDArray[np.int64]
    who: NDArray[np.int32]
    row: NDArray[np.int32]
    own: NDArray[np.int32]
    own_key: NDArray[np.int64]
    own_starts: NDArray[np.int64]
    block: int
    named: NDArray[np.int64]
    at_port: NDArray[np.int64]

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
        where a person, port, direction or time is missing, or a direction is neither 'in' nor 'out'.
    """
    _complete(crossings)
    stream, ports = _stream_of(crossings)
    at = _seconds(crossings.data["crossed_at"])
    person, firsts = frequent(hashes_of(crossings.data["person_token"]), least)
    block = (int(at.max(initial=0)) // WEEK + 6) * WEEK
    keep = np.flatnonzero((person >= 0) & ~crowds(stream, at, 2 * ports))
    key = at[keep] + stream[keep].astype(np.int64) * block
    order = sorted_order(key)
    row = keep[order].astype(np.int32)
    rows = _often(_distinct(_Rows(key[order], person[row], row)), len(firsts), least)
    rows, named = _by_content(_ports_by_content(rows, block, ports), block, firsts)
    own_starts = np.zeros(len(named) + 1, np.int64)
    np.cumsum(np.bincount(rows.person, minlength=len(named)), out=own_starts[1:])
    own = _own(rows.person, own_starts)
    own_key = rows.key[own]
    at_port = _travellers_at(rows.person[own], own_key // (2 * block))
    return Streams(rows.key, rows.person, rows.row, own, own_key, own_starts, block, named, at_port)


def _complete(crossings: Table[Crossing]) -> None:
    for name in ("person_token", "port_code", "direction", "crossed_at"):
        column = crossings.data[name]
        if column.null_count:
            first = int(np.flatnonzero(column.is_null().to_numpy())[0])
            raise ValueError(f"crossings: {name!r} is empty in {column.null_count} rows, the first of them row {first}")


def _stream_of(crossings: Table[Crossing]) -> tuple[NDArray[np.int32], int]:
    """Each row's stream, 2 × port + 1 outwards, and how many ports there are."""
    ports, ways = codes_of(crossings.data["port_code"]), codes_of(crossings.data["direction"])
    texts = ways.texts.to_pylist()
    strange = sorted(set(texts) - {"in", "out"})
    if strange:
        raise ValueError(f"crossings: direction {strange[0]!r} is neither 'in' nor 'out'")
    out = np.array([text == "out" for text in texts], np.int32)
    return ports.codes * 2 + (out[ways.codes] if len(texts) else ways.codes), len(ports.texts)


def _seconds(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Seconds from the first day's midnight, UTC; parts of a second are dropped."""
    per_second = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[column.type.unit]
    at = pc.cast(column, pa.int64()).to_numpy() // per_second
    whole: NDArray[np.int64] = at - int(at.min()) // DAY * DAY if len(at) else at
    return whole


def crowds(stream: NDArray[np.int32], at: NDArray[np.int64], streams: int) -> NDArray[np.bool_]:
    """Crossings in hours when a stream carries far more than it does at the same hour of the weeks around.

    On a festival, after a strike or a fog everybody meets everybody, and no rhythm foretells it. An hour is crowded
    where its count exceeds 2.5 times the median of the same hour 1 to 4 weeks before and after, plus 25.
    """
    if not len(at):
        return np.zeros(0, np.bool_)
    hours = int(at.max()) // HOUR + 1
    slot = stream * hours + (at // HOUR).astype(np.int32)
    count = np.bincount(slot, minlength=streams * hours).reshape(streams, hours)
    around = np.full((8, *count.shape), np.nan)
    for i, weeks in enumerate((-4, -3, -2, -1, 1, 2, 3, 4)):
        step = weeks * 7 * 24
        if abs(step) < hours:
            around[i, :, max(0, -step) : hours - max(0, step)] = count[:, max(0, step) : hours + min(0, step)]
    full = count > 25
    usual = np.zeros(count.shape)
    usual[full] = _median(around[:, full])
    crowded: NDArray[np.bool_] = (full & (count > 2.5 * usual + 25)).reshape(-1)[slot]
    return crowded


def _median(around: NDArray[np.float64]) -> NDArray[np.float64]:
    """Medians down the columns, of what is known; infinite where nothing is."""
    known = (~np.isnan(around)).sum(axis=0)
    ordered = np.sort(around, axis=0)
    middle = np.maximum(known - 1, 0)
    at = np.arange(around.shape[1])
    return np.where(known > 0, (ordered[middle // 2, at] + ordered[(middle + 1) // 2, at]) / 2, np.inf)


def _distinct(rows: _Rows) -> _Rows:
    """The same without crossings that repeat one another; the first row of each stays."""
    fresh = settle_ties(rows.key, rows.person, rows.row)
    return rows if fresh.all() else _Rows(rows.key[fresh], rows.person[fresh], rows.row[fresh])


def _often(rows: _Rows, people: int, least: int) -> _Rows:
    """Only crossings of those with `least` of them or more."""
    keep = (np.bincount(rows.person, minlength=people) >= least)[rows.person]
    return rows if keep.all() else _Rows(rows.key[keep], rows.person[keep], rows.row[keep])


def _ports_by_content(rows: _Rows, block: int, ports: int) -> _Rows:
    """Ports numbered by their traffic, the two directions of a port side by side."""
    edges = np.searchsorted(rows.key, np.arange(2 * ports + 1) * block)
    stream = np.repeat(np.arange(2 * ports, dtype=np.int32), np.diff(edges))
    traffic = content_hash(stream, np.zeros_like(stream), rows.key - stream * np.int64(block), 2 * ports)
    order = np.argsort(traffic[0::2] + mixed(traffic[1::2]), kind="stable")
    blocks = [slice(edges[s], edges[s + 1]) for port in order for s in (2 * port, 2 * port + 1)]
    if not blocks:
        return rows
    key = np.concatenate([rows.key[b] % block + s * block for s, b in enumerate(blocks)])
    return _Rows(key, *(np.concatenate([x[b] for b in blocks]) for x in (rows.person, rows.row)))


def _by_content(rows: _Rows, block: int, firsts: NDArray[np.int64]) -> tuple[_Rows, NDArray[np.int64]]:
    """Travellers numbered by what they did: those of one stream side by side, then by a hash of their crossings.

    Also, for each of them, a row that holds the token.
    """
    people = len(firsts)
    stream = (rows.key // block).astype(np.int32)
    did = content_hash(rows.person, stream, rows.key, people)
    home = np.full(people, -1, np.int32)
    # Rows lie in order of stream: the last write is of the first stream.
    home[rows.person[::-1]] = stream[::-1]
    there = np.flatnonzero(home >= 0)
    order = there[np.lexsort((did[there], home[there]))]
    number = np.full(people, -1, np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    kept = _Rows(rows.key, number[rows.person], rows.row)
    settle_ties(kept.key, kept.person, kept.row)
    return kept, firsts[order]


def _travellers_at(who: NDArray[np.int32], port: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many travellers use each port; rows lie traveller by traveller, in order of port."""
    if not len(who):
        return np.zeros(0, np.int64)
    first = np.r_[True, (who[1:] != who[:-1]) | (port[1:] != port[:-1])]
    return np.bincount(port[first])


@nb.njit(cache=True, nogil=True)
def _own(who, starts):  # type: ignore[no-untyped-def]
    own = np.empty(len(who), np.int32)
    free = starts.copy()
    for position in range(len(who)):
        own[free[who[position]]] = position
        free[who[position]] += 1
    return own
