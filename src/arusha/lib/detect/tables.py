"""A table handed to a detector, together with where it came from."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.datasets import Dataset
from arusha.lib.detect.codes import Codes, codes_of, numbers, places_of
from arusha.lib.detect.hits import Evidence
from arusha.lib.detect.moments import MICROSECONDS, whole_seconds

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a stretch of rows came from: the hash of the input as given, and their 0-based rows in it.

    `rows` is None where the stretch is the whole input in its own order.
    """

    manifest: str
    count: int
    rows: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Table(Generic[Row]):
    """Rows of a declared dataset (`Row` names its class) and the inputs they came from.

    `data` has the columns of the declaration, in its order; text columns may be dictionary-encoded. `sources` cover
    its rows one after the other. A long table is better asked for `hashes`, `codes`, `seconds` and `values`: where it
    lies in files (`stored.py`) they are read piece by piece, and the texts of millions never stand in memory.
    """

    data: pa.Table
    sources: tuple[Source, ...]

    @property
    def length(self) -> int:
        """How many rows there are."""
        return int(self.data.num_rows)

    @property
    def names(self) -> list[str]:
        """The columns there are."""
        return list(self.data.column_names)

    def hashes(self, name: str) -> NDArray[np.uint64]:
        """64 bits of each text of a column without nulls; shape (rows,)."""
        from arusha.lib.detect.texts import hashes_of

        return hashes_of(self.data[name])

    def codes(self, name: str) -> Codes:
        """A column of few texts as small integers; shape (rows,)."""
        return codes_of(self.data[name])

    def seconds(self, name: str) -> NDArray[Any]:
        """Whole seconds since 1970 of a column of instants without nulls; shape (rows,), uint32 where they fit."""
        return whole_seconds(self.data[name])

    def values(self, name: str, rows: NDArray[Any]) -> pa.Array:
        """The column in these rows, in this order; texts plain."""
        found = self.data[name].take(places_of(rows)).combine_chunks()
        found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
        return found.cast(found.type.value_type) if pa.types.is_dictionary(found.type) else found

    def microseconds(self, name: str, rows: NDArray[Any]) -> NDArray[np.int64]:
        """Instants in these rows, in this order, since 1970."""
        found: NDArray[np.int64] = numbers(self.values(name, rows).cast(MICROSECONDS).cast(pa.int64()))
        return found

    def refuse_gaps(self, dataset: Dataset) -> None:
        """Refuse rows that lack a required value: see `complete`."""
        complete(dataset, self.data)

    def refs(self, rows: Iterable[int]) -> tuple[Evidence, ...]:
        """Evidence that points at these rows of `data` (0-based) in the inputs as given, one `Evidence` an input."""
        distinct = _distinct(rows)
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


def _distinct(rows: Iterable[int]) -> list[int]:
    """In order, each once; rows that lie so already, as those of a group do, stay as they are."""
    if isinstance(rows, np.ndarray):
        if (rows[1:] > rows[:-1]).all():
            given: list[int] = rows.tolist()
            return given
        rows = rows.tolist()
    return sorted(set(rows))


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
            first = int(pc.index(data[column.name].is_null(), True).as_py())
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
