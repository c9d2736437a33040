"""The pieces of the method, against the obvious way."""

import math
from itertools import product

import numpy as np
import pytest

from arusha.rooms.watch.treatment.cases import together
from arusha.rooms.watch.treatment.charges import below, ranks_of
from arusha.rooms.watch.treatment.loops import tails, without
from arusha.rooms.watch.treatment.picture import Share
from arusha.rooms.watch.treatment.shrunk import Prior, gamma_below, prior_of, shrunk
from arusha.rooms.watch.treatment.verdict import combined, corrected


def logistic(x):
    return 1 / (1 + np.exp(-x))


def brute(chances, seen):
    return sum(
        math.prod(c if hit else 1 - c for c, hit in zip(chances, hits, strict=True))
        for hits in product((0, 1), repeat=len(chances))
        if sum(hits) >= seen
    )


def test_the_tail_is_that_of_unequal_draws_summed_over_what_is_not_known():
    eta = np.array([-2.0, -1.0, 0.3, -3.0, -0.5])
    for seen in (3, 4, 5):
        p, whole, expected = tails(eta, 0.0, seen)
        assert p == pytest.approx(brute(logistic(eta), seen), rel=1e-9)
        assert whole == pytest.approx(math.prod(logistic(eta)), rel=1e-9)
        assert expected == pytest.approx(logistic(eta).sum(), rel=1e-9)
    z = np.linspace(-8, 8, 33)
    weight = np.exp(-(z**2) / 2)
    wanted = sum(w * brute(logistic(eta + 0.8 * x), 4) for w, x in zip(weight, z, strict=True)) / weight.sum()
    assert tails(eta, 0.8, 4)[0] == pytest.approx(wanted, rel=1e-9)
    assert tails(eta, 0.8, 1)[0] == 1.0, "no more than habits give is no news"


def test_what_is_not_known_makes_a_tail_longer():
    eta = np.full(10, -2.0)
    assert tails(eta, 1.0, 8)[0] > 100 * tails(eta, 0.1, 8)[0]


def test_an_effect_without_one_subject_is_the_mode_of_the_others():
    rng = np.random.default_rng(1)
    eta = rng.normal(-1.5, 0.5, 60)
    subject = np.repeat([0, 1, 2], 20)
    seen = (rng.random(60) < np.where(subject == 0, 0.9, 0.2)).astype(float)
    x, variance = without(np.arange(60), subject, 0, 0.7, 0.5, eta, seen)
    grid = np.linspace(-4, 4, 80_001)
    rest = subject != 0
    chance = logistic(eta[rest][:, None] - 0.7 + grid)
    log = (np.where(seen[rest][:, None] > 0, np.log(chance), np.log1p(-chance))).sum(axis=0) - grid**2 / (2 * 0.5)
    assert x == pytest.approx(grid[log.argmax()], abs=2e-4)
    p = logistic(eta[rest] - 0.7 + x)
    assert variance == pytest.approx(1 / ((p * (1 - p)).sum() + 2), rel=1e-3)


def test_ranks_are_standard_within_their_like_and_ties_share():
    amount = np.array([1.0, 2.0, 2.0, 4.0, 9.0, 8.0, 7.0, np.nan, 5.0, 5.0, 5.0, 3.0, 1.0])
    peers = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3])
    ranks = ranks_of(peers, amount)
    assert ranks.ranked.tolist() == [True] * 7 + [False] * 6, "all alike, too few and none are not ranked"
    for group in (0, 1):
        mine = ranks.standard[(peers == group) & ranks.ranked]
        assert mine.mean() == pytest.approx(0) and mine.std() == pytest.approx(1)
    assert ranks.standard[1] == ranks.standard[2] and ranks.standard[0] == ranks.least[0] == ranks.standard[:4].min()
    assert ranks.place[:4].tolist() == [0.125, 0.5, 0.5, 0.875] and ranks.low[0] == 0.25
    assert below(-1.959964) == pytest.approx(0.025, abs=1e-7)


def test_tests_that_can_say_nothing_cost_nothing():
    p, smallest = np.array([[0.01], [1.0], [0.2]]), np.array([[1e-5], [0.8], [0.3]])
    one, reach = combined(p, smallest)
    assert one.tolist() == [0.02] and reach.tolist() == [2e-5], "the second cannot reach half"
    alone, _ = combined(p, np.array([[1e-5], [1.0], [1.0]]))
    assert alone.tolist() == [0.01]
    assert combined(p, np.ones((3, 1)))[0].tolist() == [1.0]


def test_pairs_that_could_not_be_found_are_not_corrected_over():
    p = np.array([0.004, 0.0001, 0.3, 0.5, 0.02])
    smallest = np.array([1e-4, 1e-9, 0.3, 0.5, 0.02])
    assert corrected(p, smallest, 0.01).tolist() == [0.004, 0.0002, 1.0, 1.0, 1.0]
    assert corrected(p, np.zeros(5), 0.01)[1] == pytest.approx(0.0005)
    assert corrected(p, smallest, 0.0).tolist() == [1.0] * 5 and len(corrected(p[:0], p[:0], 0.01)) == 0


def test_a_few_are_drawn_to_the_usual_and_many_are_not():
    assert gamma_below(1.0, 2.0) == pytest.approx(1 - math.exp(-2)) and gamma_below(2.5, 0.0) == 0
    # χ² tables: the 97.5th percentile with 10 degrees of freedom is 20.4832, the 2.5th 3.2470.
    assert gamma_below(5.0, 20.4832 / 2) == pytest.approx(0.975, abs=1e-5)
    assert gamma_below(5.0, 3.2470 / 2) == pytest.approx(0.025, abs=1e-5)
    tight = Prior(100.0, 0.003)
    little, low, high = shrunk(3, 1.0, tight)
    assert 1 < little < 1.3 and low < 1 < high, "three where one was expected is next to nothing"
    much, low, high = shrunk(23, 2.8, tight)
    assert pytest.approx(much, rel=0.01) == (2 + 23) / (0.5 + 2.8), "twenty-three stand apart"
    assert 4 < low < much < high < 12
    # Quantiles of the one law that is left: Gamma(25, 3.3) as χ²(50)/6.6; 32.357 and 71.420 in the tables.
    assert (low, high) == (pytest.approx(32.357 / 6.6, rel=0.01), pytest.approx(71.420 / 6.6, rel=0.01))


def test_what_is_usual_is_read_from_all_pairs():
    rng = np.random.default_rng(3)
    expected = rng.uniform(2, 20, 3_000)
    varied = prior_of(rng.poisson(expected * rng.gamma(4.0, 0.25, 3_000)), expected)
    assert varied.shape == pytest.approx(4, rel=0.3)
    counts = rng.poisson(expected)
    counts[:30] = rng.poisson(expected[:30] * 5)
    few = prior_of(counts, expected)
    assert few.shape > 50 and few.share == 0.01
    assert prior_of(counts[:0], expected[:0]) == Prior(1.0, 0.1)


def test_numbers_of_combinations_keep_what_is_not_told_apart():
    assert together(np.array([0, 0, 1, -1]), np.array([5, 5, 5, 5])).tolist() == [1, 1, 2, 0]
    assert len(set(together(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])).tolist())) == 4


def test_the_limits_of_a_share_are_wilsons():
    low, high = Share("x", 15, 50).limits  # published: 0.191 to 0.438
    assert (low, high) == (pytest.approx(19.1, abs=0.1), pytest.approx(43.8, abs=0.1))
    assert Share("x", 0, 0).limits == (0.0, 100.0) and Share("x", 0, 8).limits[0] == 0
