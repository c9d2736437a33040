"""Whether one officer charged one subject less, for what was found, than was charged for the like.

What was charged as a share of the value, and the penalty as a share of the duty, are ranked, the first
among the cases of the same place, kind of goods and currency, the other among those of the place; the ranks, made
standard, are what officers and subjects are compared by (van Elteren, 1960, Bull. Int. Stat. Inst. 37,
351–361, once each officer's and each subject's own level is taken away: Hodges and Lehmann, 1962, Ann. Math. Stat. 33,
482–497).
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from arusha.rooms.watch.treatment.cases import Cases, Floats, Whole
from arusha.rooms.watch.treatment.pairs import Pairs

FEW = 3  # cases of a kind below which there is nothing to rank, and of a pair below which nothing is said
LOW = 0.25  # the share of the like that counts as charged little
LEAST = 0.05  # variance of officers' and subjects' levels, in squared standard ranks
SWEEPS = 20


@dataclass(frozen=True, slots=True)
class Charges:
    """By pair, shape (pairs,): cases that were charged, those among the lowest quarter, how many by chance, p.

    smallest : the p if every one had been charged the least of all. p and smallest are 1 where there are too few.
    """

    times: Whole
    low: Whole
    expected: Floats
    p: Floats
    smallest: Floats


@dataclass(frozen=True, slots=True)
class Ranks:
    """By case, shape (cases,): whether it is ranked, its standard rank, the least there could be, its place in [0, 1].

    `low`: the share of the like that lies in the lowest quarter, ties and all.
    """

    ranked: np.ndarray
    standard: Floats
    least: Floats
    place: Floats
    low: Floats


def ranks_of(peers: Whole, amount: Floats) -> Ranks:
    """Rank an amount of each case, NaN where there is none, among the like; ties share their mean rank."""
    n = len(amount)
    standard, least, place, low = (np.zeros(n) for _ in range(4))
    ranked = np.zeros(n, bool)
    known = np.flatnonzero(~np.isnan(amount))
    order = known[np.lexsort((amount[known], peers[known]))]
    edges = np.flatnonzero(np.r_[True, np.diff(peers[order]) != 0, True]) if len(order) else np.zeros(0, np.int64)
    for start, stop in pairwise(edges):
        mine = order[start:stop]
        ties = np.unique(amount[mine], return_inverse=True, return_counts=True)
        if len(mine) < FEW or len(ties[0]) == 1:
            continue
        top = np.cumsum(ties[2])
        mean = (top - ties[2] + top) / 2 / len(mine)  # the middle of each tie, from 0 to 1
        at = mean[ties[1]]
        ranked[mine], place[mine] = True, at
        standard[mine] = (at - 0.5) / at.std()
        least[mine] = (at.min() - 0.5) / at.std()
        low[mine] = (at <= LOW).mean()
    return Ranks(ranked, standard, least, place, low)


def charges(cases: Cases, pairs: Pairs, peers: Whole, amount: Floats) -> Charges:
    """Each pair's mean standard rank against what the officer's and the subject's other cases give, from below."""
    ranks = ranks_of(peers, amount)
    used = ranks.ranked.astype(float)
    (u, u_spread), (v, v_spread) = _levels(cases, ranks)
    count = pairs.sums(used)
    own = pairs.sums(ranks.standard)
    # The level of the officer without the pair, and of the subject without it; their variances.
    left_u = pairs.sums(used * (ranks.standard - v[cases.subject]))
    left_v = pairs.sums(used * (ranks.standard - u[cases.officer]))
    officer, u_var = _rest(
        cases.officer, used, ranks.standard - v[cases.subject], pairs.officer, left_u, count, u_spread
    )
    subject, v_var = _rest(
        cases.subject, used, ranks.standard - u[cases.officer], pairs.subject, left_v, count, v_spread
    )
    many = np.maximum(count, 1)
    deviation = np.sqrt(1 / many + u_var + v_var)
    enough = count >= FEW
    p, smallest = (
        np.where(enough, [below(z) for z in (mean / many - officer - subject) / deviation], 1.0)
        for mean in (own, pairs.sums(ranks.least))
    )
    low = pairs.sums(used * (ranks.place <= LOW))
    return Charges(
        count.astype(np.int64),
        low.astype(np.int64),
        pairs.sums(ranks.low),
        np.asarray(p, float),
        np.asarray(smallest, float),
    )


def below(z: float) -> float:
    """Φ(z), the standard normal law from below."""
    return 0.5 * math.erfc(-float(z) / math.sqrt(2))


def _levels(cases: Cases, ranks: Ranks) -> tuple[tuple[Floats, float], tuple[Floats, float]]:
    """Levels of officers and subjects, each normal about zero with a variance that the ranks give."""
    used = np.flatnonzero(ranks.ranked)
    codes = (cases.officer[used], cases.subject[used])
    sizes = (len(cases.officers), len(cases.subjects))
    levels, spread = [np.zeros(n) for n in sizes], [4 * LEAST, 4 * LEAST]
    for _ in range(SWEEPS):
        for f, code in enumerate(codes):
            rest = ranks.standard[used] - levels[1 - f][codes[1 - f]]
            count = np.bincount(code, minlength=sizes[f])
            levels[f] = np.bincount(code, rest, minlength=sizes[f]) / (count + 1 / spread[f])
            known = float((count / (count + 1 / spread[f])).sum())
            spread[f] = max(LEAST, float((levels[f] ** 2).sum()) / max(known, 1.0))
    return (levels[0], spread[0]), (levels[1], spread[1])


def _rest(
    code: Whole, used: Floats, rest: Floats, of_pair: Whole, own: Floats, count: Floats, spread: float
) -> tuple[Floats, Floats]:
    """The level of each pair's officer (or subject) by all cases but the pair's, and its variance."""
    total = np.bincount(code, used * rest, minlength=1)
    weight = np.bincount(code, used, minlength=1)
    information = weight[of_pair] - count + 1 / spread
    return (total[of_pair] - own) / information, 1 / information
