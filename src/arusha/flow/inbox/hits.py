"""The files of hits that runs leave, and one hit in them."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings


def path_of(run: UUID) -> Path:
    """Where a run's hits lie."""
    return Path(settings.ARUSHA_HOME) / "runs" / str(run) / "hits.parquet"


def digest_of(run: UUID) -> str | None:
    """SHA-256 of a run's file of hits, or None where there is none."""
    try:
        return hashlib.sha256(path_of(run).read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def hit_of(run: UUID | None, hit_id: str) -> dict[str, Any] | None:
    """One hit of a run, or None where the run left no such hit.

    Only the ids of the whole file are read; of the rest, the one group of rows that the hit stands in.
    """
    if run is None or not path_of(run).exists():
        return None
    with pq.ParquetFile(path_of(run)) as file:
        for group in range(file.num_row_groups):
            ids = file.read_row_group(group, columns=["hit_id"]).column("hit_id")
            place = pc.index(ids, hit_id).as_py()
            if place >= 0:
                rows: list[dict[str, Any]] = file.read_row_group(group).slice(place, 1).to_pylist()
                return rows[0]
    return None
