"""Who met whom: two crossings of one stream within the window, each used once for a pair."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.threads import in_threads
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, prior, stratum, updated
from arusha.rooms.watch.co_travel.rhythm import Rhythms, foretold
from arusha.rooms.watch.co_travel.strangers import EDGES, Prior
from arusha.rooms.watch.co_travel.streams import Streams


@dataclass(frozen=True, slots=True)
class Met:
    """Pairs that met often enough and oftener than their habits make likely; all arrays (pairs,), a < b.

    `times` they met, `most` they could have, `foretold` by their habits.
    """

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    times: NDArray[np.int32]
    most: NDArray[np.int32]
    foretold: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which pairs are worth the moves by weeks: at least `least` meetings, a chance under their habits alone of at most
    `screen`, and of at most `worth` if none of the moves by ±1 … ±`weeks` weeks gave a meeting."""

    least: int
    screen: float
    worth: float
    weeks: int


class _Tier(NamedTuple):
    """Crossings of the travellers from `first` on, as in `Streams`; `own` gives their places, from `place` of each."""

    key: NDArray[np.int64]
    who: NDArray[np.int32]
    own: NDArray[np.int32]
    place: NDArray[np.int64]
    first: int


def pairs_that_met(streams: Streams, rhythms: Rhythms, of: Prior, sieve: Sieve) -> Met:
    """The pairs that pass the sieve. Cost: crossings × travellers passing within a window.

    Tier by tier, among those of the tier and above: so a pair is looked for from the one who crosses less, and those
    whose windows are full, the commuters, are not searched for the many who meet them now and then.
    """
    bounds = (sieve.least, sieve.screen, sieve.worth, 2.0 * sieve.weeks)

    def work(tier: tuple[int, int]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        table = _tier(streams, tier[0])
        found: tuple[NDArray[np.int32], NDArray[np.float64]] = _count(
            table, *tier, rhythms, *bounds, of.alpha, of.ratio, EDGES
        )
        return found

    tiers = [(lo, hi) for lo, hi in pairwise(streams.tiers.tolist()) if lo < hi]
    parts = in_threads(work, tiers[::-1]) or [(np.empty((0, 4), np.int32), np.empty(0))]
    pairs = np.concatenate([pairs for pairs, _ in parts])
    return Met(*(np.ascontiguousarray(column) for column in pairs.T), np.concatenate([e for _, e in parts]))


def _tier(streams: Streams, first: int) -> _Tier:
    begin = streams.own_starts[first]
    kept = _kept(streams.key, streams.who, streams.own[begin:], first)
    return _Tier(*kept, streams.own_starts[first:] - begin, first)


@compiled
def _kept(key, who, own, first):
    """Crossings of the travellers from `first` on, and `own` in their new places."""
    moved = np.empty(len(key), np.int32)
    key_, who_ = np.empty(len(own), np.int64), np.empty(len(own), np.int32)
    found = 0
    for i in range(len(key)):
        moved[i] = found
        if who[i] >= first:
            key_[found], who_[found] = key[i], who[i]
            found += 1
    own_ = np.empty(len(own), np.int32)
    for i in range(len(own)):
        own_[i] = moved[own[i]]
    return key_, who_, own_


@compiled
def _count(tier, lo, hi, r, least, screen, worth, covered, alpha, ratio, edges):
    travellers = len(r.own) - 1
    tally = np.zeros(travellers, np.int64)
    touched = np.empty(travellers + 1, np.int32)
    room = 1024
    pairs, expected_ = np.empty((room, 4), np.int32), np.empty(room)
    found = 0
    for a in range(lo, hi):
        for i in range(_meet(a, tier, r.window, tally, touched)):
            b = touched[i]
            n = tally[b] >> 48
            tally[b] = 0
            if n < least:
                continue
            expected, most, _ = foretold(a, b, r)
            s = stratum(expected, edges)
            if not _worth_a_look(n, expected, most, screen, worth, covered, alpha[s], ratio[s]):
                continue
            if found == room:
                room *= 2
                pairs, expected_ = _grown(pairs, expected_)
            pairs[found, 0], pairs[found, 1], pairs[found, 2], pairs[found, 3] = a, b, n, most
            expected_[found] = expected
            found += 1
    return pairs[:found], expected_[:found]


@compiled
def _worth_a_look(n, expected, most, screen, worth, covered, alpha, ratio):
    mean = ratio * expected
    # Cheap first: no count within 2 standard deviations of its mean is as rare as any screen asks.
    if n <= mean or (n - mean) ** 2 < 4.0 * mean * (1.0 + mean / alpha) * (1.0 - min(mean / most, 1.0)):
        return False
    x, y = prior(expected, most, alpha, ratio)
    if beta_binomial_tail(n, most, x, y, screen) > screen:
        return False
    x, y = updated(x, y, 0, covered, most)
    return beta_binomial_tail(n, most, x, y, worth) <= worth


@compiled
def _meet(a, tier, window, tally, touched):
    """Tally the meetings of a with every b > a; the earliest free crossing of b is used first. Returns how many b.

    A tally holds, from the top, the count in 15 bits, a's last crossing used in 16, the place after b's last in 32.
    There is no branch within the window: whether a neighbour counts is as good as random, and a wrong guess
    costs more than the work.
    """
    key, who = tier.key, tier.who
    seen = 0
    n = len(key)
    begin = tier.place[a - tier.first]
    for i in range(begin, tier.place[a - tier.first + 1]):
        now = key[tier.own[i]]
        used = (i - begin + 1) & 0xFFFF
        q = tier.own[i]
        while q > 0 and now - key[q - 1] <= window:
            q -= 1
        while q < n and key[q] - now <= window:
            b = who[q]
            state = tally[b]
            fresh = (b > a) & (state == 0)
            counts = fresh | ((state != 0) & ((state & 0xFFFFFFFF) <= q) & ((state >> 32) & 0xFFFF != used))
            touched[seen] = b
            seen += fresh
            tally[b] = ((state >> 48) + 1) << 48 | used << 32 | (q + 1) if counts else state
            q += 1
    return seen


@compiled
def _grown(pairs, expected):
    """Both with twice the room."""
    room = len(expected)
    more, more_expected = np.empty((2 * room, 4), np.int32), np.empty(2 * room)
    for i in range(room):
        more_expected[i] = expected[i]
        for k in range(4):
            more[i, k] = pairs[i, k]
    return more, more_expected
