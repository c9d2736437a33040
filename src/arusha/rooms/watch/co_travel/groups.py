"""From tied pairs to groups that were themselves seen together.

A component of ties glues strangers: a member's family, a neighbour. Where two thirds of a component's pairs or more are
tied it is one group. Where fewer are, the closed sets that its episodes keep showing are mined; those whose pairs are
mostly tied are kept, the largest of them, and sets that share members are joined while their pairs stay mostly tied:
people who take turns are one group.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.rooms.watch.co_travel.episodes import Episodes, episodes_of
from arusha.rooms.watch.co_travel.streams import Streams
from arusha.rooms.watch.co_travel.ties import Ties, find

MOST_SETS = 4_000
LARGE = 60


@dataclass(frozen=True, slots=True)
class Sets:
    """Candidate groups: group g is `members[starts[g]:starts[g + 1]]`, in increasing order."""

    members: NDArray[np.int32]
    starts: NDArray[np.int64]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Members of each group."""
        return np.diff(self.starts)


def groups_among(ties: Ties, streams: Streams, window: int, least: int) -> Sets:
    """The groups that the ties make; every one was seen together, in part at least, `least` times or more."""
    of = components(ties.a, ties.b)
    people, label = of
    order = np.lexsort((people, label))
    people, label = people[order], label[order]
    starts = np.flatnonzero(np.r_[True, label[1:] != label[:-1], True]) if len(label) else np.zeros(1, np.int64)
    sizes = np.diff(starts)
    component = np.searchsorted(label[starts[:-1]], _label_of(ties.a, people, label))
    tied = np.bincount(component, minlength=len(sizes))
    dense = (3 * tied >= sizes * (sizes - 1)) & _all_bound(ties, people, starts)
    whole = Sets(people, starts.astype(np.int64))
    if dense.all():
        return whole
    parts = _parts(whole, ~dense, component, ties, streams, window, least)
    kept = [people[starts[c] : starts[c + 1]] for c in np.flatnonzero(dense)]
    return _sets_of(kept + parts)


def _all_bound(ties: Ties, people: NDArray[np.int32], starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of each component, whether every member is tied to half of the others or more."""
    if not len(people):
        return np.zeros(0, np.bool_)
    by_person = np.argsort(people)
    place = by_person[np.searchsorted(people[by_person], np.r_[ties.a, ties.b])]
    bonds = np.bincount(place, minlength=len(people))
    others = np.repeat(np.diff(starts), np.diff(starts)) - 1
    return np.logical_and.reduceat(2 * bonds >= others, starts[:-1])


def _label_of(a: NDArray[np.int32], people: NDArray[np.int32], label: NDArray[np.int32]) -> NDArray[np.int32]:
    by_person = np.argsort(people)
    return label[by_person[np.searchsorted(people[by_person], a)]]


def _sets_of(groups: list[NDArray[np.int32]]) -> Sets:
    groups = sorted(groups, key=lambda g: (len(g), g.tolist()))
    starts = np.zeros(len(groups) + 1, np.int64)
    np.cumsum([len(g) for g in groups], out=starts[1:])
    members = np.concatenate(groups) if groups else np.empty(0, np.int32)
    return Sets(members.astype(np.int32), starts)


def components(a: NDArray[np.int32], b: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """People with a tie, and for each the smallest person of their component."""
    if not len(a):
        return np.empty(0, np.int32), np.empty(0, np.int32)
    root = _roots(a, b, int(max(a.max(), b.max())) + 1)
    people = np.unique(np.r_[a, b])
    return people, root[people]


@compiled
def _roots(a, b, people):
    root = np.arange(people).astype(np.int32)
    for i in range(len(a)):
        x, y = find(root, a[i]), find(root, b[i])
        root[max(x, y)] = min(x, y)
    for x in range(people):
        root[x] = find(root, x)
    return root


def _parts(
    whole: Sets,
    which: NDArray[np.bool_],
    component: NDArray[np.int64],
    ties: Ties,
    streams: Streams,
    window: int,
    least: int,
) -> list[NDArray[np.int32]]:
    """The groups inside the components that are too loose to be one."""
    chosen = np.flatnonzero(which)
    loose = _sets_of([whole.members[whole.starts[c] : whole.starts[c + 1]] for c in chosen])
    found = episodes_of(loose.members, loose.starts, streams, window)
    edges: dict[int, list[int]] = {}
    first = {int(whole.members[whole.starts[c]]): int(c) for c in chosen}
    for edge in np.flatnonzero(which[component]):
        edges.setdefault(int(component[edge]), []).append(int(edge))
    parts = []
    for g in range(len(loose.sizes)):
        people = loose.members[loose.starts[g] : loose.starts[g + 1]]
        mine = edges[first[int(people[0])]]
        place = {int(person): i for i, person in enumerate(people)}
        tied = {(place[int(ties.a[e])], place[int(ties.b[e])]): float(ties.p[e]) for e in mine}
        seen = _seen(found, g, streams, place)
        parts += [people[sorted(part)] for part in split(len(people), tied, seen, least)]
    return parts


def _seen(found: Episodes, g: int, streams: Streams, place: dict[int, int]) -> list[int]:
    """The group's episodes as sets of members: bit i is the member in place i."""
    lo, hi = np.searchsorted(found.group, (g, g + 1))
    who = streams.who[found.position[found.starts[lo] : found.starts[hi]]]
    bits = [1 << place[int(person)] for person in who]
    edges = (found.starts[lo : hi + 1] - found.starts[lo]).tolist()
    return [_union(bits[start:stop]) for start, stop in pairwise(edges)]


def _union(bits: list[int]) -> int:
    whole = 0
    for bit in bits:
        whole |= bit
    return whole


def split(size: int, tied: dict[tuple[int, int], float], seen: list[int], least: int) -> list[list[int]]:
    """Members 0 … size − 1 as groups: mined where the component is small, else grown from the surest ties."""
    bonds = [0] * size
    for i, j in tied:
        bonds[i] |= 1 << j
        bonds[j] |= 1 << i
    sets = closed_sets(seen, least) if size <= LARGE else None
    cores = [1 << i | 1 << j for i, j in sorted(tied, key=lambda pair: (tied[pair], pair))]
    if sets is not None:
        mined = [s for s in sets if mostly_tied(s, bonds)]
        cores = sorted({*_maximal(mined), *_uncovered(cores, mined)}, key=lambda s: (-s.bit_count(), s))
    # First those that are close, or a ring of three would be torn apart by the families of its members.
    close = _joined(cores, bonds, closely=True)
    return [_bits(group) for group in _maximal(_joined(close, bonds, closely=False))]


def closed_sets(seen: list[int], least: int) -> list[int] | None:
    """Closed sets shown by at least `least` episodes: intersections of episodes. None where there are too many."""
    times = Counter(seen)
    closed: set[int] = set()
    for episode in sorted(times):
        closed |= {episode & other for other in closed} | {episode}
        closed = {s for s in closed if s.bit_count() > 1}
        if len(closed) > MOST_SETS:
            return None
    return [s for s in sorted(closed) if sum(n for episode, n in times.items() if episode & s == s) >= least]


def mostly_tied(group: int, bonds: list[int], *, closely: bool = False) -> bool:
    """Whether at least two thirds of the group's pairs are tied, and every member to half of the others or more.

    `closely`: every member to more than half. Two groups of four that share a person are two; so are thirty of a tour
    and a ring of four that one of them is in.
    """
    members = _bits(group)
    ends = [(bonds[i] & group).bit_count() for i in members]
    others = len(members) - 1
    return 3 * sum(ends) >= 2 * len(members) * others and 2 * min(ends) >= others + closely


def _uncovered(pairs: list[int], sets: list[int]) -> list[int]:
    return [pair for pair in pairs if not any(pair & s == pair for s in sets)]


def _maximal(sets: list[int]) -> list[int]:
    kept: list[int] = []
    for s in sorted(set(sets), key=lambda s: (-s.bit_count(), s)):
        if not any(s & larger == s for larger in kept):
            kept.append(s)
    return kept


def _joined(cores: list[int], bonds: list[int], *, closely: bool) -> list[int]:
    """Join sets that share a member, in the order given, while the union stays mostly tied."""
    groups: list[int] = []
    for core in cores:
        merged = core
        changed = True
        while changed:
            changed = False
            for group in groups:
                if group & merged and mostly_tied(group | merged, bonds, closely=closely):
                    groups.remove(group)
                    merged |= group
                    changed = True
                    break
        groups.append(merged)
    return groups


def _bits(group: int) -> list[int]:
    found = []
    while group:
        low = group & -group
        found.append(low.bit_length() - 1)
        group ^= low
    return found
