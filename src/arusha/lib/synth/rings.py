"""Rings: when and where they cross together, who is present, and which officer they lean on."""

import bisect
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from arusha.lib.synth.ground import SHIFT, SHIFTS, Ground, shift_of, shift_start
from arusha.lib.synth.hiding import Others, decoys, moments_among, others_of, recruits
from arusha.lib.synth.leisure import alone, outings
from arusha.lib.synth.plans import RingPlan
from arusha.lib.synth.rosters import Rosters
from arusha.lib.synth.rows import DAY, HOUR, MINUTE, Floats, Ints, Part, Rng, Rows, join_rows, make_rows

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


@dataclass(frozen=True, slots=True)
class Ring:
    """One ring as planted. `members` are people's numbers; those recruited have crossings among ordinary people's too.

    rows : its joint crossings by member; `event` numbers the joint crossing of each row, `lane` as in `Events`.
    own : the crossings alone of those who were not recruited, and whom the ring brought along.
    """

    plan: RingPlan
    members: NDArray[np.int64]
    spread: float
    ports: tuple[int, ...]
    events: Events
    rows: Rows
    event: Ints
    lane: Ints
    own: Rows
    officer: int | None


@dataclass(frozen=True, slots=True)
class Posted:
    """Duties on lanes within the world's time: officer, shift, place (2 · port + out), lane within the place."""

    officer: Ints
    shift: Ints
    place: Ints
    lane: Ints


def make_rings(rng: Rng, ground: Ground, rosters: Rosters, others: Part, plans: list[RingPlan]) -> list[Ring]:
    """A ring for each plan, among the `others`; no officer works with two of them. Members are numbered after them."""
    rings: list[Ring] = []
    posted = _posted(ground, rosters)
    around = others_of(rng, others, rosters, ground.ports, ground.days)
    first, taken, recruited = others.people, set[int](), list[int]()
    for plan in plans:
        ring = _ring(rng, ground, rosters, posted, around, plan, first, taken, recruited)
        recruited += [int(who) for who in ring.members if who < others.people]
        first = max(first, int(ring.members.max()) + 1)
        rings.append(ring)
        if ring.officer is not None:
            taken.add(ring.officer)
    return rings


def _ring(
    rng: Rng,
    ground: Ground,
    rosters: Rosters,
    posted: Posted,
    others: Others,
    plan: RingPlan,
    first: int,
    taken: set[int],
    recruited: list[int],
) -> Ring:
    size = int(rng.integers(plan.size[0], plan.size[1] + 1))
    count = int(rng.integers(plan.crossings[0], plan.crossings[1] + 1))
    spread = float(rng.uniform(*plan.spread))
    span = min(ground.days, int(rng.integers(plan.span[0], plan.span[1] + 1)))
    days = int(rng.integers(0, ground.days - span + 1)) + np.arange(span)
    days = _awake(rng, plan, days)
    shared = _together_days(plan, days)
    wanted = round(count * len(shared) / len(days) * plan.officer.effort) if plan.officer else 0
    officer, place = _officer(rng, ground, posted, plan, shared, wanted, taken)
    ports = _ports(rng, ground, plan, place // 2)
    if plan.fixed_hour:
        slot = moments_among(rng, others, ports, days, 1) if plan.hides else None
        events = _weekly(rng, days, ports[0], count, slot)
    else:
        events = _leaned(rng, posted, plan, spread, officer, place, shared, wanted)
        for stretch, more in _stretches(rng, count, len(events.at), days, shared):
            legs = _legs_among if plan.hides else _legs
            free = legs(rng, ground, others, 6 * (len(events.at) + more), ports, stretch, spread)
            events = _with(events, free, len(events.at) + more)
    chosen = recruits(rng, others, ports[0], plan.recruited, size, recruited)
    members = np.where(chosen >= 0, chosen, first + np.cumsum(chosen < 0) - 1)
    rows, event, lane = _members(rng, rosters, plan, events, members, spread)
    own = _own(rng, ground, plan, events, ports[0], members)
    own = own.where(np.isin(own.person, members[chosen < 0]))
    if plan.decoys[1]:
        own = join_rows([own, decoys(rng, others, plan, ports[0], rows, event)])
    return Ring(plan, members, spread, ports, events, rows, event, lane, own, officer)


def _posted(ground: Ground, rosters: Rosters) -> Posted:
    officer, shift, lane = rosters.duties
    (on,) = np.nonzero((lane >= 0) & (shift > 0) & (shift_start(shift + 1) <= ground.days * DAY))
    flat = ground.lanes.ravel()
    place = np.repeat(np.arange(len(flat), dtype=np.int32), flat)[lane[on]]
    return Posted(officer[on], shift[on], place, lane[on] - rosters.base.ravel()[place])


def _officer(
    rng: Rng, ground: Ground, posted: Posted, plan: RingPlan, days: NDArray[np.int64], wanted: int, taken: set[int]
) -> tuple[int | None, int]:
    """An officer with duties enough at one port and direction on these days, and that place."""
    if plan.officer is None:
        return None, int(ground.any_port(rng, 1)[0]) * 2
    places = 2 * ground.ports
    day = (posted.shift - 1) // SHIFTS
    near = (day >= days[0]) & (day <= days[-1])
    counts = np.bincount(posted.officer[near].astype(np.int64) * places + posted.place[near])
    for officer in taken:
        counts[officer * places : (officer + 1) * places] = 0
    fit = np.flatnonzero(counts >= min(1.1 * wanted, counts.max()))
    who, place = divmod(int(rng.choice(fit)), places)
    return who, place


def _ports(rng: Rng, ground: Ground, plan: RingPlan, first: int) -> tuple[int, ...]:
    rest = [p for p in range(ground.ports) if p != first]
    weight = ground.size[rest] / ground.size[rest].sum()
    others = rng.choice(rest, min(plan.ports - 1, len(rest)), replace=False, p=weight)
    return (first, *sorted(int(p) for p in others))


def _together_days(plan: RingPlan, days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The days on which ring and officer work together: one stretch in the middle of the ring's time."""
    if plan.officer is None:
        return days[:0]
    width = round(len(days) * plan.officer.weeks)
    begin = (len(days) - width) // 2
    return days[begin : begin + width]


def _stretches(
    rng: Rng, count: int, leaned: int, days: NDArray[np.int64], inside: NDArray[np.int64]
) -> list[tuple[NDArray[np.int64], int]]:
    """Days in random order and how many crossings at the ring's own choice they are to hold."""
    outside = np.setdiff1d(days, inside)
    within = min(count, max(leaned, round(count * len(inside) / len(days)))) - leaned
    return [
        (rng.permutation(stretch), wanted)
        for stretch, wanted in ((inside, within), (outside, count - leaned - within))
        if wanted > 0 and len(stretch)
    ]


def _leaned(
    rng: Rng,
    posted: Posted,
    plan: RingPlan,
    spread: float,
    officer: int | None,
    place: int,
    days: NDArray[np.int64],
    wanted: int,
) -> Events:
    """Crossings laid on the officer's duties at one place, on the days of their working together."""
    if officer is None or plan.officer is None:
        return _events([], [], [], [])
    day = (posted.shift - 1) // SHIFTS
    mine = (posted.officer == officer) & (posted.place == place) & (day >= days[0]) & (day <= days[-1])
    chances = np.flatnonzero(mine)
    chosen = rng.choice(chances, min(wanted, len(chances)), replace=False)
    slack = SHIFT - (20 + spread) * MINUTE
    at = shift_start(posted.shift[chosen]) + 10 * MINUTE + rng.random(len(chosen)) * slack
    by_lane = plan.officer.how == "lane"
    return _events(place // 2, place % 2, at, posted.lane[chosen] if by_lane else np.full(len(chosen), -1))


def _events(port: object, out: object, at: object, lane: object) -> Events:
    columns = np.broadcast_arrays(*(np.asarray(c) for c in (port, out, at, lane)))
    order = np.argsort(columns[2], kind="stable")
    return Events(*(column[order].astype(np.int32) for column in columns))


def _awake(rng: Rng, plan: RingPlan, days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The days of the weeks in which the ring does not sleep."""
    if plan.awake >= 1:
        return days
    weeks = np.unique(days // 7)
    kept = rng.choice(weeks, max(1, round(len(weeks) * plan.awake)), replace=False)
    return days[np.isin(days // 7, kept)]


def _weekly(rng: Rng, days: NDArray[np.int64], port: int, count: int, slot: tuple[Ints, Ints, Ints] | None) -> Events:
    """One weekday and hour all year, some weeks left out; those of the crossing in `slot`, where one is given."""
    weeks = rng.choice(len(days) // 7, min(count, len(days) // 7), replace=False)
    hour, weekday, out = rng.uniform(6.5, 20) * HOUR, rng.integers(0, 7), rng.integers(0, 2)
    if slot is not None and len(slot[0]):
        port, out = int(slot[0][0]), slot[1][0]
        weekday, hour = (slot[2][0] // DAY - days[0]) % 7, float(np.clip(slot[2][0] % DAY, 6.5 * HOUR, 20 * HOUR))
    at = (days[0] + weeks * 7 + weekday) * DAY + hour + rng.normal(0, 4, len(weeks)) * MINUTE
    return _events(port, out, at, np.full(len(at), -1))


Leg = tuple[float, int, int]  # local second, port, direction


def _legs(
    rng: Rng,
    ground: Ground,
    _others: Others,
    tries: int,
    ports: tuple[int, ...],
    days: NDArray[np.int64],
    spread: float,
) -> list[list[Leg]]:
    """Crossings at hours like others', on days in the order given: half of them as a way there and back."""
    last = 21.4 * HOUR - spread * MINUTE
    day = np.tile(days, 1 + tries // len(days))[:tries]
    where = rng.choice(ports, tries).astype(np.int32)
    leaves = np.clip(ground.any_time(rng, where, day.astype(np.int32)), 6.2 * HOUR, last)
    back = leaves + rng.uniform(2.2, 7, tries) * HOUR
    both = (rng.random(tries) < 0.5) & (back < last)
    way = rng.integers(0, 2, tries)
    return [
        [(day[i] * DAY + leaves[i], int(where[i]), int(way[i]))]
        + ([(day[i] * DAY + back[i], int(where[i]), 1 - int(way[i]))] if both[i] else [])
        for i in range(tries)
    ]


def _legs_among(
    rng: Rng,
    _ground: Ground,
    others: Others,
    tries: int,
    ports: tuple[int, ...],
    days: NDArray[np.int64],
    _spread: float,
) -> list[list[Leg]]:
    """Crossings at moments of other people's."""
    where, way, at = moments_among(rng, others, ports, days, tries)
    return [[(float(t), int(p), int(o))] for t, p, o in zip(at, where, way, strict=True)]


def _with(events: Events, legs: list[list[Leg]], count: int) -> Events:
    """The events and more, `count` in all where the legs hold enough, two hours apart or more."""
    held = [
        (int(at), int(p), int(o), int(k))
        for at, p, o, k in zip(events.at, events.port, events.out, events.lane, strict=True)
    ]
    times = [at for at, _, _, _ in held]
    for trip in legs:
        for at, where, out in trip:
            if len(held) < count and _clear(times, at):
                held.append((int(at), where, out, -1))
                bisect.insort(times, int(at))
    at_, port, out_, lane = zip(*held, strict=True)
    return _events(port, out_, at_, lane)


def _clear(times: list[int], at: float) -> bool:
    """Whether no time in order lies within two hours of `at`."""
    place = bisect.bisect(times, at)
    return not ((place and at - times[place - 1] < APART) or (place < len(times) and times[place] - at < APART))


def _members(
    rng: Rng, rosters: Rosters, plan: RingPlan, events: Events, members: NDArray[np.int64], spread: float
) -> tuple[Rows, Ints, Ints]:
    """Rows of the joint crossings, the event of each and the lane (-1 for any)."""
    size = len(members)
    there = rng.random((len(events.at), size)) < plan.presence
    # A joint crossing has two members at least.
    for few in np.flatnonzero(there.sum(axis=1) < 2):
        there[few, rng.choice(size, 2, replace=False)] = True
    event, member = np.divmod(np.flatnonzero(there), size)
    after = rng.random(len(event)) * spread * MINUTE
    if plan.lookout is not None:
        ahead = rng.uniform(*plan.lookout, len(event)) * MINUTE
        after = np.where(member == 0, -ahead, after)
    draw = rng.random(len(event))
    lane = events.lane[event]
    at = events.at[event] + after
    rows = make_rows(members[member], events.port[event], events.out[event], at, draw)
    open_now = rosters.open_lanes[rows.port, rows.out, np.maximum(shift_of(rows.at), 0)]
    fixed = np.where((lane >= 0) & (lane < open_now), (lane + 0.5) / np.maximum(open_now, 1), draw)
    rows = replace(rows, draw=fixed.astype(np.float32))
    return rows, event.astype(np.int32), lane


def _own(rng: Rng, ground: Ground, plan: RingPlan, events: Events, port: int, members: NDArray[np.int64]) -> Rows:
    """The members' crossings alone: trips of their own, and ways back from joint crossings, each at another hour."""
    size = len(members)
    rate: Floats = rng.uniform(*plan.own, size)
    home = np.where(rng.random(size) < 0.7, port, ground.any_port(rng, size)).astype(np.int32)
    trips = outings(rng, ground, home, rate)
    single = alone(rng, trips)
    made = [make_rows(members[single.person], single.port, single.out, single.at, single.draw)]
    if plan.own[1] > 0:
        event, member = np.nonzero(rng.random((len(events.at), size)) < 0.35 * plan.presence)
        day = events.at[event] // DAY + rng.integers(0, 2, len(event))
        where = events.port[event]
        at = day * DAY + ground.any_time(rng, where, day)
        at = np.where(at < events.at[event], at + DAY, at)
        made.append(make_rows(members[member], where, 1 - events.out[event], at, rng.random(len(event))))
    return join_rows(made)
