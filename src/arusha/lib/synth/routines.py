"""Those whom a timetable brings together: children on the way to school, crews."""

import numpy as np
from numpy.typing import NDArray

from arusha.lib.synth.ground import Ground
from arusha.lib.synth.rows import (
    DAY,
    HOUR,
    MINUTE,
    Floats,
    Part,
    Rng,
    Units,
    join_rows,
    make_rows,
    make_trips,
    open_units,
)


def school_runs(rng: Rng, ground: Ground, rows: float) -> Part:
    """A parent and one to three children each school day: over with them, back alone; fetched in the afternoon."""
    count = int(rows / 1150)
    units = Units(rng.integers(2, 5, count).astype(np.int32))
    port = ground.any_port(rng, count)
    out = rng.integers(0, 2, count)
    runs = rng.random((count, ground.days)) < ground.school * 0.95
    unit, day = np.nonzero(runs)
    legs = []
    for hours, way, all_go in ((7.6, 0, True), (8.1, 1, False), (14.9, 0, False), (15.5, 1, True)):
        usual = hours + rng.normal(0, 0.25, count).clip(-0.2, 0.2)
        at = day * DAY + usual[unit] * HOUR + rng.normal(0, 4, len(unit)) * MINUTE
        ways = out[unit] ^ way
        if all_go:
            trips = make_trips(unit, port[unit], ways, at)
            legs.append(open_units(rng, trips, units, presence=0.96, within=40))
        else:
            legs.append(make_rows(units.starts[unit], port[unit], ways, at, rng.random(len(unit))))
    known = rng.random(count) < ground.scenario.registered
    return Part(units.people, join_rows(legs), (units.groups("school-run", registered=known),))


def crews(rng: Rng, ground: Ground, rows: float) -> Part:
    """Crews of buses, ferries and aircraft: from a pool some are drawn for each run, out and back, days on and off."""
    count = int(rows / 1500)
    pool = Units(rng.integers(4, 15, count).astype(np.int32))
    aboard = np.minimum(pool.sizes, rng.integers(3, 8, count))
    chance: Floats = np.repeat(aboard / pool.sizes, pool.sizes)
    port = ground.any_port(rng, count)
    out = rng.integers(0, 2, count)
    on = rng.integers(3, 6, count)
    runs = (np.arange(ground.days) + rng.integers(0, 7, count)[:, None]) % (on + 2)[:, None] < on[:, None]
    unit, day = np.nonzero(runs & (rng.random(runs.shape) < 0.9))
    goes = _times(rng, rng.uniform(6.5, 10, count), unit, day)
    returns = _times(rng, rng.uniform(15, 20.5, count), unit, day)
    trips = make_trips(
        np.concatenate([unit, unit]),
        np.concatenate([port[unit], port[unit]]),
        np.concatenate([out[unit], 1 - out[unit]]),
        np.concatenate([goes, returns]),
    )
    made = open_units(rng, trips, pool, presence=chance, within=2.5 * MINUTE, legs=2)
    return Part(pool.people, made, (pool.groups("crew"),))


def _times(rng: Rng, usual: Floats, unit: NDArray[np.int64], day: NDArray[np.int64]) -> Floats:
    """Local seconds of runs by timetable (`usual`, in hours), some minutes late."""
    return np.asarray(day * DAY + usual[unit] * HOUR + rng.gamma(1.5, 5, len(unit)) * MINUTE)
