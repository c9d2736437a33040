"""Rows whose key was seen before, in the same file or in the lake.

The same row again is a duplicate. The same key with other content contradicts what is there, and is set aside.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from arusha.lib.datasets import Dataset

REPEATS = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("manifest", pa.string(), nullable=False),
        pa.field("of_row", pa.int64(), nullable=False),
        pa.field("differs", pa.string(), nullable=False),
    ]
)
"""A row of the file at hand, the manifest and row it repeats, and the columns that differ, comma-separated, if any."""


Others = Sequence[tuple[str, Path]]
"""Rows of files in the lake: by the name of the file, which may come twice, and where they lie."""


def repeats(dataset: Dataset, staged: Path, manifest: str, others: Others) -> pa.Table:
    """The rows of `staged` (rows of `manifest` that passed every check) that repeat a key, in order of row.

    `others`: rows of manifests in the lake. A key in the lake counts as first; else its first row in the file.
    """
    names = [manifest, *(name for name, _ in others)]
    with duckdb.connect(config={"temp_directory": str(staged.parent / "spill")}) as base:
        base.execute("set preserve_insertion_order = false")
        if not _suspects(base, dataset, staged, others):
            return REPEATS.empty_table()
        _gather(base, dataset, staged, others)
        _pair(base, dataset)
        pairs = base.execute("select row, file, of_row, differs from pair order by row").to_arrow_table()
    told = pa.DictionaryArray.from_arrays(pairs.column("file").combine_chunks(), pa.array(names)).cast(pa.string())
    columns = [pairs.column("row"), told, pairs.column("of_row"), pairs.column("differs")]
    return pa.table(columns, schema=REPEATS)


def _suspects(base: duckdb.DuckDBPyConnection, dataset: Dataset, staged: Path, others: Others) -> int:
    """Makes the table of hashes of keys that may be repeated, and counts them. Grouping eight bytes instead of whole
    keys halves the time, and nearly always there is nothing more to do."""
    mine = f"select {_hash(dataset)} h from {_files([staged])}"
    query = f"select h from ({mine}) group by h having count(*) > 1"
    if others:
        theirs = f"select {_hash(dataset)} h from {_files(path for _, path in others)}"
        query += f" union select h from ({mine}) m semi join ({theirs}) t using (h)"
    base.execute(f"create temp table suspect as {query}")
    return int(base.execute("select count(*) from suspect").fetchall()[0][0])


def _gather(base: duckdb.DuckDBPyConnection, dataset: Dataset, staged: Path, others: Others) -> None:
    """The rows with a suspect key: `mine`, and `theirs` of the lake, with the number of their file."""
    columns = ", ".join(_name(column.name) for column in dataset.columns)
    for number, path in enumerate([staged, *(path for _, path in others)]):
        rows = f"select {columns}, _row, {_hash(dataset)} h, {number} as file from {_files([path])}"
        rows += " where h in (select h from suspect)"
        if number == 0:
            base.execute(f"create temp table mine as {rows}")
            base.execute("create temp table theirs as select * from mine limit 0")
        else:
            base.execute(f"insert into theirs {rows}")


def _pair(base: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Each repeating row beside the one it repeats."""
    same_key = "m.h = a.h and " + _alike(dataset.key, "m", "a")
    columns = tuple(column.name for column in dataset.columns if column.name not in dataset.key)
    pairs = f"select m._row as row, a.file, a._row as of_row, {_differing(columns, 'm', 'a')} as differs"
    base.execute(f"create temp table pair as {pairs} from mine m join theirs a on {same_key}")
    base.execute("create temp table rest as select * from mine anti join pair on mine._row = pair.row")
    keys = ", ".join(map(_name, dataset.key))
    base.execute(
        f"""
        insert into pair
        with numbered as (select *, row_number() over (partition by {keys} order by _row) n from rest),
        first as (select * from numbered where n = 1)
        {pairs} from numbered m join first a on {same_key} where m.n > 1
        """
    )


def _alike(columns: tuple[str, ...], one: str, other: str) -> str:
    """Equal, or both missing."""
    return " and ".join(f"{one}.{_name(column)} is not distinct from {other}.{_name(column)}" for column in columns)


def _differing(columns: tuple[str, ...], one: str, other: str) -> str:
    """The names of the columns that differ; nothing is put together for rows that are alike."""
    if not columns:
        return "''"
    cases = (f"case when {one}.{_name(c)} is distinct from {other}.{_name(c)} then '{c}' end" for c in columns)
    return f"case when {_alike(columns, one, other)} then '' else concat_ws(', ', {', '.join(cases)}) end"


def _hash(dataset: Dataset) -> str:
    return f"hash({', '.join(map(_name, dataset.key))})"


def _files(paths: Iterable[Path]) -> str:
    quoted = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{quoted}])"


def _name(column: str) -> str:
    return f'"{column}"'
