"""The prior and the count of strangers, against every pair of a small world."""

import numpy as np

from arusha.rooms.watch.co_travel.chance import beta_binomial_tail, prior, stratum, updated
from arusha.rooms.watch.co_travel.meetings import Sieve, pairs_that_met
from arusha.rooms.watch.co_travel.pairs import chances
from arusha.rooms.watch.co_travel.rhythm import by_weeks, foretold, rhythms_of
from arusha.rooms.watch.co_travel.strangers import EDGES, Prior, drawn, fitted, named_by_chance
from arusha.rooms.watch.co_travel.streams import streams_of
from arusha.rooms.watch.co_travel.tests.small import DAY, HOUR, strangers, table

BOUNDS = np.array([1e-7, 1e-5, 1e-3])


def world(people: int = 300, times: int = 40):
    streams = streams_of(table(strangers(people, times, 8)), 4)
    return streams, rhythms_of(streams, 900)


def attained(a: int, b: int, r, of: Prior, bound: float) -> float:
    """The chance that the pair comes to a p of at most `bound`, given its moves: the slow and obvious way."""
    expected, most, _ = foretold(a, b, r)
    s = stratum(expected, EDGES)
    x0, y0 = prior(expected, most, of.alpha[s], of.ratio[s])
    x, y = updated(x0, y0, *by_weeks(a, b, 4, np.inf, r), most)
    for n in range(3, most + 1):
        enough = n >= 2.0 * most * x / (x + y) and beta_binomial_tail(n, most, x0, y0, 0.01) <= 0.01
        if enough and beta_binomial_tail(n, most, x, y, 1.0) <= bound:
            return beta_binomial_tail(n, most, x, y, 1.0)
    return 0.0


def test_a_weighted_sum_over_the_draws_is_the_sum_over_all_pairs():
    streams, r = world()
    of = Prior(np.ones(4), np.ones(4), np.ones(4))
    estimate = named_by_chance(BOUNDS, drawn(streams, r, 4), of, 3, 2.0, 0.01)
    n = streams.travellers
    exact = [sum(attained(a, b, r, of, bound) for a in range(n) for b in range(a + 1, n)) for bound in BOUNDS]
    assert np.allclose(estimate, exact, rtol=0.1)
    assert (np.array(exact) < BOUNDS * n * (n - 1) / 2).all(), "it must never exceed Benjamini and Hochberg's m·t"


def test_the_prior_is_fitted_on_the_moves():
    streams, r = world()
    sample = drawn(streams, r, 4)
    of = fitted(sample)
    where = np.searchsorted(EDGES, sample.foretold, side="right")
    common = np.bincount(where, minlength=4).argmax()
    assert 0.8 < of.ratio[common] < 1.25, "strangers keep their hours: moves meet as often as habits foretell"


def test_too_few_strangers_leave_a_wide_prior():
    streams, r = world(people=3, times=5)
    of = fitted(drawn(streams, r, 4))
    assert of.alpha.tolist() == [1.0] * 4 and of.ratio.tolist() == [1.0] * 4


def calendar(people: int, times: int, feasts: float) -> list[tuple[str, str, str, float]]:
    """Strangers at hours of their own; `feasts` of their crossings lie on thirty days of the year, the same for all."""
    rng = np.random.default_rng(5)
    feast_days = rng.choice(300, 30, replace=False)
    rows = []
    for person in range(people):
        hour = rng.uniform(8, 18)
        for _ in range(times):
            day = rng.choice(feast_days) if rng.random() < feasts else rng.integers(300)
            rows.append((f"s{person}", "P1", "in", float(int(day * DAY + rng.normal(hour, 1) * HOUR))))
    return rows


def test_days_on_which_everybody_comes_are_known_by_what_strangers_do():
    shared = {}
    for feasts in (0.0, 0.6):
        streams = streams_of(table(calendar(400, 24, feasts)), 4)
        shared[feasts] = fitted(drawn(streams, rhythms_of(streams, 900), 4)).shared
    assert (shared[0.0] < 1.25).all(), "no day is anybody's but each one's own"
    assert shared[0.6].max() > 2.0, "of the pairs of days that two draw, .36 lie on the same thirty: four times as many"


def test_shared_days_make_meetings_less_telling():
    streams, r = world()
    sample, bounds = drawn(streams, r, 4), np.array([1e-5])
    plain, shared = (Prior(np.ones(4), np.ones(4), np.full(4, times)) for times in (1.0, 2.0))
    met = pairs_that_met(streams, r, plain, Sieve(3, 1.0, 1.0, 4))
    (before, _), (after, mean) = (chances(met, r, 4, 1.0, of, 1.0) for of in (plain, shared))
    assert (after >= before - 1e-12).all() and (after > before).any() and (mean > 0).all()
    assert (
        named_by_chance(bounds, sample, shared, 3, 2.0, 0.01)[0]
        != named_by_chance(bounds, sample, plain, 3, 2.0, 0.01)[0]
    )
