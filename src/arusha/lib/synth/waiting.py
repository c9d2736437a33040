"""Waiting hours: how long those entering waited, hour by hour, with a handful of hours made unusual."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.datasets import DATASETS
from arusha.lib.synth.crowd import Crowd
from arusha.lib.synth.ground import Ground, shift_of
from arusha.lib.synth.key import HOURS
from arusha.lib.synth.rosters import Rosters
from arusha.lib.synth.rows import HOUR, Floats, Rng
from arusha.lib.synth.tables import port_codes

EDGES: Floats = np.array([0.0, 15, 30, 45, 60, 90, 120, 200])  # minutes
BANDS = ("within_15", "within_30", "within_45", "within_60", "within_90", "within_120", "over_120")
TERMINALS = 2  # of the two busiest ports; the others have one hall
AIRFIELD = 4  # the port that flights come to
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Hours:
    """Hours in which somebody entered: port, terminal (0 or 1), local day and hour, passengers, booths open."""

    port: Numbers
    terminal: Numbers
    day: Numbers
    hour: Numbers
    passengers: Numbers
    booths: Numbers


def make_waiting(rng: Rng, ground: Ground, rosters: Rosters, crowd: Crowd) -> tuple[pa.Table, pa.Table]:
    """Waiting hours of all ports, and which of them were made unusual (key).

    The passengers are those of the crossings; the wait rises with passengers a booth. An unusual hour has three to five
    times the wait that its passengers and booths would give, or that of a busy hour where that is more.
    """
    hours = _hours(ground, rosters, crowd)
    usual = _usual_wait(rng, hours)
    chosen = _chosen(rng, hours, ground.scenario.unusual_hours)
    factor = rng.uniform(3, 5, len(chosen))
    usual[chosen] = np.maximum(usual[chosen], 12) * factor
    excluded = rng.binomial(hours.passengers, 0.03)
    counts = _banded(rng, usual, hours.passengers - excluded)
    mean, most = _waits(rng, counts)
    first = (ground.scenario.start - date(1970, 1, 1)).days
    columns = {
        "port_code": port_codes(ground).take(pa.array(hours.port)),
        "terminal": pa.array(["T1", "T2"]).take(pa.array(hours.terminal)),
        "day": pa.array((first + hours.day).astype(np.int32)).cast(pa.date32()),
        "hour": pa.array(hours.hour),
        "mean_wait": pa.array(mean),
        "max_wait": pa.array(most),
        "passengers": pa.array(hours.passengers),
        "excluded": pa.array(excluded),
        **{name: pa.array(counts[:, band]) for band, name in enumerate(BANDS)},
        "flights": pa.array(1 + hours.passengers // 12, mask=hours.port != AIRFIELD),
        "booths": pa.array(hours.booths),
    }
    schema = DATASETS["waiting"].schema
    table = pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)
    key = table.select(HOURS.names[:4]).take(pa.array(chosen)).append_column("factor", pa.array(factor))
    return table, key.cast(HOURS)


def _hours(ground: Ground, rosters: Rosters, crowd: Crowd) -> _Hours:
    entering = np.flatnonzero(crowd.rows.out == 0)
    rows = crowd.rows.where(entering)
    half = (ground.lanes[rows.port, 0] + 1) // 2
    lane = crowd.lane[entering] - rosters.base[rows.port, 0]
    terminal = ((rows.port < TERMINALS) & (lane >= half)).astype(np.int64)
    clock = ground.wall_clock(rows.port, rows.at) // HOUR
    cell = (rows.port.astype(np.int64) * 2 + terminal) * (24 * ground.days) + clock
    cells, passengers = np.unique(cell, return_counts=True)
    place, hour = np.divmod(cells, 24 * ground.days)
    port, hall = place // 2, place % 2
    shift = shift_of((hour * HOUR).astype(np.int32))
    half = (ground.lanes[port, 0] + 1) // 2
    open_now = rosters.open_lanes[port, 0, shift]
    in_hall = np.where(port < TERMINALS, np.where(hall == 0, np.minimum(open_now, half), open_now - half), open_now)
    return _Hours(port, hall, hour // 24, hour % 24, passengers, np.maximum(in_hall, 1).astype(np.int64))


def _usual_wait(rng: Rng, hours: _Hours) -> Floats:
    """Minutes: some for the formalities, more as passengers a booth near what the port is used to at its fullest."""
    load = hours.passengers / hours.booths
    full = np.ones(int(hours.port.max(initial=0)) + 1)
    for port in np.unique(hours.port):
        full[port] = np.quantile(load[hours.port == port], 0.97)
    relative = load / np.maximum(full[hours.port], 1e-9)
    return np.asarray((3 + 16 * np.minimum(relative, 2) ** 2) * np.exp(rng.normal(0, 0.18, len(load))))


def _chosen(rng: Rng, hours: _Hours, count: int) -> Numbers:
    """Hours by day with passengers enough for the wait to mean something."""
    enough = max(8, int(np.quantile(hours.passengers, 0.7)))
    fit = np.flatnonzero((hours.passengers >= enough) & (hours.hour >= 8) & (hours.hour < 20))
    return np.sort(rng.choice(fit, min(count, len(fit)), replace=False))


def _banded(rng: Rng, mean: Floats, counted: Numbers) -> Numbers:
    """Passengers by band of waiting, shape (hours, 7); the waits of an hour are Erlang of shape 3 about its mean."""
    x = 3 * EDGES[1:-1] / mean[:, None]
    below = 1 - np.exp(-x) * (1 + x + x**2 / 2)
    edges = np.concatenate([np.zeros((len(mean), 1)), below, np.ones((len(mean), 1))], axis=1)
    shares = np.maximum(np.diff(edges, axis=1), 0)
    return np.asarray(rng.multinomial(counted, shares / shares.sum(axis=1, keepdims=True)))


def _waits(rng: Rng, counts: Numbers) -> tuple[Floats, Floats]:
    """Mean and longest wait in minutes that agree with the bands; zero where nobody was counted."""
    inside = EDGES[:-1] + np.diff(EDGES) * rng.uniform(0.35, 0.55, counts.shape)
    counted = counts.sum(axis=1)
    mean: Floats = np.where(counted > 0, (counts * inside).sum(axis=1) / np.maximum(counted, 1), 0)
    top = counts.shape[1] - 1 - (counts[:, ::-1] > 0).argmax(axis=1)
    longest = EDGES[top] + np.diff(EDGES)[top] * rng.uniform(0.55, 0.95, len(top))
    most: Floats = np.where(counted > 0, np.maximum(longest, mean), 0)
    return np.round(mean, 2), np.round(most, 2)
