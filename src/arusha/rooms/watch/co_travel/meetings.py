"""Who met whom: two crossings of one stream within the window, each used once for a pair."""

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.threads import in_threads
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, prior, stratum, updated
from arusha.rooms.watch.co_travel.rhythm import Rhythms, foretold
from arusha.rooms.watch.co_travel.strangers import EDGES, Prior
from arusha.rooms.watch.co_travel.streams import Streams

PIECES = 64


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


def pairs_that_met(streams: Streams, rhythms: Rhythms, of: Prior, sieve: Sieve) -> Met:
    """The pairs that pass the sieve. Cost: crossings × travellers passing within a window."""
    arrays = (streams.key, streams.who, streams.own, rhythms)
    bounds = (sieve.least, sieve.screen, sieve.worth, 2.0 * sieve.weeks)

    def work(piece: tuple[int, int]) -> tuple[NDArray[np.generic], ...]:
        found: tuple[NDArray[np.generic], ...] = _count(*piece, *arrays, *bounds, of.alpha, of.ratio, EDGES)
        return found

    parts = in_threads(work, _pieces(streams.own_starts))
    if not parts:
        none = np.empty(0, np.int32)
        return Met(none, none, none, none, np.empty(0))
    a, b, times, most, expected = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Met(a, b, times, most, expected)


def _pieces(own_starts: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Consecutive travellers with about equally many crossings each."""
    edges = np.unique(np.searchsorted(own_starts, np.linspace(0, own_starts[-1], PIECES + 1)))
    return [(int(lo), int(hi)) for lo, hi in zip(edges[:-1], edges[1:], strict=True)]


@nb.njit(cache=True, nogil=True)
def _count(
    lo, hi, key, who, own, r, least, screen, worth, covered, alpha, ratio, edges
):  # type: ignore[no-untyped-def]
    travellers = len(r.own) - 1
    tally = np.zeros((travellers, 2), np.int64)
    touched = np.empty(travellers, np.int32)
    room = 1024
    pairs, expected_ = np.empty((room, 4), np.int32), np.empty(room)
    found = 0
    for a in range(lo, hi):
        for t in range(_meet(a, key, who, own, r, tally, touched)):
            b = touched[t]
            n = tally[b, 0] >> 32
            tally[b, 0] = 0
            if n < least:
                continue
            expected, most, _ = foretold(a, b, r)
            s = stratum(expected, edges)
            if not _worth_a_look(n, expected, most, screen, worth, covered, alpha[s], ratio[s]):
                continue
            if found == room:
                room *= 2
                pairs, expected_ = _grown(pairs), _grown(expected_)
            pairs[found, 0], pairs[found, 1], pairs[found, 2], pairs[found, 3] = a, b, n, most
            expected_[found] = expected
            found += 1
    pairs = pairs[:found]
    return pairs[:, 0].copy(), pairs[:, 1].copy(), pairs[:, 2].copy(), pairs[:, 3].copy(), expected_[:found]


@nb.njit(cache=True, nogil=True)
def _worth_a_look(n, expected, most, screen, worth, covered, alpha, ratio):  # type: ignore[no-untyped-def]
    mean = ratio * expected
    # Cheap first: no count within 1.5 standard deviations of its mean is as rare as any screen asks.
    if n <= mean or (n - mean) ** 2 < 2.25 * mean * (1.0 + mean / alpha) * (1.0 - min(mean / most, 1.0)):
        return False
    x, y = prior(expected, most, alpha, ratio)
    if beta_binomial_tail(n, most, x, y, screen) > screen:
        return False
    x, y = updated(x, y, 0, covered, most)
    return beta_binomial_tail(n, most, x, y, worth) <= worth


@nb.njit(cache=True, nogil=True)
def _meet(a, key, who, own, r, tally, touched):  # type: ignore[no-untyped-def]
    """Tally a's meetings with every b > a; the earliest free crossing of b is used first. Returns how many b.

    A tally holds the count and a's last crossing used, 32 bits each, then the place after b's last crossing used.
    """
    seen = 0
    n = len(key)
    for i in range(r.own[a], r.own[a + 1]):
        here = own[i]
        now = key[here]
        mine = i - r.own[a] + 1
        q = here
        while q > 0 and now - key[q - 1] <= r.window:
            q -= 1
        while q < n and key[q] - now <= r.window:
            b = who[q]
            if b > a:
                state = tally[b, 0]
                if state == 0:
                    touched[seen] = b
                    seen += 1
                if state == 0 or (tally[b, 1] <= q and state & 0xFFFFFFFF != mine):
                    tally[b, 0] = ((state >> 32) + 1) << 32 | mine
                    tally[b, 1] = q + 1
            q += 1
    return seen


@nb.njit(cache=True, nogil=True)
def _grown(x):  # type: ignore[no-untyped-def]
    larger = np.empty((2 * len(x), *x.shape[1:]), x.dtype)
    larger[: len(x)] = x
    return larger
