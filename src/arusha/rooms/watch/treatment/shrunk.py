"""How much more than expected, told cautiously: few cases are drawn towards the mean of all pairs.

Of a pair with n lenient outcomes where e were expected, n ~ Poisson(θ·e) and θ ~ Gamma(a, a), mean 1. Then θ given n is
Gamma(a + n, a + e), of mean (a + n)/(a + e); a is where all pairs' likelihood, a negative binomial, is largest
(DuMouchel, 1999, Am. Stat. 53, 177–190, with one component).
"""

import math

import numpy as np

from arusha.rooms.watch.treatment.cases import Floats, Whole

SHAPES = np.exp(np.linspace(math.log(0.2), math.log(200), 60))


def shape_of(n: Whole, e: Floats) -> float:
    """The a of all pairs; 1 where there are none."""
    told = e > 0
    if not told.any():
        return 1.0
    seen, by_chance = np.minimum(n[told], 400).astype(np.int64), e[told]
    best = [_likelihood(float(a), seen, by_chance) for a in SHAPES]
    return float(SHAPES[int(np.argmax(best))])


def _likelihood(a: float, n: Whole, e: Floats) -> float:
    ways = np.array([math.lgamma(a + k) - math.lgamma(a) for k in range(int(n.max()) + 1)])
    each = ways[n] + a * np.log(a / (a + e)) + n * np.log(e / (a + e))
    return float(each.sum())


def shrunk(n: int, e: float, a: float) -> tuple[float, float, float]:
    """Mean of θ, and the limits between which it lies nineteen times in twenty."""
    shape, rate = a + n, a + e
    return shape / rate, gamma_quantile(shape, 0.025) / rate, gamma_quantile(shape, 0.975) / rate


def gamma_quantile(shape: float, level: float) -> float:
    """The x below which a Gamma(shape, 1) lies with this chance, by halving."""
    low, high = 0.0, shape + 12 * math.sqrt(shape) + 12
    for _ in range(80):
        middle = (low + high) / 2
        if gamma_below(shape, middle) < level:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def gamma_below(shape: float, x: float) -> float:
    """P(Gamma(shape, 1) ≤ x) = x^s·e^(−x)/Γ(s + 1) · Σ x^k / ((s + 1)…(s + k)) (Abramowitz and Stegun, 6.5.29)."""
    if x <= 0:
        return 0.0
    term = total = 1.0
    k = 1
    while term > 1e-14 * total:
        term *= x / (shape + k)
        total += term
        k += 1
    return min(1.0, total * math.exp(shape * math.log(x) - x - math.lgamma(shape + 1)))
