"""The files of hits that runs leave, and one hit in them."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
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
    """One hit of a run, or None where the run left no such hit."""
    if run is None or not path_of(run).exists():
        return None
    found: pa.Table = pq.read_table(path_of(run), filters=pc.field("hit_id") == hit_id)
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows[0] if rows else None
