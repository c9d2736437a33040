"""A detector of the tests' own: it reports every code that occurs in two lists. No capability is needed."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from arusha.flow.inbox.signals import SameMembers, signal
from arusha.lib.datasets import CodeEntry
from arusha.lib.detect import Hit, Params, Table, WeekShift, detector, reason
from arusha.lib.factors import Factor

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Settings(Params):
    """None."""

    lists: int = 2


@reason("test-twice")
class Twice:
    """It occurs in so many lists."""

    lists: int


@detector("test-twice", of="group", null=WeekShift())
def twice(codes: Table[CodeEntry], *, p: Settings = Settings()) -> Iterator[Hit]:
    """Codes that occur in at least two lists."""
    names = codes.data["code"].to_pylist()
    for code in sorted(set(names)):
        rows = np.flatnonzero(np.array(names) == code)
        if code == "broken":
            raise ValueError("this code cannot be looked at")
        if len(rows) >= p.lists:
            yield Hit("group", (code,), (NOW, NOW), len(rows), 1.0, 0.001, 0.01, (Twice(len(rows)),), codes.refs(rows))


signal(
    "test-twice",
    factor=Factor.AUTOMATION,
    match=SameMembers(),
    title={"group": "A code in two lists"},
    subjects={"group": ("code", "code")},
)
