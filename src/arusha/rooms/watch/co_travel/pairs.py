"""From meetings to pairs that keep meeting beyond chance: the prior fitted, the shifts counted, the chance of each."""

from collections.abc import Callable
from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.threads import in_threads, stretches
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, log_likelihood, prior, updated
from arusha.rooms.watch.co_travel.meetings import Met
from arusha.rooms.watch.co_travel.order import mix
from arusha.rooms.watch.co_travel.rhythm import Habits, agreeing, by_shifts, foretold, most_by_days
from arusha.rooms.watch.co_travel.streams import DAY, Streams

DRAWS = 1 << 19
SAMPLE = 1 << 14


@dataclass(frozen=True, slots=True)
class Prior:
    """What pairs of strangers do: their rate is Gamma with shape `alpha` about `ratio` × what habits foretell."""

    alpha: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Sample:
    """Pairs drawn with chances proportional to `agree`, their crossings at the same hours; all arrays (draws,).

    `total` is the sum of `agree` over all pairs. `met`, `covered` by shifts; `foretold`, `most` by habits.
    """

    agree: NDArray[np.float64]
    met: NDArray[np.float64]
    covered: NDArray[np.float64]
    foretold: NDArray[np.float64]
    most: NDArray[np.float64]
    total: float


def sampled(streams: Streams, habits: Habits, window: int, weeks: int) -> Sample:
    """Pairs of strangers as they come: two crossings of one stream at the same hour, of any two days."""
    a, b, tries, weight = _drawn(streams.key, streams.who, streams.block, habits.hours.shape[1], DRAWS, SAMPLE)
    shape = (habits.starts, habits.stream, habits.count, habits.hours, habits.days, habits.first, habits.last)
    met, covered, expected, most, agree = _measured(
        a, b, weeks, streams.own_key, streams.own_starts, window, *shape
    )
    total = weight * len(a) / max(tries, 1)
    use = agree > 0
    return Sample(agree[use], met[use], covered[use], expected[use], most[use], total)


def fitted(sample: Sample) -> Prior:
    """The prior under which the shifted counts of the sample are likeliest. Too few pairs: α = 1, ratio = 1."""
    use = (sample.foretold > 1e-3) & (sample.covered > 0.5)
    if use.sum() < 200:
        return Prior(1.0, 1.0)
    data = (sample.met[use], sample.covered[use], sample.foretold[use], sample.most[use])
    return _likeliest(lambda alpha, ratio: float(log_likelihood(*data, alpha, ratio)))


def _likeliest(likelihood: Callable[[float, float], float]) -> Prior:
    alpha, ratio, step = 1.0, 1.0, 1.0
    best = likelihood(alpha, ratio)
    while step > 0.02:
        moves = [(alpha * np.exp(i * step), ratio * np.exp(j * step)) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
        moves = [(x, y) for x, y in moves if 0.05 < x < 50 and 0.1 < y < 10]
        heights = [likelihood(x, y) for x, y in moves]
        top = int(np.argmax(heights))
        if heights[top] > best:
            best, (alpha, ratio) = heights[top], moves[top]
        else:
            step /= 2
    return Prior(float(alpha), float(ratio))


@nb.njit(cache=True, nogil=True)
def _drawn(key, who, block, bins, draws, wanted):  # type: ignore[no-untyped-def]
    """Pairs of crossings of one stream, uniform; kept by how well their hours agree. Also tries made, and their weight.

    The weight is the sum over streams of half the squared number of crossings, times 6/8: that of a kept pair.
    """
    streams = key[-1] // block + 1 if len(key) else 0
    starts = np.searchsorted(key, np.arange(streams + 1) * block)
    squares = np.zeros(streams + 1)
    for s in range(streams):
        squares[s + 1] = squares[s] + float(starts[s + 1] - starts[s]) ** 2
    a, b = np.empty(wanted, np.int32), np.empty(wanted, np.int32)
    found = tries = 0
    while tries < draws and found < wanted and streams:
        one, two = mix(np.uint64(3 * tries + 1)), mix(np.uint64(3 * tries + 2))
        three = mix(np.uint64(3 * tries + 3))
        tries += 1
        share = (three >> np.uint64(11)) / 9007199254740992.0
        s = min(np.searchsorted(squares, share * squares[-1], side="right") - 1, streams - 1)
        n = np.uint64(starts[s + 1] - starts[s])
        p, q = starts[s] + np.int64(one % n), starts[s] + np.int64(two % n)
        apart = abs(key[p] % DAY * bins // DAY - key[q] % DAY * bins // DAY)
        apart = min(apart, bins - apart)
        if who[p] != who[q] and (apart == 0 or (apart == 1 and (one >> np.uint64(40)) % np.uint64(6) == 0)):
            a[found], b[found] = min(who[p], who[q]), max(who[p], who[q])
            found += 1
    return a[:found], b[:found], tries, squares[-1] / 2 * 0.75


@nb.njit(cache=True, nogil=True)
def _measured(
    a, b, weeks, own_key, own_starts, window, starts, stream, count, hours, days, first, last
):  # type: ignore[no-untyped-def]
    n = len(a)
    met, covered, expected, most, agree = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        met[i], covered[i] = by_shifts(a[i], b[i], weeks, own_key, own_starts, first, last, window)
        expected[i], most[i] = foretold(a[i], b[i], starts, stream, count, hours, days, first, last)
        agree[i] = agreeing(a[i], b[i], starts, stream, hours)
    return met, covered, expected, most, agree


def strangers_at(
    chances_: NDArray[np.float64], sample: Sample, of: Prior, least: int, lift: float, screen: float
) -> NDArray[np.float64]:
    """How many of all eligible pairs would come by chance to a chance of at most each of `chances_` (ascending).

    A count is discrete: of a pair that hardly could meet, no count has a chance just below the bound. The sum over all
    pairs of what each attains (Heyse, 2011; Döhler, Durand and Roquain, 2018) is what Benjamini–Hochberg's m·t stands
    for; here it is estimated from the sample, each pair weighted by one over its chance of being drawn.
    """
    attained = _attained(
        chances_, sample.met, sample.covered, sample.foretold, sample.most, sample.agree, of.alpha, of.ratio, least, lift, screen
    )
    result: NDArray[np.float64] = attained * sample.total / max(len(sample.agree), 1)
    return result


@nb.njit(cache=True, nogil=True)
def _attained(bounds, met, covered, expected, most, agree, alpha, ratio, least, lift, screen):  # type: ignore[no-untyped-def]
    total = np.zeros(len(bounds))
    for i in range(len(met)):
        x0, y0 = prior(expected[i], most[i], alpha, ratio)
        x, y = updated(x0, y0, met[i], covered[i], most[i])
        n = max(least, int(np.ceil(lift * most[i] * x / (x + y))))
        while n <= most[i] and beta_binomial_tail(n, most[i], x0, y0) > screen:
            n += 1
        at = len(bounds) - 1
        while n <= most[i] and at >= 0:
            tail = beta_binomial_tail(n, most[i], x, y)
            while at >= 0 and tail <= bounds[at]:
                total[at] += tail / agree[i]
                at -= 1
            n += 1
            # The bounds that this tail does not reach wait for the next n.
    return total


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
