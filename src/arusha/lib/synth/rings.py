"""Rings: when and where they cross together, who is present, and which officer they lean on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.synth.ground import SHIFT, SHIFTS, Ground, shift_of, shift_start
from arusha.lib.synth.leisure import alone, outings
from arusha.lib.synth.rosters import Rosters
from arusha.lib.synth.rows import DAY, HOUR, MINUTE, Floats, Ints, Rng, Rows, join_rows, make_rows
from arusha.lib.synth.scenarios import RingPlan

APART = 2 * HOUR  # two joint crossings of a ring lie at least so far apart


@dataclass(frozen=True, slots=True)
class Events:
    """A ring's joint crossings, in order of time: port, direction, local second of the first member, lane.

    lane is the number of the lane within port and direction that all members take, -1 where each takes any.
    """

    port: Ints
    out: Ints
    at: Ints
    lane: Ints

    def where(self, keep: NDArray[np.int64] | NDArray[np.bool_]) -> "Events":
        """Some of the crossings."""
        return Events(self.port[keep], self.out[keep], self.at[keep], self.lane[keep])


@dataclass(frozen=True, slots=True)
class Ring:
    """One ring as planted. `first` numbers its first member; members are first … first + size - 1.

    rows : its joint crossings by member; `event` numbers the joint crossing of each row, `lane` as in `Events`.
    own : the members' crossings alone.
    leaned : shape (events,), which crossings were laid on the officer's duty.
    """

    plan: RingPlan
    first: int
    size: int
    spread: float
    ports: tuple[int, ...]
    events: Events
    rows: Rows
    event: Ints
    lane: Ints
    own: Rows
    officer: int | None
    leaned: NDArray[np.bool_]


def make_rings(rng: Rng, ground: Ground, rosters: Rosters, plans: list[RingPlan]) -> list[Ring]:
    """A ring for each plan; no officer works with two of them."""
    rings: list[Ring] = []
    first, taken = 0, set[int]()
    for plan in plans:
        ring = _ring(rng, ground, rosters, plan, first, taken)
        first += ring.size
        rings.append(ring)
        if ring.officer is not None:
            taken.add(ring.officer)
    return rings


def _ring(rng: Rng, ground: Ground, rosters: Rosters, plan: RingPlan, first: int, taken: set[int]) -> Ring:
    size = int(rng.integers(plan.size[0], plan.size[1] + 1))
    count = int(rng.integers(plan.crossings[0], plan.crossings[1] + 1))
    spread = float(rng.uniform(*plan.spread))
    span = min(ground.days, int(rng.integers(plan.span[0], plan.span[1] + 1)))
    start = int(rng.integers(0, ground.days - span + 1))
    officer, port, out = _officer(rng, ground, rosters, plan, taken)
    ports = _ports(rng, ground, plan, port)
    leaned = _leaned(rng, rosters, plan, count, spread, officer, port, out, start, span)
    free = _free(rng, ground, plan, count - len(leaned.at), ports, start, span, spread)
    events, on_duty = _merge(leaned, free)
    rows, event, lane = _members(rng, rosters, plan, events, first, size, spread)
    own = _own(rng, ground, plan, events, ports[0], size, first)
    return Ring(plan, first, size, spread, ports, events, rows, event, lane, own, officer, on_duty)


def _officer(
    rng: Rng, ground: Ground, rosters: Rosters, plan: RingPlan, taken: set[int]
) -> tuple[int | None, int, int]:
    """An officer with duties enough on the lanes of one port and direction, and that port and direction."""
    if plan.officer is None:
        return None, int(ground.any_port(rng, 1)[0]), 0
    officer, _, lane = rosters.duties
    port_of, way_of = _lane_place(ground)
    place = np.where(lane >= 0, (port_of * 2 + way_of)[lane], 0)
    key, counts = np.unique((officer.astype(np.int64) * ground.ports * 2 + place)[lane >= 0], return_counts=True)
    needed = plan.crossings[1] * plan.officer.effort * 1.2 / plan.officer.weeks
    fit = key[counts >= min(needed, np.quantile(counts, 0.9))]
    fit = fit[~np.isin(fit // (ground.ports * 2), list(taken))]
    who, where = divmod(int(rng.choice(fit)), ground.ports * 2)
    return who, where // 2, where % 2


def _lane_place(ground: Ground) -> tuple[Ints, Ints]:
    flat = ground.lanes.ravel()
    place = np.repeat(np.arange(len(flat)), flat)
    return (place // 2).astype(np.int32), (place % 2).astype(np.int32)


def _ports(rng: Rng, ground: Ground, plan: RingPlan, first: int) -> tuple[int, ...]:
    rest = [p for p in range(ground.ports) if p != first]
    weight = ground.size[rest] / ground.size[rest].sum()
    others = rng.choice(rest, min(plan.ports - 1, len(rest)), replace=False, p=weight)
    return (first, *sorted(int(p) for p in others))


def _leaned(
    rng: Rng,
    rosters: Rosters,
    plan: RingPlan,
    count: int,
    spread: float,
    officer: int | None,
    port: int,
    out: int,
    start: int,
    span: int,
) -> Events:
    """Crossings laid on the officer's duties at the port, within the weeks in which they work together."""
    none = np.zeros(0, np.int32)
    if officer is None or plan.officer is None:
        return Events(none, none, none, none)
    who, shift, lane = rosters.duties
    number = lane - rosters.base[port, out]
    there = (who == officer) & (lane >= 0) & (number >= 0) & (number < len(rosters.at_lane))
    there &= rosters.at_lane[np.maximum(lane, 0), shift] == officer
    there &= number < rosters.open_lanes[port, out, shift]
    day = (shift - 1) // SHIFTS
    begins = start + int(rng.uniform(0, 1 - plan.officer.weeks) * span)
    there &= (day >= begins) & (day < begins + span * plan.officer.weeks) & (shift > 0)
    chances = np.flatnonzero(there)
    wanted = rng.binomial(max(0, round(count * plan.officer.weeks)), plan.officer.effort)
    chosen = np.sort(rng.choice(chances, min(wanted, len(chances)), replace=False))
    slack = SHIFT - 20 * MINUTE - spread * MINUTE
    at = shift_start(shift[chosen]) + 10 * MINUTE + rng.random(len(chosen)) * slack
    taken = number[chosen] if plan.officer.how == "lane" else np.full(len(chosen), -1)
    return Events(
        np.full(len(chosen), port, np.int32),
        np.full(len(chosen), out, np.int32),
        at.astype(np.int32),
        taken.astype(np.int32),
    )


def _free(
    rng: Rng, ground: Ground, plan: RingPlan, count: int, ports: tuple[int, ...], start: int, span: int, spread: float
) -> Events:
    """Crossings at the ring's own choice: half of them as a way there and back on one day."""
    last = 21.4 * HOUR - spread * MINUTE
    if plan.fixed_hour:
        weeks = np.sort(rng.choice(span // 7, min(count, span // 7), replace=False))
        hour = rng.uniform(6.5, 20) * HOUR
        at = (start + weeks * 7 + rng.integers(0, 7)) * DAY + hour + rng.normal(0, 4, len(weeks)) * MINUTE
        port, out = np.full(len(at), ports[0]), np.full(len(at), rng.integers(0, 2))
    else:
        days = start + rng.permutation(max(span, 1))
        days = np.concatenate([days] * (1 + count // len(days)))[:count]
        where = rng.choice(ports, count)
        first = np.clip(ground.any_time(rng, where.astype(np.int32), days), 6.2 * HOUR, last)
        both = rng.random(count) < 0.5
        back = first + rng.uniform(2.2, 7, count) * HOUR
        both &= back < last
        way = rng.integers(0, 2, count)
        at = np.stack([days * DAY + first, np.where(both, days * DAY + back, -1)], axis=1).ravel()
        port, out = np.repeat(where, 2), np.stack([way, 1 - way], axis=1).ravel()
        kept = np.flatnonzero(at >= 0)[:count]
        at, port, out = at[kept], port[kept], out[kept]
    none = np.full(len(at), -1)
    return Events(*(c.astype(np.int32) for c in (port, out, at, none)))


def _merge(leaned: Events, free: Events) -> tuple[Events, NDArray[np.bool_]]:
    """Both in order of time; where two are closer than two hours the one at the ring's own choice is left out."""
    at = np.concatenate([leaned.at, free.at])
    ours = np.arange(len(at)) < len(leaned.at)
    keep = np.ones(len(at), bool)
    order = np.argsort(at, kind="stable")
    previous = -1
    for i in order:
        if previous >= 0 and at[i] - at[previous] < APART:
            loser = previous if ours[i] and not ours[previous] else i
            keep[loser] = False
            if loser == i:
                continue
        previous = i
    kept = order[keep[order]]
    joined = Events(
        *(np.concatenate([getattr(leaned, name), getattr(free, name)]) for name in ("port", "out", "at", "lane"))
    )
    return joined.where(kept), ours[kept]


def _members(
    rng: Rng, rosters: Rosters, plan: RingPlan, events: Events, first: int, size: int, spread: float
) -> tuple[Rows, Ints, Ints]:
    """Rows of the joint crossings, the event of each and the lane (-1 for any)."""
    there = rng.random((len(events.at), size)) < plan.presence
    # A joint crossing has two members at least.
    for event in np.flatnonzero(there.sum(axis=1) < 2):
        there[event, rng.choice(size, 2, replace=False)] = True
    event, member = np.nonzero(there)
    after = rng.random(len(event)) * spread * MINUTE
    if plan.lookout is not None:
        ahead = rng.uniform(*plan.lookout, len(event)) * MINUTE
        after = np.where(member == 0, after.min(initial=0) - ahead, after)
    draw = rng.random(len(event))
    lane = events.lane[event]
    at = events.at[event] + after
    rows = make_rows(first + member, events.port[event], events.out[event], at, draw)
    open_now = rosters.open_lanes[rows.port, rows.out, np.maximum(shift_of(rows.at), 0)]
    fixed = np.where((lane >= 0) & (lane < open_now), (lane + 0.5) / np.maximum(open_now, 1), draw)
    rows = make_rows(rows.person, rows.port, rows.out, rows.at, fixed)
    return rows, event.astype(np.int32), lane


def _own(rng: Rng, ground: Ground, plan: RingPlan, events: Events, port: int, size: int, first: int) -> Rows:
    """The members' crossings alone: trips of their own, and ways back from joint crossings, each at another hour."""
    rate: Floats = rng.uniform(*plan.own, size)
    home = np.where(rng.random(size) < 0.7, port, ground.any_port(rng, size)).astype(np.int32)
    trips = outings(rng, ground, home, rate)
    single = alone(rng, trips)
    made = [make_rows(single.person + first, single.port, single.out, single.at, single.draw)]
    if plan.own[1] > 0:
        event, member = np.nonzero(rng.random((len(events.at), size)) < 0.35 * plan.presence)
        day = events.at[event] // DAY + rng.integers(0, 2, len(event))
        where = events.port[event]
        at = day * DAY + ground.any_time(rng, where, day)
        made.append(make_rows(first + member, where, 1 - events.out[event], at, rng.random(len(event))))
    return join_rows(made)
