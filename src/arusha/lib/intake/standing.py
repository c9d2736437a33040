"""Which received files count, and what steps in where one no longer does. The files themselves are never changed.

A file is gone while it is withdrawn, or while another that is in force replaces it. A row that was told to be a
duplicate of a row of a file that is gone says that row now: it steps in, once, in the file that was received first.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arusha.lib.intake.manifest import DUPLICATES, Manifest

WITHDRAWN = ".withdrawn.json"
"""Beside the files of a dataset: the names of those that are withdrawn. The record of the acts is elsewhere."""
ROW_BITS = 40

STEPPED = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("holder", pa.string(), nullable=False),
        pa.field("of_row", pa.int64(), nullable=False),
    ]
)
"""Rows of one file that say what rows of files that are gone said: the row, and where its values lie."""


def withdrawn(folder: Path) -> frozenset[str]:
    """The files of the dataset in `folder` that are withdrawn."""
    try:
        return frozenset(json.loads((folder / WITHDRAWN).read_bytes()))
    except FileNotFoundError:
        return frozenset()


def write_withdrawn(folder: Path, names: Iterable[str]) -> None:
    """Write down which files of the dataset are withdrawn, whole or not at all; nothing where it stands so already."""
    wanted = frozenset(names)
    if wanted == withdrawn(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f"{WITHDRAWN}.new"
    beside.write_text(json.dumps(sorted(wanted)))
    beside.rename(folder / WITHDRAWN)


def gone(received: Sequence[Manifest], withdrawn: frozenset[str]) -> Mapping[str, str]:
    """The files that do not count, each with the file that replaces it, or "" where it is withdrawn."""
    found: dict[str, str] = {}
    for one in sorted(received, key=lambda one: (one.received_at, one.manifest), reverse=True):
        if one.manifest in withdrawn:
            found[one.manifest] = ""
        if one.manifest not in found:
            # the newest file that replaces a file is said to, and a file that is gone replaces none
            found = {**dict.fromkeys(one.replaces, one.manifest), **found}
    return found


def stepping_in(folder: Path, chosen: Sequence[Manifest]) -> Mapping[str, pa.Table]:
    """What steps in among the chosen files, by file: rows as in `STEPPED`, of files that are not chosen."""
    names = pa.array([one.manifest for one in chosen], pa.string())
    parts: dict[str, pa.Table] = {}
    for one in sorted(chosen, key=lambda one: (one.received_at, one.manifest)):
        if one.duplicates:
            told = pq.read_table(folder / one.manifest / DUPLICATES, partitioning=None)
            told = told.filter(pc.invert(pc.is_in(told.column("manifest"), value_set=names)))
            parts[one.manifest] = told.rename_columns(["row", "holder", "of_row"]).cast(STEPPED)
    if not any(part.num_rows for part in parts.values()):
        return {}
    whole = pa.concat_tables(parts.values()).combine_chunks()
    holders = whole.column("holder").combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    _, first = np.unique((holders << ROW_BITS) + whole.column("of_row").to_numpy(), return_index=True)
    first.sort()
    found, start = {}, 0
    for name, part in parts.items():
        mine = first[(first >= start) & (first < start + part.num_rows)]
        if len(mine):
            found[name] = whole.take(pa.array(mine))
        start += part.num_rows
    return found
