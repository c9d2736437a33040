"""Who is on duty where: units of four teams, lanes in rotation, leave, sickness, swaps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.synth.ground import SHIFTS, Ground, leave
from arusha.lib.synth.rows import Bools, Ints, Rng, rng_for

TEAMS = 4
CYCLE = np.array([0, 0, 1, 1, 2, 2, 3, 3])  # early, early, late, late, night, night, off, off
OFF = 3


@dataclass(frozen=True, slots=True)
class Rosters:
    """Lanes are numbered over all ports: port by port, inwards then outwards. Shifts are numbered as in `shift_of`.

    base : shape (ports, 2), the number of a port's first lane in each direction.
    at_lane : shape (lanes, shifts), the officer's number, -1 where the lane is closed.
    open_lanes : shape (ports, 2, shifts), open lanes; they are the first ones.
    unit : shape (officers,), the officer's unit.
    unit_port : shape (units,), the busiest port of the unit.
    duties : columns officer, shift, lane of every duty; lane is -1 for the reserve and the offices.
    """

    base: Ints
    at_lane: Ints
    open_lanes: Ints
    unit: Ints
    unit_port: Ints
    duties: tuple[Ints, Ints, Ints]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit while its roster is made: `posts` are lanes in the order in which they open, `by_night` those at night."""

    posts: Ints
    by_night: Ints
    size: int  # officers of one team
    first: int  # number of the unit's first officer


def make_rosters(ground: Ground, seed: int) -> Rosters:
    """Rosters for every shift of the world."""
    rng = rng_for(seed, "rosters")
    flat = ground.lanes.ravel()
    base = (np.cumsum(flat) - flat).reshape(ground.lanes.shape).astype(np.int32)
    shifts = SHIFTS * ground.days + 1
    at_lane = np.full((int(flat.sum()), shifts), -1, np.int32)
    officers, units, duties = 0, [], []
    clusters = _clusters(ground)
    for ports in clusters:
        unit = _unit(ground, base, ports, officers)
        duties.append(_fill(rng, ground, unit, at_lane))
        officers += TEAMS * unit.size
        units.append(TEAMS * unit.size)
    unit_of = np.repeat(np.arange(len(units)), units)
    clerks = max(0, (ground.scenario.roster.officers or 0) - officers)
    if clerks:
        unit_of = np.concatenate([unit_of, len(units) + np.arange(clerks) % max(1, ground.scenario.offices)])
        duties.append(_clerks(rng, ground, officers, clerks))
    ports_of = [ports[0] for ports in clusters] + [office % ground.ports for office in range(ground.scenario.offices)]
    return Rosters(
        base=base,
        at_lane=at_lane,
        open_lanes=_open_lanes(ground, base, at_lane),
        unit=unit_of.astype(np.int32),
        unit_port=np.array(ports_of, np.int32),
        duties=_joined(duties),
    )


def _clusters(ground: Ground) -> list[list[int]]:
    """A unit for each port with three lanes or more; the smaller ports by twos and threes, whose officers rotate."""
    large = [p for p in range(ground.ports) if p < 2 or ground.lanes[p].sum() >= 6]
    small = [p for p in range(ground.ports) if p not in large]
    return [[p] for p in large] + [small[i : i + 3] for i in range(0, len(small), 3)]


def _unit(ground: Ground, base: Ints, ports: list[int], first: int) -> _Unit:
    posts, by_night = [], []
    for lane in range(int(ground.lanes[ports].max())):
        for port in ports:
            for way in (0, 1):
                if lane < ground.lanes[port, way]:
                    posts.append(base[port, way] + lane)
                if lane < ground.night_lanes[port, way]:
                    by_night.append(base[port, way] + lane)
    size = int(np.ceil(len(posts) * ground.scenario.roster.spare)) + 1
    return _Unit(np.array(posts, np.int32), np.array(by_night, np.int32), size, first)


def _fill(rng: Rng, ground: Ground, unit: _Unit, at_lane: Ints) -> tuple[Ints, Ints, Ints]:
    """Write the unit's lanes into `at_lane`; its duties, the reserve's among them."""
    days = ground.days
    away = leave(rng, TEAMS * unit.size, days, 2, (9, 16)) | leave(rng, TEAMS * unit.size, days, 2, (1, 5))
    here = ~away.reshape(TEAMS, unit.size, days)
    phase = (np.arange(days)[:, None] + 2 * np.arange(TEAMS) + rng.integers(0, 8)) % 8
    off_first = phase[np.arange(days), (CYCLE[phase] == OFF).argmax(axis=1)] == 6
    stand_in = _order(rng, here, (CYCLE[phase] == OFF).argmax(axis=1))
    used = np.zeros(days, np.int64)
    made = []
    # After a night's end nobody comes back for the morning; before an early duty nobody works the night.
    for kind, rested in ((0, ~off_first), (1, np.ones(days, bool)), (2, off_first)):
        posts = unit.by_night if kind == 2 else unit.posts
        team = (CYCLE[phase] == kind).argmax(axis=1)
        order = _order(rng, here, team)
        lanes = _posted(rng, ground, order, stand_in, used, rested, len(posts))
        shift = SHIFTS * np.arange(days) + 1 + kind
        at_lane[np.ix_(posts, shift)] = np.where(lanes >= 0, lanes + unit.first, -1).T
        made.append(_duties(unit, posts, order, lanes, shift))
    return _joined(made)


def _order(rng: Rng, here: Bools, team: NDArray[np.int64]) -> Ints:
    """By day the officers of the team who are there, in random order, then -1; shape (days, size)."""
    size = here.shape[1]
    present = here[team, :, np.arange(len(team))]
    draw = np.where(present, rng.random(present.shape), 2.0)
    order = np.argsort(draw, axis=1)
    counted = np.arange(size) < present.sum(axis=1)[:, None]
    return np.where(counted, order + team[:, None] * size, -1).astype(np.int32)


def _posted(
    rng: Rng, ground: Ground, order: Ints, stand_in: Ints, used: NDArray[np.int64], rested: Bools, posts: int
) -> Ints:
    """Officers at the posts, shape (days, posts): the team's, others for swaps and for those missing; -1 is closed."""
    lanes = np.full((len(order), posts), -1, np.int32)
    width = min(posts, order.shape[1])
    lanes[:, :width] = order[:, :width]
    wanted = (lanes < 0) | (rng.random(lanes.shape) < ground.scenario.roster.swap)
    wanted &= rested[:, None]
    rank = np.cumsum(wanted, axis=1) - 1 + used[:, None]
    found = np.take_along_axis(stand_in, np.clip(rank, 0, stand_in.shape[1] - 1), axis=1)
    taken = wanted & (rank < stand_in.shape[1]) & (found >= 0)
    used += taken.sum(axis=1)
    return np.where(taken, found, lanes).astype(np.int32)


def _duties(unit: _Unit, posts: Ints, order: Ints, lanes: Ints, shift: NDArray[np.int64]) -> tuple[Ints, Ints, Ints]:
    day, post = np.nonzero(lanes >= 0)
    reserve = np.where(np.arange(order.shape[1]) >= len(posts), order, -1)
    spare_day, spare = np.nonzero(reserve >= 0)
    officer = np.concatenate([lanes[day, post], reserve[spare_day, spare]]) + unit.first
    when = np.concatenate([shift[day], shift[spare_day]])
    lane = np.concatenate([posts[post], np.full(len(spare_day), -1)])
    return officer.astype(np.int32), when.astype(np.int32), lane.astype(np.int32)


def _clerks(rng: Rng, ground: Ground, first: int, count: int) -> tuple[Ints, Ints, Ints]:
    """Office hours on weekdays, as early duties without a lane."""
    weekday = (np.arange(ground.days) + ground.scenario.start.weekday()) % 7 < 5
    there = ~leave(rng, count, ground.days, 3, (5, 14)) & weekday & np.isnan(ground.feast)
    who, day = np.nonzero(there)
    return (
        (who + first).astype(np.int32),
        (SHIFTS * day + 1).astype(np.int32),
        np.full(len(who), -1, np.int32),
    )


def _open_lanes(ground: Ground, base: Ints, at_lane: Ints) -> Ints:
    counts = np.zeros((*ground.lanes.shape, at_lane.shape[1]), np.int32)
    for port in range(ground.ports):
        for way in (0, 1):
            first = base[port, way]
            counts[port, way] = (at_lane[first : first + ground.lanes[port, way]] >= 0).sum(axis=0)
    return counts


def _joined(parts: list[tuple[Ints, Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
    officer, shift, lane = (np.concatenate(column) for column in zip(*parts, strict=True))
    return officer, shift, lane
