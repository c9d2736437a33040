"""Small worlds made by hand: crossings as (person, port, direction, seconds since the start)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from arusha.lib.datasets import DATASETS
from arusha.lib.detect import Table, table_of

START = datetime(2025, 1, 6, tzinfo=UTC)
MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800
Crossed = tuple[str, str, str, float]


def crossings(rows: Iterable[Crossed]) -> pa.Table:
    given = list(rows)
    return pa.table(
        {
            "person_token": pa.array([r[0] for r in given], pa.string()),
            "port_code": pa.array([r[1] for r in given], pa.string()),
            "direction": pa.array([r[2] for r in given], pa.string()),
            "crossed_at": pa.array(
                [START + timedelta(seconds=float(r[3])) for r in given], pa.timestamp("us", tz="UTC")
            ),
        }
    )


def table(rows: Iterable[Crossed]) -> Table:
    return table_of(DATASETS["crossings"], crossings(rows), manifest="m")


def strangers(people: int, times: int, seed: int, days: int = 300, port: str = "P1", name: str = "s") -> list[Crossed]:
    """People who cross each at hours of their own, on days drawn alone."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        hour, loose = rng.uniform(7, 20), rng.uniform(0.2, 1.5)
        for day in rng.choice(days, times, replace=False):
            at = day * DAY + np.clip(rng.normal(hour, loose), 0, 23.9) * HOUR
            rows.append((f"{name}{person}", port, "in", float(int(at))))
    return rows


def ring(
    members: int, times: int, seed: int, days: int = 280, port: str = "P1", presence: float = 1.0
) -> list[Crossed]:
    """People who cross within fifteen minutes of one another on days drawn together."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in rng.choice(days, times, replace=False):
        at = day * DAY + np.clip(rng.normal(13, 2), 6, 21) * HOUR
        for member in range(members):
            if rng.random() < presence:
                rows.append((f"r{member}", port, "in", float(int(at + rng.uniform(0, 14 * MINUTE)))))
    return rows
