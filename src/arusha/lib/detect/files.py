"""Files in, hits out."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from arusha.lib.datasets import DATASETS, Column, Dataset
from arusha.lib.detect.detector import Input
from arusha.lib.detect.hits import HITS
from arusha.lib.detect.stored import Part, Stored
from arusha.lib.detect.tables import Source, Table, table_of
from arusha.lib.detect.threads import in_threads, stretches

PARQUET = b"PAR1"


def read_input(wanted: Input, path: Path) -> object:
    """An input of a detector from a Parquet or CSV file, with the SHA-256 of the file as given.

    Columns of codes come dictionary-encoded, tokens as they are: a dictionary of millions of tokens costs more than it
    saves. Rows are numbered as they stand in the file, in CSV without its header.

    Raises
    ------
    ValueError
        naming the file, what is wrong with it and what to do.
    """
    if wanted.dataset is None:
        return _read(wanted, path)
    dataset = DATASETS[wanted.dataset.name]
    beside = ThreadPoolExecutor(max_workers=1)
    manifest = beside.submit(_sha256, path).result
    beside.shutdown(wait=False)
    if _as_declared(wanted, path):
        rows = pq.ParquetFile(path).metadata.num_rows
        part = Part(path, lambda: Source(manifest(), rows))
        return Stored(dataset, [part], lambda: _table(wanted, path, _read(wanted, path), "").data)
    return _table(wanted, path, _read(wanted, path), manifest())


def _as_declared(wanted: Input, path: Path) -> bool:
    """Whether a Parquet file has the declared columns in the declared kinds, so that it need not be read at once."""
    assert wanted.dataset is not None
    if not path.is_file() or path.stat().st_size < len(PARQUET):
        return False
    with path.open("rb") as file:
        if file.read(len(PARQUET)) != PARQUET:
            return False
    try:
        there = pq.ParquetFile(path).schema_arrow
    except (pa.ArrowInvalid, OSError):
        return False
    declared = [c for c in wanted.dataset.columns if c.name in wanted.columns or not wanted.columns]
    return all(there.field(c.name).type == c.arrow if c.name in there.names else c.optional for c in declared) and any(
        c.name in there.names for c in declared
    )


def _table(wanted: Input, path: Path, data: pa.Table, manifest: str) -> Table[object]:
    assert wanted.dataset is not None
    try:
        return table_of(DATASETS[wanted.dataset.name], data, manifest=manifest, columns=wanted.columns)
    except ValueError as wrong:
        raise ValueError(f"{path}: {wrong}") from None


def write_hits(hits: pa.Table, path: Path) -> None:
    """Write hits as Parquet, whole or not at all."""
    draft = path.with_name(path.name + ".part")
    pq.write_table(hits, draft)
    with draft.open("rb") as done:
        os.fsync(done.fileno())
    draft.replace(path)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""  # the reading beside says what is wrong, and says it better


def _read(wanted: Input, path: Path) -> pa.Table:
    if path.is_dir():
        raise ValueError(f"{path} is a folder; give one Parquet or CSV file")
    if not path.is_file():
        raise ValueError(f"{path} is not there; give the path of a Parquet or CSV file")
    if path.stat().st_size == 0:
        raise ValueError(f"{path} is empty: not even a header is in it")
    with path.open("rb") as file:
        begins = file.read(4)
    if begins == PARQUET:
        return _read_parquet(wanted, path)
    if path.suffix.lower() in (".parquet", ".pq"):
        raise ValueError(f"{path} is not a Parquet file: it does not begin as one; write it again, or give CSV as .csv")
    if wanted.dataset is None:
        raise ValueError(f"{path} is not a file of hits: hits travel in Parquet")
    return _read_csv(wanted.dataset, path)


def _read_parquet(wanted: Input, path: Path) -> pa.Table:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as wrong:
        raise ValueError(f"{path} is a truncated or damaged Parquet file; copy it again ({_line(wrong)})") from None
    names, columns = file.schema_arrow.names, _columns(wanted)
    there = [name for name in columns if name in names]
    if not there:
        raise ValueError(f"{path}: none of the columns {', '.join(columns)} is in it; it has {', '.join(names)}")
    codes = (
        [] if wanted.dataset is None else [c.name for c in wanted.dataset.columns if _is_code(c) and c.name in there]
    )
    try:
        return _row_groups(path, file.num_row_groups, there, codes)
    except (pa.ArrowInvalid, OSError) as wrong:
        raise ValueError(f"{path} is a truncated or damaged Parquet file; copy it again ({_line(wrong)})") from None


def _row_groups(path: Path, count: int, columns: list[str], codes: list[str]) -> pa.Table:
    """All row groups, each core taking some: not by `read_table`, which loads pandas where it is installed."""

    def read(piece: tuple[int, int]) -> pa.Table:
        file = pq.ParquetFile(path, read_dictionary=codes)
        return file.read_row_groups(range(*piece), columns=columns, use_threads=count == 1)

    parts = in_threads(read, stretches(count, 2 * (os.cpu_count() or 1)))
    return pa.concat_tables(parts) if parts else pq.ParquetFile(path, read_dictionary=codes).read(columns=columns)


def _columns(wanted: Input) -> list[str]:
    if wanted.dataset is None:
        return list(HITS.names)
    return [c.name for c in wanted.dataset.columns if c.name in wanted.columns or not wanted.columns]


def _read_csv(dataset: Dataset, path: Path) -> pa.Table:
    kinds = {
        column.name: pa.dictionary(pa.int32(), pa.string()) if _is_code(column) else column.arrow
        for column in dataset.columns
    }
    empty = pa_csv.ConvertOptions(column_types=kinds, strings_can_be_null=True, null_values=["", "NULL"])
    try:
        data = pa_csv.read_csv(path, convert_options=empty)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as wrong:
        raise ValueError(f"{path} does not read as {dataset.name}: {_line(wrong)}") from None
    return data.select([name for name in dataset.schema.names if name in data.column_names] or data.column_names)


def _is_code(column: Column) -> bool:
    return column.kind == "text"


def _line(wrong: BaseException) -> str:
    return (str(wrong).splitlines() or [""])[0].rstrip(". ")
