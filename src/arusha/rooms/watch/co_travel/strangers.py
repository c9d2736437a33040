"""What pairs of strangers do: drawn from the data, the prior fitted to them, and how many of them chance would name."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.loops import first_from
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, log_likelihood, prior, raised, stratum, updated
from arusha.rooms.watch.co_travel.order import mix
from arusha.rooms.watch.co_travel.rhythm import Rhythms, by_weeks, foretold, meetings_after
from arusha.rooms.watch.co_travel.streams import DAY, Streams

DRAWS = 1 << 21  # crossings tried, two at a time
SAMPLE = 1 << 14  # pairs kept
HEAVY = 40.0  # agreeing crossings above which pairs are drawn alike: there are enough commuters among them
EDGES = np.array([0.1, 1.0, 10.0])  # meetings foretold: strata with a prior each
FEW = 100  # pairs below which a stratum cannot be fitted
COMPANIONS = 1e-4  # a chance so small that a pair is not taken for strangers


@dataclass(frozen=True, slots=True)
class Prior:
    """A pair's rate is Gamma with shape `alpha` about `ratio` × what habits foretell; arrays (strata,).

    `shared`: how many times as often as after the moves strangers meet on the true days, 1 or more: a feast brings
    everybody on one day, and a move by weeks takes them apart.
    """

    alpha: NDArray[np.float64]
    ratio: NDArray[np.float64]
    shared: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Strangers:
    """Pairs drawn as they come; all arrays (draws,).

    `pair` tells pairs apart, for some are drawn twice; `weight` how many of all pairs each stands for; `met`, `covered`
    by shifts; `foretold`, `most` by habits; `now` how often they met in truth.
    """

    pair: NDArray[np.int64]
    weight: NDArray[np.float64]
    met: NDArray[np.float64]
    covered: NDArray[np.float64]
    foretold: NDArray[np.float64]
    most: NDArray[np.float64]
    now: NDArray[np.float64]


def drawn(streams: Streams, rhythms: Rhythms, weeks: int) -> Strangers:
    """Pairs with crossings of one stream at the same time of day, of any two days.

    A pair is drawn with a chance proportional to min(agreeing crossings, 40), and never by its meetings; so a sum over
    all pairs of what needs agreeing hours is a weighted sum over these.
    """
    a, b, agree, tries, pairs = _drawn(streams.key, streams.who, streams.block, rhythms, DRAWS, SAMPLE)
    measured = _measured(a, b, weeks, rhythms)
    pair = a.astype(np.int64) * streams.travellers + b
    return Strangers(pair, pairs / max(tries, 1) / np.minimum(agree, HEAVY), *measured)


def fitted(strangers: Strangers) -> Prior:
    """The prior under which the strangers' shifted counts are likeliest; α = 1, ratio = 1 where they are too few."""
    use = (strangers.foretold > 1e-3) & (strangers.covered > 0.5)
    where = np.searchsorted(EDGES, strangers.foretold, side="right")
    found = []
    for s in range(len(EDGES) + 1):
        mine = use & (where == s)
        if len(np.unique(strangers.pair[mine])) < FEW:
            found.append((1.0, 1.0))
            continue
        data = [x[mine] for x in (strangers.met, strangers.covered, strangers.foretold, strangers.most)]
        weight = np.ones(int(mine.sum()))
        found.append(_likeliest(lambda alpha, ratio, d=data, w=weight: float(log_likelihood(*d, w, alpha, ratio))))
    alpha, ratio = np.array(found).T.copy()
    return Prior(alpha, ratio, shared_days(strangers, alpha, ratio))


def shared_days(strangers: Strangers, alpha: NDArray[np.float64], ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """Meetings of strangers on the true days over those that habits and moves let expect; 1 where fewer. (strata,)

    Pairs whose meetings have a chance below `COMPANIONS` are left out: they are no strangers.
    """
    given = (strangers.met, strangers.covered, strangers.foretold, strangers.most, strangers.now)
    met, expected, pairs = _on_true_days(*given, alpha, ratio, EDGES)
    return np.where(pairs >= FEW, np.maximum(met / np.maximum(expected, 1e-9), 1.0), 1.0)


def _likeliest(likelihood: Callable[[float, float], float]) -> tuple[float, float]:
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
    return float(alpha), float(ratio)


def named_by_chance(
    bounds: NDArray[np.float64], strangers: Strangers, of: Prior, least: int, lift: float, screen: float
) -> NDArray[np.float64]:
    """How many of all eligible pairs would come by chance to a chance of at most each of `bounds` (ascending).

    Counts are discrete: for a pair that hardly could meet no count has a chance just below a bound. The sum over all
    pairs of the chance that each attains takes the place of Benjamini–Hochberg's m·t, which it never exceeds (Heyse,
    2011; Döhler, Durand and Roquain, 2018, Electron. J. Stat. 12, 1867–1900).
    """
    found: NDArray[np.float64] = _attained(
        bounds,
        strangers.met,
        strangers.covered,
        strangers.foretold,
        strangers.most,
        strangers.weight,
        of.alpha,
        of.ratio,
        of.shared,
        EDGES,
        least,
        lift,
        screen,
    )
    return found


@compiled
def _drawn(key, who, block, r, draws, wanted):
    """Also the tries made, and how many ordered pairs of crossings a try stands for, over two."""
    streams = key[-1] // block + 1 if len(key) else 0
    starts, squares = np.zeros(streams + 1, np.int64), np.zeros(streams + 1)
    for s in range(streams):
        starts[s + 1] = first_from(key, (s + 1) * block)
        squares[s + 1] = squares[s] + float(starts[s + 1] - starts[s]) ** 2
    bins = r.hours.shape[1]
    a, b, agree = np.empty(wanted, np.int32), np.empty(wanted, np.int32), np.empty(wanted)
    found = tries = 0
    while tries < draws and found < wanted and streams:
        one, two, three = mix(3 * tries + 1), mix(3 * tries + 2), mix(3 * tries + 3)
        tries += 1
        share = (three >> np.uint64(11)) / 9007199254740992.0
        s = max(first_from(squares, share * squares[-1]) - 1, 0)
        n = np.uint64(starts[s + 1] - starts[s])
        p, q = starts[s] + np.int64(one % n), starts[s] + np.int64(two % n)
        apart = abs(key[p] % DAY * bins // DAY - key[q] % DAY * bins // DAY)
        apart = min(apart, bins - apart)
        # The same weights as in `foretold`: 6/8 in one bin, 1/8 in the next.
        if who[p] == who[q] or apart > 1 or (apart == 1 and (one >> np.uint64(40)) % np.uint64(6)):
            continue
        x, y = min(who[p], who[q]), max(who[p], who[q])
        _, _, alike = foretold(x, y, r)
        if (two >> np.uint64(32)) / 4294967296.0 * alike < HEAVY:
            a[found], b[found], agree[found] = x, y, alike
            found += 1
    return a[:found], b[:found], agree[:found], tries, squares[-1] / 2 * 0.75


@compiled
def _measured(a, b, weeks, r):
    n = len(a)
    met, covered, expected, most, now = np.empty(n), np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for i in range(n):
        met[i], covered[i] = by_weeks(a[i], b[i], weeks, np.inf, r)
        expected[i], most[i], _ = foretold(a[i], b[i], r)
        now[i] = meetings_after(a[i], b[i], 0, r)
    return met, covered, expected, most, now


@compiled
def _on_true_days(met, covered, expected, most, now, alpha, ratio, edges):
    true, mean, pairs = np.zeros(len(alpha)), np.zeros(len(alpha)), np.zeros(len(alpha), np.int64)
    for i in range(len(met)):
        s = stratum(expected[i], edges)
        x, y = prior(expected[i], most[i], alpha[s], ratio[s])
        x, y = updated(x, y, met[i], covered[i], most[i])
        if beta_binomial_tail(int(now[i]), int(most[i]), x, y, COMPANIONS) > COMPANIONS:
            true[s] += now[i]
            mean[s] += most[i] * x / (x + y)
            pairs[s] += 1
    return true, mean, pairs


@compiled
def _attained(bounds, met, covered, expected, most, weight, alpha, ratio, shared, edges, least, lift, screen):
    total = np.zeros(len(bounds))
    for i in range(len(met)):
        s = stratum(expected[i], edges)
        x0, y0 = prior(expected[i], most[i], alpha[s], ratio[s])
        x, y = raised(*updated(x0, y0, met[i], covered[i], most[i]), shared[s])
        n = max(least, int(np.ceil(lift * most[i] * x / (x + y))))
        while n <= most[i] and beta_binomial_tail(n, most[i], x0, y0, screen) > screen:
            n += 1
        at = len(bounds) - 1
        while n <= most[i] and at >= 0:
            tail = beta_binomial_tail(n, most[i], x, y, 1.0)
            while at >= 0 and tail <= bounds[at]:
                total[at] += tail * weight[i]
                at -= 1
            n += 1
    return total
