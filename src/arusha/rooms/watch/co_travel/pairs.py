"""From meetings to pairs that keep meeting beyond chance: the prior fitted, the shifts counted, the chance of each."""

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.threads import in_threads, stretches
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, log_likelihood, prior, updated
from arusha.rooms.watch.co_travel.meetings import Met
from arusha.rooms.watch.co_travel.order import mix
from arusha.rooms.watch.co_travel.rhythm import Habits, by_shifts, foretold, most_by_days
from arusha.rooms.watch.co_travel.streams import DAY, Streams

SAMPLE = 16_384


@dataclass(frozen=True, slots=True)
class Prior:
    """What pairs of strangers do: their rate is Gamma with shape `alpha` about `ratio` × what habits foretell."""

    alpha: float
    ratio: float


def fitted_prior(streams: Streams, habits: Habits, window: int, weeks: int) -> Prior:
    """The prior under which shifted counts of a sample of pairs are likeliest.

    Pairs are drawn by what would make them meet (a crossing of each at the same time of day on one stream, 35 to 90
    days apart) and not by their meetings, at true weeks or shifted ones. Too few of them: α = 1, ratio = 1.
    """
    a, b = _sampled(streams.key, streams.who, window, SAMPLE)
    shape = (habits.starts, habits.stream, habits.count, habits.hours, habits.days, habits.first, habits.last)
    met, covered, expected, most = _measured(a, b, weeks, streams.own_key, streams.own_starts, window, *shape)
    use = (expected > 1e-3) & (covered > 0.5)
    if use.sum() < 200:
        return Prior(1.0, 1.0)
    data = (met[use], covered[use], expected[use], most[use])
    return _likeliest(lambda alpha, ratio: float(log_likelihood(*data, alpha, ratio)))


def _likeliest(likelihood) -> Prior:
    alpha, ratio, step = 1.0, 1.0, 1.0
    best = likelihood(alpha, ratio)
    while step > 0.02:
        moves = [(alpha * np.exp(i * step), ratio * np.exp(j * step)) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
        moves = [(x, y) for x, y in moves if 0.05 < x < 20 and 0.1 < y < 10]
        heights = [likelihood(x, y) for x, y in moves]
        top = int(np.argmax(heights))
        if heights[top] > best:
            best, (alpha, ratio) = heights[top], moves[top]
        else:
            step /= 2
    return Prior(float(alpha), float(ratio))


@nb.njit(cache=True, nogil=True)
def _sampled(key, who, window, wanted):  # type: ignore[no-untyped-def]
    n = len(key)
    a, b = np.empty(4 * wanted + 16, np.int32), np.empty(4 * wanted + 16, np.int32)
    found = 0
    one_in = max(np.uint64(1), np.uint64(n // (2 * wanted)))
    for p in range(n):
        drawn = mix(np.uint64(key[p]) + np.uint64(0x632BE59BD9B4E019))
        if drawn % one_in or found == len(a):
            continue
        ahead = (35 + np.int64((drawn >> np.uint64(32)) % np.uint64(56))) * DAY
        target = key[p] + ahead - window
        q = np.searchsorted(key, target)
        if q < n and key[q] - target <= 2 * window and who[q] != who[p]:
            a[found], b[found] = min(who[p], who[q]), max(who[p], who[q])
            found += 1
    return a[:found], b[:found]


@nb.njit(cache=True, nogil=True)
def _measured(
    a, b, weeks, own_key, own_starts, window, starts, stream, count, hours, days, first, last
):  # type: ignore[no-untyped-def]
    n = len(a)
    met, covered, expected, most = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        met[i], covered[i] = by_shifts(a[i], b[i], weeks, own_key, own_starts, first, last, window)
        expected[i], most[i] = foretold(a[i], b[i], starts, stream, count, hours, days, first, last)
    return met, covered, expected, most


@nb.njit(cache=True, nogil=True)
def _chances(
    lo, hi, a, b, times, most, expected, weeks, lift, own_key, own_starts, first, last, window, alpha, ratio
):  # type: ignore[no-untyped-def]
    p, mean = np.ones(hi - lo), np.empty(hi - lo)
    for i in range(lo, hi):
        met, covered = by_shifts(a[i], b[i], weeks, own_key, own_starts, first, last, window)
        x, y = prior(expected[i], most[i], alpha, ratio)
        x, y = updated(x, y, met, covered, most[i])
        mean[i - lo] = most[i] * x / (x + y)
        if times[i] < lift * mean[i - lo]:
            continue
        steady = most_by_days(a[i], b[i], times[i] / lift, own_key, own_starts, first, last, window)
        if times[i] > lift * steady:
            p[i - lo] = beta_binomial_tail(times[i], most[i], x, y)
    return p, mean


def chances(
    met: Met, streams: Streams, habits: Habits, window: int, weeks: int, lift: float, of: Prior
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each pair the chance of meeting so often, and the meetings expected. Shapes (pairs,).

    The chance is 1 where the pair met less than `lift` times as often as its shifts, or its best move by days, say.
    """
    given = (met.a, met.b, met.times, met.most, met.foretold, weeks, lift)
    rhythm = (streams.own_key, streams.own_starts, habits.first, habits.last, window, of.alpha, of.ratio)

    def work(piece: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        found: tuple[NDArray[np.float64], NDArray[np.float64]] = _chances(*piece, *given, *rhythm)
        return found

    parts = in_threads(work, stretches(len(met.a), 16))
    if not parts:
        return np.empty(0), np.empty(0)
    return np.concatenate([p for p, _ in parts]), np.concatenate([m for _, m in parts])


def eligible_sets(at_port: NDArray[np.int64], size: int) -> float:
    """How many sets of that many travellers use one port: Σ over ports of C(travellers there, size)."""
    total = 0.0
    for n in at_port.tolist():
        sets = 1.0
        for i in range(size):
            sets *= max(n - i, 0) / (i + 1)
        total += sets
    return total
