"""What a version would make of the data received: how many findings, at its own threshold and others; no subjects."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from arusha.lib.intake import Lake
from arusha.rooms.watch.supervision.definition import Definition
from arusha.rooms.watch.supervision.judging import Judged, chosen
from arusha.rooms.watch.supervision.making import everyone

SECONDS = 20
"""How long a page waits for an answer."""
LADDER = (0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)
"""Thresholds tried beside the model's own, as multiples of it."""


def tried(asked: Definition, home: Path, *, seconds: float | None = SECONDS) -> dict[str, Any]:
    """Facts of a trial: `hits` subjects, `judged` subjects and periods, `rows` read, `ladder` of (threshold, subjects).

    Raises ValueError naming a table of which nothing was received; TimeoutError and MemoryError as `groups` does.
    """
    began = time.monotonic()
    lake = Lake(home)
    tables = {name: lake.read(name, asked.columns(name)) for name in asked.tables}
    for name, table in tables.items():
        if not table.data.num_rows:
            raise ValueError(name)
    all_of = everyone(asked, tables, seconds=seconds)
    rungs = [float(f"{asked.than * times:.6g}") for times in LADDER]
    return {
        "hits": subjects(chosen(asked, all_of)),
        "judged": len(all_of),
        "rows": sum(table.data.num_rows for table in tables.values()),
        "ladder": [[repr(than), subjects(chosen(replace(asked, than=than), all_of))] for than in dict.fromkeys(rungs)],
        "seconds": repr(round(time.monotonic() - began, 1)),
    }


def subjects(found: Sequence[Judged]) -> int:
    """How many findings these are: one a subject."""
    return len({one.subjects for one in found})
