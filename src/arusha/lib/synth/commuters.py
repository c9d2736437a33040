"""Those who cross because they work: riders of a bus, drivers, cars shared, shift workers."""

import numpy as np
from numpy.typing import NDArray

from arusha.lib.synth.ground import SHIFT, Ground, leave, shift_start
from arusha.lib.synth.rows import (
    DAY,
    HOUR,
    MINUTE,
    Bools,
    Ints,
    Part,
    Rng,
    Units,
    join_rows,
    make_rows,
    make_trips,
    open_units,
)

Minutes = NDArray[np.float64]


def buses(rng: Rng, ground: Ground, rows: float, *, weekly: bool) -> Part:
    """Riders of buses that pass every working day, or out on the week's first day and back on its fifth.

    A bus is late by minutes that its riders share; they pass within two or three minutes. Some evenings a rider goes
    home otherwise.
    """
    count = int(rows / (28 * (84 if weekly else 380)))
    riders = Units(rng.integers(12, 46, count).astype(np.int32))
    bus = np.repeat(np.arange(count), riders.sizes)
    port = ground.any_port(rng, count)
    out = rng.integers(0, 2, count)
    goes = _working(rng, ground, riders.people, rng.uniform(0.8, 0.97, riders.people))
    weekday = (np.arange(ground.days) + ground.scenario.start.weekday()) % 7
    morning = np.rint(rng.uniform(33, 50, count)) * 10 * MINUTE
    evening = np.rint(rng.uniform(94, 112, count)) * 10 * MINUTE
    legs = []
    for back, leaves in ((False, morning), (True, evening)):
        mine = goes & (weekday == (4 if back else 0)) if weekly else goes
        rider, day = np.nonzero(mine)
        at = day * DAY + leaves[bus[rider]] + _late(rng, count, ground.days)[bus[rider], day]
        at = at + rng.uniform(0, 150, len(rider))
        alone = rng.random(len(rider)) < (0.12 if back else 0.03)
        at = np.where(alone, at + rng.normal(0, 55, len(rider)) * MINUTE, at)
        draw = np.where(alone, rng.random(len(rider)), rng.random((count, ground.days))[bus[rider], day])
        legs.append(make_rows(rider, port[bus[rider]], out[bus[rider]] ^ back, at, draw))
    rows_made = join_rows(legs)
    return Part(riders.people, rows_made, (riders.groups("weekly-bus" if weekly else "daily-bus"),))


def drivers(rng: Rng, ground: Ground, rows: float, *, shared: bool) -> Part:
    """Workers in their own cars, or two to four in one: each car keeps its hour, more or less closely."""
    count = int(rows / (380 * (3 if shared else 1)))
    sizes = rng.integers(2, 5, count) if shared else np.ones(count)
    cars = Units(sizes.astype(np.int32))
    port = ground.any_port(rng, count)
    out = rng.integers(0, 2, count)
    goes = _working(rng, ground, count, rng.uniform(0.75, 0.97, count))
    loose = rng.uniform(3, 22, count)
    car, day = np.nonzero(goes)
    legs = []
    for back, hour, spread in ((False, 7.3, 0.8), (True, 16.8, 1.1)):
        usual = rng.normal(hour, spread, count) * HOUR
        at = day * DAY + usual[car] + rng.normal(0, 1, len(car)) * loose[car] * MINUTE
        trips = make_trips(car, port[car], out[car] ^ back, at)
        legs.append(open_units(rng, trips, cars, presence=0.93 if shared else 1.0, within=45))
    groups = (cars.groups("carpool"),) if shared else ()
    return Part(cars.people, join_rows(legs), groups)


def shift_workers(rng: Rng, ground: Ground, rows: float) -> Part:
    """Factory teams: every worker drives alone, yet the rota brings a team to the border in the same half hour.

    Half the factories turn early, late and night by the week, half two days each and two off. Nobody here moves
    together; who takes them for a ring has mistaken a rota for an understanding.
    """
    count = int(rows / (45 * 400))
    teams = Units(np.repeat(15, 3 * count).astype(np.int32))
    team = np.repeat(np.arange(3 * count), 15)
    factory = team // 3
    port = ground.any_port(rng, count, by_night=True)
    out = rng.integers(0, 2, count)
    duty = _rota(rng, ground, count)[team]
    goes = (duty >= 0) & (rng.random(duty.shape) < 0.96) & ~leave(rng, len(team), ground.days, 2, (9, 18))
    worker, day = np.nonzero(goes)
    begins = shift_start(day * 3 + 1 + duty[worker, day]) + rng.integers(-2, 3, count)[factory[worker]] * HOUR // 2
    legs = []
    for back in (False, True):
        usual = np.abs(rng.normal(0, 14, len(team))) + (8 if back else 20)
        gap = (usual[worker] + rng.normal(0, 6, len(worker))) * MINUTE
        at = begins + SHIFT + gap if back else begins - gap
        where = factory[worker]
        legs.append(make_rows(worker, port[where], out[where] ^ back, at, rng.random(len(worker))))
    return Part(len(team), join_rows(legs), (teams.groups("shift-team", together=False),))


def _rota(rng: Rng, ground: Ground, factories: int) -> Ints:
    """The duty of each team by day, shape (3 · factories, days): 0 early, 1 late, 2 night, -1 off."""
    day = np.arange(ground.days)
    week, weekday = np.divmod(day + ground.scenario.start.weekday(), 7)
    duty = np.empty((factories, 3, ground.days), np.int32)
    begun = rng.integers(0, 24, factories)[:, None]
    for team in range(3):
        duty[0::2, team] = np.where(weekday < 5, (week + team + begun[0::2]) % 3, -1)
        phase = (day + 2 * team + begun[1::2]) % 8 // 2
        duty[1::2, team] = np.where(phase < 3, phase, -1)
    return duty.reshape(3 * factories, ground.days)


def _working(rng: Rng, ground: Ground, n: int, zeal: Minutes) -> Bools:
    """Who goes to work when, shape (n, days)."""
    chance = ground.work[None, :] * zeal[:, None]
    return (rng.random((n, ground.days)) < chance) & ~leave(rng, n, ground.days, 2, (6, 15))


def _late(rng: Rng, buses_run: int, days: int) -> Minutes:
    """Seconds by which each bus is late each day: some minutes, and once in fifty days a quarter of an hour more."""
    usual = rng.gamma(1.5, 2.5, (buses_run, days))
    bad = rng.random((buses_run, days)) < 0.02
    return np.asarray((usual + bad * rng.uniform(10, 30, (buses_run, days))) * MINUTE)
