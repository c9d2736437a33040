"""The chance of each pair that met: its habits, then the same crossings moved by weeks and by days."""

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.threads import in_threads, stretches
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, prior, raised, stratum, updated
from arusha.rooms.watch.co_travel.meetings import Met
from arusha.rooms.watch.co_travel.rhythm import Rhythms, by_weeks, met_as_often
from arusha.rooms.watch.co_travel.strangers import EDGES, Prior


def chances(
    met: Met, rhythms: Rhythms, weeks: int, lift: float, of: Prior, worth: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each pair the chance of meeting so often, and the meetings expected. Shapes (pairs,).

    The chance is 1 where the pair met less than `lift` times as often as its moves by weeks say, all or the best of
    them, or its best move by days, which are tried where the chance is at most `worth`.
    """
    given = (met.a, met.b, met.times, met.most, met.foretold, weeks, lift, worth)

    def work(piece: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        found: tuple[NDArray[np.float64], NDArray[np.float64]] = _chances(
            *piece, *given, rhythms, of.alpha, of.ratio, of.shared, EDGES
        )
        return found

    parts = in_threads(work, stretches(len(met.a), 32))
    if not parts:
        return np.empty(0), np.empty(0)
    return np.concatenate([p for p, _ in parts]), np.concatenate([m for _, m in parts])


@compiled
def _chances(lo, hi, a, b, times, most, expected, weeks, lift, worth, r, alpha, ratio, shared, edges):
    p, mean = np.ones(hi - lo), times[lo:hi].astype(np.float64)
    for i in range(lo, hi):
        met, covered = by_weeks(a[i], b[i], weeks, times[i] / lift, r)
        if met < 0:
            continue
        s = stratum(expected[i], edges)
        x, y = prior(expected[i], most[i], alpha[s], ratio[s])
        x, y = raised(*updated(x, y, met, covered, most[i]), shared[s])
        mean[i - lo] = most[i] * x / (x + y)
        if times[i] < lift * mean[i - lo]:
            continue
        tail = beta_binomial_tail(times[i], most[i], x, y, 1.0)
        if tail > worth or not met_as_often(a[i], b[i], times[i] / lift, r):
            p[i - lo] = tail
    return p, mean
