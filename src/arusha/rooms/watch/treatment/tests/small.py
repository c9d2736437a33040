"""A small office and a small port made by hand: five inspectors, forty traders; outcomes by chance unless told."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from arusha.lib.datasets import DATASETS

START = datetime(2025, 1, 6, 8, tzinfo=UTC)
OFFICERS, TRADERS = 5, 40


def inspections(
    undone: Mapping[tuple[str, str], float] | None = None, *, each: int = 4, seed: int = 1, usual: float = 0.1
) -> dict[str, pa.Table]:
    """Every inspector has `each` declarations of every trader; `undone` gives, by officer and trader, the chance that
    one is not examined; '*' stands for all."""
    rng = np.random.default_rng(seed)
    given, papers, rows = undone or {}, [], []
    for number in rng.permutation(OFFICERS * TRADERS * each):
        officer, trader = f"O{number % OFFICERS}", f"T{number // OFFICERS % TRADERS}"
        chance = given.get((officer, trader), given.get((officer, "*"), given.get(("*", trader), usual)))
        rows.append(case(len(rows), officer, gone=rng.random() < chance))
        papers.append(paper(len(papers), trader))
    return tables(papers, rows)


def paper(number: int, trader: str, price: int = 1_000_000) -> dict:
    """A declaration of one item."""
    return {
        "declaration_id": f"D{number}",
        "item_no": 1,
        "accepted_on": START.date(),
        "office_code": "A",
        "importer_id": trader,
        "hs_code": "610910",
        "item_price": price,
        "currency": "XTS",
    }


def case(number: int, officer: str, *, gone: bool, at: float | None = None, **more: object) -> dict:
    """An assignment of that declaration; `at` hours after the start."""
    begins = START + timedelta(hours=number * 1.5 if at is None else at)
    return {
        "declaration_id": f"D{number}",
        "inspector_id": officer,
        "assigned_at": begins,
        "assignment_method": "automatic",
        "lane": "red",
        "started_at": None if gone else begins + timedelta(hours=1),
        "ended_at": None if gone else begins + timedelta(hours=2),
        "result": None if gone else "conform",
        **more,
    }


def tables(papers: list[dict], rows: list[dict]) -> dict[str, pa.Table]:
    """Both tables as declared."""
    return {"declarations": _table("declarations", papers), "inspections": _table("inspections", rows)}


def _table(name: str, rows: list[dict]) -> pa.Table:
    schema = DATASETS[name].schema
    return pa.Table.from_pylist([{column: row.get(column) for column in schema.names} for row in rows], schema=schema)


def searches(rows: list[dict]) -> pa.Table:
    """Searches as declared."""
    return _table("searches", rows)
