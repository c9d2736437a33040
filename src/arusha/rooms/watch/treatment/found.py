"""The whole way from inspections and searches to pairs that stand out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np

from arusha.lib.datasets import Declaration, Inspection, Search
from arusha.lib.detect import Hit, Table
from arusha.rooms.watch.treatment import detect as told
from arusha.rooms.watch.treatment.cases import Cases, Floats, Whole, of_declarations, of_travellers
from arusha.rooms.watch.treatment.charges import Charges, charges
from arusha.rooms.watch.treatment.evaded import Evaded, evaded
from arusha.rooms.watch.treatment.habits import habits_of
from arusha.rooms.watch.treatment.pairs import Pairs, pairs_of
from arusha.rooms.watch.treatment.shrunk import Prior, prior_of, shrunk
from arusha.rooms.watch.treatment.verdict import combined, corrected

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SPEAKS = 0.05  # a test's p above which its figures are not told


class Settings(Protocol):
    """What the method reads of its parameters."""

    fdr: float
    least: int
    lift: float
    more: float


@dataclass(frozen=True, slots=True)
class Judged:
    """All pairs of one table; p and smallest are of all tests together, shape (pairs,).

    `charged`, `fined`: the tests of what was charged of the value, and of the penalty as a share of the duty.
    """

    cases: Cases
    pairs: Pairs
    evaded: Evaded
    charged: Charges
    fined: Charges
    p: Floats
    smallest: Floats

    @property
    def by_penalty(self) -> np.ndarray:
        """Whether the penalties of a pair say more than what was charged in all."""
        return np.asarray(self.fined.p < self.charged.p)

    @property
    def lenient(self) -> Whole:
        """Outcomes in the subject's favour: cases not carried out, and charges among the lowest quarter."""
        return self.evaded.times + np.where(self.by_penalty, self.fined.low, self.charged.low)

    @property
    def expected(self) -> Floats:
        """As many as habits and chance give."""
        less = np.where(self.by_penalty, self.fined.expected, self.charged.expected)
        return np.asarray(self.evaded.expected + less)


def found(
    inspections: Table[Inspection] | None,
    declarations: Table[Declaration] | None,
    searches: Table[Search] | None,
    p: Settings,
) -> Iterator[Hit]:
    """Hits of both kinds, corrected together."""
    each = []
    if inspections is not None and declarations is not None:
        each.append(judged(of_declarations(inspections, declarations), p.least))
    if searches is not None:
        each.append(judged(of_travellers(searches), p.least))
    if not each:
        return
    q = corrected(np.concatenate([j.p for j in each]), np.concatenate([j.smallest for j in each]), p.fdr)
    start = 0
    for one in each:
        mine = q[start : start + len(one.p)]
        start += len(one.p)
        prior = prior_of(one.lenient, one.expected)
        for i in np.flatnonzero((mine <= p.fdr) & stands_out(one, p)):
            yield _hit(one, int(i), float(mine[i]), prior)


def judged(cases: Cases, least: int) -> Judged:
    """The tests of every pair of at least so many cases."""
    pairs = pairs_of(cases, least)
    undone = evaded(cases, habits_of(cases), pairs)
    charged = charges(cases, pairs, cases.peers, cases.charged)
    fined = charges(cases, pairs, cases.colleagues, cases.fined)
    tests = (undone, charged, fined)
    p, smallest = combined(np.stack([test.p for test in tests]), np.stack([test.smallest for test in tests]))
    return Judged(cases, pairs, undone, charged, fined, p, smallest)


def stands_out(one: Judged, p: Settings) -> np.ndarray:
    """Whether what speaks against a pair is large and not only certain."""
    tests = ((one.evaded, one.evaded.times), (one.charged, one.charged.low), (one.fined, one.fined.low))
    large = [
        (test.p <= SPEAKS) & (times >= p.lift * test.expected) & (times - test.expected >= p.more)
        for test, times in tests
    ]
    return np.asarray(np.any(large, axis=0))


def _hit(one: Judged, i: int, q: float, prior: Prior) -> Hit:
    cases = one.cases
    mine = one.pairs.cases_of(i)
    at = cases.at[mine]
    officer, subject = int(one.pairs.officer[i]), int(one.pairs.subject[i])
    lenient, expected = int(one.lenient[i]), float(one.expected[i])
    return Hit(
        kind=cases.kind,
        subjects=(cases.officers[officer].as_py(), cases.subjects[subject].as_py()),
        span=(EPOCH + timedelta(microseconds=int(at.min())), EPOCH + timedelta(microseconds=int(at.max()))),
        support=lenient,
        expected=expected,
        p=float(one.p[i]),
        q=q,
        reasons=(*_reasons(one, i, mine), told.Shrunk(*(round(x, 6) for x in shrunk(lenient, expected, prior)))),
        evidence=cases.table.refs(np.sort(cases.row[mine])),
    )


def _reasons(one: Judged, i: int, mine: Whole) -> Iterator[object]:
    """What was counted, and the same of the officer's, the subject's and everybody's other cases."""
    cases, undone = one.cases, one.evaded
    if undone.p[i] <= SPEAKS:
        kind = told.NotExamined if cases.kind == "officer-trader" else told.NotSearched
        yield kind(int(undone.times[i]), len(mine), round(float(undone.expected[i]), 6))
        own = (cases.officer == one.pairs.officer[i]), (cases.subject == one.pairs.subject[i])
        both = own[0] & own[1]
        for reason, which in ((told.OfficerOtherwise, own[0]), (told.SubjectOtherwise, own[1])):
            rest = which & ~both
            yield reason(int(cases.evaded[rest].sum()), int(rest.sum()))
        yield _peers(cases, mine, ~(own[0] | own[1]))
    for less, kind, peers, amount in (
        (one.charged, told.ChargedLess, cases.peers, cases.charged),
        (one.fined, told.FinedLess, cases.colleagues, cases.fined),
    ):
        if less.p[i] <= SPEAKS:
            medians = _medians(peers, mine, amount)
            yield kind(int(less.low[i]), int(less.times[i]), round(float(less.expected[i]), 6), *medians)


def _peers(cases: Cases, mine: Whole, others: np.ndarray) -> told.Peers:
    """The share of others' like cases that was not carried out, each stratum weighed by the pair's cases in it."""
    size = int(cases.broad.max()) + 1
    weight = np.bincount(cases.broad[mine], minlength=size)
    count = np.bincount(cases.broad[others], minlength=size)
    share = np.bincount(cases.broad[others], cases.evaded[others], minlength=size) / np.maximum(count, 1)
    here = weight > 0
    total = int(count[here].sum())
    mean = float((share * weight).sum() / max(weight[count > 0].sum(), 1))
    return told.Peers(round(mean * total), total)


def _medians(peers: Whole, mine: Whole, amount: Floats) -> tuple[float, float]:
    """In per cent: the median of the pair's own, and the median of the medians of their like."""
    own = mine[~np.isnan(amount[mine])]
    like = np.isin(peers, peers[own]) & ~np.isnan(amount)
    like[mine] = False
    usual = [np.median(amount[like & (peers == group)]) for group in np.unique(peers[like])]
    return round(100 * float(np.median(amount[own])), 6), round(100 * float(np.median(usual)) if usual else 0.0, 6)
