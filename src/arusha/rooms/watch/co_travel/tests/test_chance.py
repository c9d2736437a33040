"""The chance of a count, against fractions and limits."""

import math
from fractions import Fraction

import pytest

from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, log_likelihood, prior, raised, stratum, updated


def exact(n: int, most: int, alpha: int, beta: int) -> float:
    def beta_of(x: int, y: int) -> Fraction:
        return Fraction(math.factorial(x - 1) * math.factorial(y - 1), math.factorial(x + y - 1))

    terms = (math.comb(most, k) * beta_of(k + alpha, most - k + beta) for k in range(n, most + 1))
    return float(sum(terms) / beta_of(alpha, beta))


@pytest.mark.parametrize(
    ("n", "most", "alpha", "beta"), [(3, 5, 1, 40), (6, 6, 2, 90), (12, 60, 3, 200), (40, 41, 5, 7)]
)
def test_the_tail_is_exact(n, most, alpha, beta):
    assert beta_binomial_tail(n, most, alpha, beta, 1.0) == pytest.approx(exact(n, most, alpha, beta), rel=1e-11)


def test_with_many_crossings_it_is_the_negative_binomial_of_a_gamma_rate():
    alpha, mean, n = 1.5, 0.3, 5
    b = alpha / mean
    tail = 1 - sum(
        math.exp(math.lgamma(alpha + k) - math.lgamma(alpha) - math.lgamma(k + 1))
        * (b / (b + 1)) ** alpha
        / (b + 1) ** k
        for k in range(n)
    )
    most = 2_000_000
    x, y = prior(mean, most, alpha, 1.0)
    assert beta_binomial_tail(n, most, x, y, 1.0) == pytest.approx(tail, rel=1e-4)


def test_a_count_at_its_mean_is_no_news_and_more_than_there_could_be_is_impossible():
    assert beta_binomial_tail(2, 10, 2.0, 8.0, 1.0) == 1.0
    assert beta_binomial_tail(11, 10, 2.0, 8.0, 1.0) == 0.0


def test_it_stops_where_enough_is_known():
    assert 0.01 < beta_binomial_tail(30, 200, 1.0, 9.0, 0.01) <= beta_binomial_tail(30, 200, 1.0, 9.0, 1.0)


def test_shifts_without_a_meeting_make_chance_smaller_and_shifts_with_many_make_it_larger():
    x, y = prior(0.5, 20, 1.0, 1.0)
    before = beta_binomial_tail(5, 20, x, y, 1.0)
    assert beta_binomial_tail(5, 20, *updated(x, y, 0, 8.0, 20), 1.0) < before
    assert beta_binomial_tail(5, 20, *updated(x, y, 20, 8.0, 20), 1.0) > before


def test_a_rate_is_raised_in_its_mean_and_keeps_its_shape():
    alpha, beta = raised(2.0, 38.0, 1.5)
    assert alpha == 2.0 and alpha / (alpha + beta) == pytest.approx(0.075)
    assert beta_binomial_tail(6, 20, alpha, beta, 1.0) > beta_binomial_tail(6, 20, 2.0, 38.0, 1.0)


def test_strata_are_cut_at_their_edges():
    import numpy as np

    edges = np.array([0.1, 1.0])
    assert [stratum(x, edges) for x in (0.05, 0.1, 0.9, 1.0, 7.0)] == [0, 1, 1, 2, 2]


def test_the_likelihood_prefers_the_rate_that_made_the_counts():
    import numpy as np

    rng = np.random.default_rng(3)
    foretold = rng.uniform(0.2, 3, 4000)
    met = rng.poisson(foretold * rng.gamma(2.0, 1 / 2.0, 4000) * 8).astype(float)
    data = (met, np.full(4000, 8.0), foretold, np.full(4000, 400.0), np.ones(4000))
    best = log_likelihood(*data, 2.0, 1.0)
    assert all(best > log_likelihood(*data, alpha, ratio) for alpha, ratio in ((2.0, 2.0), (0.5, 1.0), (8.0, 1.0)))
