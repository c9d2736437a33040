"""Writing a world: the data into one folder, the answers into another."""

import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from arusha.lib.synth.key import MARKER, MARKER_TEXT
from arusha.lib.synth.world import World

FORMATS = ("parquet", "csv")


def write(world: World, out: Path, formats: Sequence[str] = ("parquet",)) -> tuple[Path, Path]:
    """Write `out/data/<dataset>.<format>` and `out/key/<table>.parquet`; the two folders.

    The key's folder is the owner's alone (mode 0700) and holds a file `ANSWER-KEY` from its first moment. Every file
    appears whole or not at all. A CSV has instants in UTC to the second, with a trailing Z.

    Raises
    ------
    ValueError
        where a format is not known.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise ValueError(f"no format {unknown[0]!r}; there are {', '.join(FORMATS)}")
    data, key = out / "data", out / "key"
    data.mkdir(parents=True, exist_ok=True)
    key.mkdir(mode=0o700, exist_ok=True)
    key.chmod(0o700)
    _whole(key / MARKER, partial(_text, MARKER_TEXT))
    for name, table in world.tables.items():
        if "parquet" in formats:
            _whole(data / f"{name}.parquet", partial(_parquet, table))
        if "csv" in formats:
            _whole(data / f"{name}.csv", partial(_csv, table))
    for name, table in world.key.tables().items():
        _whole(key / f"{name}.parquet", partial(_parquet, table))
    about = json.dumps(dict(world.key.about), indent=1, sort_keys=True)
    _whole(key / "about.json", partial(_text, about + "\n"))
    return data, key


def _whole(path: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a file beside `path` that takes its name once it is complete and on the disk."""
    made = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        fill(made)
        with made.open("rb") as finished:
            os.fsync(finished.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _text(text: str, path: Path) -> None:
    path.write_text(text, "utf-8")


def _parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, row_group_size=1 << 20)


def _csv(table: pa.Table, path: Path) -> None:
    seconds = [
        column.cast(pa.timestamp("s", tz="UTC")) if pa.types.is_timestamp(column.type) else column
        for column in table.columns
    ]
    pa_csv.write_csv(pa.Table.from_arrays(seconds, names=table.column_names), path)
