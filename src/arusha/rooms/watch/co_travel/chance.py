"""How likely so many meetings are by chance, for one pair.

Each of the crossings at which a pair could have met did so with a probability of the pair's own. Before the shifts it
is Beta(α, α(1 − m)/m) with mean m = ratio × foretold / most; K meetings in E times as many crossings, moved by whole
weeks, update it; the count at the true weeks is then Beta-binomial. With many crossings and a small m this is the
negative binomial tail P(NegBin(α + K, (b + E)/(b + E + 1)) ≥ n), b = α / (ratio × foretold): a Gamma prior on a rate.
"""

import math

from arusha.lib.detect.compiled import compiled


@compiled
def log_beta(x, y):
    """Logarithm of the Beta function."""
    return math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y)


@compiled
def beta_binomial_tail(n, most, alpha, beta, enough):
    """P(X ≥ n), X ~ BetaBinomial(most, α, β), or 1 where n is no more than its mean; any more than `enough` is enough.

    The first term by log-gamma, the others by their ratios.
    """
    if n <= most * alpha / (alpha + beta):
        return 1.0
    if n > most:
        return 0.0
    ways = math.lgamma(most + 1.0) - math.lgamma(n + 1.0) - math.lgamma(most - n + 1.0)
    term = math.exp(ways + log_beta(n + alpha, most - n + beta) - log_beta(alpha, beta))
    total = term
    for k in range(n, most):
        term *= (most - k) / (k + 1.0) * (k + alpha) / (most - k - 1.0 + beta)
        total += term
        if term < 1e-13 * total or total > enough:
            break
    return min(total, 1.0)


@compiled
def stratum(foretold, edges):
    """The stratum of a pair by the meetings foretold: strata are cut at `edges`, ascending."""
    s = 0
    while s < len(edges) and foretold >= edges[s]:
        s += 1
    return s


@compiled
def prior(foretold, most, alpha, ratio):
    """α and β of a pair whose habits foretell so many meetings of at most `most`."""
    mean = min(max(ratio * foretold, 1e-9) / most, 0.98)
    return alpha, alpha * (1.0 - mean) / mean


@compiled
def updated(alpha, beta, met, covered, most):
    """α and β once shifts that cover the pair's crossings `covered` times have met `met` times."""
    return alpha + met, beta + max(most * covered - met, 0.0)


@compiled
def raised(alpha, beta, times):
    """α and β with the mean `times` as large, at most .98, and the same α."""
    mean = min(times * alpha / (alpha + beta), 0.98)
    return alpha, alpha * (1.0 - mean) / mean


@compiled
def log_likelihood(met, covered, foretold, most, weight, alpha, ratio):
    """Of shifted counts under the prior: Σ w·log BetaBinomial(met; most × covered, α, β). Arrays of shape (pairs,)."""
    total = 0.0
    for i in range(len(met)):
        a, b = prior(foretold[i], most[i], alpha, ratio)
        trials = max(most[i] * covered[i], float(met[i]))
        total += weight[i] * (log_beta(a + met[i], b + trials - met[i]) - log_beta(a, b))
    return total
