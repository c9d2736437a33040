"""How surely a group was together: how many of it how often, and the weakest of the bonds that make it one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.loops import first_from
from arusha.rooms.watch.co_travel.chance import beta_binomial_tail
from arusha.rooms.watch.co_travel.episodes import Episodes
from arusha.rooms.watch.co_travel.groups import Sets
from arusha.rooms.watch.co_travel.streams import Streams
from arusha.rooms.watch.co_travel.ties import Ties, find, strangers_below

BEYOND_DOUBT = 1e-16  # a chance small enough for any number of groups


@dataclass(frozen=True, slots=True)
class Verdicts:
    """For each group, all arrays (groups,): `times` at least `together` members met, `expected` by chance, and p.

    p is the chance of the weakest bond without which the group would fall into two: that of every other split is less.
    """

    together: NDArray[np.int64]
    times: NDArray[np.int64]
    expected: NDArray[np.float64]
    p: NDArray[np.float64]


def verdicts_on(sets: Sets, episodes: Episodes, ties: Ties, streams: Streams, alpha: float) -> Verdicts:
    """Tell each group by the number of members whose meeting is the most telling.

    That h of g members are within a window of one another has expectation C(g, h)·N·πʰ⁻¹: N crossings of a member, π
    the mean chance that one member is there when another crosses; the tail is that of a count with this mean and Gamma
    shape α. h is the least majority where that is beyond doubt, for it holds the most episodes, and else the h of the
    least tail.
    """
    rate, p = weakest_bonds(sets, ties)
    crossings = np.diff(streams.own_starts)
    first = np.zeros(len(sets.sizes) + 1, np.int64)
    np.cumsum(np.bincount(episodes.group, minlength=len(sets.sizes)), out=first[1:])
    told = _most_telling(sets.members, sets.starts, rate, crossings, first, episodes.present, alpha)
    return Verdicts(*told, p)


def weakest_bonds(sets: Sets, ties: Ties) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each group the mean rate of its ties, and the greatest chance in its minimum spanning tree. Shapes (groups,).

    That is the chance of the bond that holds the group together and is the least sure; of all ways to part the group in
    two, the one that least contradicts chance. It is 1 where the ties leave the group in two.
    """
    rate, p = _bonds(sets.members, sets.starts, ties.a, ties.b, ties.p, ties.rate)
    return rate, p


def false_shares(
    p: NDArray[np.float64], sizes: NDArray[np.int64], marked: NDArray[np.bool_], by_chance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """q of each group: strangers expected at its p, over the groups with a p so small. Shape (groups,).

    `by_chance` as in `ties_among`. Two strangers tied by chance make a pair, seldom more, and pairs that nothing marks
    are few: held against all groups they could all be false. So pairs are held against pairs, those without a mark
    apart from those with one, which bounds the share of false ones in each kind; larger groups against all.
    """
    strangers = strangers_below(p, by_chance)
    pair = sizes == 2
    q = np.ones(len(p))
    for asked, among in ((~pair, sizes > 0), (pair & marked, pair & marked), (pair & ~marked, pair & ~marked)):
        order = np.flatnonzero(among)[np.argsort(p[among], kind="stable")]
        rank = np.searchsorted(p[order], p[order], side="right")
        share = np.minimum(np.minimum.accumulate((strangers[order] / rank)[::-1])[::-1], 1.0)
        q[order[asked[order]]] = share[asked[order]]
    return q


@compiled
def _bonds(members, starts, a, b, chance, rate):
    groups = len(starts) - 1
    mean, weakest = np.zeros(groups), np.zeros(groups)
    for g in range(groups):
        mine = members[starts[g] : starts[g + 1]]
        found = 0
        at = np.empty(len(mine) * (len(mine) - 1) // 2, np.int64)
        for i in range(len(mine)):
            tie = first_from(a, mine[i])
            while tie < len(a) and a[tie] == mine[i]:
                j = first_from(mine, b[tie])
                if j < len(mine) and mine[j] == b[tie]:
                    mean[g] += rate[tie]
                    at[found] = tie
                    found += 1
                tie += 1
        mean[g] /= max(found, 1)
        weakest[g] = _weakest(mine, at[:found], a, b, chance)
    return mean, weakest


@compiled
def _weakest(mine, ties, a, b, chance):
    """The greatest chance in the minimum spanning tree of these ties (Kruskal, 1956); 1 where they leave it in two."""
    root = np.arange(len(mine))
    parts = len(mine)
    for tie in ties[np.argsort(chance[ties])]:
        x, y = find(root, first_from(mine, a[tie])), find(root, first_from(mine, b[tie]))
        if x != y:
            root[x] = y
            parts -= 1
            if parts == 1:
                return chance[tie]
    return 1.0


@compiled
def _most_telling(members, starts, rate, crossings, first, present, alpha):
    groups = len(starts) - 1
    together, times, expected = np.zeros(groups, np.int64), np.zeros(groups, np.int64), np.zeros(groups)
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
        sets, least = 1.0, 2.0
        for h in range(size, 1, -1):
            reached[h] += reached[h + 1]
            mean = min(sets * (total / size) * rate[g] ** (h - 1), 0.98 * most)
            share = mean / most
            tail = beta_binomial_tail(min(reached[h], most), most, alpha, alpha * (1.0 - share) / share, 1.0)
            # A number of members that never were there at once tells nothing.
            if reached[h] > 0 and (tail < least or (2 * h > size and tail < BEYOND_DOUBT)):
                together[g], times[g], expected[g], least = h, reached[h], mean, tail
            sets *= h / (size - h + 1.0)
    return together, times, expected
