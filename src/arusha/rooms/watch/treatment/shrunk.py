"""How much more than expected, told cautiously: what rests on few cases is drawn towards what is usual of pairs.

Of a pair with n lenient outcomes where e were expected, n ~ Poisson(θ·e). Of most pairs θ ~ Gamma(a, a), mean 1; of a
small share of them θ ~ Gamma(2, ½), mean 4. a and the share are those under which all pairs' counts, negative
binomials, are likeliest. θ given n is Gamma(a + n, a + e) or Gamma(2 + n, ½ + e), each with the weight that the counts
give it (DuMouchel, 1999, Am. Stat. 53, 177–190).
"""

import math
from dataclasses import dataclass

import numpy as np

from arusha.rooms.watch.treatment.cases import Floats, Whole

SHAPES = np.exp(np.linspace(math.log(0.5), math.log(200), 40))
SHARES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
APART = (2.0, 0.5)  # shape and rate of the few that stand apart
MOST = 400  # a count is taken as no larger


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of θ before a pair is looked at: the shape a of most pairs, the share of those that stand apart."""

    shape: float
    share: float


def prior_of(n: Whole, e: Floats) -> Prior:
    """The likeliest, of all pairs."""
    told = e > 0
    seen, by_chance = np.minimum(n[told], MOST).astype(np.int64), e[told]
    if not len(seen):
        return Prior(1.0, 0.1)
    apart = log_chance(seen, by_chance, *APART)
    best = (-math.inf, Prior(1.0, 0.1))
    for shape in SHAPES.tolist():
        usual = log_chance(seen, by_chance, shape, shape)
        for share in SHARES:
            sure = float(np.logaddexp(math.log1p(-share) + usual, math.log(share) + apart).sum())
            best = max(best, (sure, Prior(shape, share)), key=lambda one: one[0])
    return best[1]


def log_chance(n: Whole, e: Floats, shape: float, rate: float) -> Floats:
    """Logarithms of Γ(s + n)/(Γ(s)·n!) · (r/(r + e))^s · (e/(r + e))^n, the negative binomial, but for n!."""
    ways = np.array([math.lgamma(shape + k) - math.lgamma(shape) for k in range(int(n.max(initial=0)) + 1)])
    return np.asarray(ways[n] + shape * np.log(rate / (rate + e)) + n * np.log(e / (rate + e)))


def shrunk(n: int, e: float, prior: Prior) -> tuple[float, float, float]:
    """Mean of θ, and the limits between which it lies nineteen times in twenty."""
    count, by_chance = np.array([min(n, MOST)]), np.array([max(e, 1e-9)])
    usual = math.log1p(-prior.share) + float(log_chance(count, by_chance, prior.shape, prior.shape)[0])
    apart = math.log(prior.share) + float(log_chance(count, by_chance, *APART)[0])
    weight = 1 / (1 + math.exp(min(700.0, usual - apart)))
    laws = ((1 - weight, prior.shape + n, prior.shape + e), (weight, APART[0] + n, APART[1] + e))
    mean = sum(part * shape / rate for part, shape, rate in laws)
    return mean, _quantile(laws, 0.025), _quantile(laws, 0.975)


def _quantile(laws: tuple[tuple[float, float, float], ...], level: float) -> float:
    """The θ below which the laws, (weight, shape, rate), have this chance together; by halving."""
    low, high = 0.0, max((shape + 12 * math.sqrt(shape) + 12) / rate for _, shape, rate in laws)
    for _ in range(80):
        middle = (low + high) / 2
        if sum(part * gamma_below(shape, rate * middle) for part, shape, rate in laws) < level:
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
    return min(1.0, math.exp(math.log(total) + shape * math.log(x) - x - math.lgamma(shape + 1)))
