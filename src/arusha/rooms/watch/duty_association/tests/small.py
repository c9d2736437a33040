"""A small border post made by hand: one port, two directions, three lanes each, four officers in turn."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from arusha.lib.datasets import DATASETS
from arusha.lib.detect import Hit, hits_table
from arusha.lib.detect.hits import Evidence

START = datetime(2025, 1, 6, tzinfo=UTC)
DAYS, LANES, OFFICERS = 240, 3, 12
HOUR, DAY = 3_600, 86_400


def moment(seconds: float) -> datetime:
    return START + timedelta(seconds=float(seconds))


def roster(seed: int = 1, days: int = DAYS) -> pa.Table:
    """Two shifts a day; each draws a lane for three of twelve officers, two units of six."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(days):
        for begin in (6, 14):
            for lane, officer in enumerate(rng.choice(OFFICERS, LANES, replace=False)):
                begins = day * DAY + begin * HOUR
                rows.append((f"O{officer}", f"U{officer % 2}", f"L{lane}", moment(begins), moment(begins + 8 * HOUR)))
    return pa.table(
        {
            "officer_id": [r[0] for r in rows],
            "unit_id": [r[1] for r in rows],
            "port_code": ["P"] * len(rows),
            "direction": pa.array([None] * len(rows), pa.string()),
            "post": [r[2] for r in rows],
            "shift_start": pa.array([r[3] for r in rows], pa.timestamp("us", tz="UTC")),
            "shift_end": pa.array([r[4] for r in rows], pa.timestamp("us", tz="UTC")),
        },
        schema=pa.schema([(c.name, c.arrow) for c in DATASETS["roster"].columns]),
    )


def on_lane(shifts: list[dict], at: float, officer: str) -> str | None:
    """The lane that the officer works at a moment."""
    when = moment(at)
    for shift in shifts:
        if shift["officer_id"] == officer and shift["shift_start"] <= when < shift["shift_end"]:
            return shift["post"]
    return None


def crossings(joint: list[tuple[float, list[str | None]]], seed: int = 2, crowd: int = 12_000) -> pa.Table:
    """Joint crossings (moment, each member's lane), then a crowd that takes any lane."""
    rng = np.random.default_rng(seed)
    rows = [(f"r{i}", moment(at + 60 * i), lane) for at, lanes in joint for i, lane in enumerate(lanes)]
    for n in range(crowd):
        at = rng.integers(0, DAYS) * DAY + rng.uniform(6, 22) * HOUR
        rows.append((f"c{n}", moment(int(at)), f"L{rng.integers(LANES)}"))
    return pa.table(
        {
            "person_token": [r[0] for r in rows],
            "port_code": ["P"] * len(rows),
            "direction": ["in"] * len(rows),
            "crossed_at": pa.array([r[1] for r in rows], pa.timestamp("us", tz="UTC")),
            "lane": pa.array([r[2] for r in rows], pa.string()),
        }
    )


def groups(
    joint: list[tuple[float, list[str | None]]], manifest: str = "as found", marks: tuple[str, ...] = ()
) -> pa.Table:
    """The group as co-travel tells it, whose crossings are the first rows."""
    count = sum(len(lanes) for _, lanes in joint)
    members = tuple(sorted({f"r{i}" for _, lanes in joint for i in range(len(lanes))}))
    span = (moment(min(at for at, _ in joint)), moment(max(at for at, _ in joint)))
    evidence = (Evidence(manifest, tuple(range(count))),)
    return hits_table("co-travel", [Hit("group", members, span, len(joint), 0.1, 1e-9, 1e-7, (), evidence, marks)])


def times(count: int, seed: int = 3) -> list[float]:
    """Moments on days drawn alone, in the hours in which the post is open."""
    rng = np.random.default_rng(seed)
    return sorted(
        float(int(day * DAY + rng.uniform(6.2, 21.8) * HOUR)) for day in rng.choice(DAYS, count, replace=False)
    )
