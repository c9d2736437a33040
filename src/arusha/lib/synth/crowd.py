"""Everybody's crossings in one: gathered from every way of life, made possible, filled up, put in order of time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from arusha.lib.synth import alike, commuters, leisure, routines
from arusha.lib.synth.commotions import held
from arusha.lib.synth.ground import SHIFT, Ground, shift_of
from arusha.lib.synth.rings import Ring
from arusha.lib.synth.rosters import Rosters
from arusha.lib.synth.rows import DAY, Groups, Ints, Part, Rng, Rows, join_rows, make_rows, rng_for

TOO_SOON = 600  # seconds; nobody crosses twice in less

WAYS_OF_LIFE: Mapping[str, Callable[[Rng, Ground, float], Part]] = {
    "daily-bus": lambda rng, ground, rows: commuters.buses(rng, ground, rows, weekly=False),
    "weekly-bus": lambda rng, ground, rows: commuters.buses(rng, ground, rows, weekly=True),
    "car": lambda rng, ground, rows: commuters.drivers(rng, ground, rows, shared=False),
    "carpool": lambda rng, ground, rows: commuters.drivers(rng, ground, rows, shared=True),
    "shift-work": commuters.shift_workers,
    "occasional": leisure.regulars,
    "family": leisure.families,
    "friends": leisure.friends,
    "school-run": routines.school_runs,
    "tour": leisure.tours,
    "crew": routines.crews,
    "staff": alike.staff,
    "students": alike.students,
    "lookalikes": alike.lookalikes,
}
"""How each share of a scenario is made; tourists fill what is left."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody's crossings and groups, people numbered over all.

    rows, utc, lane : in the order of the file; `utc` in seconds since 1970, `lane` numbered over all ports.
    joint : shape (joint rows of all rings,), where in the file each row of the rings' joint crossings stands, ring by
        ring in their own order.
    """

    people: int
    rows: Rows
    utc: NDArray[np.int64]
    lane: Ints
    joint: NDArray[np.int64]
    groups: tuple[Groups, ...]


def ordinary(ground: Ground, count: int, seed: int) -> Part:
    """Everybody but rings and tourists, for a world of `count` crossings; people numbered over all."""
    pieces, groups, people = [make_rows([], [], [], [], [])], list[Groups](), 0
    for name, share in ground.scenario.shares.items():
        part = WAYS_OF_LIFE[name](rng_for(seed, name), ground, share * count)
        pieces.append(replace(part.rows, person=part.rows.person + np.int32(people)))
        groups += [replace(group, who=group.who + np.int32(people)) for group in part.groups]
        people += part.people
    return Part(people, join_rows(pieces), tuple(groups))


def gather(ground: Ground, rosters: Rosters, rings: Sequence[Ring], others: Part, count: int, seed: int) -> Crowd:
    """Exactly `count` crossings of everybody: the `others`, numbered first, the rings and, to fill up, tourists.

    Raises
    ------
    ValueError
        where the scenario plants more crossings than `count`.
    """
    nothing = make_rows([], [], [], [], [])
    joint = join_rows([nothing, *(ring.rows for ring in rings)])
    joint, _ = held(ground, joint, seed, "joint")
    alone, go = held(ground, join_rows([*(ring.own for ring in rings), others.rows]), seed, "alone")
    people = 1 + max([others.people - 1, *(int(ring.members.max()) for ring in rings)])
    lives = _possible(ground, rosters, joint, alone.where(go))
    wanted = count - len(joint) - len(lives)
    if wanted < 0:
        raise ValueError(
            f"scenario {ground.scenario.name!r} plants {count - wanted:,} crossings "
            f"and cannot have {count:,}; ask for more"
        )
    visitors = leisure.tourists(rng_for(seed, "tourists"), ground, wanted)
    came, _ = held(ground, visitors.rows, seed, "tourists")
    strangers = _opened(ground, rosters, replace(came, person=came.person + np.int32(people)))
    everything = join_rows([joint, lives, strangers])
    return _ordered(
        rng_for(seed, "order"), ground, rosters, everything, len(joint), people + visitors.people, others.groups
    )


def _possible(ground: Ground, rosters: Rosters, joint: Rows, lives: Rows) -> Rows:
    """What of people's own crossings can be: within the world's time, at open ports, never twice within minutes."""
    inside = lives.where((lives.at >= 0) & (lives.at < ground.days * DAY))
    inside = _opened(ground, rosters, inside)
    person = np.concatenate([joint.person, inside.person]).astype(np.int64)
    utc = np.concatenate([ground.utc(joint.port, joint.at), ground.utc(inside.port, inside.at)]) - ground.epoch
    order = np.argsort((person << 32) + utc + DAY)
    soon = (np.diff(person[order]) == 0) & (np.diff(utc[order]) < TOO_SOON)
    earlier, later = order[:-1][soon], order[1:][soon]
    keep = np.ones(len(person), bool)
    keep[np.where(later < len(joint), earlier, later)] = False
    return inside.where(keep[len(joint) :])


def _opened(ground: Ground, rosters: Rosters, rows: Rows) -> Rows:
    """The same, those who come to a closed port waiting for its next shift; if none opens, they stay as they are."""
    at = rows.at.copy()
    for _ in range(3):
        shut = np.flatnonzero(rosters.open_lanes[rows.port, rows.out, shift_of(at)] == 0)
        later = at[shut] + SHIFT
        fits = later < ground.days * DAY
        at[shut[fits]] = later[fits]
    return replace(rows, at=at)


def _ordered(
    rng: Rng, ground: Ground, rosters: Rosters, rows: Rows, joint: int, people: int, groups: tuple[Groups, ...]
) -> Crowd:
    """Rows by time; those of one second in random order, so that nothing shows in the order who belongs together."""
    utc = ground.utc(rows.port, rows.at)
    bits = max(1, len(rows).bit_length())
    spare = 63 - 26 - bits
    key = (utc - ground.epoch + DAY) << (spare + bits)
    key |= rng.integers(0, 1 << spare, len(rows)) << bits
    key |= np.arange(len(rows))
    key.sort()
    origin = key & ((1 << bits) - 1)
    placed = rows.where(origin)
    open_now = rosters.open_lanes[placed.port, placed.out, shift_of(placed.at)]
    lane = rosters.base[placed.port, placed.out] + (placed.draw * open_now).astype(np.int32)
    where = np.empty(joint, np.int64)
    found = np.flatnonzero(origin < joint)
    where[origin[found]] = found
    return Crowd(people, placed, utc[origin], lane, where, groups)
