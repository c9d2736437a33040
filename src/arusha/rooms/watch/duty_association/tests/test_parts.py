"""The pieces of the method, against the obvious way."""

from itertools import product

import numpy as np
import pytest

from arusha.lib.datasets import DATASETS
from arusha.lib.detect import table_of
from arusha.rooms.watch.duty_association.associations import corrected
from arusha.rooms.watch.duty_association.on_duty import binomial_tail, duties_in, excess
from arusha.rooms.watch.duty_association.on_lane import shares, sum_tail, work_on, working
from arusha.rooms.watch.duty_association.passages import Group, passages_of
from arusha.rooms.watch.duty_association.posts import lanes_of, shifts_of
from arusha.rooms.watch.duty_association.tests.small import HOUR, crossings, roster


def test_the_tail_of_unequal_draws_is_exact():
    chance = np.array([0.1, 0.5, 0.02, 0.3, 0.25])
    for times in range(2, 6):
        wanted = sum(
            np.prod([c if hit else 1 - c for c, hit in zip(chance, hits, strict=True)])
            for hits in product((0, 1), repeat=5)
            if sum(hits) >= times
        )
        assert sum_tail(chance, times) == pytest.approx(wanted, rel=1e-12)
    assert sum_tail(chance, 1) == 1.0, "no more than expected is no news"


def test_the_binomial_tail_is_exact():
    assert binomial_tail(3, 4, 0.5) == pytest.approx(5 / 16) and binomial_tail(0, 9, 0.3) == pytest.approx(1.0)


def test_the_others_choice_leaves_the_group_out_and_every_open_lane_in():
    traffic = np.array([[0, 6, 2, 0], [0, 3, 1, 0], [0, 0, 0, 0]], np.int32)
    share = shares(np.arange(3), 1, traffic, np.array([0, 0], np.int32))
    assert np.allclose(share, np.array([7, 5, 0]) / 12)


def test_passages_join_what_follows_within_the_window():
    at = np.array([0, 600, 1400, 9000, 9001], np.int64)
    lanes = np.array([2, 2, 1, 0, 1], np.int32)
    group = Group("g", ("a", "b"), (), np.arange(5))
    passages = passages_of([group], np.zeros(5, np.int32), at, lanes, 900)
    assert passages.at.tolist() == [0, 9000] and passages.present.tolist() == [3, 2]
    assert passages.lane.tolist() == [2, -1], "one of two is no majority"


def placed():
    lanes = lanes_of(table_of(DATASETS["crossings"], crossings([])))
    return lanes, shifts_of(table_of(DATASETS["roster"], roster()), lanes)


def test_a_shift_without_a_direction_serves_the_lanes_that_crossings_name():
    lanes, shifts = placed()
    assert len(lanes.of_stream) == 3 and (shifts.lane[:, 0] >= 0).all() and (shifts.lane[:, 1] == -1).all()


def test_who_worked_a_lane_is_who_the_roster_names():
    lanes, shifts = placed()
    work = work_on(shifts, 3)
    worked = roster().to_pylist()
    for at in range(7 * HOUR, 60 * HOUR, 5_000):
        for lane in range(3):
            now = lanes.start - lanes.start % (24 * HOUR) + at
            found = [
                i
                for i in range(*working(lane, now, work.starts, work.begins, work.longest))
                if shifts.ends[work.shift[i]] > now
            ]
            wanted = [
                s["officer_id"]
                for s in worked
                if s["post"] == lanes.names[int(lanes.name_of[lane])].as_py()
                and s["shift_start"].timestamp() <= now < s["shift_end"].timestamp()
            ]
            assert [shifts.officers[int(shifts.officer[work.shift[i]])].as_py() for i in found] == wanted


def test_families_are_corrected_apart_and_drown_nobody():
    groups = [Group(str(g), ("a", "b"), ("household",) if g else (), np.arange(2)) for g in range(100)]
    p = np.full(100, 1.0)
    p[0] = 0.004
    q = corrected(p, np.arange(100, dtype=np.int32), groups)
    assert q[0] == pytest.approx(0.004) and set(q[1:]) == {1.0}


def test_duties_hour_by_hour():
    _, shifts = placed()
    duties = duties_in(shifts)
    first = shifts.officer[0]
    begin = (shifts.begins[0] - duties.start) // HOUR
    assert (duties.port[first, begin : begin + 8] == shifts.port[0]).all()
    assert (duties.port >= 0).sum() <= 8 * len(shifts.begins)


def test_the_variance_is_read_from_the_counts():
    generator = np.random.default_rng(2)
    of = np.full(4000, 60, np.int32)
    rate = np.full(4000, 0.25)
    assert excess(generator.binomial(60, 0.25, 4000).astype(np.int32), of, rate) < 1.25
    assert excess((generator.binomial(20, 0.25, 4000) * 3).astype(np.int32), of, rate) > 2.2
