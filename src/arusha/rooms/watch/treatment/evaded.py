"""Whether one officer left the cases of one subject undone more often than both their habits give."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.threads import in_threads, stretches
from arusha.rooms.watch.treatment.cases import Cases, Floats, Whole
from arusha.rooms.watch.treatment.habits import Habits
from arusha.rooms.watch.treatment.loops import tails, without
from arusha.rooms.watch.treatment.pairs import Pairs


@dataclass(frozen=True, slots=True)
class Evaded:
    """By pair, shape (pairs,): cases not carried out, how many by habit, p, and the p if none had been carried out."""

    times: Whole
    expected: Floats
    p: Floats
    smallest: Floats


def evaded(cases: Cases, habits: Habits, pairs: Pairs) -> Evaded:
    """Each pair by the habits that the other cases show: of the place without it, of the officer and of the subject."""
    by_officer, by_subject = grouped(cases.officer, len(cases.officers)), grouped(cases.subject, len(cases.subjects))
    chance = 1 / (1 + np.exp(-habits.eta))
    given = (
        pairs.starts, pairs.case, pairs.officer, pairs.subject, cases.evaded.astype(np.float64), habits.eta,
        chance, cases.like, cases.broad, cases.officer, cases.subject, *by_officer, *by_subject,
        habits.effects[2], habits.effects[3], np.array(habits.spread), habits.weight[0], habits.weight[1],
    )  # fmt: skip

    def judged(piece: tuple[int, int]) -> tuple[NDArray[np.float64], ...]:
        found: tuple[NDArray[np.float64], ...] = _judged(*piece, *given)
        return found

    parts = in_threads(judged, stretches(len(pairs.officer), 16) or [(0, 0)])
    times, expected, p, smallest = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Evaded(times.astype(np.int64), expected, p, smallest)


def grouped(code: Whole, levels: int) -> tuple[Whole, Whole]:
    """The places of each code, code c's are `order[starts[c]:starts[c + 1]]`."""
    order = np.argsort(code, kind="stable")
    return np.searchsorted(code[order], np.arange(levels + 1)), order


@compiled
def _judged(
    first, last, starts, case, officer, subject, seen, eta, chance, like, broad, of_officer, of_subject,
    officer_starts, officer_cases, subject_starts, subject_cases, officer_effect, subject_effect, spread,
    broad_weight, like_weight,
):  # fmt: skip
    n = last - first
    times, expected, p, smallest = np.zeros(n), np.zeros(n), np.ones(n), np.ones(n)
    for j in range(n):
        mine = case[starts[first + j] : starts[first + j + 1]]
        who, whom = officer[first + j], subject[first + j]
        count = 0
        for i in mine:
            count += seen[i] > 0
        his = officer_cases[officer_starts[who] : officer_starts[who + 1]]
        theirs = subject_cases[subject_starts[whom] : subject_starts[whom + 1]]
        u, u_var = without(his, of_subject, whom, officer_effect[who], spread[2], eta, seen)
        v, v_var = without(theirs, of_officer, who, subject_effect[whom], spread[3], eta, seen)
        own = np.empty(len(mine))
        place_var = 0.0
        for k in range(len(mine)):
            i = mine[k]
            like_left, like_info, like_many = _left(mine, like, i, chance, seen, like_weight[like[i]] + 1.0 / spread[1])
            broad_left, broad_info, many = _left(mine, broad, i, chance, seen, broad_weight[broad[i]] + 1.0 / spread[0])
            own[k] = eta[i] - officer_effect[who] + u - subject_effect[whom] + v
            own[k] -= like_left / like_info + broad_left / broad_info
            place_var += (like_many / like_info + many / broad_info) / len(mine) ** 2
        deviation = np.sqrt(u_var + v_var + place_var)
        times[j] = count
        p[j], smallest[j], expected[j] = tails(own, deviation, count)
    return times, expected, p, smallest


@compiled
def _left(mine, code, i, chance, seen, weight):
    """What the pair's own cases say of the level of case i, the weight of the level without them, how many they are."""
    left, rest, many = 0.0, weight, 0
    for k in mine:
        if code[k] == code[i]:
            left += seen[k] - chance[k]
            rest -= chance[k] * (1.0 - chance[k])
            many += 1
    return left, max(rest, 1e-9), many
