"""A table that lies in Parquet files, read column by column and piece by piece as it is asked for.

Texts of millions never stand in memory: a column of tokens is hashed row group by row group, and the few that a finding
names are read again. Codes and instants are kept once they are read, since two detectors ask for the same ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from arusha.lib.datasets import Dataset
from arusha.lib.detect.codes import Codes, indices_of, narrow, places_of
from arusha.lib.detect.moments import whole_seconds
from arusha.lib.detect.tables import Source, Table
from arusha.lib.detect.threads import in_threads

Row = TypeVar("Row")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of the table: `source` says what it was made from, and is asked when evidence is written."""

    path: Path
    source: Callable[[], Source]


@dataclass(frozen=True, slots=True)
class _Group:
    """A row group: the file, its number in it, the table's rows that it holds."""

    path: Path
    number: int
    start: int
    stop: int


class Stored(Table[Row], Generic[Row]):
    """Rows of a dataset in Parquet files, one after the other; see `Table`.

    `whole` reads all of it, for whoever asks for `data`. Errors of a file are ValueErrors that name it.
    """

    _dataset: Dataset
    _parts: tuple[Part, ...]
    _whole: Callable[[], pa.Table]
    _kept: dict[str, Any]
    _groups: list[_Group]
    _length: int

    def __init__(self, dataset: Dataset, parts: Sequence[Part], whole: Callable[[], pa.Table]) -> None:
        """Open the files, to know how many rows they have."""
        self.__dict__.update(_dataset=dataset, _parts=tuple(parts), _whole=whole, _kept={})
        groups = []
        start = 0
        for part in parts:
            count = _about(part.path)
            for number in range(count.num_row_groups):
                rows = count.row_group(number).num_rows
                groups.append(_Group(part.path, number, start, start + rows))
                start += rows
        self.__dict__.update(_groups=groups, _length=start)

    @cached_property
    def data(self) -> pa.Table:
        """All rows, in memory."""
        return self._whole()

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """What the files were made from."""
        return tuple(part.source() for part in self._parts)

    @property
    def length(self) -> int:
        """How many rows there are."""
        return int(self._length)

    @property
    def names(self) -> list[str]:
        """The declared columns that every file has."""
        return [name for name in self._dataset.schema.names if self._is_there(name)]

    def hashes(self, name: str) -> NDArray[np.uint64]:
        """64 bits of each text of a column without nulls; shape (rows,)."""
        from arusha.lib.detect.texts import hash_into

        out = np.empty(self.length, np.uint64)
        self._each(lambda group: hash_into(self._read(group, name), out[group.start : group.stop]))
        return out

    def codes(self, name: str) -> Codes:
        """A column of few texts as small integers; shape (rows,)."""
        return self._once(name, lambda: self._codes(name))

    def seconds(self, name: str) -> NDArray[Any]:
        """Whole seconds since 1970 of a column of instants without nulls; shape (rows,)."""
        return self._once(name, lambda: self._seconds(name))

    def values(self, name: str, rows: NDArray[Any]) -> pa.Array:
        """The column in these rows, in this order; texts plain."""
        distinct, back = np.unique(rows, return_inverse=True)
        wanted = [
            (group, distinct[np.searchsorted(distinct, group.start) : np.searchsorted(distinct, group.stop)])
            for group in self._groups
        ]
        taken = in_threads(
            lambda piece: self._read(piece[0], name).take(places_of(piece[1] - piece[0].start)),
            [(group, mine) for group, mine in wanted if len(mine)],
        )
        found = pa.concat_arrays(taken) if taken else pa.array([], self._dataset.column(name).arrow)
        return found.take(places_of(back.reshape(-1)))

    def refuse_gaps(self, dataset: Dataset) -> None:
        """Refuse rows that lack a required value; what the files' own counts of nulls say is believed."""
        for column in (c for c in dataset.columns if not c.optional and self._is_there(c.name)):
            if any(self._nulls(path, column.name) != 0 for path in {group.path for group in self._groups}):
                self._refuse_gaps(dataset, column.name)

    def _refuse_gaps(self, dataset: Dataset, name: str) -> None:
        missing, first = 0, -1
        for group in self._groups:
            empty = self._read(group, name).is_null()
            if pc.any(empty).as_py():
                first = group.start + pc.index(empty, True).as_py() if first < 0 else first
                missing += pc.sum(empty).as_py()
        if missing:
            raise ValueError(f"{dataset.name}: {name!r} is empty in {missing} rows, the first of them row {first}")

    def _nulls(self, path: Path, name: str) -> int:
        """How many values a file says are missing; −1 where it does not say."""
        about = _about(path)
        at = [about.schema.column(i).name for i in range(about.num_columns)].index(name)
        told = [about.row_group(i).column(at).statistics for i in range(about.num_row_groups)]
        return -1 if any(s is None or not s.has_null_count for s in told) else sum(s.null_count for s in told)

    def _is_there(self, name: str) -> bool:
        return all(name in pq.ParquetFile(path).schema_arrow.names for path in {group.path for group in self._groups})

    def _once(self, name: str, make: Callable[[], Answer]) -> Answer:
        if name not in self._kept:
            self._kept[name] = make()
        kept: Answer = self._kept[name]
        return kept

    def _codes(self, name: str) -> Codes:
        if not self._groups or not self._is_there(name):
            return Codes(np.full(self.length, -1, np.int16), pa.array([], pa.string()))

        def read(group: _Group) -> tuple[NDArray[Any], list[str]]:
            chunk = self._read(group, name, encoded=True)
            return indices_of(chunk).astype(narrow(len(chunk.dictionary))), chunk.dictionary.to_pylist()

        found = self._each(read)
        places: dict[str, int] = {}
        for _, texts in found:
            for text in texts:
                places.setdefault(text, len(places))
        out = np.empty(self.length, narrow(len(places)))
        for group, (mine, texts) in zip(self._groups, found, strict=True):
            number = np.array([*(places[text] for text in texts), -1], out.dtype)
            np.take(number, mine, out=out[group.start : group.stop], mode="wrap")
        return Codes(out, pa.array(list(places), pa.string()))

    def _seconds(self, name: str) -> NDArray[Any]:
        found = self._each(lambda group: whole_seconds(self._read(group, name)))
        wide = any(part.dtype != np.uint32 for part in found)
        out = np.empty(self.length, np.int64 if wide else np.uint32)
        for group, part in zip(self._groups, found, strict=True):
            out[group.start : group.stop] = part
        return out

    def _each(self, work: Callable[[_Group], Answer]) -> list[Answer]:
        return in_threads(work, self._groups)

    def _read(self, group: _Group, name: str, encoded: bool = False) -> pa.Array:
        """One column of one row group, its texts plain or as a dictionary."""

        def read() -> pa.ChunkedArray:
            file = pq.ParquetFile(group.path, read_dictionary=[name] if encoded else None)
            return file.read_row_group(group.number, columns=[name], use_threads=False).column(0)

        found = reading(group.path, read)
        return found.chunk(0) if found.num_chunks == 1 else found.unify_dictionaries().combine_chunks()


def _about(path: Path) -> Any:
    """What a file says of itself: its row groups and columns."""
    return reading(path, lambda: pq.ParquetFile(path).metadata)


def reading(path: Path, read: Callable[[], Answer]) -> Answer:
    """What `read` gives; a damaged file is told as one."""
    try:
        return read()
    except (pa.ArrowInvalid, OSError) as wrong:
        line = (str(wrong).splitlines() or [""])[0].rstrip(". ")
        raise ValueError(f"{path} is a truncated or damaged Parquet file; copy it again ({line})") from None
