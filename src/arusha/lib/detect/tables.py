"""A table handed to a detector, together with where it came from."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.datasets import Dataset
from arusha.lib.detect.codes import numbers
from arusha.lib.detect.hits import Evidence

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a stretch of rows came from: the hash of the input as given, and their 0-based rows in it.

    `rows` is None where the stretch is the whole input in its own order.
    """

    manifest: str
    count: int
    rows: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """Rows of a declared dataset (`Row` names its class) and the inputs they came from.

    `data` has the columns of the declaration, in its order; text columns may be dictionary-encoded. `sources` cover
    its rows one after the other.
    """

    data: pa.Table
    sources: tuple[Source, ...]

    def refs(self, rows: Iterable[int]) -> tuple[Evidence, ...]:
        """Evidence that points at these rows of `data` (0-based) in the inputs as given, one `Evidence` an input."""
        distinct = sorted(set(rows.tolist() if isinstance(rows, np.ndarray) else rows))
        if len(self.sources) == 1 and self.sources[0].rows is None:
            return (Evidence(self.sources[0].manifest, tuple(distinct)),) if distinct else ()
        wanted = np.array(distinct, np.int64)
        found, start = [], 0
        for source in self.sources:
            stop = start + source.count
            inside = wanted[np.searchsorted(wanted, start) : np.searchsorted(wanted, stop)] - start
            if len(inside):
                given = inside if source.rows is None else np.sort(source.rows[inside])
                found.append(Evidence(source.manifest, tuple(given.tolist())))
            start = stop
        return tuple(found)

    def places(self, manifests: pa.Array, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of `data` at which these rows of inputs lie, −1 where they do not; the other way round of `refs`."""
        found = np.full(len(rows), -1, np.int64)
        named = manifests.dictionary_encode()
        number = numbers(named.indices)
        known = {text: i for i, text in enumerate(named.dictionary.to_pylist())}
        start = 0
        for source in self.sources:
            mine = np.flatnonzero(number == known.get(source.manifest, -1))
            found[mine] = _place(rows[mine], source) + start
            start += source.count
        return found


def _place(rows: NDArray[np.int64], source: Source) -> NDArray[np.int64]:
    if source.rows is None:
        return rows
    order = np.argsort(source.rows, kind="stable")
    at = np.minimum(np.searchsorted(source.rows, rows, sorter=order), len(order) - 1)
    return order[at]


def table_of(
    dataset: Dataset, frame: object, *, manifest: str | None = None, columns: tuple[str, ...] = ()
) -> Table[object]:
    """A detector's input from any frame that speaks the Arrow C stream (pandas, Polars, Arrow).

    Columns are put in the declared order and cast to the declared kinds; an optional column that is missing is filled
    with nulls. `manifest` defaults to the SHA-256 of the columns' Arrow bytes. `columns`: only these.

    Raises
    ------
    ValueError
        naming the missing column, or the column whose values do not fit and why.
    """
    given = frame if isinstance(frame, pa.Table) else pa.table(frame)
    names = [name for name in dataset.schema.names if name in columns or not columns]
    data = pa.Table.from_arrays([_column(dataset, given, name) for name in names], names=names)
    return Table(data, (Source(manifest or _hash(data), data.num_rows),))


def complete(dataset: Dataset, data: pa.Table) -> None:
    """Refuse rows that lack a required value.

    Raises
    ------
    ValueError
        naming the column, how many rows lack it and the first of them, 0-based.
    """
    for column in (c for c in dataset.columns if c.name in data.column_names):
        missing = 0 if column.optional else data[column.name].null_count
        if missing:
            first = int(np.flatnonzero(data[column.name].is_null().to_numpy())[0])
            raise ValueError(
                f"{dataset.name}: {column.name!r} is empty in {missing} rows, the first of them row {first}"
            )


def _column(dataset: Dataset, given: pa.Table, name: str) -> pa.ChunkedArray:
    declared = dataset.column(name)
    if name not in given.column_names:
        if declared.optional:
            return pa.chunked_array([pa.nulls(given.num_rows, declared.arrow)])
        raise ValueError(
            f"{dataset.name}: column {name!r} is missing; the input has {', '.join(given.column_names) or 'no columns'}"
        )
    values = given.column(name)
    kind = values.type
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        if declared.arrow == pa.string() and (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            return values
    if declared.kind == "instant" and pa.types.is_timestamp(kind) and kind.tz is None:
        raise ValueError(
            f"{dataset.name}: column {name!r} holds times without a zone; give them a zone, or receive the file "
            "through a mapping that names one"
        )
    if kind == declared.arrow:
        return values
    try:
        return values.cast(declared.arrow)
    except pa.ArrowInvalid as wrong:
        raise ValueError(
            f"{dataset.name}: column {name!r} is {kind} where {declared.arrow} is needed: {wrong}"
        ) from None
    except pa.ArrowNotImplementedError:
        raise ValueError(f"{dataset.name}: column {name!r} is {kind} where {declared.arrow} is needed") from None


def _hash(data: pa.Table) -> str:
    digest = hashlib.sha256()
    sink = _Sink(digest.update)
    with pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), data.schema) as writer:
        writer.write_table(data)
    return digest.hexdigest()


class _Sink:
    """A file that only counts what is written into a hash."""

    closed = False

    def __init__(self, update: object) -> None:
        self._update = update

    def write(self, chunk: bytes) -> int:
        self._update(chunk)  # type: ignore[operator]
        return len(chunk)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is held open."""
