"""From crossings to baskets, from baskets to the largest sets of travellers that share enough of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from arusha.lib.datasets import Crossing
from arusha.lib.detect import Table
from arusha.lib.detect.codes import codes_of
from arusha.lib.detect.moments import whole_seconds
from arusha.rooms.watch.fp_growth.tree import Whole, grown, tree_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Settings(Protocol):
    """What the method reads of its parameters."""

    window: timedelta
    support: int
    least: int
    lift: float


@dataclass(frozen=True, slots=True)
class Baskets:
    """Who was in which basket: pairs of shape (pairs,), by basket, then by traveller; `row` of each.

    `stream` of each basket, shape (baskets,): the port and direction whose travellers it holds.
    """

    basket: Whole
    who: Whole
    row: Whole
    at: Whole
    stream: Whole
    names: Any


@dataclass(frozen=True, slots=True)
class Found:
    """A set of travellers, by name; the rows of the baskets that all of them share."""

    members: tuple[str, ...]
    times: int
    expected: float
    span: tuple[datetime, datetime]
    rows: Whole


def frequent(crossings: Table[Crossing], p: Settings) -> Iterator[Found]:
    """The largest sets that share at least `support` baskets, by their members' names."""
    all_of = baskets(crossings, int(p.window.total_seconds()))
    often = np.bincount(all_of.who, minlength=len(all_of.names)) >= p.support
    rank, people = ranked(all_of, often)
    kept = often[all_of.who]
    item, basket = rank[all_of.who[kept]], all_of.basket[kept]
    order = np.lexsort((item, basket))
    item, basket = item[order], basket[order]
    edges = np.flatnonzero(np.r_[True, np.diff(basket) != 0]) if len(basket) else np.zeros(0, np.int64)
    starts = np.r_[edges, len(basket)].astype(np.int64)
    tree = tree_of(starts, item, np.ones(len(edges), np.int64), len(people))
    sets = [items for items in grown(tree, p.support) if len(items) >= p.least]
    in_baskets = Places(all_of, people)
    told = [found for found in (in_baskets.told(items) for items in sets) if found.times >= p.lift * found.expected]
    yield from sorted(told, key=lambda found: (-found.times, found.members))


def baskets(crossings: Table[Crossing], window: int) -> Baskets:
    """Each traveller once in each window of the clock of each port and direction, by the first crossing there."""
    data = crossings.data
    port, way = (codes_of(data[name]).codes.astype(np.int64) for name in ("port_code", "direction"))
    people = codes_of(data["person_token"])
    who, at = people.codes.astype(np.int64), whole_seconds(data["crossed_at"]).astype(np.int64)
    stream = port * 2 + way if len(port) else port
    slot = at // window
    order = np.lexsort((np.arange(len(who)), at, who, slot, stream))
    key = np.stack((stream, slot, who))[:, order] if len(who) else np.zeros((3, 0), np.int64)
    fresh = np.r_[True, (np.diff(key) != 0).any(axis=0)] if len(who) else np.zeros(0, bool)
    key, row = key[:, fresh], order[fresh]
    new = np.r_[True, (np.diff(key[:2]) != 0).any(axis=0)] if len(row) else np.zeros(0, bool)
    return Baskets(np.cumsum(new) - 1, key[2], row, at[row], key[0][new], people.texts)


def ranked(all_of: Baskets, often: NDArray[np.bool_]) -> tuple[Whole, Whole]:
    """Travellers numbered by how many baskets they are in, the most first; ties by who is in the earlier ones.

    The numbers of those who are in too few are −1. Also the travellers in the order of their numbers.
    """
    count = np.bincount(all_of.who, minlength=len(often))
    first = np.full(len(often), np.iinfo(np.int64).max)
    np.minimum.at(first, all_of.who, all_of.at)
    people = np.flatnonzero(often)
    people = people[np.lexsort((people, first[people], -count[people]))]
    rank = np.full(len(often), -1, np.int64)
    rank[people] = np.arange(len(people))
    return rank, people


class Places:
    """Where travellers are: baskets and rows by traveller."""

    def __init__(self, all_of: Baskets, people: Whole) -> None:
        self.all_of, self.people = all_of, people
        self.order = np.argsort(all_of.who, kind="stable")
        self.starts = np.searchsorted(all_of.who[self.order], np.arange(len(all_of.names) + 1))
        self.of_stream = np.bincount(all_of.stream) if len(all_of.stream) else np.zeros(1, np.int64)

    def told(self, items: frozenset[int]) -> Found:
        """The set by its members' names, with what it rests on, and how often chance would put them together."""
        members = sorted(int(self.people[item]) for item in items)
        each = [self.order[self.starts[m] : self.starts[m + 1]] for m in members]
        shared = self.all_of.basket[each[0]]
        for pairs in each[1:]:
            shared = np.intersect1d(shared, self.all_of.basket[pairs], assume_unique=True)
        mine = np.concatenate([pairs[np.isin(self.all_of.basket[pairs], shared)] for pairs in each])
        at = self.all_of.at[mine]
        first, last = (EPOCH + timedelta(seconds=int(moment)) for moment in (at.min(), at.max()))
        names = tuple(sorted(self.all_of.names[m].as_py() for m in members))
        return Found(names, len(shared), self._expected(each), (first, last), np.sort(self.all_of.row[mine]))

    def _expected(self, each: list[Whole]) -> float:
        """Σ over streams B Π (bᵢ / B): B baskets of the stream, member i in bᵢ of them, each member alone."""
        expected = self.of_stream.astype(float)
        for pairs in each:
            mine = np.bincount(self.all_of.stream[self.all_of.basket[pairs]], minlength=len(expected))
            expected *= np.divide(mine, self.of_stream, out=np.zeros(len(expected)), where=self.of_stream > 0)
        return float(expected.sum())
