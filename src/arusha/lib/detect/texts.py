"""Long columns of identifiers as numbers: each text hashed once, the frequent ones numbered, the rest left out.

A dictionary of all texts is what costs in a column of ten million tokens, and most of its entries are of people who
pass once or twice. Here two texts are the same where 64 mixed bits are: among a million, the chance that any two
collide is 3e-8.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.detect.codes import numbers
from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.threads import in_threads, stretches

PARTS = 2  # bits of a hash that pick its part
SKETCH = 24  # bits of a hash that pick a counter: 16 million of them, one byte each


def hashes_of(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    """64 bits of each text, shape (rows,); the column plain or dictionary-encoded, without nulls."""
    out = np.empty(len(column), np.uint64)
    starts = np.cumsum([0, *(len(chunk) for chunk in column.chunks)])
    if pa.types.is_dictionary(column.type):
        _hash_coded(column, starts, out)
        return out
    pieces = [
        (chunk.slice(lo, hi - lo), start + lo, start + hi)
        for chunk, start in zip(column.chunks, starts.tolist(), strict=False)
        for lo, hi in stretches(len(chunk), max(1, len(chunk) // 500_000))
    ]
    in_threads(lambda piece: hash_into(piece[0], out[piece[1] : piece[2]]), pieces)
    return out


def _hash_coded(column: pa.ChunkedArray, starts: NDArray[np.int64], out: NDArray[np.uint64]) -> None:
    """Chunks that share a dictionary have it hashed once."""
    known: tuple[int, NDArray[np.uint64]] = (-1, np.empty(0, np.uint64))
    for chunk, start in zip(column.chunks, starts.tolist(), strict=False):
        words = chunk.dictionary
        at = words.buffers()[1].address if len(words) else 0
        if at != known[0] or len(words) != len(known[1]):
            known = (at, hashes_of(pa.chunked_array([words])))
        out[start : start + len(chunk)] = known[1][numbers(chunk.indices)]


def hash_into(chunk: pa.Array, out: NDArray[np.uint64]) -> None:
    """64 bits of each text of a plain column, into `out` of the same length."""
    if len(chunk):
        _, ends, data = chunk.buffers()
        wide = np.int64 if pa.types.is_large_string(chunk.type) else np.int32
        bounds = np.frombuffer(ends, wide)[chunk.offset : chunk.offset + len(chunk) + 1]
        _hash(np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8), bounds, out)


def frequent(hashes: NDArray[np.uint64], least: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Number the hashes that occur at least `least` times; the others are −1, but for a few that slip through.

    Returns the numbers, shape (rows,), and for each the row where it occurs first. Hashes are numbered in four
    parts by their first bits, within a part by where they occur first.
    """
    seen = np.zeros(1 << SKETCH, np.uint8)
    codes = np.full(len(hashes), -1, np.int32)

    def number(part: int) -> NDArray[np.int64]:
        _sketch(hashes, seen, part, least)
        firsts: NDArray[np.int64] = _number(hashes, seen, part, least, codes)
        return firsts

    firsts = in_threads(number, range(1 << PARTS))
    before = np.cumsum([0, *(len(mine) for mine in firsts)])
    in_threads(lambda piece: _follow_on(hashes, codes, before, *piece), stretches(len(hashes), 8))
    return codes, np.concatenate(firsts)


@compiled
def _hash(data: NDArray[np.uint8], ends: NDArray[Any], out: NDArray[np.uint64]) -> None:
    for i in range(len(out)):
        start, stop = np.int64(ends[i]), np.int64(ends[i + 1])
        h = np.uint64(stop - start) * np.uint64(0x9E3779B97F4A7C15)
        while start < stop:
            word = np.uint64(0)
            if stop - start >= 8:
                for k in range(8):
                    word |= np.uint64(data[start + k]) << np.uint64(8 * k)
            else:
                for k in range(stop - start):
                    word |= np.uint64(data[start + k]) << np.uint64(8 * k)
            start += 8
            h = (h ^ word) * np.uint64(0xBF58476D1CE4E5B9)
            h = (h ^ (h >> np.uint64(29))) * np.uint64(0x94D049BB133111EB)
            h ^= h >> np.uint64(32)
        out[i] = h


@compiled
def _sketch(hashes: NDArray[np.uint64], seen: NDArray[np.uint8], part: int, least: int) -> None:
    """Counters of the hashes' top bits, up to `least`, of this part: never less than the true counts."""
    full = np.uint8(min(least, 255))
    for i in range(len(hashes)):
        if hashes[i] >> np.uint64(64 - PARTS) == part:
            at = hashes[i] >> np.uint64(64 - SKETCH)
            seen[at] += np.uint8(seen[at] < full)


@compiled
def _number(
    hashes: NDArray[np.uint64], seen: NDArray[np.uint8], part: int, least: int, codes: NDArray[np.int32]
) -> NDArray[np.int64]:
    full = np.uint8(min(least, 255))
    room = 1 << 12
    slots, keys = np.full(room, -1, np.int32), np.zeros(room, np.uint64)
    firsts = np.empty(room, np.int64)
    found = 0
    for i in range(len(hashes)):
        h = hashes[i]
        if h >> np.uint64(64 - PARTS) != part or seen[h >> np.uint64(64 - SKETCH)] < full:
            continue
        at = np.int64(h & np.uint64(room - 1))
        while slots[at] >= 0 and keys[at] != h:
            at = (at + 1) & (room - 1)
        if slots[at] < 0:
            slots[at], keys[at] = found, h
            firsts[found] = i
            found += 1
            codes[i] = found - 1
            if 2 * found > room:
                room *= 2
                slots, keys = _larger(slots, keys, room)
                firsts = _longer(firsts, room)
        else:
            codes[i] = slots[at]
    return firsts[:found]


@compiled
def _follow_on(
    hashes: NDArray[np.uint64], codes: NDArray[np.int32], before: NDArray[np.int64], lo: int, hi: int
) -> None:
    for i in range(lo, hi):
        if codes[i] >= 0:
            codes[i] += before[hashes[i] >> np.uint64(64 - PARTS)]


@compiled
def _longer(firsts: NDArray[np.int64], room: int) -> NDArray[np.int64]:
    more = np.empty(room, np.int64)
    for i in range(len(firsts)):
        more[i] = firsts[i]
    return more


@compiled
def _larger(
    slots: NDArray[np.int32], keys: NDArray[np.uint64], room: int
) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
    more_slots, more_keys = np.full(room, -1, np.int32), np.zeros(room, np.uint64)
    for i in range(len(slots)):
        if slots[i] >= 0:
            at = np.int64(keys[i] & np.uint64(room - 1))
            while more_slots[at] >= 0:
                at = (at + 1) & (room - 1)
            more_slots[at], more_keys[at] = slots[i], keys[i]
    return more_slots, more_keys
