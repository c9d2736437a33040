"""Rows whose key was seen before, in the same file or in the lake.

The same row again is a duplicate. The same key with other content contradicts what is there, and is set aside.
"""

from collections.abc import Iterable, Mapping
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


def repeats(dataset: Dataset, staged: Path, manifest: str, others: Mapping[str, Path]) -> pa.Table:
    """The rows of `staged` (rows of `manifest` that passed every check) that repeat a key, in order of row.

    `others`: the rows of manifests in the lake. A key in the lake counts as first; else its first row in the file.
    """
    with duckdb.connect(config={"temp_directory": str(staged.parent / "spill")}) as base:
        base.execute("set preserve_insertion_order = false")
        _suspects(base, dataset, staged, others)
        found = base.execute("select count(*) from suspect").fetchall()
        if found[0][0] == 0:
            return REPEATS.empty_table()
        pairs = _pairs(base, dataset, staged, others)
    names = {str(path): name for name, path in others.items()}
    told = [manifest if path is None else names[path] for path in pairs.column("file").to_pylist()]
    return pa.table(
        [pairs.column("row"), pa.array(told, pa.string()), pairs.column("of_row"), pairs.column("differs")],
        schema=REPEATS,
    )


def _suspects(base: duckdb.DuckDBPyConnection, dataset: Dataset, staged: Path, others: Mapping[str, Path]) -> None:
    """Hashes of keys that may be repeated; grouping eight bytes instead of whole keys halves the time."""
    hashed = f"hash({', '.join(map(_name, dataset.key))})"
    query = f"select h from (select {hashed} h from {_files([staged])}) group by h having count(*) > 1"
    if others:
        query += (
            f" union select h from (select {hashed} h from {_files([staged])}) mine"
            f" semi join (select {hashed} h from {_files(others.values())}) theirs using (h)"
        )
    base.execute(f"create temp table suspect as {query}")


def _pairs(base: duckdb.DuckDBPyConnection, dataset: Dataset, staged: Path, others: Mapping[str, Path]) -> pa.Table:
    keys, columns = dataset.key, tuple(column.name for column in dataset.columns)
    hashed = f"hash({', '.join(map(_name, keys))})"
    chosen = f"{', '.join(map(_name, columns))}, _row"
    among = f"where {hashed} in (select h from suspect)"
    base.execute(f"create temp table mine as select {chosen} from {_files([staged])} {among}")
    base.execute("create temp table theirs as select *, null::varchar as file from mine limit 0")
    if others:
        base.execute(
            f"insert into theirs select {chosen}, filename from {_files(others.values(), filename=True)} {among}"
        )
    return base.execute(
        f"""
        with first as (
            select * exclude (n)
            from (select *, row_number() over (partition by {", ".join(map(_name, keys))} order by _row) n from mine)
            where n = 1
        ), against as (
            select * from theirs
            union all
            select f.*, null from first f anti join theirs t on {_alike(keys, "f", "t")}
        )
        select m._row as row, a.file, a._row as of_row, {_differing(columns, "m", "a")} as differs
        from mine m join against a on {_alike(keys, "m", "a")}
        where a.file is not null or a._row <> m._row
        order by m._row
        """
    ).to_arrow_table()


def _alike(columns: tuple[str, ...], one: str, other: str) -> str:
    """Equal, or both missing."""
    return " and ".join(f"{one}.{_name(column)} is not distinct from {other}.{_name(column)}" for column in columns)


def _differing(columns: tuple[str, ...], one: str, other: str) -> str:
    cases = (f"case when {one}.{_name(c)} is distinct from {other}.{_name(c)} then '{c}' end" for c in columns)
    return f"concat_ws(', ', {', '.join(cases)})"


def _files(paths: Iterable[Path], filename: bool = False) -> str:
    quoted = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{quoted}], filename={str(filename).lower()})"


def _name(column: str) -> str:
    return f'"{column}"'
