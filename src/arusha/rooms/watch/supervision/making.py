"""A definition as a detector: the same contract, runs, evidence and inbox as those that a folder declares."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import chain

import numpy as np
import pyarrow as pa

from arusha.lib.datasets import DATASETS
from arusha.lib.detect import Detector, Hit, Params, Table
from arusha.lib.detect.detector import Input
from arusha.lib.detect.hits import Evidence
from arusha.rooms.watch.supervision.definition import Definition
from arusha.rooms.watch.supervision.judging import Judged, by_certainty, chosen, judged
from arusha.rooms.watch.supervision.question import groups
from arusha.rooms.watch.supervision.reasons import ASKED, BESIDE, MEASURED, Again, ByModel, In

FAMILY = "model"
MOST_HITS = 10_000
"""Findings that a model may make: one that makes more describes a custom, and nobody could look into each."""
BLIND = ("what-the-model-does-not-name", "rows-without-the-subject")


class Composed(Params):
    """`definition`: the hash of the definition, which stands for all that was set."""

    definition: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule asks what is so, not what chance would do: its null leaves the tables as they are."""

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """The same tables."""
        del rng
        return dict(tables)


def made(slug: str, title: str, number: int, asked: Definition) -> Detector:
    """The detector `model:<slug>` of this version."""

    def function(*, p: Composed, **tables: Table[object]) -> Iterator[Hit]:
        del p
        return hits(title, number, asked, tables)

    params: type[Params] = type(
        "Composed", (Composed,), {"__annotations__": {"definition": str}, "definition": asked.digest}
    )
    inputs = tuple(Input(name, DATASETS[name], False, asked.columns(name)) for name in asked.tables)
    return Detector(f"{FAMILY}:{slug}", number, (asked.kind,), Rule(), BLIND, inputs, params, function)


def everyone(asked: Definition, tables: Mapping[str, Table[object]], *, seconds: float | None = None) -> list[Judged]:
    """Every subject and period with rows enough, held against what the model names."""
    return judged(asked, groups(asked, {name: tables[name].data for name in asked.tables}, seconds=seconds))


def found(asked: Definition, tables: Mapping[str, Table[object]]) -> list[Judged]:
    """Every subject and period that the model points at, the surest first."""
    return list(by_certainty(chosen(asked, everyone(asked, tables))))


def hits(title: str, number: int, asked: Definition, tables: Mapping[str, Table[object]]) -> Iterator[Hit]:
    """One hit a subject: its surest period tells why, and the rows of all its periods are the evidence.

    Raises ValueError where there would be more than `MOST_HITS`.
    """
    by_subject: dict[tuple[str, ...], list[Judged]] = {}
    for one in found(asked, tables):
        by_subject.setdefault(one.subjects, []).append(one)
    if len(by_subject) > MOST_HITS:
        raise ValueError(f"the model points at {len(by_subject):,} subjects, more than {MOST_HITS:,}: ask for more")
    for subjects, each in by_subject.items():
        surest = each[0]
        yield Hit(
            kind=asked.kind,
            subjects=subjects,
            span=_span(each),
            support=sum(_counted(asked, one) for one in each),
            expected=sum(one.expected * one.n for one in each) if _by_chance(asked) else math.nan,
            p=surest.p,
            q=surest.q,
            reasons=(ByModel(title, number), *_reasons(asked, surest, len(each))),
            evidence=_evidence(asked, each, tables),
        )


def _by_chance(asked: Definition) -> bool:
    """Whether chance has a say: only in shares held against those of others."""
    return asked.measure == "share" and asked.against == "peers"


def _counted(asked: Definition, one: Judged) -> int:
    """The rows that speak: those that meet the condition of a share, else all of the subject's."""
    return round(one.value * one.n) if asked.measure == "share" else one.n


def _reasons(asked: Definition, one: Judged, periods: int) -> Iterator[object]:
    of = asked.of or (asked.share[0].column if asked.share else asked.table)
    yield MEASURED[asked.measure](_told(one.value), of, one.n)
    if one.period is not None:
        yield In(one.period.isoformat())
    if asked.against == "number":
        yield ASKED[asked.side](_told(asked.than))
    else:
        yield BESIDE[asked.against](_told(one.expected), _told(one.times))
    if periods > 1:
        yield Again(periods)


def _told(value: float) -> float:
    return value if math.isnan(value) else float(f"{value:.6g}")


def _span(each: Iterable[Judged]) -> tuple[datetime, datetime]:
    moments = [_moment(end) for one in each for end in one.span if end is not None]
    return (min(moments), max(moments)) if moments else (datetime(1970, 1, 1, tzinfo=UTC),) * 2


def _moment(end: datetime | date) -> datetime:
    return end.astimezone(UTC) if isinstance(end, datetime) else datetime.combine(end, time(0), UTC)


def _evidence(asked: Definition, each: Iterable[Judged], tables: Mapping[str, Table[object]]) -> tuple[Evidence, ...]:
    each = list(each)
    rows = [chain.from_iterable(one.ours for one in each), chain.from_iterable(one.theirs for one in each)]
    return tuple(ref for name, numbers in zip(asked.tables, rows, strict=False) for ref in tables[name].refs(numbers))
