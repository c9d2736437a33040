"""Files in, hits out."""

import hashlib
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from arusha.lib.datasets import DATASETS
from arusha.lib.detect.detector import Input
from arusha.lib.detect.tables import Table, table_of


def read_input(wanted: Input, path: Path) -> object:
    """An input of a detector from a Parquet or CSV file, with the SHA-256 of the file as given.

    Raises
    ------
    ValueError
        naming the file, what is wrong with it and what to do.
    """
    try:
        data = pa_csv.read_csv(path) if path.suffix.lower() == ".csv" else pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as wrong:
        raise ValueError(f"{path}: cannot be read ({wrong}); give a whole Parquet or CSV file") from None
    if wanted.dataset is None:
        return data
    manifest = hashlib.sha256(path.read_bytes()).hexdigest()
    table: Table[object] = table_of(DATASETS[wanted.dataset.name], data, manifest=manifest)
    return table


def write_hits(hits: pa.Table, path: Path) -> None:
    """Write hits as Parquet, whole or not at all."""
    draft = path.with_name(path.name + ".part")
    pq.write_table(hits, draft)
    with draft.open("rb") as done:
        os.fsync(done.fileno())
    draft.replace(path)
