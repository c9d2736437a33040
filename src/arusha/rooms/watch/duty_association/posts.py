"""Who was where: lanes as places, the shifts that worked them, the traffic that they took, hour by hour."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.datasets import Crossing, Shift
from arusha.lib.detect import Table
from arusha.lib.detect.codes import Codes, numbers
from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.threads import in_threads

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Lanes:
    """Crossings by place: `lane` (rows,) numbers (port, direction, lane), −1 where no lane is recorded.

    `stream` (rows,) is 2 × port + 1 outwards; `of_stream` (lanes,) the stream of each lane; `traffic` (lanes, hours)
    crossings in each hour since `start`, in seconds since 1970.
    """

    stream: NDArray[np.int32]
    at: NDArray[Any]
    lane: NDArray[np.int32]
    of_stream: NDArray[np.int32]
    traffic: NDArray[np.int32]
    start: int
    ports: pa.Array
    names: pa.Array
    name_of: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Shifts:
    """The roster as numbers; arrays (shifts,). `port` −1 where no crossing names it.

    `lane` (shifts, 2) are the lanes worked inwards and outwards, −1 where none.
    """

    officer: NDArray[np.int32]
    unit: NDArray[np.int32]
    port: NDArray[np.int32]
    lane: NDArray[np.int32]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    officers: pa.Array
    units: pa.Array


def lanes_of(crossings: Table[Crossing]) -> Lanes:
    """Places and their traffic."""
    ports, ways, names = in_threads(crossings.codes, ["port_code", "direction", "lane"])
    out = np.array([text == "out" for text in ways.texts.to_pylist()] or [False], np.bool_)
    at = crossings.seconds("crossed_at")
    start = int(at.min()) // HOUR * HOUR if len(at) else 0
    hours = (int(at.max()) - start) // HOUR + 1 if len(at) else 1
    width = max(len(names.texts), 1)
    stream, key, seen = _keyed(ports.codes, out[ways.codes], names.codes, 2 * len(ports.texts), width)
    known = np.flatnonzero(seen)
    number = np.full(len(seen) + 1, -1, np.int32)
    number[known] = np.arange(len(known), dtype=np.int32)
    lane, traffic = _traffic(key, number, at, start, len(known), hours)
    of_stream, name_of = (known // width).astype(np.int32), (known % width).astype(np.int32)
    return Lanes(stream, at, lane, of_stream, traffic, start, ports.texts, names.texts, name_of)


@compiled
def _keyed(port, way, name, streams, width):
    """Each row's stream, its lane as stream × width + name or −1 where none is recorded, and which of these occur."""
    stream, key = np.empty(len(port), np.int32), np.empty(len(port), np.int32)
    seen = np.zeros(streams * width, np.bool_)
    for i in range(len(port)):
        stream[i] = 2 * np.int32(port[i]) + way[i]
        key[i] = stream[i] * width + name[i] if name[i] >= 0 else -1
        if key[i] >= 0:
            seen[key[i]] = True
    return stream, key, seen


@compiled
def _traffic(key, number, at, start, lanes, hours):
    """Each row's lane by its number, and how many passed each lane in each hour."""
    lane = np.empty(len(key), np.int32)
    traffic = np.zeros((lanes, hours), np.int32)
    for i in range(len(key)):
        lane[i] = number[key[i]]
        if lane[i] >= 0:
            traffic[lane[i], (np.int64(at[i]) - start) // HOUR] += 1
    return lane, traffic


def shifts_of(roster: Table[Shift], lanes: Lanes) -> Shifts:
    """The roster, its posts found among the lanes that crossings name.

    Raises
    ------
    ValueError
        where a shift ends before it starts.
    """
    begins, ends = (roster.seconds(name).astype(np.int64) for name in ("shift_start", "shift_end"))
    if (ends <= begins).any():
        raise ValueError(f"roster: the shift in row {int(np.argmax(ends <= begins))} ends before it starts")
    officers, units, ports, posts, ways = (
        roster.codes(name) for name in ("officer_id", "unit_id", "port_code", "post", "direction")
    )
    port, post = _placed(ports, lanes.ports), _placed(posts, lanes.names)
    number = np.full((2 * len(lanes.ports) + 2, len(lanes.names) + 1), -1, np.int32)
    number[lanes.of_stream, lanes.name_of] = np.arange(len(lanes.of_stream))
    serves = np.array([[text != "out", text != "in"] for text in [*ways.texts.to_pylist(), None]])[ways.codes]
    both_ways = np.stack([port * 2, port * 2 + 1], axis=1)
    placed = serves & (port >= 0)[:, None] & (post >= 0)[:, None]
    lane = np.where(placed, number[both_ways, post[:, None]], -1).astype(np.int32)
    return Shifts(officers.codes, units.codes, port, lane, begins, ends, officers.texts, units.texts)


def _placed(column: Codes, among: pa.Array) -> NDArray[np.int32]:
    """The column's texts as places among other texts, −1 where they are not there or empty."""
    if not len(column.texts):
        return np.full(len(column.codes), -1, np.int32)
    place = numbers(pc.index_in(column.texts, value_set=among).fill_null(-1))
    return np.r_[place, -1].astype(np.int32)[column.codes]
