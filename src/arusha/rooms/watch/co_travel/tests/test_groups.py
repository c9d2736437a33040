"""Ties, closed sets and groups."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from arusha.rooms.watch.co_travel.groups import closed_sets, mostly_tied, split
from arusha.rooms.watch.co_travel.meetings import Met
from arusha.rooms.watch.co_travel.ties import BOUNDS, components_made, strangers_below, ties_among
from arusha.rooms.watch.co_travel.verdict import corrected, log_sets


def bits(*members: int) -> int:
    return sum(1 << member for member in members)


def clique(*members: int) -> dict[tuple[int, int], float]:
    return {(i, j): 1e-9 for i in members for j in members if i < j}


@given(st.lists(st.integers(1, 63), max_size=12))
def test_closed_sets_are_the_intersections_of_episodes(seen):
    wanted = set()
    for candidate in range(1, 64):
        holding = [episode for episode in seen if episode & candidate == candidate]
        closure = 63
        for episode in holding:
            closure &= episode
        if len(holding) >= 2 and closure == candidate and candidate.bit_count() > 1:
            wanted.add(candidate)
    assert set(closed_sets(seen, 2)) == wanted


def test_two_groups_that_share_a_person_stay_two():
    tied = clique(0, 1, 2, 3) | clique(3, 4, 5, 6)
    seen = [bits(0, 1, 2, 3)] * 6 + [bits(3, 4, 5, 6)] * 6
    assert sorted(map(sorted, split(7, tied, seen, 3))) == [[0, 1, 2, 3], [3, 4, 5, 6]]


def test_people_who_take_turns_are_one_group():
    seen = [bits(0, 1), bits(1, 2), bits(2, 3), bits(0, 2), bits(1, 3), bits(0, 3)] * 4
    assert split(4, clique(0, 1, 2, 3), seen, 3) == [[0, 1, 2, 3]]


def test_a_large_loose_component_is_cut_without_mining():
    tied = {}
    for first in range(0, 90, 3):
        tied |= clique(first, first + 1, first + 2)
        if first:
            tied[(first - 1, first)] = 1e-7
    parts = split(90, tied, [], 3)
    assert max(map(len, parts)) <= 4 and sum(map(len, parts)) >= 90


def test_two_thirds_of_the_pairs_are_mostly():
    bonds = [bits(1), bits(0, 2), bits(1), 0]
    assert mostly_tied(bits(0, 1, 2), bonds) and not mostly_tied(bits(0, 1, 2, 3), bonds)


def test_components_are_counted_as_they_join():
    a, b = np.array([0, 2, 1, 0], np.int32), np.array([1, 3, 2, 3], np.int32)
    assert components_made(a, b).tolist() == [1, 2, 1, 1]


def met(pairs: list[tuple[int, int]]) -> Met:
    a, b = (np.array(side, np.int32) for side in zip(*pairs, strict=True))
    many = np.full(len(pairs), 20, np.int32)
    return Met(a, b, many, many, np.full(len(pairs), 0.1))


def test_strangers_are_divided_by_groups_and_not_by_pairs():
    pairs = [(i, j) for i in range(10) for j in range(i + 1, 10)] + [(20, 21)]
    p = np.array([1e-12] * 45 + [1e-6])
    chance = np.where(BOUNDS >= 1e-6, 0.05, 1e-4)
    ties = ties_among(met(pairs), p, np.full(46, 0.1), chance, 0.01)
    assert len(ties.a) == 45, "46 pairs would bear .05 strangers, 2 groups do not"
    kept = ties_among(met(pairs), p, np.full(46, 0.1), chance / 10, 0.01)
    assert len(kept.a) == 46 and np.isclose(kept.q.max(), 0.005 / 2)


def test_below_the_first_bound_strangers_fall_in_proportion():
    by_chance = np.linspace(1, 2, len(BOUNDS))
    assert np.isclose(strangers_below(np.array([BOUNDS[0] / 10]), by_chance)[0], 0.1)
    assert strangers_below(np.array([BOUNDS[3]]), by_chance)[0] == by_chance[3]


def test_sets_of_a_size_are_counted_over_ports():
    assert np.isclose(np.exp(log_sets(np.array([10, 4, 2]), 3)), 120 + 4)
    q = corrected(np.array([1e-9, 1e-30]), float(np.log(1e6)))
    assert np.allclose(q, [1e-3, 1e-24]) or np.allclose(q, [5e-4, 1e-24])
