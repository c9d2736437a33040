"""Small worlds made by hand: crossings as (person, port, direction, seconds since the start)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pyarrow as pa

START = datetime(2025, 1, 6, tzinfo=UTC)
Crossed = tuple[str, str, str, float]


def crossings(rows: Iterable[Crossed]) -> pa.Table:
    """The rows as a table of crossings."""
    person, port, way, seconds = zip(*rows, strict=True)
    at = [START + timedelta(seconds=second) for second in seconds]
    return pa.table(
        {
            "person_token": pa.array(person, pa.string()),
            "port_code": pa.array(port, pa.string()),
            "direction": pa.array(way, pa.string()),
            "crossed_at": pa.array(at, pa.timestamp("us", tz="UTC")),
        }
    )
