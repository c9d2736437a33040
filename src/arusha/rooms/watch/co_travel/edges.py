"""Which pairs are tied: by their own meetings, or because three weak ties close a triangle.

A pair alone must stand out among all eligible pairs. Three pairs of one triple whose chances are all at most t happen
together with chance t³ among strangers, so a triple stands out among all eligible triples at a much larger t: rings
that cross seldom are seen as triples where none of their pairs could be.
"""

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect import benjamini_hochberg
from arusha.rooms.watch.co_travel.meetings import Met

WEAK = 1e-3


@dataclass(frozen=True, slots=True)
class Ties:
    """Tied pairs, a < b, sorted; all arrays (ties,). `p` of the pair alone, `rate` the chance of meeting at a crossing."""

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    times: NDArray[np.int32]
    rate: NDArray[np.float64]


def ties_among(
    met: Met, p: NDArray[np.float64], mean: NDArray[np.float64], pairs: float, triples: float, fdr: float
) -> Ties:
    """Pairs kept at a false discovery rate of `fdr`, half of it spent on pairs and half on triples."""
    q = 2 * benjamini_hochberg(p, max(int(pairs), len(p)))
    weak = np.flatnonzero(p <= WEAK)
    order = weak[np.lexsort((met.b[weak], met.a[weak]))]
    closing = closed(met.a[order], met.b[order], p[order])
    third = benjamini_hochberg(closing**3, max(int(3 * triples), len(order)))
    q[order] = np.minimum(q[order], 2 * third)
    kept = order[q[order] <= fdr]
    rate = mean[kept] / met.most[kept]
    return Ties(met.a[kept], met.b[kept], p[kept], np.minimum(q[kept], 1.0), met.times[kept], rate)


def closed(a: NDArray[np.int32], b: NDArray[np.int32], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """For each pair the least t so that a third traveller closes a triangle with all chances at most t; else 1."""
    people = int(max(a.max(), b.max())) + 1 if len(a) else 0
    starts, other, edge = neighbours(a, b, people)
    found: NDArray[np.float64] = _closed(a, b, p, starts, other, edge)
    return found


def neighbours(
    a: NDArray[np.int32], b: NDArray[np.int32], people: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Neighbours of each of `people` in increasing order, from `starts`; `edge` is the place of the pair."""
    one, two, edge = np.r_[a, b], np.r_[b, a], np.r_[np.arange(len(a)), np.arange(len(a))]
    order = np.lexsort((two, one))
    starts = np.zeros(people + 1, np.int64)
    np.cumsum(np.bincount(one, minlength=people), out=starts[1:])
    return starts, two[order], edge[order]


@nb.njit(cache=True, nogil=True)
def _closed(a, b, p, starts, other, edge):  # type: ignore[no-untyped-def]
    best = np.ones(len(a))
    for e in range(len(a)):
        i, j = starts[a[e]], starts[b[e]]
        while i < starts[a[e] + 1] and j < starts[b[e] + 1]:
            if other[i] < other[j]:
                i += 1
            elif other[i] > other[j]:
                j += 1
            else:
                best[e] = min(best[e], max(p[e], p[edge[i]], p[edge[j]]))
                i += 1
                j += 1
    return best
