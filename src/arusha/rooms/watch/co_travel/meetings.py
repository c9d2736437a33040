"""Who met whom: two crossings of one stream within the window, each used once for a pair."""

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.threads import in_threads
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, prior, stratum
from arusha.rooms.watch.co_travel.rhythm import Habits, foretold
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


def pairs_that_met(streams: Streams, habits: Habits, window: int, least: int, of: Prior, screen: float) -> Met:
    """Pairs with at least `least` meetings whose chance under their habits alone is at most `screen`.

    Cost: crossings × travellers passing within a window.
    """
    arrays = (streams.key, streams.who, streams.own, streams.own_starts)
    shape = (habits.starts, habits.stream, habits.count, habits.hours, habits.near, habits.days, habits.first, habits.last)

    def work(piece: tuple[int, int]) -> tuple[NDArray[np.generic], ...]:
        found: tuple[NDArray[np.generic], ...] = _count(
            *piece, *arrays, *shape, window, least, of.alpha, of.ratio, EDGES, screen
        )
        return found

    parts = in_threads(work, _pieces(streams.own_starts))
    if not parts:
        none = np.empty(0, np.int32)
        return Met(none, none, none, none, np.empty(0))
    return Met(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _pieces(own_starts: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Consecutive travellers with about equally many crossings each."""
    edges = np.unique(np.searchsorted(own_starts, np.linspace(0, own_starts[-1], PIECES + 1)))
    return [(int(lo), int(hi)) for lo, hi in zip(edges[:-1], edges[1:], strict=True)]


@nb.njit(cache=True, nogil=True)
def _count(
    lo,
    hi,
    key,
    who,
    own,
    own_starts,
    starts,
    stream,
    count,
    hours,
    days,
    first,
    last,
    window,
    least,
    alpha,
    ratio,
    edges,
    screen,
):  # type: ignore[no-untyped-def]
    travellers = len(own_starts) - 1
    tally = np.zeros((travellers, 4), np.int32)  # times met, the partner's last used crossing, one's own, unused
    touched = np.empty(travellers, np.int32)
    room = 1024
    a_, b_, times, most_ = (
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
    )
    foretold_ = np.empty(room, np.float64)
    found = 0
    for a in range(lo, hi):
        seen = _meet(a, key, who, own, own_starts, window, tally, touched)
        for t in range(seen):
            b = touched[t]
            n = tally[b, 0]
            tally[b, 0], tally[b, 1], tally[b, 2] = 0, 0, 0
            if n < least:
                continue
            expected, most = foretold(a, b, starts, stream, count, hours, near, days, first, last)
            s = stratum(expected, edges)
            if n <= ratio[s] * expected:
                continue
            x, y = prior(expected, most, alpha[s], ratio[s])
            if beta_binomial_tail(n, most, x, y) > screen:
                continue
            if found == room:
                a_, b_, times, most_ = _grown(a_), _grown(b_), _grown(times), _grown(most_)
                foretold_ = _grown(foretold_)
                room *= 2
            a_[found], b_[found], times[found], most_[found], foretold_[found] = a, b, n, most, expected
            found += 1
    return a_[:found], b_[:found], times[:found], most_[:found], foretold_[:found]


@nb.njit(cache=True, nogil=True)
def _meet(a, key, who, own, own_starts, window, tally, touched):  # type: ignore[no-untyped-def]
    """Tally a's meetings with every b > a; the earliest free crossing of b is used first. Returns how many b."""
    seen = 0
    n = len(key)
    for i in range(own_starts[a], own_starts[a + 1]):
        here = own[i]
        now = key[here]
        q = here
        while q > 0 and now - key[q - 1] <= window:
            q -= 1
        while q < n and key[q] - now <= window:
            b = who[q]
            if b > a:
                if tally[b, 0] == 0:
                    touched[seen] = b
                    seen += 1
                    tally[b, 0], tally[b, 1], tally[b, 2] = 1, q + 1, i + 1
                elif tally[b, 1] <= q and tally[b, 2] != i + 1:
                    tally[b, 0] += 1
                    tally[b, 1], tally[b, 2] = q + 1, i + 1
            q += 1
    return seen


@nb.njit(cache=True, nogil=True)
def _grown(x):  # type: ignore[no-untyped-def]
    larger = np.empty(2 * len(x), x.dtype)
    larger[: len(x)] = x
    return larger
