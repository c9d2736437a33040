"""What 'by chance' means, as a value: a null draws worlds in which what a detector looks for does not exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

HOUR_US = 3_600 * 1_000_000
WEEK_US = 7 * 24 * HOUR_US


class Null(Protocol):
    """A null model that can be run: the common suite draws worlds from it and expects silence."""

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """The same tables with the sought association broken and everything else kept."""
        ...


@dataclass(frozen=True, slots=True)
class WeekShift:
    """Each traveller keeps their own rhythm of days and hours, and is moved by whole weeks independently of the others.

    Whoever meets only because they keep the same hours meets as often after the shift as before it. Two who move alike
    still cross together: for worlds in which nobody does, see `WeekShuffle`.
    """

    weeks: int = 4
    table: str = "crossings"
    who: str = "person_token"
    when: tuple[str, ...] = ("crossed_at",)

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """Move each traveller by a whole number of weeks drawn from ±1 … ±`weeks`."""
        codes, people = _codes(tables[self.table], (self.who,))
        steps = rng.integers(1, self.weeks + 1, people) * rng.choice((-1, 1), people)
        return {**tables, self.table: _moved(tables[self.table], self.when, steps[codes])}


@dataclass(frozen=True, slots=True)
class WeekShuffle:
    """Each traveller keeps their weekdays and hours and their span of time; the week of every crossing is drawn anew.

    Meetings that habits explain stay as likely as they were; an understanding to cross on the same days is gone. A span
    below `least` weeks is widened to as many, since a burst shuffled within itself would stay a burst.
    """

    least: int = 26
    table: str = "crossings"
    who: str = "person_token"
    when: tuple[str, ...] = ("crossed_at",)

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """Move each row by whole weeks to a week drawn from its owner's span, within the table's."""
        given = tables[self.table]
        if not given.num_rows:
            return dict(tables)
        codes, people = _codes(given, (self.who,))
        week = _microseconds(given[self.when[0]]) // WEEK_US
        first, last = np.full(people, np.iinfo(np.int64).max), np.full(people, np.iinfo(np.int64).min)
        np.minimum.at(first, codes, week)
        np.maximum.at(last, codes, week)
        short = np.maximum(self.least - (last - first + 1), 0)
        first = np.maximum(first - short // 2, week.min())
        last = np.minimum(np.maximum(last + (short + 1) // 2, first + self.least - 1), week.max())
        drawn = rng.integers(first[codes], last[codes] + 1)
        return {**tables, self.table: _moved(given, self.when, drawn - week)}


@dataclass(frozen=True, slots=True)
class LaneShuffle:
    """Travellers come when they came, and take the lanes of those who passed in the same hour and direction.

    Every lane keeps its traffic of every hour; who passed whom is left to chance.
    """

    table: str = "crossings"

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """Exchange lanes at random within each port, direction and hour."""
        given = tables[self.table]
        stream, _ = _codes(given, ("port_code", "direction"))
        hour = _microseconds(given["crossed_at"]) // HOUR_US
        before = np.lexsort((np.arange(given.num_rows), hour, stream))
        after = np.lexsort((rng.random(given.num_rows), hour, stream))
        source = np.empty(given.num_rows, np.int64)
        source[before] = after
        at = given.column_names.index("lane")
        return {**tables, self.table: given.set_column(at, given.schema.field(at), given["lane"].take(source))}


@dataclass(frozen=True, slots=True)
class Nulls:
    """Several nulls at once, for a detector that tests at several levels: each breaks what one level looks for."""

    each: tuple[Null, ...]

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """Draw from one after the other."""
        drawn = dict(tables)
        for null in self.each:
            drawn = null.draw(drawn, rng)
        return drawn


def _microseconds(column: pa.ChunkedArray) -> NDArray[np.int64]:
    return np.asarray(column.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()))


def _moved(table: pa.Table, when: tuple[str, ...], weeks: NDArray[np.int64]) -> pa.Table:
    """The table with the named moments moved by so many weeks, row by row."""
    for name in when:
        at, field = table.column_names.index(name), table.schema.field(name)
        moved = pa.array(_microseconds(table[name]) + weeks * WEEK_US, pa.timestamp("us", tz="UTC"))
        table = table.set_column(at, field, moved.cast(field.type))
    return table


def _codes(table: pa.Table, names: tuple[str, ...]) -> tuple[NDArray[np.int64], int]:
    """Rows numbered by their values in the named columns, and how many different ones there are."""
    whole = np.zeros(table.num_rows, np.int64)
    for name in names:
        column = table[name].combine_chunks()
        column = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
        codes = column.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False) + 1
        whole = whole * (len(column.dictionary) + 1) + codes
    found, number = np.unique(whole, return_inverse=True)
    return number, len(found)
