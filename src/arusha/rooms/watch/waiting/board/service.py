"""The service level: the share of travellers who waited no longer than the target. Small groups are not told."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from arusha.lib.intake.consistency import BANDS
from arusha.rooms.watch.waiting.waits import chosen

FEWEST = 10
"""Travellers, below whom a figure is of a group too small to be told."""
SPANS = {"month": 30, "year": 365}
"""Days up to the last hour received that a service level is of."""


@dataclass(frozen=True, slots=True)
class Level:
    """A share in [0, 1] over the days from `since` to `until`, both included.

    counted : travellers whose wait was counted; None where they are fewer than `FEWEST`, and `share` then too. share :
    None besides where the source tells no bands.
    """

    since: date
    until: date
    counted: int | None
    share: float | None


def levels(table: pa.Table, within: int, until: date) -> dict[str, Level]:
    """The service level of the hours of a table in the last month and year that end with `until`, by `SPANS`."""
    found = {}
    for name, days in SPANS.items():
        since = until - timedelta(days=days - 1)
        found[name] = level(chosen(table, start=since, stop=until + timedelta(days=1)), within, since, until)
    return found


def level(table: pa.Table, within: int, since: date, until: date) -> Level:
    """The service level of all hours of a table with the bands, said to be of these days."""
    counts = np.stack([table.column(name).cast(pa.float64()).to_numpy() for name in BANDS], axis=1)
    counts = counts[~np.isnan(counts).any(axis=1)]
    counted = int(counts.sum())
    if counted < FEWEST:
        return Level(since, until, None if counted else 0, None)
    end = [most for _, most in BANDS.values()].index(within)
    return Level(since, until, counted, float(counts[:, : end + 1].sum()) / counted)
