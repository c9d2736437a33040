"""What one pass over a file's bytes tells, and its rows in batches, each with its number in the file as given."""

import codecs
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.intake import workbooks
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.mapping import Plan

CHUNK = 1 << 22
MOST_COLUMNS = 4_096
MAGIC = b"PAR1"
FOREIGN = {
    b"\x1f\x8b": ("compressed with gzip", "unpack it first"),
    b"%PDF": ("a PDF", "ask for the table as CSV or Parquet"),
}


@dataclass(frozen=True, slots=True)
class Survey:
    """One pass over the bytes: their SHA-256 in hexadecimal, how many, when the file was last changed (nanoseconds),
    `csv`, `parquet` or `xlsx`, and how many quotes a CSV has."""

    sha256: str
    size: int
    changed: int
    kind: str
    quotes: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that cannot be told apart into columns."""

    row: int
    text: str
    reason: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows: `rows` (n,) their 0-based numbers in the file, `columns` source column → n values; `broken` apart."""

    rows: NDArray[np.int64]
    columns: Mapping[str, pa.Array]
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose header is read: its column names, the header line of a CSV, and a way to read the named columns."""

    names: tuple[str, ...]
    header: str | None
    batches: Callable[[tuple[str, ...]], Iterator[Batch]]


def survey(path: Path, encoding: str, tick: Callable[[], None] = lambda: None) -> Survey:
    """Hash the file, tell its kind, and make sure that a CSV is text in `encoding`.

    `tick` is called after every few megabytes. Raises IntakeError for a file that is missing, empty, none of CSV, Excel
    workbook and Parquet, or in another encoding (with line and byte offset, both of the file as given).
    """
    try:
        with path.open("rb") as file:
            return _survey(file, path, encoding, tick)
    except OSError as wrong:
        what = f"cannot be read: {wrong.strerror or wrong}"
        raise IntakeError("unreadable", what, where=path.name, do="name a file that can be read") from None


@contextmanager
def opened(path: Path, seen: Survey, plan: Plan) -> Iterator[Opened]:
    """The surveyed file with its header read, for as long as the block lasts."""
    from arusha.lib.intake import csv_reading, parquet_reading, xlsx_reading

    if plan.sheet and seen.kind != "xlsx":
        do = "leave `sheet` out of the mapping, or name a workbook"
        raise IntakeError("no-sheet", "the file is no Excel workbook and has no sheets", where=path.name, do=do)
    match seen.kind:
        case "parquet":
            found = parquet_reading.opened(path)
        case "xlsx":
            found = xlsx_reading.opened(path, plan.sheet, plan.decimal)
        case _:
            found = csv_reading.opened(path, seen, plan.encoding, plan.separator)
    with found as source:
        yield source


def refuse_names(names: tuple[str, ...], where: str) -> None:
    """IntakeError for columns that nobody can mean: thousands of them, or two of one name (a column may have none)."""
    if len(names) > MOST_COLUMNS:
        what = f"the header has {len(names):,} columns; a table has {MOST_COLUMNS:,} at most"
        raise IntakeError("too-many-columns", what, where=where, do="see whether its lines end as they should")
    twice = sorted(name for name, times in Counter(names).items() if name and times > 1)
    if twice:
        what = f"the header names {', '.join(map(repr, twice))} more than once"
        raise IntakeError("same-name", what, where=where, do="rename one of them")


def _survey(file: BinaryIO, path: Path, encoding: str, tick: Callable[[], None]) -> Survey:
    start = file.read(len(MAGIC))
    kind = {MAGIC: "parquet", workbooks.ZIP: "xlsx"}.get(start, "csv")
    _refuse_foreign(start, path)
    if kind == "xlsx":
        workbooks.refuse_unfit(path)
    file.seek(0)
    digest, size, quotes = hashlib.sha256(), 0, 0
    text = _Text(path, encoding)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if kind == "csv":
            quotes += text.feed(chunk).count('"')
        tick()
    if kind == "csv":
        text.feed(b"", final=True)
        if not text.anything:
            raise IntakeError("empty", "the file is empty", where=path.name, do="ask the source for the file again")
    return Survey(digest.hexdigest(), size, os.fstat(file.fileno()).st_mtime_ns, kind, quotes)


def _refuse_foreign(start: bytes, path: Path) -> None:
    for magic, (kind, do) in FOREIGN.items():
        if start.startswith(magic):
            what = f"the file is {kind}, not CSV, Excel or Parquet"
            raise IntakeError("not-a-table", what, where=path.name, do=do)
    if start == workbooks.OLE:
        raise workbooks.old_workbook(path)
    if start and path.suffix.lower() in (".parquet", ".pq") and start != MAGIC:
        what = "the file is not Parquet although its name says so"
        raise IntakeError("not-parquet", what, where=path.name, do="ask the source for the file again")


class _Text:
    """Decodes a file piece by piece and says where it fails."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._decoder = codecs.getincrementaldecoder(with_bom(encoding))()
        self._path, self._encoding = path, encoding
        self._fed = self._lines = 0
        self._start = b""
        self.anything = False

    def feed(self, chunk: bytes, final: bool = False) -> str:
        self._start = self._start or chunk[:4]
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError as wrong:
            # what the decoder holds of earlier pieces and a byte-order mark lie before what it was given now
            raise self._refusal(wrong, self._fed + len(chunk) - len(wrong.object) + wrong.start) from None
        self._fed += len(chunk)
        self._lines += text.count("\n")
        self.anything = self.anything or bool(text.strip("\ufeff \t\r\n"))
        return text

    def _refusal(self, wrong: UnicodeDecodeError, offset: int) -> IntakeError:
        line = self._lines + wrong.object[: wrong.start].decode(wrong.encoding, "replace").count("\n") + 1
        if self._start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            do = "it looks like UTF-16: say encoding: utf-16 in the mapping"
        else:
            do = "say encoding: … in the mapping, such as windows-1252"
        what = f"byte {offset} (0x{wrong.object[wrong.start]:02x}) is not {self._encoding}"
        return IntakeError("wrong-encoding", what, where=f"{self._path.name}, line {line}", do=do)


def with_bom(encoding: str) -> str:
    """The codec that reads this encoding and passes over a byte-order mark."""
    return "utf-8-sig" if encoding in ("utf-8", "utf8") else encoding
