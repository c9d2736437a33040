"""A batch of source columns becomes rows of the declared dataset, and lines of rejects for those that cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.datasets import Dataset
from arusha.lib.intake.binding import Bound
from arusha.lib.intake.columns import constant, read_column
from arusha.lib.intake.flaws import REJECTS, SHOWN, Bad, Flaw, flawed
from arusha.lib.intake.reading import Batch, Broken
from arusha.lib.seal.chain import canonical

ROW = "_row"
"""The column of a stored table that holds the row's 0-based number in the file as given."""
LINE = "_line"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a batch gave: `accepted` has the dataset's columns and `_row`; `rejects` as in `REJECTS`, in order of row;
    `rejected` counts the rows set aside, of which each may have several rejects; `aside` are they as they were given.
    """

    accepted: pa.Table
    rejects: pa.Table
    rejected: int
    aside: pa.Table


def check(batch: Batch, bound: Bound) -> Checked:
    """Every flaw of every row; a row without one is accepted. What is said of a row never depends on other rows."""
    dataset, count = bound.plan.dataset, len(batch.rows)
    typed: dict[str, pa.Array] = {}
    flaws: list[tuple[str, Flaw]] = []
    # a currency is read before the amounts that are in it
    for column in sorted(dataset.columns, key=lambda column: column.unit is not None):
        take = bound.takes[column.name]
        if take is None:
            typed[column.name] = pa.nulls(count, column.arrow)
        elif take.source is None:
            typed[column.name] = constant(column, take, bound, count)
        else:
            typed[column.name], found = read_column(batch.columns[take.source], column, take, bound, typed)
            flaws += [(column.name, flaw) for flaw in found]
    flaws += _out_of_order(dataset, typed)
    good = np.ones(count, bool)
    for _, flaw in flaws:
        good[flaw.at] = False
    accepted = _accepted(dataset, typed, batch, good)
    rejected = int((~good).sum()) + len(batch.broken)
    return Checked(accepted, _rejects(flaws, batch, bound), rejected, as_given(batch, bound.wanted, ~good))


def aside_schema(wanted: Sequence[str]) -> pa.Schema:
    """The schema of rows set aside: their number, the source's columns as texts, and the whole line (at most 200
    characters) of a row that could not be told apart into columns."""
    numbers, line = pa.field(ROW, pa.int64(), nullable=False), pa.field(LINE, pa.string())
    return pa.schema([numbers, *(pa.field(name, pa.string()) for name in wanted), line])


def as_given(batch: Batch, wanted: Sequence[str], which: NDArray[np.bool_]) -> pa.Table:
    """The rows of a batch that `which` (n,) names as the file gave them, and those that are broken."""
    schema, chosen = aside_schema(wanted), pa.array(np.flatnonzero(which))
    columns = [_texts(batch.columns[name].take(chosen)) for name in wanted]
    whole = pa.Table.from_arrays(
        [pa.array(batch.rows[which]), *columns, pa.nulls(len(chosen), pa.string())], schema=schema
    )
    if not batch.broken:
        return whole
    lines = [{ROW: one.row, LINE: one.text[:SHOWN]} for one in batch.broken]
    return pa.concat_tables([whole, pa.Table.from_pylist(lines, schema)]).sort_by(ROW)


def stored_schema(dataset: Dataset) -> pa.Schema:
    """A dataset's schema with the row number beside it."""
    return dataset.schema.append(pa.field(ROW, pa.int64(), nullable=False))


def rejects_table(lines: Sequence[Mapping[str, object]]) -> pa.Table:
    """Rejects from records with the columns of `REJECTS`, `facts` still a mapping and `value` of any length."""
    return pa.Table.from_pylist(
        [{**line, "value": _cut(line["value"]), "facts": canonical(line["facts"]).decode()} for line in lines], REJECTS
    )


def _out_of_order(dataset: Dataset, typed: Mapping[str, pa.Array]) -> list[tuple[str, Flaw]]:
    return [
        (second, flaw)
        for first, second in dataset.ordered
        for flaw in flawed(pc.greater_equal(typed[first], typed[second]), Bad("ends-before-start", {"start": first}))
    ]


def _accepted(dataset: Dataset, typed: Mapping[str, pa.Array], batch: Batch, good: NDArray[np.bool_]) -> pa.Table:
    columns = [*(typed[name] for name in dataset.schema.names), pa.array(batch.rows)]
    if not good.all():
        kept = pa.array(good)
        columns = [column.filter(kept) for column in columns]
    return pa.Table.from_arrays(columns, schema=stored_schema(dataset))


def _rejects(flaws: list[tuple[str, Flaw]], batch: Batch, bound: Bound) -> pa.Table:
    if not flaws and not batch.broken:
        return REJECTS.empty_table()
    parts = [_lines(column, flaw, batch, bound) for column, flaw in flaws]
    parts.append(rejects_table([_line(broken) for broken in batch.broken]))
    return pa.concat_tables(parts).sort_by([("row", "ascending"), ("column", "ascending"), ("reason", "ascending")])


def _lines(column: str, flaw: Flaw, batch: Batch, bound: Bound) -> pa.Table:
    take, count = bound.takes[column], len(flaw.at)
    shown = pa.nulls(count, pa.string())
    if take is not None and take.source is not None:
        shown = pc.utf8_slice_codeunits(_texts(batch.columns[take.source].take(pa.array(flaw.at))), 0, SHOWN)
    facts = canonical(dict(flaw.bad.facts)).decode()
    return pa.Table.from_arrays(
        [
            pa.array(batch.rows[flaw.at]),
            pa.repeat(pa.scalar(column), count),
            shown,
            pa.repeat(pa.scalar(flaw.bad.reason), count),
            pa.repeat(pa.scalar(facts), count),
        ],
        schema=REJECTS,
    )


def _texts(given: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(given.type):
        given = given.cast(given.type.value_type)
    return given.cast(pa.string())


def _line(broken: Broken) -> Mapping[str, object]:
    return {"row": broken.row, "column": None, "value": broken.text, "reason": broken.reason, "facts": broken.facts}


def _cut(value: object) -> object:
    return value[:SHOWN] if isinstance(value, str) else value
