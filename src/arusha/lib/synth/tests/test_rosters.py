from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import numpy as np

from arusha.lib.synth import SCENARIOS
from arusha.lib.synth.ground import SHIFTS, leave, make_ground
from arusha.lib.synth.plans import RosterPlan
from arusha.lib.synth.rosters import TEAMS, make_rosters
from arusha.lib.synth.rows import rng_for
from arusha.lib.synth.tests.worlds import border, complete, officers_of, seconds, shifts_by_lane

GROUND = make_ground(SCENARIOS["border-year"], 1_000_000, 2)
ROSTERS = make_rosters(GROUND, 2)


def test_every_crossing_has_an_officer_at_its_lane_but_for_the_stated_gaps() -> None:
    rows = np.arange(0, 60_000, 3)
    nobody = sum(officer is None for officer in officers_of(border(), rows)) / len(rows)
    assert nobody <= 0.005
    assert sum(officer is None for officer in officers_of(complete(), rows)) / len(rows) <= 1e-4
    assert nobody > 0, "the file does have gaps"


def test_shifts_end_after_they_start_and_last_eight_hours_but_when_clocks_change() -> None:
    roster = border().tables["roster"]
    length = (seconds(roster["shift_end"]) - seconds(roster["shift_start"])) / 3600
    assert set(length.tolist()) == {7.0, 8.0, 9.0}
    assert (length == 8).mean() > 0.99
    assert (np.diff(seconds(roster["shift_start"])) >= 0).all()


def test_nobody_is_on_two_duties_at_once() -> None:
    roster = border().tables["roster"]
    by_officer: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for officer, start, end in zip(
        roster["officer_id"].to_pylist(),
        seconds(roster["shift_start"]).tolist(),
        seconds(roster["shift_end"]).tolist(),
        strict=True,
    ):
        by_officer[officer].append((start, end))
    for duties in by_officer.values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(duties)))


def test_hardly_anybody_works_two_duties_on_end() -> None:
    officer, shift, _ = ROSTERS.duties
    order = np.lexsort((shift, officer))
    gap = np.diff(shift[order])[np.diff(officer[order]) == 0]
    assert (gap > 0).all()
    assert (gap == 1).mean() < 0.001


def test_a_lane_has_one_officer_at_a_time() -> None:
    for duties in shifts_by_lane(border()).values():
        assert all(before[1] <= after[0] for before, after in pairwise(sorted(duties)))


def test_the_lane_of_a_duty_is_at_its_port_and_direction() -> None:
    rows = border().tables["roster"].to_pylist()
    for row in rows[:: max(1, len(rows) // 3000)]:
        if row["post"] is None:
            assert row["direction"] is None
        else:
            assert row["post"].startswith(row["port_code"] + "-" + {"in": "I", "out": "O"}[row["direction"]])


def test_busy_ports_have_five_to_eight_lanes_in_three_shifts() -> None:
    assert GROUND.lanes[0].tolist() == [8, 7]
    assert (GROUND.lanes[:4, 0] >= 5).all()
    by_night = ROSTERS.open_lanes[0, 0, SHIFTS::SHIFTS]
    by_day = ROSTERS.open_lanes[0, 0, 1::SHIFTS]
    assert 2 <= np.median(by_night) < np.median(by_day) == 8


def test_open_lanes_are_the_first_ones() -> None:
    for port in range(GROUND.ports):
        for way in (0, 1):
            first = ROSTERS.base[port, way]
            manned = ROSTERS.at_lane[first : first + GROUND.lanes[port, way]] >= 0
            assert (np.diff(manned.astype(int), axis=0) <= 0).all()
            assert (manned.sum(axis=0) == ROSTERS.open_lanes[port, way]).all()


def test_officers_rotate_through_lanes_teams_share_duties_and_some_swap() -> None:
    officer, shift, lane = ROSTERS.duties
    mine = lane[(officer == 3) & (lane >= 0)]
    assert len(np.unique(mine)) >= 12, "each works every lane of the port in turn"
    sets = {who: set(shift[officer == who].tolist()) for who in (3, 4, 5, 40, 60)}
    mate = len(sets[3] & sets[4]) / len(sets[3])
    assert mate > 0.75
    assert len(sets[3] & sets[60]) / len(sets[3]) < 0.25, "another team has other duties"
    assert mate < 1, "leave and swaps make them differ"


def _mixed(swap: float) -> float:
    """The share of the busiest port's shifts whose lanes are worked by officers of more than one team."""
    rosters = make_rosters(replace(GROUND, scenario=replace(GROUND.scenario, roster=RosterPlan(swap=swap))), 2)
    officer, shift, lane = rosters.duties
    here = (rosters.unit[officer] == 0) & (lane >= 0)
    team = officer[here] // (int((rosters.unit == 0).sum()) // TEAMS)
    pairs = np.unique(np.stack([shift[here], team]), axis=1)
    return float((np.bincount(pairs[0])[1:] > 1).mean())


def test_swaps_bring_officers_of_the_team_that_is_off() -> None:
    assert _mixed(0.0) < 0.1, "only where too many are away"
    assert _mixed(0.03) > 0.15


def test_units_of_small_ports_send_officers_to_each_of_them() -> None:
    officer, _, lane = ROSTERS.duties
    flat = GROUND.lanes.ravel()
    port = np.repeat(np.arange(len(flat)), flat) // 2
    last = ROSTERS.unit.max()
    assert len(set(port[lane[(ROSTERS.unit[officer] == last) & (lane >= 0)]].tolist())) == 3


def test_officers_are_absent_in_spells() -> None:
    away = leave(rng_for(1, "leave"), 500, 364, 2, (9, 16))
    assert 0.04 < away.mean() < 0.08
    assert (np.diff(away.astype(int), axis=1) == 1).sum(axis=1).max() <= 2
