"""How a ring hides: among other people's crossings, behind lives of their own, beside people brought along."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.synth.ground import shift_of
from arusha.lib.synth.plans import RingPlan
from arusha.lib.synth.rosters import Rosters
from arusha.lib.synth.rows import DAY, HOUR, MINUTE, Ints, Part, Rng, Rows, make_rows

AGAIN = 0.1  # share of those recruited who belong to another ring already


@dataclass(frozen=True, slots=True)
class Others:
    """Everybody else's crossings by port: port p's are `rows` from starts[p] to starts[p + 1], in random order."""

    rows: Rows
    starts: NDArray[np.int64]
    people: int

    def at(self, port: int) -> Rows:
        """Those of one port."""
        return self.rows.where(slice(int(self.starts[port]), int(self.starts[port + 1])))


def others_of(rng: Rng, part: Part, rosters: Rosters, ports: int, days: int) -> Others:
    """The crossings of a part at open ports within the world's time, by port."""
    rows = part.rows.where((part.rows.at >= 0) & (part.rows.at < days * DAY))
    rows = rows.where(rosters.open_lanes[rows.port, rows.out, shift_of(rows.at)] > 0)
    order = np.lexsort((rng.random(len(rows)), rows.port))
    rows = rows.where(order)
    return Others(rows, np.searchsorted(rows.port, np.arange(ports + 1)), part.people)


def moments_among(
    rng: Rng, others: Others, ports: tuple[int, ...], days: NDArray[np.int64], count: int
) -> tuple[Ints, Ints, Ints]:
    """Port, direction and local second of `count` crossings or fewer, drawn from others' at these ports and days.

    So the ring crosses where and when the border is full, and on the days on which it is.
    """
    held = [others.at(port) for port in ports]
    held = [rows.where(np.isin(rows.at // DAY, days)) for rows in held]
    held = [rows for rows in held if len(rows)]
    picks = [rows.where(rng.integers(0, len(rows), count)) for rows in held]
    which = rng.integers(0, max(len(picks), 1), count if picks else 0)
    place = np.arange(len(which))
    columns = [np.stack([getattr(rows, name) for rows in picks])[which, place] for name in ("port", "out", "at")]
    jitter = rng.normal(0, 8, len(place)) * MINUTE
    at = np.clip(columns[2] + jitter, columns[2] // DAY * DAY + 6.2 * HOUR, columns[2] // DAY * DAY + 21 * HOUR)
    return columns[0].astype(np.int32), columns[1].astype(np.int32), at.astype(np.int32)


def recruits(rng: Rng, others: Others, port: int, share: float, size: int, before: list[int]) -> NDArray[np.int64]:
    """Who of a ring's members are ordinary people who use the port: their numbers, −1 for those who are nobody else."""
    chosen = np.full(size, -1, np.int64)
    pool = np.setdiff1d(np.unique(others.at(port).person), before)
    mine = np.flatnonzero(rng.random(size) < share)
    mine = mine[: len(pool)]
    chosen[mine] = rng.choice(pool, len(mine), replace=False) if len(mine) else chosen[mine]
    if before:
        again = mine[rng.random(len(mine)) < AGAIN]
        chosen[again] = rng.choice(np.unique(before), len(again)) if len(again) else chosen[again]
    # Nobody is in one ring twice.
    _, first = np.unique(chosen, return_index=True)
    twice = np.setdiff1d(np.flatnonzero(chosen >= 0), first)
    chosen[twice] = -1
    return chosen


def decoys(rng: Rng, others: Others, plan: RingPlan, port: int, rows: Rows, event: Ints) -> Rows:
    """Ordinary people who are brought along to joint crossings: others each time, within the members' minutes."""
    pool = np.unique(others.at(port).person)
    events, first = np.unique(event, return_index=True)
    wanted = rng.integers(plan.decoys[0], plan.decoys[1] + 1, len(events))
    where = np.repeat(first, wanted)
    who = rng.choice(pool, len(where)) if len(pool) else np.zeros(0, np.int64)
    where = where[: len(who)]
    at = rows.at[where] + rng.normal(0, 4, len(where)) * MINUTE
    return make_rows(who, rows.port[where], rows.out[where], at, rows.draw[where])
