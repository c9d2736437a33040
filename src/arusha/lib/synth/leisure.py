"""Those who cross for themselves: visitors, regulars with their own habits, families, friends, tours."""

import numpy as np
from numpy.typing import NDArray

from arusha.lib.synth.ground import Ground
from arusha.lib.synth.rows import (
    DAY,
    HOUR,
    MINUTE,
    Floats,
    Ints,
    Part,
    Rng,
    Rows,
    Trips,
    Units,
    join_rows,
    make_rows,
    make_trips,
    open_units,
)


def outings(rng: Rng, ground: Ground, home: Ints, rate: Floats) -> Trips:
    """Trips and returns of units with a home port and `rate` trips a year, each with its own weekday and hour.

    Six trips in ten keep the weekday, most keep the hour more or less, seven in eight the home port. Three quarters
    return the same day.
    """
    unit = np.repeat(np.arange(len(rate)), rng.poisson(rate * ground.days / 365))
    favourite = rng.integers(0, 7, len(rate))
    drawn = ground.any_day(rng, len(unit))
    weekday = (drawn + ground.scenario.start.weekday()) % 7
    keeps = (rng.random(len(unit)) < 0.6) & np.isnan(ground.feast[drawn])
    day = np.clip(np.where(keeps, drawn - weekday + favourite[unit], drawn), 0, ground.days - 1)
    # Nobody sets out twice on one day.
    unit, day = np.divmod(np.unique(unit * ground.days + day), ground.days)
    port = np.where(rng.random(len(unit)) < 0.875, home[unit], ground.any_port(rng, len(unit))).astype(np.int32)
    at = _hour(rng, ground, home, unit, port, day)
    stays = rng.random(len(unit)) < 0.25
    nights = rng.geometric(0.5, len(unit))
    later = at + np.exp(rng.normal(np.log(3.2), 0.5, len(unit))) * HOUR
    # Whoever would come home after the last hour of a small port sleeps there.
    stays |= later > 21.5 * HOUR
    back_day = np.where(stays, day + nights, day)
    back = np.where(stays, ground.any_time(rng, port, back_day), later)
    resident = rng.random(len(rate)) < 0.6
    way = resident[unit].astype(np.int8)
    return make_trips(
        np.concatenate([unit, unit]),
        np.concatenate([port, port]),
        np.concatenate([way, 1 - way]),
        np.concatenate([day * DAY + at, back_day * DAY + back]),
    )


def _hour(rng: Rng, ground: Ground, home: Ints, unit: NDArray[np.int64], port: Ints, day: NDArray[np.int64]) -> Floats:
    usual = ground.any_time(rng, home, np.zeros(len(home), np.int32))
    loose = rng.uniform(0.3, 1.6, len(home)) * HOUR
    mine = np.clip(usual[unit] + rng.normal(0, 1, len(unit)) * loose[unit], 6.1 * HOUR, 21.4 * HOUR)
    theirs = ground.any_time(rng, port, day)
    as_all = (rng.random(len(unit)) < 0.3) | ~np.isnan(ground.feast[day])
    return np.asarray(np.where(as_all, theirs, mine))


def _rates(rng: Rng, n: int, median: float, most: float) -> Floats:
    return np.minimum(np.exp(rng.normal(np.log(median), 0.7, n)), most)


def regulars(rng: Rng, ground: Ground, rows: float) -> Part:
    """People who cross now and then by habits of their own: for shopping, for kin, for a field beyond the border."""
    count = int(rows / 30)
    trips = outings(rng, ground, ground.any_port(rng, count), _rates(rng, count, 13, 110))
    return Part(count, alone(rng, trips))


def alone(rng: Rng, trips: Trips) -> Rows:
    """Trips of single people; three in ten rows keep to the person's own lane."""
    usual = rng.random(int(trips.unit.max(initial=-1)) + 1)
    draw = np.where(rng.random(len(trips.unit)) < 0.3, usual[trips.unit], rng.random(len(trips.unit)))
    return make_rows(trips.unit, trips.port, trips.out, trips.at, draw)


def families(rng: Rng, ground: Ground, rows: float) -> Part:
    """Two to six people who go together, one or another staying at home; adults also go alone."""
    count = int(rows / 56)
    units = Units((2 + rng.binomial(4, 0.4, count)).astype(np.int32))
    home = ground.any_port(rng, count)
    together = open_units(
        rng, outings(rng, ground, home, _rates(rng, count, 7, 45)), units, presence=0.88, within=1.5 * MINUTE, legs=2
    )
    by_self = np.repeat(home, units.sizes).astype(np.int32)
    single = alone(rng, outings(rng, ground, by_self, rng.exponential(1.0, units.people)))
    known = rng.random(count) < ground.scenario.registered
    return Part(units.people, join_rows([together, single]), (units.groups("family", registered=known),))


def friends(rng: Rng, ground: Ground, rows: float) -> Part:
    """Two to four friends with an outing of their own every month or so; nothing in the data tells them from a ring."""
    count = int(rows / 110)
    units = Units((2 + rng.binomial(2, 0.35, count)).astype(np.int32))
    home = ground.any_port(rng, count)
    together = open_units(
        rng, outings(rng, ground, home, rng.uniform(4, 16, count)), units, presence=0.9, within=4 * MINUTE, legs=2
    )
    by_self = np.repeat(home, units.sizes).astype(np.int32)
    single = alone(rng, outings(rng, ground, by_self, _rates(rng, units.people, 8, 60)))
    return Part(units.people, join_rows([together, single]), (units.groups("friends"),))


def tours(rng: Rng, ground: Ground, rows: float) -> Part:
    """Ten to forty strangers with a guide, in and out some days later; one tour in five comes a second time."""
    count = int(rows / 58)
    units = Units(rng.integers(10, 41, count).astype(np.int32))
    visit = np.repeat(np.arange(count), 1 + (rng.random(count) < 0.2))
    port = ground.any_port(rng, len(visit))
    leaves_by = np.where(rng.random(len(visit)) < 0.5, port, ground.any_port(rng, len(visit))).astype(np.int32)
    day = ground.any_day(rng, len(visit))
    last = day + rng.integers(1, 9, len(visit))
    trips = make_trips(
        np.concatenate([visit, visit]),
        np.concatenate([port, leaves_by]),
        np.repeat([0, 1], len(visit)),
        np.concatenate(
            [day * DAY + ground.any_time(rng, port, day), last * DAY + ground.any_time(rng, leaves_by, last)]
        ),
    )
    return Part(
        units.people, open_units(rng, trips, units, presence=0.98, within=7 * MINUTE, legs=2), (units.groups("tour"),)
    )


def tourists(rng: Rng, ground: Ground, rows: int) -> Part:
    """Exactly `rows` crossings of visitors who come once or twice and leave some days later."""
    count = int(rows / 2.1) + 100
    twice = rng.random(count) < 0.2
    first = ground.any_day(rng, count)
    stay = rng.geometric(0.25, count)
    second = first + stay + 7 + rng.integers(0, 200, count)
    who = np.concatenate([np.arange(count), np.flatnonzero(twice)])
    came = np.concatenate([first, second[twice]])
    left = came + np.concatenate([stay, rng.geometric(0.25, int(twice.sum()))])
    port = ground.any_port(rng, len(who))
    by = np.where(rng.random(len(who)) < 0.65, port, ground.any_port(rng, len(who))).astype(np.int32)
    made = make_rows(
        np.concatenate([who, who]),
        np.concatenate([port, by]),
        np.repeat([0, 1], len(who)),
        np.concatenate([came * DAY + ground.any_time(rng, port, came), left * DAY + ground.any_time(rng, by, left)]),
        rng.random(2 * len(who)),
    )
    inside = made.where(made.at < ground.days * DAY)
    chosen = rng.permutation(len(inside))[:rows]
    if len(chosen) < rows:
        raise AssertionError(f"{rows} crossings of tourists were wanted and {len(chosen)} made")
    return Part(count, inside.where(chosen))
