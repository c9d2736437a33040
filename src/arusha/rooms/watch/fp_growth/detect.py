"""Travellers who are often seen in the same quarter of an hour: frequent-pattern growth, as the method is named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa

from arusha.lib.datasets import Crossing
from arusha.lib.detect import Hit, Params, Table, detector, reason


class FpGrowth(Params):
    """Crossings of one port and direction within the same `window` of the clock are a basket.

    `support`: baskets that a set of travellers must share. `least`: its members. `lift`: how many times the baskets
    that chance would let them share, were each in as many of their port's baskets but alone.
    """

    window: timedelta = timedelta(minutes=15)
    support: int = 20
    least: int = 3
    lift: float = 2.0


ORDINARY = FpGrowth()
"""The settings that hold where none are given."""


@reason("counted-together")
class CountedTogether:
    """All of them were in the same `minutes` of the clock `times` times; chance would let them be `expected` times."""

    times: int
    minutes: float
    expected: float


@reason("counted-since")
class CountedSince:
    """The first and the last time, as dates."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted is so: the method asks nothing of chance, and its null leaves the tables as they are."""

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """The same tables."""
        del rng
        return dict(tables)


@detector(
    "fp-growth",
    of="group",
    null=Counted(),
    blind_to=(
        "how-often-chance-would-do-it",
        "members-in-two-windows-of-the-clock",
        "members-not-all-present",
        "fewer-meetings-than-its-support",
        "families-and-crews",
    ),
    reads={"crossings": ("person_token", "port_code", "direction", "crossed_at")},
)
def fp_growth(crossings: Table[Crossing], *, p: FpGrowth = ORDINARY) -> Iterator[Hit]:
    """Largest sets of travellers who share at least so many baskets. No q is told: the method has none."""
    from arusha.rooms.watch.fp_growth.sets import frequent

    for found in frequent(crossings, p):
        yield Hit(
            kind="group",
            subjects=found.members,
            span=found.span,
            support=found.times,
            expected=found.expected,
            p=float("nan"),
            q=float("nan"),
            reasons=(
                CountedTogether(found.times, p.window.total_seconds() / 60, found.expected),
                CountedSince(found.span[0].date().isoformat(), found.span[1].date().isoformat()),
            ),
            evidence=crossings.refs(found.rows),
        )
