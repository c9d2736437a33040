"""What is usual for a place, for an officer, for a trader or traveller: a logistic regression with effects of each.

logit P(not carried out) = place, lane and way + (quarter and kind of goods) + officer + trader or traveller

The effects are normal about zero, the first with a wide law, each of the others with a variance that the data give
(Breslow and Clayton, 1993, J. Am. Stat. Assoc. 88, 9–25; Σ effect² / Σ w/(w + 1/variance), MacKay, 1992, Neural
Comput. 4, 415–447), but no narrower than `LEAST`, so that few are never taken for all alike.
"""

from dataclasses import dataclass

import numpy as np

from arusha.rooms.watch.treatment.cases import Cases, Floats, Whole
from arusha.rooms.watch.treatment.loops import sums

WIDE = 9.0  # variance of the place's effect, in squared log-odds
LEAST = (0.05, 0.25, 0.25)  # of the effects of like cases, officers, subjects
SWEEPS = 40


@dataclass(frozen=True, slots=True)
class Habits:
    """`eta` (cases,) log-odds; by effect (broad, like, officer, subject): its levels, its variance, Σ of weights."""

    eta: Floats
    effects: tuple[Floats, Floats, Floats, Floats]
    spread: tuple[float, float, float, float]
    weight: tuple[Floats, Floats, Floats, Floats]


def habits_of(cases: Cases) -> Habits:
    """Fit by Newton steps, one effect after the other, a fixed number of sweeps."""
    factors: list[Whole] = [cases.broad, cases.like, cases.officer, cases.subject]
    levels = [int(code.max(initial=-1)) + 1 for code in factors]
    seen = cases.evaded.astype(np.float64)
    share = (seen.sum() + 0.5) / (len(seen) + 1)
    eta = np.full(len(seen), np.log(share / (1 - share)))
    effects = [np.zeros(n) for n in levels]
    weights = [np.zeros(n) for n in levels]
    spread = [WIDE, *(max(least, 0.5) for least in LEAST)]
    for _ in range(SWEEPS):
        for f, code in enumerate(factors):
            score, weight = sums(code, levels[f], eta, seen)
            step = np.clip((score - effects[f] / spread[f]) / (weight + 1 / spread[f]), -1, 1)
            effects[f] += step
            weights[f] = weight
            eta += step[code]
            if f:
                known = float((weight / (weight + 1 / spread[f])).sum())
                spread[f] = max(LEAST[f - 1], float((effects[f] ** 2).sum()) / max(known, 1.0))
    return Habits(
        eta,
        (effects[0], effects[1], effects[2], effects[3]),
        (spread[0], spread[1], spread[2], spread[3]),
        (weights[0], weights[1], weights[2], weights[3]),
    )
