"""Waiting told in figures: means weighted by passengers, shares within so many minutes, what half and nine in ten had.

The mean is Σ(wait × passengers) / Σ passengers over hours, so that an hour counts for as many as passed in it.
Quantiles are of hourly means, weighted alike: nine passengers in ten passed in an hour no slower than P90.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.detect.codes import codes_of
from arusha.lib.intake.consistency import BANDS

LIMITS = (15, 30, 45, 60)
"""Minutes within which shares of passengers are told."""
THURSDAY = 3  # 1 January 1970; Monday is 0


@dataclass(frozen=True, slots=True)
class Waited:
    """Some hours in figures. `mean`, `p10`, `p50`, `p90` in minutes, None where nobody passed."""

    hours: int
    passengers: int
    mean: float | None
    p10: float | None
    p50: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Within:
    """Shares, in [0, 1], of the passengers whose wait was counted, by minutes; None where no hour has bands."""

    counted: int
    shares: dict[int, float | None]


def chosen(
    table: pa.Table, *, port: str = "", terminal: str = "", start: date | None = None, stop: date | None = None
) -> pa.Table:
    """The hours of a port, of a terminal, of the days in [start, stop); what is not given does not narrow."""
    kept = pa.array(np.ones(table.num_rows, bool))
    for name, value in (("port_code", port), ("terminal", terminal)):
        if value:
            kept = pc.and_(kept, pc.equal(table.column(name).cast(pa.string()), value))
    if start is not None:
        kept = pc.and_(kept, pc.greater_equal(table.column("day"), pa.scalar(start, pa.date32())))
    if stop is not None:
        kept = pc.and_(kept, pc.less(table.column("day"), pa.scalar(stop, pa.date32())))
    return table.filter(kept)


def whole(table: pa.Table) -> Waited:
    """All hours of the table."""
    return _grouped(table, np.zeros(table.num_rows, np.int64), 1)[0]


def within(table: pa.Table) -> Within:
    """How many waited no longer than each of `LIMITS`, over the hours that have every band."""
    counts = np.stack([table.column(name).cast(pa.float64()).to_numpy() for name in BANDS], axis=1)
    counts = counts[~np.isnan(counts).any(axis=1)]
    counted = int(counts.sum())
    ends = [most for _, most in BANDS.values()]
    shares = {m: float(counts[:, : ends.index(m) + 1].sum()) / counted if counted else None for m in LIMITS}
    return Within(counted, shares)


def by_hall(table: pa.Table) -> list[tuple[str, str, Waited]]:
    """Each port and terminal, those with most passengers first."""
    port, terminal = codes_of(table.column("port_code")), codes_of(table.column("terminal"))
    pair = port.codes.astype(np.int64) * max(len(terminal.texts), 1) + terminal.codes
    seen, place = np.unique(pair, return_inverse=True)
    names = [
        (port.texts[i // len(terminal.texts)].as_py(), terminal.texts[i % len(terminal.texts)].as_py()) for i in seen
    ]
    told = [(*name, waited) for name, waited in zip(names, _grouped(table, place, len(seen)), strict=True)]
    return sorted(told, key=lambda row: (-row[2].passengers, row[0], row[1]))


def by_hour(table: pa.Table) -> list[tuple[int, Waited]]:
    """Each hour of the day in which there was any."""
    hour = table.column("hour").to_numpy()
    return [(h, waited) for h, waited in enumerate(_grouped(table, hour, 24)) if waited.hours]


def by_weekday_and_hour(table: pa.Table) -> list[tuple[int, int, Waited]]:
    """Each weekday (Monday is 0) and hour in which there was any."""
    weekday = (_days(table) + THURSDAY) % 7
    told = _grouped(table, weekday * 24 + table.column("hour").to_numpy(), 7 * 24)
    return [(place // 24, place % 24, waited) for place, waited in enumerate(told) if waited.hours]


def by_month(table: pa.Table) -> list[tuple[date, Waited]]:
    """Each month in which there was any, as its first day."""
    months = _days(table).astype("datetime64[D]").astype("datetime64[M]")
    seen, place = np.unique(months, return_inverse=True)
    firsts = seen.astype("datetime64[D]").tolist()
    return list(zip(firsts, _grouped(table, place, len(seen)), strict=True))


def _days(table: pa.Table) -> NDArray[np.int64]:
    return table.column("day").cast(pa.int32()).to_numpy().astype(np.int64)


def _grouped(table: pa.Table, group: NDArray[Any], count: int) -> list[Waited]:
    """The figures of groups 0 to `count` − 1; `group` has shape (rows,)."""
    minutes = table.column("mean_wait").to_numpy()
    passengers = table.column("passengers").to_numpy()
    hours = np.bincount(group, minlength=count)
    people = np.bincount(group, passengers, minlength=count)
    waited = np.bincount(group, minutes * passengers, minlength=count)
    order = np.lexsort((minutes, group))
    edges = np.concatenate([[0], np.cumsum(hours)])
    told = []
    for g in range(count):
        rows = order[edges[g] : edges[g + 1]]
        marks = quantiles(minutes[rows], passengers[rows], (0.1, 0.5, 0.9))
        mean = float(waited[g] / people[g]) if people[g] else None
        told.append(Waited(int(hours[g]), int(people[g]), mean, *marks))
    return told


def quantiles(values: NDArray[Any], weights: NDArray[Any], shares: Sequence[float]) -> Iterator[float | None]:
    """The least of the rising `values` at or below which lies each share of the weight; None where there is none."""
    reached = np.cumsum(weights)
    total = reached[-1] if len(reached) else 0
    for share in shares:
        yield float(values[np.searchsorted(reached, share * total)]) if total else None
