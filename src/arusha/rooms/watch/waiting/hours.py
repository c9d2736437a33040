"""The waiting table as arrays, one element an hour, in an order of its own, whatever order the rows came in."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.detect.codes import codes_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LONGEST_SPAN = 40_000
"""Days from the first to the last hour of one hall: more than a century is a wrong date, not a long series."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours by hall, day and hour; every array has shape (hours,).

    hall : which port and terminal, as a place in `halls`. day : days since 1 January 1970. hour : 0 to 23.
    minutes : mean wait. passengers : all who were processed. counted : those whose wait was counted.
    booths : open booths, NaN where it is not told. row : row of the table.
    """

    halls: tuple[tuple[str, str], ...]
    hall: Ints
    day: Ints
    hour: Ints
    minutes: Floats
    passengers: Ints
    counted: Ints
    booths: Floats
    row: Ints


def hours_of(table: pa.Table) -> Hours:
    """The hours of a table with the columns of `waiting`.

    Raises
    ------
    ValueError
        naming the row and what is wrong: an hour that is none, a negative number, an hour told twice, a span of more
        than a century.
    """
    halls, hall = _halls(table)
    day = _numbers(table, "day", pa.int32()).astype(np.int64)
    hour = _numbers(table, "hour", pa.int64()).astype(np.int64)
    minutes = _numbers(table, "mean_wait", pa.float64())
    passengers = _numbers(table, "passengers", pa.int64())
    excluded = _numbers(table, "excluded", pa.int64(), missing=0)
    booths = _numbers(table, "booths", pa.float64(), missing=np.nan)
    _refuse((hour < 0) | (hour > 23), "hour", "is not from 0 to 23")
    _refuse(~np.isfinite(minutes) | (minutes < 0), "mean_wait", "is no length of time")
    _refuse(passengers < 0, "passengers", "is negative")
    _refuse((excluded < 0) | (excluded > passengers), "excluded", "is not from 0 to the passengers")
    _refuse(booths < 0, "booths", "is negative")
    order = np.lexsort((hour, day, hall))
    hall, day, hour = hall[order], day[order], hour[order]
    _refuse_twice(hall, day, hour, order)
    columns = (minutes, passengers.astype(np.int64), (passengers - excluded).astype(np.int64), booths)
    return Hours(halls, hall, day, hour, *(column[order] for column in columns), order.astype(np.int64))


def stretches_of(hall: Ints) -> list[slice]:
    """The consecutive stretch of each hall."""
    edges = [0, *(np.flatnonzero(np.diff(hall)) + 1).tolist(), len(hall)]
    return [slice(start, stop) for start, stop in pairwise(edges) if stop > start]


def _halls(table: pa.Table) -> tuple[tuple[tuple[str, str], ...], Ints]:
    """Every port with a terminal in the order of their names, and the place of each row's hall among them."""
    port, terminal = codes_of(table.column("port_code")), codes_of(table.column("terminal"))
    for name, column in (("port_code", port), ("terminal", terminal)):
        _refuse(column.codes < 0, name, "is missing")
    pairs = port.codes.astype(np.int64) * max(len(terminal.texts), 1) + terminal.codes
    seen, place = np.unique(pairs, return_inverse=True)
    ports, terminals = port.texts.to_pylist(), terminal.texts.to_pylist()
    names = [(ports[pair // max(len(terminals), 1)], terminals[pair % max(len(terminals), 1)]) for pair in seen]
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(names))
    return tuple(names[i] for i in order), rank[place.ravel()] if len(names) else np.empty(0, np.int64)


def _numbers(table: pa.Table, name: str, kind: pa.DataType, missing: float | None = None) -> NDArray[np.generic]:
    column = table.column(name).cast(kind)
    if missing is None:
        _refuse(column.is_null().to_numpy(), name, "is missing")
    elif column.null_count:
        column = column.fill_null(pa.scalar(missing, kind))
    return column.to_numpy()


def _refuse(wrong: NDArray[np.bool_], column: str, what: str) -> None:
    if wrong.any():
        raise ValueError(f"waiting: row {int(np.flatnonzero(wrong)[0])}: {column} {what}")


def _refuse_twice(hall: Ints, day: Ints, hour: Ints, row: Ints) -> None:
    again = np.flatnonzero((np.diff(hall) == 0) & (np.diff(day) == 0) & (np.diff(hour) == 0))
    if len(again):
        first, second = sorted((int(row[again[0]]), int(row[again[0] + 1])))
        raise ValueError(f"waiting: rows {first} and {second} tell the same hour twice; receive the file to settle it")
    for part in stretches_of(hall):
        if day[part.stop - 1] - day[part.start] > LONGEST_SPAN:
            raise ValueError(
                f"waiting: row {int(row[part.stop - 1])}: day is more than a century from row {int(row[part.start])}"
            )
