"""The loops of `treatment`, compiled."""

import math

import numpy as np

from arusha.lib.detect.compiled import compiled

REACH, STEP = 8.0, 0.5  # standard deviations over which what is not known is averaged
NEWTON = 4


@compiled
def sums(code, levels, eta, seen):
    """By level of a factor, Σ (seen − chance) and Σ chance·(1 − chance), chance the logistic of `eta`."""
    score, weight = np.zeros(levels), np.zeros(levels)
    for i in range(len(code)):
        chance = 1.0 / (1.0 + math.exp(-eta[i]))
        score[code[i]] += seen[i] - chance
        weight[code[i]] += chance * (1.0 - chance)
    return score, weight


@compiled
def without(cases, other, not_this, effect, spread, eta, seen):
    """An effect by those of its `cases` that are not of one other level, and its variance.

    It is the mode under a normal law of variance `spread`, at most `NEWTON` steps from where it stands in `eta`.
    """
    x, weight = effect, 0.0
    for _ in range(NEWTON):
        score, weight = -x / spread, 1.0 / spread
        for k in range(len(cases)):
            i = cases[k]
            if other[i] == not_this:
                continue
            chance = 1.0 / (1.0 + math.exp(-(eta[i] - effect + x)))
            score += seen[i] - chance
            weight += chance * (1.0 - chance)
        step = min(max(score / weight, -1.0), 1.0)
        x += step
        if abs(step) < 1e-9:
            break
    return x, 1.0 / weight


@compiled
def tails(eta, deviation, seen):
    """P(count ≥ seen), P(all) and the expected count of independent cases of log-odds `eta`, all of them moved by one
    normal draw of mean zero and this deviation: the sum over the draw of exact tails of a Poisson binomial law. The
    first is 1 where no more were seen than the log-odds as they stand give."""
    n = len(eta)
    plain = 0.0
    for i in range(n):
        plain += 1.0 / (1.0 + math.exp(-eta[i]))
    more = seen > plain
    total, tail, whole, expected = 0.0, 0.0, 0.0, 0.0
    state = np.empty(n + 1)
    z = -REACH
    while z <= REACH:
        density = math.exp(-0.5 * z * z)
        state[:] = 0.0
        state[0] = 1.0
        mean, every = 0.0, 1.0
        for i in range(n):
            chance = 1.0 / (1.0 + math.exp(-(eta[i] + deviation * z)))
            mean += chance
            every *= chance
            for k in range(i + 1 if more else 0, 0, -1):
                state[k] = state[k] * (1.0 - chance) + state[k - 1] * chance
            state[0] *= 1.0 - chance
        above = 0.0
        for k in range(n, seen - 1, -1):
            above += state[k]
        total += density
        tail += density * above
        whole += density * every
        expected += density * mean
        z += STEP
    return min(tail / total, 1.0) if more else 1.0, min(whole / total, 1.0), expected / total
