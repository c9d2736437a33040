"""How surely a group was together: its own support, what chance would have given it, and its own correction."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect import benjamini_hochberg
from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.loops import first_from
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail
from arusha.rooms.watch.co_travel.episodes import Episodes
from arusha.rooms.watch.co_travel.groups import Sets
from arusha.rooms.watch.co_travel.streams import Streams
from arusha.rooms.watch.co_travel.ties import Ties

BEYOND_DOUBT = -14.0  # natural logarithm of a corrected chance: one in a million


@dataclass(frozen=True, slots=True)
class Verdicts:
    """For each group, all arrays (groups,): `times` at least `together` members met, `expected` by chance, p and q."""

    together: NDArray[np.int64]
    times: NDArray[np.int64]
    expected: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]


def verdicts_on(sets: Sets, episodes: Episodes, ties: Ties, streams: Streams, alpha: float) -> Verdicts:
    """Test each group by the number of members whose meeting is the most telling.

    That h of g members are within a window of one another has expectation C(g, h)·N·πʰ⁻¹: N crossings of a member, π
    the mean chance that one member is there when another crosses. p is the tail of a count with that mean and Gamma
    shape α, times the g − 1 choices of h; q corrects it over all sets of g travellers that use one port. h is the
    least majority where that is beyond doubt, for it holds the most episodes, and else the h of the least p.
    """
    rate = _mean_rate(sets, ties)
    crossings = np.diff(streams.own_starts)
    first = np.zeros(len(sets.sizes) + 1, np.int64)
    np.cumsum(np.bincount(episodes.group, minlength=len(sets.sizes)), out=first[1:])
    sizes = np.unique(sets.sizes)
    logs = np.array([log_sets(streams.at_port, int(size)) for size in sizes])
    log_tests = logs[np.searchsorted(sizes, sets.sizes)]
    together, times, expected, p = _most_telling(
        sets.members, sets.starts, rate, crossings, first, episodes.present, alpha, log_tests
    )
    q = np.ones(len(p))
    for size, log in zip(sizes, logs, strict=True):
        same = sets.sizes == size
        q[same] = corrected(p[same], float(log))
    return Verdicts(together, times, expected, p, q)


def log_sets(at_port: NDArray[np.int64], size: int) -> float:
    """Natural logarithm of Σ over ports of C(travellers there, size)."""
    steps = np.arange(size)
    enough = at_port[at_port >= size].astype(float)
    if not len(enough):
        return 0.0
    logs = np.log(enough[:, None] - steps).sum(axis=1) - np.log(steps + 1.0).sum()
    return float(np.log(np.exp(logs - logs.max()).sum()) + logs.max())


def corrected(p: NDArray[np.float64], log_tests: float) -> NDArray[np.float64]:
    """Benjamini–Hochberg over exp(log_tests) tests, of which only these p-values may be small. Shape (n,)."""
    each = np.exp(np.minimum(np.log(np.maximum(p, 1e-300)) + log_tests, 0.0))
    return benjamini_hochberg(each, len(each)) / max(len(each), 1)


def _mean_rate(sets: Sets, ties: Ties) -> NDArray[np.float64]:
    """Mean chance of meeting at a crossing over each group's tied pairs; shape (groups,)."""
    rate: NDArray[np.float64] = _rates(sets.members, sets.starts, ties.a, ties.b, ties.rate)
    return rate


@compiled
def _rates(members, starts, a, b, rate):
    mean = np.zeros(len(starts) - 1)
    for g in range(len(starts) - 1):
        pairs = 0
        for i in range(starts[g], starts[g + 1]):
            tie = first_from(a, members[i])
            while tie < len(a) and a[tie] == members[i]:
                mine = members[i + 1 : starts[g + 1]]
                at = first_from(mine, b[tie])
                if at < len(mine) and mine[at] == b[tie]:
                    mean[g] += rate[tie]
                    pairs += 1
                tie += 1
        mean[g] /= max(pairs, 1)
    return mean


@compiled
def _most_telling(members, starts, rate, crossings, first, present, alpha, log_tests):
    groups = len(starts) - 1
    together, times = np.zeros(groups, np.int64), np.zeros(groups, np.int64)
    expected, p = np.zeros(groups), np.ones(groups)
    for g in range(groups):
        size = starts[g + 1] - starts[g]
        most = 0
        total = 0
        for i in range(starts[g], starts[g + 1]):
            most = max(most, crossings[members[i]])
            total += crossings[members[i]]
        reached = np.zeros(size + 2, np.int64)
        for e in range(first[g], first[g + 1]):
            reached[present[e]] += 1
        sets = 1.0
        for h in range(size, 1, -1):
            reached[h] += reached[h + 1]
            mean = min(sets * (total / size) * rate[g] ** (h - 1), 0.98 * most)
            share = mean / most
            tail = beta_binomial_tail(min(reached[h], most), most, alpha, alpha * (1.0 - share) / share, 1.0)
            tail = min(tail * (size - 1), 1.0)
            sure = 2 * h > size and math.log(max(tail, 1e-300)) + log_tests[g] < BEYOND_DOUBT
            if sure or tail < p[g] or together[g] == 0:
                together[g], times[g], expected[g], p[g] = h, reached[h], mean, tail
            sets *= h / (size - h + 1.0)
    return together, times, expected, p
