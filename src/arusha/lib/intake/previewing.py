"""The first rows of a file both ways: as they stand in it, and as a plan would understand them. Nothing is kept."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from arusha.lib.intake.binding import bind
from arusha.lib.intake.mapping import Plan
from arusha.lib.intake.reading import Batch, opened, survey
from arusha.lib.intake.receipt import Reject
from arusha.lib.intake.validate import ROW, check

SHOWN = 5
TRIED = 2_000


@dataclass(frozen=True, slots=True)
class Preview:
    """`given`: the first rows by the file's columns; `understood`: the same by ours, None where a row would be set
    aside. Of the `tried` first rows so many would be `accepted`; `flaws`: the first of each reason and column with how
    often it occurs."""

    names: tuple[str, ...]
    given: tuple[Mapping[str, str], ...]
    understood: tuple[Mapping[str, object] | None, ...]
    tried: int
    accepted: int
    flaws: tuple[tuple[Reject, int], ...]
    not_taken: tuple[str, ...]


def preview(path: Path, plan: Plan, codes: Callable[[str], tuple[str, ...] | None]) -> Preview:
    """Try the plan on the first rows of the file. Raises IntakeError as receiving it would."""
    with opened(path, survey(path, plan.encoding), plan) as source:
        bound = bind(plan, source.names, source.header, path.name, codes)
        named = tuple(name for name in source.names if name)
        batch = next(iter(source.batches(named)), None)
    if batch is None:
        return Preview(named, (), (), 0, 0, (), bound.not_taken)
    batch = _first(batch)
    checked = check(batch, bound)
    rows = {row[ROW]: row for row in checked.accepted.to_pylist()}
    columns = {name: batch.columns[name].slice(0, SHOWN).to_pylist() for name in named}
    numbers = batch.rows[:SHOWN].tolist()
    given = tuple({name: _text(columns[name][at]) for name in named} for at in range(len(numbers)))
    understood = tuple(_without_row(rows[number]) if number in rows else None for number in numbers)
    tried = len(batch.rows) + len(batch.broken)
    return Preview(named, given, understood, tried, checked.accepted.num_rows, _flaws(checked.rejects), bound.not_taken)


def first_rows(path: Path, plan: Plan) -> tuple[tuple[str, ...], list[list[str]]]:
    """The named columns of the file, and its first rows as they stand in it."""
    with opened(path, survey(path, plan.encoding), plan) as source:
        named = tuple(name for name in source.names if name)
        batch = next(iter(source.batches(named)), None)
        if batch is None:
            return named, []
        columns = [batch.columns[name].slice(0, SHOWN).to_pylist() for name in named]
    return named, [[_text(value) for value in row] for row in zip(*columns, strict=True)]


def _first(batch: Batch) -> Batch:
    columns = {name: column.slice(0, TRIED) for name, column in batch.columns.items()}
    rows = batch.rows[:TRIED]
    last = int(rows[-1]) if len(rows) else np.iinfo(np.int64).max
    return Batch(rows, columns, tuple(one for one in batch.broken if one.row <= last))


def _flaws(rejects: pa.Table) -> tuple[tuple[Reject, int], ...]:
    lines = rejects.to_pylist()
    count = Counter((line["column"], line["reason"]) for line in lines)
    first: dict[tuple[str | None, str], Reject] = {}
    for line in lines:
        first.setdefault((line["column"], line["reason"]), Reject(**{**line, "facts": json.loads(line["facts"])}))
    return tuple((first[key], times) for key, times in count.most_common())


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _without_row(row: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in row.items() if name != ROW}
