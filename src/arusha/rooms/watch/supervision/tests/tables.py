"""Small tables, made by hand or by a known law, and a model over them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from arusha.lib.datasets import DATASETS
from arusha.lib.detect import table_of
from arusha.lib.intake import Lake, Plan, receive
from arusha.rooms.watch.supervision.definition import Condition, Definition

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = date(2025, 1, 1)
USUAL: dict[str, dict[str, Any]] = {
    "declarations": {"item_no": 1, "accepted_on": DAY, "office_code": "N", "hs_code": "01"},
    "crossings": {"port_code": "P", "direction": "in", "crossed_at": datetime(2025, 1, 1, 8, tzinfo=UTC)},
    "roster": {"unit_id": "U", "port_code": "P", "shift_end": datetime(2025, 1, 2, 8, tzinfo=UTC)},
}
OFTEN = Definition(
    table="declarations",
    subjects=("declarations.declarant_id",),
    measure="share",
    share=(Condition("declarations.irregular", "=", "true"),),
    against="peers",
    peers=("declarations.office_code",),
    than=1.5,
    least=10,
)
"""Declarants whose declarations are irregular more often than those of others at the same office."""


def given(name: str, rows: list[dict[str, Any]]) -> Any:
    """Rows of a dataset, with what they leave out, as a detector takes them."""
    return table_of(DATASETS[name], arrow(name, rows))


def arrow(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """The same as an Arrow table."""
    usual = dict.fromkeys(DATASETS[name].schema.names) | USUAL[name]
    return pa.Table.from_pylist([usual | row for row in rows], schema=DATASETS[name].schema)


def declared(seed: int = 1, worse: str = "", rows: int = 4000) -> list[dict[str, Any]]:
    """Declarations of 40 declarants at three offices whose rates differ; those of `worse` are irregular at .45."""
    rng = np.random.default_rng(seed)
    who, office = rng.integers(0, 40, rows), rng.integers(0, 3, rows)
    rate = np.where(who == int(worse[1:]) if worse else False, 0.45, 0.08 + 0.06 * office)
    irregular = rng.random(rows) < rate
    return [
        {
            "declaration_id": f"D{i}",
            "declarant_id": f"B{who[i]:02d}",
            "office_code": "NSW"[office[i]],
            "accepted_on": DAY + timedelta(days=int(i % 360)),
            "irregular": bool(irregular[i]),
        }
        for i in range(rows)
    ]


def keep(home: Path, name: str, rows: list[dict[str, Any]]) -> Lake:
    """Rows received into the lake."""
    home.mkdir(parents=True, exist_ok=True)
    file = home.parent / f"{name}-{len(rows)}.parquet"
    pq.write_table(arrow(name, rows), file)
    receipt = receive(Lake(home), file, Plan(DATASETS[name]), at=AT)
    assert receipt.manifest.accepted == len(rows)
    return Lake(home)
