"""Ties, closed sets and groups."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from arusha.rooms.watch.co_travel.episodes import Episodes
from arusha.rooms.watch.co_travel.groups import Sets, closed_sets, mostly_tied, split
from arusha.rooms.watch.co_travel.meetings import Met
from arusha.rooms.watch.co_travel.streams import streams_of
from arusha.rooms.watch.co_travel.tests.small import ring, table
from arusha.rooms.watch.co_travel.ties import BOUNDS, Ties, components_made, strangers_below, ties_among
from arusha.rooms.watch.co_travel.verdict import false_shares, verdicts_on, weakest_bonds


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


def test_a_ring_of_three_is_not_torn_apart_by_a_friend_of_each():
    chain = {(i, i + 1): 1e-8 for i in range(6, 79)}
    surest_first = [(0, 1), (0, 3), (0, 2), (2, 4), (1, 2), (1, 5)]
    tied = chain | {pair: 10.0 ** (rank - 30) for rank, pair in enumerate(surest_first)}
    assert [0, 1, 2] in split(80, tied, [], 3)


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
    assert not mostly_tied(bits(0, 1, 2), bonds, closely=True), "0 and 2 are tied to half of the others only"


def test_a_large_party_does_not_swallow_the_ring_of_one_of_its_members():
    bonds = [0] * 17
    for i, j in clique(*range(14)) | clique(13, 14, 15, 16):
        bonds[i] |= 1 << j
        bonds[j] |= 1 << i
    assert mostly_tied(bits(*range(14)), bonds) and not mostly_tied(bits(*range(17)), bonds)


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


def ties(chances: dict[tuple[int, int], float], rate: float = 0.01) -> Ties:
    pairs = sorted(chances)
    a, b = (np.array(side, np.int32) for side in zip(*pairs, strict=True))
    p = np.array([chances[pair] for pair in pairs])
    return Ties(a, b, p, p, np.full(len(pairs), rate))


def test_a_group_is_as_sure_as_the_weakest_bond_that_holds_it():
    sets = Sets(np.array([0, 1, 2, 3, 4, 5], np.int32), np.array([0, 4, 6]))
    held = ties({(0, 1): 1e-20, (0, 2): 1e-5, (1, 2): 1e-9, (2, 3): 1e-7, (4, 5): 1e-6})
    rate, p = weakest_bonds(sets, held)
    assert p.tolist() == [1e-7, 1e-6], "0 and 2 hold together through 1, whatever their own tie"
    assert np.allclose(rate, 0.01)
    _, parted = weakest_bonds(sets, ties({(0, 1): 1e-9, (2, 3): 1e-9, (4, 5): 1e-9}))
    assert parted.tolist() == [1.0, 1e-9]


def test_a_group_is_told_by_members_who_were_there_at_once():
    streams = streams_of(table(ring(3, 6, 1)), 4)
    pairs_only = Episodes(np.zeros(4, np.int32), np.full(4, 2, np.int32), np.zeros(5, np.int64), np.zeros(0, np.int64))
    sets = Sets(np.arange(3, dtype=np.int32), np.array([0, 3]))
    told = verdicts_on(sets, pairs_only, ties({(0, 1): 1e-9, (0, 2): 1e-9, (1, 2): 1e-9}, rate=0.97), streams, 1.0)
    assert told.together.tolist() == [2] and told.times.tolist() == [4]


def test_pairs_without_a_mark_are_held_against_one_another_and_not_against_families():
    sizes = np.array([2] * 100 + [2, 2] + [3] * 100)
    marked = np.array([True] * 100 + [False] * 102)
    p = np.where(marked, 1e-14, 1e-6)
    strangers = np.where(BOUNDS >= 1e-6, 0.5, 1e-9)
    q = false_shares(p, sizes, marked, strangers)
    assert (q[:100] < 1e-9).all()
    assert np.allclose(q[100:102], 0.25), "half a stranger over two pairs, though two hundred groups are as sure"
    assert np.allclose(q[102:], 0.5 / 202)


def test_the_share_of_false_groups_never_falls_as_the_chance_grows():
    rng = np.random.default_rng(2)
    p, sizes, marked = 10 ** rng.uniform(-15, -4, 300), rng.integers(2, 5, 300), rng.random(300) < 0.5
    q = false_shares(p, sizes, marked, np.geomspace(1e-6, 40, len(BOUNDS)))
    for kind in (sizes > 2, (sizes == 2) & marked, (sizes == 2) & ~marked):
        assert (np.diff(q[kind][np.argsort(p[kind])]) >= 0).all()
