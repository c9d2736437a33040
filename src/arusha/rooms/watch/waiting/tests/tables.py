"""Waiting tables made by a known law, and the people who look at them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import Lake, Plan, read_mapping, receive
from arusha.lib.intake.tests.conftest import MAPPINGS, shared

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MONDAY = date(2024, 1, 1)
SCHEMA = DATASETS["waiting"].schema


def table(rows: list[dict[str, Any]]) -> pa.Table:
    """Rows of `waiting`, with what they leave out."""
    usual = {"port_code": "P1", "terminal": "T1", "day": MONDAY, "hour": 9, "mean_wait": 10.0, "max_wait": 30.0}
    usual |= {"passengers": 100} | dict.fromkeys(SCHEMA.names[7:])
    return pa.Table.from_pylist([usual | row for row in rows], schema=SCHEMA)


def hall(weeks: int = 26, seed: int = 0, port: str = "P1", spread: float = 0.25) -> pa.Table:
    """A hall open from 8 to 15 o'clock: log waits are normal about a level by hour that rises with passengers."""
    rng = np.random.default_rng(seed)
    day, hour = (axis.ravel() for axis in np.meshgrid(np.arange(7 * weeks), np.arange(8, 16), indexing="ij"))
    passengers = rng.poisson(np.exp(rng.normal(np.log(200 + 25 * hour), 0.4)))
    level = np.log(6 + 0.8 * hour) + 0.6 * np.log(np.maximum(passengers, 1) / 300)
    minutes = np.expm1(np.maximum(rng.normal(level, spread), 0))
    rows = {
        "port_code": [port] * len(day),
        "terminal": ["T1"] * len(day),
        "day": [MONDAY + timedelta(days=int(one)) for one in day],
        "hour": hour,
        "mean_wait": minutes,
        "max_wait": minutes * 3,
        "passengers": passengers,
        "booths": np.full(len(day), 6),
    }
    columns = [pa.array(rows[f.name], f.type) if f.name in rows else pa.nulls(len(day), f.type) for f in SCHEMA]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def with_hour(whole: pa.Table, row: int, **values: Any) -> pa.Table:
    """The table with other values in one row."""
    for name, value in values.items():
        at = whole.column_names.index(name)
        column = whole.column(at).to_pylist()
        column[row] = value
        whole = whole.set_column(at, whole.schema.field(at), pa.array(column, whole.schema.field(at).type))
    return whole


def row_of(whole: pa.Table, day: date, hour: int) -> int:
    """The row of an hour."""
    return next(
        i
        for i, (d, h) in enumerate(zip(whole["day"].to_pylist(), whole["hour"].to_pylist(), strict=True))
        if (d, h) == (day, hour)
    )


def give(home: Path, whole: pa.Table, name: str = "waits.csv") -> Lake:
    """The lake below `home` with the table received into it."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / name
    kept = [f.name for f in SCHEMA if whole.column(f.name).null_count < whole.num_rows]
    pa_csv.write_csv(whole.select(kept), path)
    receipt = receive(Lake(home), path, Plan(DATASETS["waiting"]), at=AT)
    assert receipt.manifest.accepted == whole.num_rows
    return Lake(home)


def ohare(home: Path, files: int = 4) -> Lake:
    """The lake below `home` with the O'Hare files; skips where they are missing."""
    plan = read_mapping(MAPPINGS / "us-cbp-airport-waits.yaml")
    for path in sorted(shared("airport-waits").glob("*.csv"))[:files]:
        receive(Lake(home), path, plan, at=AT)
    return Lake(home)
