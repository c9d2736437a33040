"""Who met whom: two crossings of one stream within the window, each used once for a pair."""

from dataclasses import dataclass
from typing import NamedTuple

import numba as nb
import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.threads import in_threads
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, prior, stratum, updated
from arusha.rooms.watch.co_travel.rhythm import Rhythms, foretold
from arusha.rooms.watch.co_travel.strangers import EDGES, Prior
from arusha.rooms.watch.co_travel.streams import Streams

PIECES = 64
TIERS = np.array([16, 48, 128, 256])  # crossings


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
    """Crossings of travellers who cross at least so often, and those of them who do not reach the next tier.

    `key`, `who` as in `Streams`; `travellers` (n,); `place` (n + 1,) into `own`, places of their crossings in `key`.
    """

    key: NDArray[np.int64]
    who: NDArray[np.int32]
    travellers: NDArray[np.int32]
    place: NDArray[np.int64]
    own: NDArray[np.int32]


def pairs_that_met(streams: Streams, rhythms: Rhythms, of: Prior, sieve: Sieve) -> Met:
    """The pairs that pass the sieve. Cost: crossings × travellers passing within a window.

    A pair is counted from the one who crosses less: so commuters, whose windows are full, are not searched for the
    many who meet them now and then.
    """
    bounds = (sieve.least, sieve.screen, sieve.worth, 2.0 * sieve.weeks)

    def work(piece: tuple[_Tier, int, int]) -> tuple[NDArray[np.generic], ...]:
        found: tuple[NDArray[np.generic], ...] = _count(*piece, rhythms, *bounds, of.alpha, of.ratio, EDGES)
        return found

    parts = in_threads(work, _pieces(streams))
    if not parts:
        none = np.empty(0, np.int32)
        return Met(none, none, none, none, np.empty(0))
    a, b, times, most, expected = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Met(np.minimum(a, b), np.maximum(a, b), times, most, expected)


def _pieces(streams: Streams) -> list[tuple[_Tier, int, int]]:
    """The work in pieces of about equally many crossings, tier by tier."""
    crossings = np.diff(streams.own_starts)
    tier_of = np.searchsorted(TIERS, crossings, side="right")
    pieces = []
    for tier in range(len(TIERS) + 1):
        mine = np.flatnonzero(tier_of == tier).astype(np.int32)
        if not len(mine):
            continue
        table = _tier(streams, tier_of >= tier, mine)
        share = max(1, round(PIECES * table.place[-1] / len(streams.key)))
        edges = np.unique(np.searchsorted(table.place, np.linspace(0, table.place[-1], share + 1)))
        pieces += [(table, int(lo), int(hi)) for lo, hi in zip(edges[:-1], edges[1:], strict=True)]
    return pieces


def _tier(streams: Streams, among: NDArray[np.bool_], travellers: NDArray[np.int32]) -> _Tier:
    place = np.zeros(len(travellers) + 1, np.int64)
    np.cumsum(np.diff(streams.own_starts)[travellers], out=place[1:])
    own = _gathered(streams.own, streams.own_starts, travellers, place)
    if among.all():
        return _Tier(streams.key, streams.who, travellers, place, own)
    keep = among[streams.who]
    moved = np.cumsum(keep, dtype=np.int32) - np.int32(1)
    return _Tier(streams.key[keep], streams.who[keep], travellers, place, moved[own])


@nb.njit(cache=True, nogil=True)
def _gathered(own, starts, travellers, place):  # type: ignore[no-untyped-def]
    gathered = np.empty(place[-1], np.int32)
    for t in range(len(travellers)):
        begin = starts[travellers[t]]
        for i in range(place[t + 1] - place[t]):
            gathered[place[t] + i] = own[begin + i]
    return gathered


@nb.njit(cache=True, nogil=True)
def _count(tier, lo, hi, r, least, screen, worth, covered, alpha, ratio, edges):  # type: ignore[no-untyped-def]
    travellers = len(r.own) - 1
    tally = np.zeros((travellers, 2), np.int64)
    touched = np.empty(travellers, np.int32)
    room = 1024
    pairs, expected_ = np.empty((room, 4), np.int32), np.empty(room)
    found = 0
    for t in range(lo, hi):
        a = tier.travellers[t]
        for i in range(_meet(t, tier, r, tally, touched)):
            b = touched[i]
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
def _meet(t, tier, r, tally, touched):  # type: ignore[no-untyped-def]
    """Tally the meetings of the tier's traveller t with all who cross more, or as often and come after.

    The earliest free crossing of the other is used first. A tally holds the count and one's own last crossing used, 32
    bits each, then the place after the other's last crossing used. Returns how many others.
    """
    key, who = tier.key, tier.who
    a = tier.travellers[t]
    mine = r.own[a + 1] - r.own[a]
    seen = 0
    n = len(key)
    for i in range(tier.place[t], tier.place[t + 1]):
        here = tier.own[i]
        now = key[here]
        used = i - tier.place[t] + 1
        q = here
        while q > 0 and now - key[q - 1] <= r.window:
            q -= 1
        while q < n and key[q] - now <= r.window:
            b = who[q]
            state = tally[b, 0]
            if state == 0:
                theirs = r.own[b + 1] - r.own[b]
                if theirs > mine or (theirs == mine and b > a):
                    touched[seen] = b
                    seen += 1
                    tally[b, 0], tally[b, 1] = 1 << 32 | used, q + 1
            elif tally[b, 1] <= q and state & 0xFFFFFFFF != used:
                tally[b, 0], tally[b, 1] = ((state >> 32) + 1) << 32 | used, q + 1
            q += 1
    return seen


@nb.njit(cache=True, nogil=True)
def _grown(x):  # type: ignore[no-untyped-def]
    larger = np.empty((2 * len(x), *x.shape[1:]), x.dtype)
    larger[: len(x)] = x
    return larger
