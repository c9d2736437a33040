"""Worlds that several test files look at; small, made once."""

from collections import defaultdict
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.synth import SCENARIOS, World, make
from arusha.lib.synth.plans import RosterPlan

SECOND = 1_000_000


@cache
def border() -> World:
    """A small border year."""
    return make("border-year", 60_000, 7)


@cache
def complete() -> World:
    """The same with a roster file that holds every duty."""
    return make(replace(SCENARIOS["border-year"], roster=RosterPlan(gaps=0.0)), 60_000, 7)


@cache
def administration() -> World:
    """The demonstration, with fewer crossings and declarations."""
    return make(replace(SCENARIOS["administration"], declarations=20_000), 200_000, 11)


def seconds(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Instants as seconds since 1970."""
    return np.asarray(column.cast(pa.int64())) // SECOND


def shifts_by_lane(world: World) -> dict[str, list[tuple[int, int, str]]]:
    """From the roster: start, end and officer of each duty at a lane, by lane."""
    roster = world.tables["roster"]
    by_lane: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for post, start, end, officer in zip(
        roster["post"].to_pylist(),
        seconds(roster["shift_start"]).tolist(),
        seconds(roster["shift_end"]).tolist(),
        roster["officer_id"].to_pylist(),
        strict=True,
    ):
        if post is not None:
            by_lane[post].append((start, end, officer))
    return by_lane


def officers_of(world: World, rows: NDArray[np.int64]) -> list[str | None]:
    """Who, by the roster, worked the lane of each of these crossings; None where nobody did."""
    by_lane = {lane: sorted(duties) for lane, duties in shifts_by_lane(world).items()}
    starts = {lane: np.array([start for start, _, _ in duties]) for lane, duties in by_lane.items()}
    crossings = world.tables["crossings"].take(rows)
    found: list[str | None] = []
    for lane, at in zip(crossings["lane"].to_pylist(), seconds(crossings["crossed_at"]).tolist(), strict=True):
        place = int(np.searchsorted(starts[lane], at, side="right")) - 1
        _, end, officer = by_lane[lane][max(place, 0)]
        found.append(officer if place >= 0 and at < end else None)
    return found
