"""Rules that the rows of a dataset keep if the source counted right.

A row that breaks one is no bad row: it was said, and is kept. How many do, and how much weight they carry, tells
whether the source can be relied on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

ROUNDED = 1.0  # minutes: a mean given in whole minutes may have been rounded or cut
BANDS: Mapping[str, tuple[int, int | None]] = {
    "within_15": (0, 15),
    "within_30": (16, 30),
    "within_45": (31, 45),
    "within_60": (46, 60),
    "within_90": (61, 90),
    "within_120": (91, 120),
    "over_120": (121, None),
}
"""The bands of `waiting`: shortest and longest wait in minutes, None where the band is open."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule on the rows of `dataset`: `breaks` tells from its rows which break it, a boolean for each, null where a
    value that the rule needs is missing. `name` is also the key of its sentence."""

    name: str
    dataset: str
    breaks: Callable[[pa.Table], pa.ChunkedArray]


@dataclass(frozen=True, slots=True)
class Broken:
    """How often a rule is broken: the rows, and the sum of the weight column over them; and how many rows it could
    not be tried on."""

    rule: str
    rows: int
    weight: int
    untried: int


def flagged(rules: Sequence[Rule], table: pa.Table, weight: str) -> tuple[Broken, ...]:
    """Each rule with the rows of `table` that break it and their sum of the column `weight` (passengers, say)."""
    return tuple(_count(rule, table, weight) for rule in rules)


def _count(rule: Rule, table: pa.Table, weight: str) -> Broken:
    breaks = rule.breaks(table)
    among = table.filter(breaks)
    return Broken(rule.name, among.num_rows, pc.sum(among.column(weight)).as_py() or 0, breaks.null_count)


def _sum(columns: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    total = columns[0]
    for column in columns[1:]:
        total = pc.add(total, column)
    return total


def _bands(table: pa.Table) -> pa.ChunkedArray:
    """Passengers in the bands."""
    return _sum([table.column(name) for name in BANDS])


def _bands_differ(table: pa.Table) -> pa.ChunkedArray:
    return pc.not_equal(pc.add(_bands(table), table.column("excluded")), table.column("passengers"))


def _mean_above_max(table: pa.Table) -> pa.ChunkedArray:
    return pc.greater(table.column("mean_wait"), table.column("max_wait"))


def _mean_outside_bands(table: pa.Table) -> pa.ChunkedArray:
    """The counted passengers' bands leave room for a mean between Σ n·shortest / Σ n and Σ n·longest / Σ n."""
    counted = _bands(table)
    counted = pc.if_else(pc.equal(counted, 0), pa.scalar(None, pa.int64()), counted)
    longest = table.column("max_wait")
    low = _sum([pc.multiply(table.column(name), float(shortest)) for name, (shortest, _) in BANDS.items()])
    high = _sum(
        [pc.multiply(table.column(name), longest if most is None else float(most)) for name, (_, most) in BANDS.items()]
    )
    mean = table.column("mean_wait")
    return pc.or_(
        pc.less(mean, pc.subtract(pc.divide(low, counted), ROUNDED)),
        pc.greater(mean, pc.add(pc.divide(high, counted), ROUNDED)),
    )


def _max_outside_bands(table: pa.Table) -> pa.ChunkedArray:
    """The longest wait lies in the last band that anybody is in; an hour without any is not tried."""
    longest = table.column("max_wait")
    wrong = pa.chunked_array([pa.nulls(table.num_rows, pa.bool_())])
    for name, (shortest, most) in BANDS.items():
        outside = pc.less(longest, float(shortest))
        if most is not None:
            outside = pc.or_(outside, pc.greater(longest, float(most)))
        wrong = pc.if_else(pc.greater(table.column(name), 0), outside, wrong)
    return wrong


def _without(column: str) -> Callable[[pa.Table], pa.ChunkedArray]:
    def breaks(table: pa.Table) -> pa.ChunkedArray:
        return pc.and_(pc.greater(table.column("passengers"), 0), pc.equal(table.column(column), 0))

    return breaks


def _nobody_counted(table: pa.Table) -> pa.ChunkedArray:
    return pc.and_(pc.greater(table.column("passengers"), 0), pc.equal(_bands(table), 0))


WAITING = (
    Rule("bands-do-not-add-up", "waiting", _bands_differ),
    Rule("mean-above-longest", "waiting", _mean_above_max),
    Rule("mean-outside-bands", "waiting", _mean_outside_bands),
    Rule("longest-outside-bands", "waiting", _max_outside_bands),
    Rule("nobody-counted", "waiting", _nobody_counted),
    Rule("no-booth-open", "waiting", _without("booths")),
    Rule("no-flight", "waiting", _without("flights")),
)
"""The rules of `waiting`."""

RULES: Mapping[str, tuple[Rule, ...]] = {"waiting": WAITING}
"""The rules of each dataset that has any."""
