"""What 'by chance' means, as a value: a null draws worlds in which what a detector looks for does not exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

WEEK_US = 7 * 24 * 3600 * 1_000_000


class Null(Protocol):
    """A null model that can be run: the common suite draws worlds from it and expects silence."""

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """The same tables with the sought association broken and everything else kept."""
        ...


@dataclass(frozen=True, slots=True)
class WeekShift:
    """Each traveller keeps their own rhythm of days and hours, and is moved by whole weeks independently of the others.

    Whoever meets only because they keep the same hours meets as often after the shift as before it.
    """

    weeks: int = 4
    table: str = "crossings"
    who: str = "person_token"
    when: str = "crossed_at"

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """Move each traveller by a whole number of weeks drawn from ±1 … ±`weeks`."""
        moved = tables[self.table]
        people = pc.dictionary_encode(moved[self.who]).combine_chunks()
        codes = np.asarray(people.indices)
        steps = rng.integers(1, self.weeks + 1, len(people.dictionary)) * rng.choice((-1, 1), len(people.dictionary))
        times = np.asarray(moved[self.when].cast(pa.int64())) + steps[codes] * WEEK_US
        at = moved.column_names.index(self.when)
        column = pa.array(times, pa.int64()).cast(moved.schema.field(at).type)
        return {**tables, self.table: moved.set_column(at, self.when, column)}
