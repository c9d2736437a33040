"""The frequent-pattern tree, and the growth of patterns on it (Han, Pei and Yin, 2000, SIGMOD Rec. 29(2), 1–12).

Items are numbered so that the most frequent one is 0; a basket holds its items in ascending order. A tree is kept in
columns of shape (nodes,): item, parent, count, and `link` to the next node of the same item; node 0 is the root.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled

Whole = NDArray[np.int64]
MOST = 20_000
"""Sets beyond which the method gives up: its support was chosen too low for the traffic."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree, and by item where its nodes begin (−1: none)."""

    item: Whole
    parent: Whole
    count: Whole
    link: Whole
    head: Whole

    @property
    def path(self) -> Whole | None:
        """The items from the root to the leaf where the tree is one path, else None."""
        return self.item[1:] if len(self.item) == 1 or (np.diff(self.parent[1:]) == 1).all() else None


def tree_of(starts: Whole, items: Whole, weight: Whole, kinds: int) -> Tree:
    """Baskets b = `items[starts[b]:starts[b + 1]]`, each counted `weight[b]` times, of so many kinds of items."""
    return Tree(*_built(starts, items, weight, kinds))


class Largest:
    """Sets found so far, none of which is part of another."""

    def __init__(self) -> None:
        self.sets: list[frozenset[int]] = []
        self._holding: dict[int, set[int]] = defaultdict(set)

    def hold(self, items: Collection[int]) -> bool:
        """Whether one of them holds all of these."""
        each = sorted((self._holding[item] for item in items), key=len)
        return bool(set.intersection(*each)) if each else True

    def add(self, items: Collection[int]) -> None:
        """Take a set that none of them holds."""
        for item in items:
            self._holding[item].add(len(self.sets))
        self.sets.append(frozenset(items))


def grown(tree: Tree, support: int) -> list[frozenset[int]]:
    """The largest sets of items that at least `support` baskets share: those that are part of no other one.

    Branches whose every item is in a set that was found are left (FPmax: Grahne and Zhu, 2003, FIMI). Raises ValueError
    past `MOST` sets.
    """
    known = Largest()
    _grow(tree, support, (), known)
    return known.sets


def _grow(tree: Tree, support: int, suffix: tuple[int, ...], known: Largest) -> None:
    if (path := tree.path) is not None:  # its parts are shared as well, and part of it
        _take((*path.tolist(), *suffix), support, known)
        return
    for item in np.flatnonzero(tree.head >= 0)[::-1].tolist():
        starts, items, weight = _base(tree.item, tree.parent, tree.count, tree.link, tree.head[item], item, support)
        longer = (item, *suffix)
        if known.hold({*np.unique(items).tolist(), *longer}):
            continue
        if len(items):
            _grow(tree_of(starts, items, weight, item), support, longer, known)
        else:
            _take(longer, support, known)


def _take(items: tuple[int, ...], support: int, known: Largest) -> None:
    if known.hold(items):
        return
    if len(known.sets) == MOST:
        raise ValueError(f"more than {MOST:,} sets share {support} baskets: ask for a higher support")
    known.add(items)


@compiled
def _built(starts: Any, items: Any, weight: Any, kinds: int) -> Any:
    """Add basket after basket; a node's children are found by hashing the node and the item."""
    n = len(items) + 1
    item, parent = np.full(n, -1, np.int64), np.full(n, -1, np.int64)
    count, link = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    head = np.full(kinds, -1, np.int64)
    size = 2
    while size < 2 * n:
        size *= 2
    slots = np.full(size, -1, np.int64)
    nodes = 1
    for b in range(len(weight)):
        at = 0
        for i in range(starts[b], starts[b + 1]):
            wanted = items[i]
            mixed = np.uint64(at) * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(wanted) * np.uint64(0xC2B2AE3D27D4EB4F)
            place = np.int64((mixed >> np.uint64(20)) & np.uint64(size - 1))
            while slots[place] >= 0 and (parent[slots[place]] != at or item[slots[place]] != wanted):
                place = (place + 1) & (size - 1)
            if slots[place] < 0:
                item[nodes], parent[nodes], link[nodes] = wanted, at, head[wanted]
                head[wanted], slots[place] = nodes, nodes
                nodes += 1
            at = slots[place]
            count[at] += weight[b]
    return item[:nodes], parent[:nodes], count[:nodes], link[:nodes], head


@compiled
def _base(item: Any, parent: Any, count: Any, link: Any, first: int, kinds: int, support: int) -> Any:
    """The paths above the nodes of one item, without what fewer than `support` of its baskets hold."""
    total = np.zeros(kinds, np.int64)
    paths, length = 0, 0
    node = first
    while node >= 0:
        at = parent[node]
        while at > 0:
            total[item[at]] += count[node]
            at = parent[at]
        paths += 1
        node = link[node]
    node = first
    while node >= 0:
        at = parent[node]
        while at > 0:
            length += total[item[at]] >= support
            at = parent[at]
        node = link[node]
    starts, items, weight = np.zeros(paths + 1, np.int64), np.empty(length, np.int64), np.empty(paths, np.int64)
    node, b, end = first, 0, 0
    while node >= 0:
        at = parent[node]
        begin = end
        while at > 0:
            if total[item[at]] >= support:
                items[end] = item[at]
                end += 1
            at = parent[at]
        items[begin:end] = items[begin:end][::-1].copy()
        starts[b + 1], weight[b] = end, count[node]
        b += 1
        node = link[node]
    return starts, items, weight
