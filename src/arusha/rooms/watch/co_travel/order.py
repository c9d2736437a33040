"""Sorting and hashing by content: the same people and streams get the same numbers under any names."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.loops import first_from, sort_up
from arusha.lib.detect.threads import in_threads

GOLDEN = 0x1E3779B97F4A7C15


@compiled
def mixed(x):
    """64 well-mixed bits of each x (Stafford's variant 13 of the MurmurHash3 finalizer). Shape (n,) to (n,)."""
    out = np.empty(len(x), np.uint64)
    for i in range(len(x)):
        out[i] = mix(np.uint64(x[i]))
    return out


@compiled
def mix(x):
    """64 well-mixed bits of x."""
    x = np.uint64(x)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@compiled
def starts_of(key, block, streams):
    """Where each stream starts among sorted keys, and where the last one ends. Shape (streams + 1,)."""
    starts = np.empty(streams + 1, np.int64)
    for s in range(streams + 1):
        starts[s] = first_from(key, s * block)
    return starts


@compiled
def stream_hashes(key, person, often, block, starts):
    """A hash for each stream of when those who cross `often` did, whoever they are. Shape (streams,)."""
    hashes = np.zeros(len(starts) - 1, np.uint64)
    for s in range(len(hashes)):
        for i in range(starts[s], starts[s + 1]):
            if often[person[i]]:
                hashes[s] += mix(key[i] - s * block + GOLDEN)
    return hashes


@compiled
def person_hashes(key, person, rank, block, starts, people):
    """A hash for each person of when and in which stream they crossed, and the first of their streams, by `rank`."""
    hashes, home = np.zeros(people, np.uint64), np.full(people, len(rank), np.int64)
    for s in range(len(rank)):
        for i in range(starts[s], starts[s + 1]):
            hashes[person[i]] += mix((rank[s] - s) * block + key[i] + GOLDEN)
            home[person[i]] = min(home[person[i]], rank[s])
    return hashes, home


@compiled
def _summed(size):
    """Running sums, in place."""
    for i in range(1, len(size)):
        size[i] += size[i - 1]
    return size


@compiled
def in_new_order(key, person, row, number, rank, block, starts):
    """Sorted crossings once streams are ranked and people numbered anew, without those who have no number."""
    size = np.zeros(len(rank) + 1, np.int64)
    for s in range(len(rank)):
        for i in range(starts[s], starts[s + 1]):
            size[rank[s] + 1] += number[person[i]] >= 0
    free = _summed(size)
    key_, person_, row_ = np.empty(free[-1], np.int64), np.empty(free[-1], np.int32), np.empty(free[-1], np.int32)
    for s in range(len(rank)):
        at = free[rank[s]]
        for i in range(starts[s], starts[s + 1]):
            if number[person[i]] >= 0:
                key_[at], person_[at], row_[at] = (rank[s] - s) * block + key[i], number[person[i]], row[i]
                at += 1
    return key_, person_, row_


@compiled
def by_stream(person, port, way, at, first_day, block, streams):
    """Crossings of numbered people stream by stream, as they stand in the table: keys, people, rows, starts of streams.

    A key is stream × `block` + seconds since `first_day`; `at` are seconds since 1970.
    """
    size = np.zeros(streams + 1, np.int64)
    for i in range(len(person)):
        if person[i] >= 0:
            size[2 * np.int64(port[i]) + way[i] + 1] += 1
    starts = _summed(size)
    free = starts.copy()
    key, who = np.empty(starts[-1], np.int64), np.empty(starts[-1], np.int32)
    row = np.empty(starts[-1], np.int32)
    for i in range(len(person)):
        if person[i] >= 0:
            stream = 2 * np.int64(port[i]) + way[i]
            place = free[stream]
            key[place], who[place], row[place] = stream * block + np.int64(at[i]) - first_day, person[i], i
            free[stream] += 1
    return key, who, row, starts


def in_time_order(
    key: NDArray[np.int64], who: NDArray[np.int32], row: NDArray[np.int32], starts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Each stream sorted by time, equal moments as they stand; logs mostly are, and stay untouched.

    Key and place are packed into one integer, which sorts several times faster than an indirect sort.
    """

    def sort(piece: tuple[int, int]) -> None:
        mine = key[piece[0] : piece[1]]
        if (mine[1:] >= mine[:-1]).all():
            return
        bits = len(mine).bit_length()
        since = int(mine.min())
        if int(mine.max() - since).bit_length() + bits < 63:
            order = np.sort((mine - since) << bits | np.arange(len(mine))) & ((1 << bits) - 1)
        else:
            order = np.argsort(mine, kind="stable")
        for column in (key, who, row):
            column[piece[0] : piece[1]] = column[piece[0] : piece[1]][order]

    in_threads(sort, list(pairwise(starts.tolist())))
    return key, who, row


@compiled
def settle_ties(key, who, row):
    """Order crossings of one second by traveller, in place; False marks a crossing that repeats the one before it."""
    n = len(key)
    fresh = np.ones(n, np.bool_)
    start = 0
    while start < n:
        stop = start + 1
        while stop < n and key[stop] == key[start]:
            stop += 1
        if stop - start > 1:
            # Traveller and row in one number: rows are below 2³¹.
            both = np.empty(stop - start, np.int64)
            for i in range(start, stop):
                both[i - start] = np.int64(who[i]) << 32 | row[i]
            sort_up(both, stop - start)
            for i in range(start, stop):
                who[i], row[i] = both[i - start] >> 32, both[i - start] & 0xFFFFFFFF
                fresh[i] = i == start or who[i] != who[i - 1]
        start = stop
    return fresh
