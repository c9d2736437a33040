"""The chance of each pair that met: its habits, then the same crossings moved by weeks and by days."""

import numba as nb
import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.threads import in_threads, stretches
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, prior, stratum, updated
from arusha.rooms.watch.co_travel.meetings import Met
from arusha.rooms.watch.co_travel.rhythm import Habits, by_shifts, most_by_days
from arusha.rooms.watch.co_travel.strangers import EDGES, Prior
from arusha.rooms.watch.co_travel.streams import Streams


def chances(
    met: Met, streams: Streams, habits: Habits, window: int, weeks: int, lift: float, of: Prior
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each pair the chance of meeting so often, and the meetings expected. Shapes (pairs,).

    The chance is 1 where the pair met less than `lift` times as often as its shifts, or its best move by days, say.
    """
    given = (met.a, met.b, met.times, met.most, met.foretold, weeks, lift)
    rhythm = (streams.own_key, streams.own_starts, habits.first, habits.last, window, of.alpha, of.ratio, EDGES)

    def work(piece: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        found: tuple[NDArray[np.float64], NDArray[np.float64]] = _chances(*piece, *given, *rhythm)
        return found

    parts = in_threads(work, stretches(len(met.a), 16))
    if not parts:
        return np.empty(0), np.empty(0)
    return np.concatenate([p for p, _ in parts]), np.concatenate([m for _, m in parts])


@nb.njit(cache=True, nogil=True)
def _chances(
    lo, hi, a, b, times, most, expected, weeks, lift, own_key, own_starts, first, last, window, alpha, ratio, edges
):  # type: ignore[no-untyped-def]
    p, mean = np.ones(hi - lo), np.empty(hi - lo)
    for i in range(lo, hi):
        met, covered = by_shifts(a[i], b[i], weeks, own_key, own_starts, first, last, window)
        s = stratum(expected[i], edges)
        x, y = prior(expected[i], most[i], alpha[s], ratio[s])
        x, y = updated(x, y, met, covered, most[i])
        mean[i - lo] = most[i] * x / (x + y)
        if times[i] < lift * mean[i - lo]:
            continue
        steady = most_by_days(a[i], b[i], times[i] / lift, own_key, own_starts, first, last, window)
        if times[i] > lift * steady:
            p[i - lo] = beta_binomial_tail(times[i], most[i], x, y)
    return p, mean
