"""CSV in batches. Two readers, the same rows: Arrow's where the body has no quote, Python's where it has.

Arrow's reader is eight times as fast, but cannot tell a quote that was never closed from a long value. An empty line
is not a row.
"""

import csv
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.reading import CHUNK, Batch, Broken, Opened, Survey, refuse_names, with_bom

ROWS = 1 << 16
LIMIT = 1 << 17  # characters of one quoted value, the csv module's own limit
FIELDS = "wrong-number-of-fields"


@contextmanager
def opened(path: Path, seen: Survey, encoding: str, separator: str) -> Iterator[Opened]:
    """The file with its header read. IntakeError for a header that is no list of columns."""
    with path.open(encoding=with_bom(encoding), newline="") as file:
        line, names = _header(file, path, separator)
        quoted = seen.quotes > line.count('"')

        def batches(wanted: tuple[str, ...]) -> Iterator[Batch]:
            places = [names.index(name) for name in wanted]
            if quoted:
                return _careful(file, path, separator, names, places)
            return _fast(file, path, separator, names, places)

        yield Opened(names, line, batches)


def _header(file: TextIO, path: Path, separator: str) -> tuple[str, tuple[str, ...]]:
    read: list[str] = []

    def lines() -> Iterator[str]:
        for line in file:
            read.append(line)
            yield line

    try:
        names = next((record for record in csv.reader(lines(), delimiter=separator, strict=True) if record), [])
    except csv.Error:
        what = "a quote in the header is not closed"
        raise IntakeError("open-quote", what, where=f"{path.name}, line 1", do="close the quote") from None
    header = "".join(read)
    if "\0" in header:
        do = "if it is UTF-16, say encoding: utf-16-le in the mapping"
        raise IntakeError("not-text", "the header holds NUL bytes", where=path.name, do=do)
    stripped = tuple(name.strip("\ufeff \t") for name in names)
    refuse_names(stripped, f"{path.name}, line {len(read)}")
    return header, stripped


class _Utf8:
    """The rest of a text file as the UTF-8 bytes that Arrow's reader takes, whatever its encoding."""

    closed = False

    def __init__(self, file: TextIO, start: str) -> None:
        self._file, self._left = file, start.encode()

    def read(self, size: int = CHUNK) -> bytes:
        """At most `size` bytes, fewer only at the end."""
        ready = self._left + (self._file.read(size).encode() if len(self._left) < size else b"")
        self._left = ready[size:]
        return ready[:size]

    def close(self) -> None:
        """The file belongs to the caller."""


def _fast(file: TextIO, path: Path, separator: str, names: tuple[str, ...], places: list[int]) -> Iterator[Batch]:
    start = file.read(1)
    while start in ("\r", "\n"):
        start = file.read(1)
    if not start:
        return
    broken: list[Broken] = []
    reader = _arrow_reader(_Utf8(file, start), separator, len(names), places, broken)
    wanted = [names[place] for place in places]
    cursor = 0
    while True:
        try:
            read = reader.read_next_batch()
        except StopIteration:
            break
        except pa.ArrowInvalid as wrong:
            what = f"the file cannot be read after data row {cursor}: {wrong}"
            raise IntakeError("unreadable", what, where=path.name, do="look at the file near that row") from None
        if not read.num_rows:
            continue
        # Arrow parses ahead: rows set aside behind the last of this batch are told with a later one
        rows = _numbers(cursor, read.num_rows, [bad.row for bad in broken])
        cursor = int(rows[-1]) + 1
        told = tuple(bad for bad in broken if bad.row < cursor)
        del broken[: len(told)]
        yield Batch(rows, dict(zip(wanted, read.columns, strict=True)), told)
    if broken:
        yield Batch(np.empty(0, np.int64), {name: pa.array([], pa.string()) for name in wanted}, tuple(broken))


def _arrow_reader(
    body: _Utf8, separator: str, width: int, places: list[int], broken: list[Broken]
) -> pyarrow.csv.CSVStreamingReader:
    """Reads every value as text, and adds rows of another width to `broken` as it parses."""

    def aside(row: pyarrow.csv.InvalidRow) -> str:
        facts = {"expected": row.expected_columns, "found": row.actual_columns}
        broken.append(Broken(row.number - 1, row.text, FIELDS, facts))
        return "skip"

    kept = [str(place) for place in places]
    return pyarrow.csv.open_csv(
        body,
        # Arrow counts rows only where it reads in one thread
        pyarrow.csv.ReadOptions(use_threads=False, block_size=CHUNK, column_names=[str(n) for n in range(width)]),
        pyarrow.csv.ParseOptions(delimiter=separator, quote_char=False, invalid_row_handler=aside),
        pyarrow.csv.ConvertOptions(
            column_types={name: pa.string() for name in kept}, include_columns=kept, strings_can_be_null=False
        ),
    )


def _numbers(start: int, count: int, aside: list[int]) -> NDArray[np.int64]:
    """The first `count` row numbers from `start` on that are not set aside."""
    numbers = np.arange(start, start + count + len(aside), dtype=np.int64)
    return numbers[~np.isin(numbers, aside)][:count] if aside else numbers


def _careful(file: TextIO, path: Path, separator: str, names: tuple[str, ...], places: list[int]) -> Iterator[Batch]:
    line = [""]
    reader = csv.reader(_remembered(file, line), delimiter=separator, strict=True)
    cursor = 0
    while True:
        records: list[list[str]] = []
        stray = ""
        try:
            records.extend(itertools.islice(reader, ROWS))  # keeps what came before an error
        except csv.Error as wrong:
            stray = str(wrong)
            if "end of data" in stray or "field limit" in stray:
                raise _never_closed(path, file.encoding, separator) from None
        if not records and not stray:
            return
        batch = _batch([record for record in records if record], cursor, separator, names, places)
        cursor += len(batch.rows) + len(batch.broken)
        if stray:
            batch = Batch(batch.rows, batch.columns, (*batch.broken, Broken(cursor, line[0], "stray-quote", {})))
            cursor += 1
        yield batch


def _remembered(file: TextIO, last: list[str]) -> Iterator[str]:
    for line in file:
        last[0] = line
        yield line


def _batch(records: list[list[str]], start: int, separator: str, names: tuple[str, ...], places: list[int]) -> Batch:
    rows = np.arange(start, start + len(records), dtype=np.int64)
    broken: tuple[Broken, ...] = ()
    if set(map(len, records)) - {len(names)}:
        right = np.fromiter((len(record) == len(names) for record in records), bool, len(records))
        broken = tuple(
            Broken(
                start + int(place),
                separator.join(records[place]),
                FIELDS,
                {"expected": len(names), "found": len(records[place])},
            )
            for place in np.flatnonzero(~right)
        )
        rows, records = rows[right], [records[place] for place in np.flatnonzero(right)]
    columns = list(zip(*records, strict=True)) if records else [()] * len(names)
    return Batch(rows, {names[place]: pa.array(columns[place], pa.string()) for place in places}, broken)


def _never_closed(path: Path, encoding: str, separator: str) -> IntakeError:
    """Reads again, record by record, to say where the quote opened."""
    line = 1
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=separator, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                next(reader)
            except StopIteration:
                break
            except csv.Error as wrong:
                if "end of data" in str(wrong) or "field limit" in str(wrong):
                    break
    what = f"a quote opened in this line is not closed within {LIMIT:,} characters, or never"
    return IntakeError("open-quote", what, where=f"{path.name}, line {line}", do="close the quote, or double it")
