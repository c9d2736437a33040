"""Which pairs are tied: those that stand out among all eligible pairs, so few that false groups stay few."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.rooms.watch.co_travel.meetings import Met

BOUNDS = 10.0 ** np.arange(-16, -3.9, 0.25)  # chances at which the strangers are counted; none above is worth a look


@dataclass(frozen=True, slots=True)
class Ties:
    """Tied pairs, a < b, sorted; all arrays (ties,). `rate` the chance of meeting at a crossing, `q` of the pair."""

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    rate: NDArray[np.float64]


def ties_among(
    met: Met, p: NDArray[np.float64], mean: NDArray[np.float64], by_chance: NDArray[np.float64], fdr: float
) -> Ties:
    """Pairs at a false discovery rate of `fdr`, counted in groups.

    `by_chance`: strangers expected at each of `BOUNDS`. Every pair named by chance can make a false group, while the
    pairs of one true group make one; so expected strangers are divided by the components that the pairs make, not by
    the pairs. That bounds the share of false groups, which control over pairs does not.
    """
    order = np.lexsort((met.b, met.a, p))
    order = order[p[order] <= BOUNDS[-1]]
    a, b = met.a[order], met.b[order]
    groups = components_made(a, b)
    q = np.minimum(np.minimum.accumulate((strangers_below(p[order], by_chance) / groups)[::-1])[::-1], 1.0)
    kept = np.flatnonzero(q <= fdr)
    kept = kept[np.lexsort((b[kept], a[kept]))]
    at = order[kept]
    return Ties(a[kept], b[kept], p[at], q[kept], mean[at] / met.most[at])


def strangers_below(p: NDArray[np.float64], by_chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Strangers expected at each p: the count at the next of `BOUNDS`, and in proportion below the first."""
    at = np.searchsorted(BOUNDS, p)
    return np.where(p < BOUNDS[0], by_chance[0] * p / BOUNDS[0], by_chance[np.minimum(at, len(BOUNDS) - 1)])


def components_made(a: NDArray[np.int32], b: NDArray[np.int32]) -> NDArray[np.int64]:
    """After each pair, in the order given, how many components the pairs so far make. Shape (pairs,)."""
    people = int(max(a.max(), b.max())) + 1 if len(a) else 0
    made: NDArray[np.int64] = _components_made(a, b, people)
    return made


@compiled
def _components_made(a, b, people):
    root = np.full(people, -1, np.int32)
    made = np.empty(len(a), np.int64)
    now = 0
    for i in range(len(a)):
        x, y = a[i], b[i]
        if root[x] < 0:
            root[x] = x
            now += 1
        if root[y] < 0:
            root[y] = y
            now += 1
        x, y = find(root, x), find(root, y)
        if x != y:
            root[max(x, y)] = min(x, y)
            now -= 1
        made[i] = now
    return made


@compiled
def find(root, x):
    """The root of x, the way to it halved."""
    while root[x] != x:
        root[x] = root[root[x]]
        x = root[x]
    return x
