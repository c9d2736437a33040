"""Meetings, against the obvious way of counting them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.rooms.watch.co_travel.meetings import Sieve, pairs_that_met
from arusha.rooms.watch.co_travel.rhythm import by_weeks, foretold, meetings_after, met_as_often, rhythms_of
from arusha.rooms.watch.co_travel.strangers import Prior
from arusha.rooms.watch.co_travel.streams import streams_of
from arusha.rooms.watch.co_travel.tests.small import DAY, HOUR, MINUTE, WEEK, table

NOTHING_HIDDEN = Prior(np.full(4, 50.0), np.full(4, 1e-6), np.ones(4))
ALL = Sieve(least=1, screen=1.0, worth=1.0, weeks=4)
EVENTS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["P", "Q"]), st.sampled_from(["in", "out"]), st.integers(0, 240)),
    min_size=2,
    max_size=60,
    unique=True,
)


def most_matched(one: list[int], other: list[int], window: int) -> int:
    """The most pairs (x, y) with |x − y| ≤ window, each used once: by augmenting paths."""
    partner: dict[int, int] = {}

    def place(i: int, tried: set[int]) -> bool:
        for j in range(len(other)):
            if j not in tried and abs(one[i] - other[j]) <= window:
                tried.add(j)
                if j not in partner or place(partner[j], tried):
                    partner[j] = i
                    return True
        return False

    return sum(place(i, set()) for i in range(len(one)))


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_every_pair_is_counted_as_often_as_it_met_each_crossing_used_once(events):
    rows = [(f"p{who}", port, way, float(at * MINUTE)) for who, port, way, at in events]
    streams = streams_of(table(rows), 1)
    met = pairs_that_met(streams, rhythms_of(streams, 15 * MINUTE), NOTHING_HIDDEN, ALL)
    names = [rows[row][0] for row in streams.named]
    counted = {frozenset((names[a], names[b])): int(n) for a, b, n in zip(met.a, met.b, met.times, strict=True)}
    for one in range(5):
        for other in range(one):
            wanted = sum(
                most_matched(
                    [at for who, p, w, at in events if (who, p, w) == (one, port, way)],
                    [at for who, p, w, at in events if (who, p, w) == (other, port, way)],
                    15,
                )
                for port in "PQ"
                for way in ("in", "out")
            )
            assert counted.get(frozenset((f"p{one}", f"p{other}")), 0) == wanted


def two(one: list[float], other: list[float]):
    rows = [("a", "P", "in", at) for at in one] + [("b", "P", "in", at) for at in other]
    return rhythms_of(streams_of(table(rows), 1), 15 * MINUTE)


def test_the_window_is_closed_and_no_wider():
    assert meetings_after(0, 1, 0, two([0.0], [900.0])) == 1
    assert meetings_after(0, 1, 0, two([0.0], [901.0])) == 0


def test_moves_by_weeks_cover_less_at_the_ends():
    weekly = [float(week * WEEK + 8 * HOUR) for week in range(10)]
    met, covered = by_weeks(0, 1, 4, np.inf, two(weekly, [at + MINUTE for at in weekly]))
    assert met == 2 * (9 + 8 + 7 + 6)
    assert by_weeks(0, 1, 4, 5, two(weekly, [at + MINUTE for at in weekly])) == (-1, 0.0)
    span = 9 * 7 + 1
    assert np.isclose(covered, 2 * sum(span - 7 * w for w in (1, 2, 3, 4)) / span, atol=1e-3)


def test_moves_do_not_depend_on_which_of_the_pair_is_moved():
    rng = np.random.default_rng(5)
    one, other = (sorted(float(x) for x in rng.uniform(0, 60 * DAY, 40)) for _ in range(2))
    r = two(one, other)
    assert by_weeks(0, 1, 4, np.inf, r) == by_weeks(1, 0, 4, np.inf, r)
    assert np.allclose(foretold(0, 1, r), foretold(1, 0, r), rtol=1e-12)


def test_a_rota_of_eight_days_is_seen_through_and_a_random_calendar_is_not():
    rota = [float(day * DAY + 6 * HOUR) for day in range(0, 300) if day % 8 < 2]
    assert met_as_often(0, 1, len(rota) / 2, two(rota, [at + 5 * MINUTE for at in rota]))
    days = np.random.default_rng(2).choice(300, 40, replace=False)
    loose = [float(day * DAY + 6 * HOUR) for day in sorted(days)]
    assert not met_as_often(0, 1, 20, two(loose, [at + 5 * MINUTE for at in loose]))


def test_habits_foretell_what_two_independent_travellers_do():
    rng = np.random.default_rng(11)
    days = 2_000
    draws = []
    for _ in range(2):
        chosen = rng.choice(days, 700, replace=False)
        draws.append([float(int(d * DAY + rng.normal(12, 1.5) * HOUR)) for d in sorted(chosen)])
    r = two(*draws)
    expected, most, _ = foretold(0, 1, r)
    assert most == 700 and abs(meetings_after(0, 1, 0, r) - expected) < 4 * np.sqrt(expected)
