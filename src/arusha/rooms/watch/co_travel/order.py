"""Sorting and hashing by content: the same people and streams get the same numbers under any names."""

import numba as nb
import numpy as np
from numpy.typing import NDArray


@nb.njit(cache=True, nogil=True)
def mixed(x):  # type: ignore[no-untyped-def]
    """64 well-mixed bits of each x (Stafford's variant 13 of the MurmurHash3 finalizer). Shape (n,) to (n,)."""
    out = np.empty(len(x), np.uint64)
    for i in range(len(x)):
        out[i] = mix(np.uint64(x[i]))
    return out


@nb.njit(cache=True, nogil=True, inline="always")
def mix(x):  # type: ignore[no-untyped-def]
    """64 well-mixed bits of x."""
    x = np.uint64(x)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@nb.njit(cache=True, nogil=True)
def content_hash(whose, where, at, count):  # type: ignore[no-untyped-def]
    """A hash for each of `count` owners of what it did, whatever the order: sum of mixed (where, at). Shape (count,)."""
    hashes = np.zeros(count, np.uint64)
    golden = np.uint64(0x9E3779B97F4A7C15)
    for i in range(len(whose)):
        hashes[whose[i]] += mix(np.uint64(at[i]) * golden + mix(np.uint64(where[i]) + golden))
    return hashes


def sorted_order(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order that sorts non-negative keys, equal ones as they stand; shape (n,).

    Key and place are packed into one integer where they fit, which sorts several times faster than an indirect sort.
    """
    bits = len(key).bit_length()
    if not len(key) or int(key.max()).bit_length() + bits > 63:
        return np.argsort(key, kind="stable")
    packed = np.sort((key << bits) | np.arange(len(key)))
    return packed & ((1 << bits) - 1)


@nb.njit(cache=True, nogil=True)
def settle_ties(key, who, row):  # type: ignore[no-untyped-def]
    """Order crossings of one second by traveller, in place; False marks a crossing that repeats the one before it."""
    n = len(key)
    fresh = np.ones(n, np.bool_)
    start = 0
    while start < n:
        stop = start + 1
        while stop < n and key[stop] == key[start]:
            stop += 1
        if stop - start > 1:
            order = np.argsort(who[start:stop], kind="mergesort")
            who[start:stop] = who[start:stop][order]
            row[start:stop] = row[start:stop][order]
            for i in range(start + 1, stop):
                fresh[i] = who[i] != who[i - 1]
        start = stop
    return fresh
