"""What moves everybody at once: strikes, fog, ferries. Each holds people up and lets them pass together."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from arusha.lib.synth.ground import Ground
from arusha.lib.synth.plans import Closure, Sailings
from arusha.lib.synth.rows import DAY, HOUR, MINUTE, Bools, Ints, Rng, Rows, rng_for


def held(ground: Ground, rows: Rows, seed: int, name: str) -> tuple[Rows, Bools]:
    """The crossings of a part by name once the scenario's commotions have held them up, and which take place at all."""
    at, stays = rows.at.astype(np.int64), np.zeros(len(rows), bool)
    for number, commotion in enumerate(ground.scenario.commotions):
        when, each = rng_for(seed, f"commotion-{number}"), rng_for(seed, f"held-{number}-{name}")
        count = max(1, round(ground.ports * commotion.ports))
        for port in range(count):
            mine = np.flatnonzero(rows.port == port)
            if isinstance(commotion, Sailings):
                at[mine] = _sailed(when, each, ground, commotion, at[mine])
            else:
                # A strike is everywhere at once: every port draws the same.
                drawn = rng_for(seed, f"commotion-{number}") if commotion.everywhere else when
                at[mine], home = _waited(drawn, each, ground, commotion, at[mine])
                stays[mine] |= home
    return replace(rows, at=at.astype(np.int32)), ~stays


def _waited(
    when: Rng, each: Rng, ground: Ground, closure: Closure, at: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Bools]:
    begin = when.integers(0, ground.days, closure.times) * DAY + when.uniform(*closure.begins, closure.times) * HOUR
    end = begin + when.uniform(*closure.hours, closure.times) * HOUR
    order = np.argsort(begin)
    begin, end = begin[order], np.maximum.accumulate(end[order])
    place = np.searchsorted(begin, at, side="right") - 1
    inside = (place >= 0) & (at < end[place])
    moved = end[place] + each.random(len(at)) * closure.clears * MINUTE
    home = inside & (each.random(len(at)) < closure.stays)
    return np.where(inside, moved, at).astype(np.int64), home


def _sailed(when: Rng, each: Rng, ground: Ground, sailings: Sailings, at: NDArray[np.int64]) -> NDArray[np.int64]:
    times = _timetable(when, ground, sailings)
    place = np.minimum(np.searchsorted(times, at), len(times) - 1)
    # After the day's last sailing nobody waits for the morning: they came in time for the last one.
    place = np.where((times[place] - at > 6 * HOUR) | (times[place] < at), np.maximum(place - 1, 0), place)
    return (times[place] + each.random(len(at)) * sailings.unloads * MINUTE).astype(np.int64)


def _timetable(when: Rng, ground: Ground, sailings: Sailings) -> Ints:
    """Local seconds of all sailings of one port, by a timetable of whole five minutes, some minutes late."""
    every = np.rint(when.uniform(*sailings.every) * 12) / 12
    first = np.rint(when.uniform(6.2, 7.2) * 12) / 12
    hours = np.arange(first, 21.3, every)
    times = (np.arange(ground.days)[:, None] * 24 + hours[None, :]).ravel() * HOUR
    times = times[when.random(len(times)) >= sailings.cancelled]
    late = when.gamma(1.5, 3, len(times)) * MINUTE
    return np.sort(times + late).astype(np.int32)
