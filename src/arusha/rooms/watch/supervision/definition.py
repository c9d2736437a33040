"""What an analyst composes: which declared table, joined to what, which rows, counted for whom, compared with what.

A definition is plain data. It travels as canonical JSON, and its hash names it; nothing in it is ever run as code.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from arusha.lib.datasets import DATASETS
from arusha.lib.datasets.declaration import Column
from arusha.lib.datasets.fields import Class
from arusha.lib.seal.chain import canonical

MEASURES = ("count", "distinct", "sum", "mean", "share")
TESTS = ("=", "≠", "<", "≤", ">", "≥", "empty", "filled")
PERIODS = ("whole", "month", "week", "day")
EVERY = ("receipt", "day", "week", "month")
AGAINST = ("number", "peers", "before")
SIDES = ("least", "most")
NUMERIC = ("integer", "number")
MOST_CONDITIONS, MOST_SUBJECTS, LONGEST_VALUE = 6, 2, 120
KINDS: Mapping[str, str] = {"officer_id": "officer", "unit_id": "unit", "person_token": "traveller"}
"""The columns whose values are subjects of a kind that the house knows; any other column of a trader is a trader."""


class Unfit(ValueError):
    """A definition that cannot be carried out: `rule` is a stable word, `where` the part it is about."""

    def __init__(self, rule: str, where: str) -> None:
        super().__init__(f"{rule}: {where}")
        self.rule, self.where = rule, where


@dataclass(frozen=True, slots=True)
class Condition:
    """A column compared with a value, or with another column (`than`) of the same kind.

    A row in which the column is empty meets only `empty`: nothing is known of it. A column that stands for a person is
    compared with no value: a model is a rule for all, and never a watch on one.
    """

    column: str
    test: str
    value: str = ""
    than: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """Another table: rows of the first with a row there (`found`), or without one (not `found`).

    `on`: pairs of columns that are equal, ours first. `within`: hours that the times of both may lie apart, or None.
    """

    table: str
    on: tuple[tuple[str, str], ...]
    within: float | None = None
    found: bool = True


@dataclass(frozen=True, slots=True)
class Definition:
    """A supervision model. Columns are named `table.column`.

    For every value of `subjects` and each `period`, the `measure` of the rows that meet `where` is compared: with the
    number `than`; with the same measure of all others of its `peers` columns, of which it is `than` times as much; or
    with the subject's own period before, likewise. Fewer rows than `least` are not judged.
    """

    table: str
    subjects: tuple[str, ...]
    measure: str = "count"
    of: str = ""
    share: tuple[Condition, ...] = ()
    where: tuple[Condition, ...] = ()
    join: Join | None = None
    period: str = "whole"
    against: str = "number"
    side: str = "least"
    than: float = 1.0
    peers: tuple[str, ...] = ()
    least: int = 1
    fdr: float = 0.01
    every: str = "receipt"

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it reads, its own first."""
        return (self.table, self.join.table) if self.join else (self.table,)

    @property
    def digest(self) -> str:
        """SHA-256 of its canonical JSON."""
        return hashlib.sha256(canonical(self.plain())).hexdigest()

    @property
    def kind(self) -> str:
        """The kind of its hits: what its subjects are, such as `officer` or `officer-trader`."""
        return "-".join(kind_of(name) for name in self.subjects)

    def plain(self) -> dict[str, Any]:
        """As it is kept: JSON values, numbers with a fraction as text, so that its hash is the same everywhere."""
        told = asdict(self) | {"than": repr(self.than), "fdr": repr(self.fdr)}
        if self.join and self.join.within is not None:
            told["join"]["within"] = repr(self.join.within)
        return told

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a table that it looks at, as the table names them."""
        named = {name for name in self._named() if name.partition(".")[0] == table}
        found = {name.partition(".")[2] for name in named}
        found |= {time for time in (DATASETS[table].time,) if time}
        if self.join:
            found |= {ours if table == self.table else theirs for ours, theirs in self.join.on}
        return tuple(c.name for c in DATASETS[table].columns if c.name in found)

    def _named(self) -> Iterator[str]:
        yield from (*self.subjects, *self.peers)
        if self.of:
            yield self.of
        for condition in (*self.where, *self.share):
            yield condition.column
            if condition.than:
                yield condition.than


def read(plain: Mapping[str, Any]) -> Definition:
    """A definition from what `plain` gave."""
    told = dict(plain)
    join = told.pop("join", None)
    if join:
        within = float(join["within"]) if join.get("within") is not None else None
        on = tuple((ours, theirs) for ours, theirs in join["on"])
        told["join"] = Join(join["table"], on, within, join.get("found", True))
    told |= {name: float(told[name]) for name in ("than", "fdr") if name in told}
    for name in ("where", "share"):
        told[name] = tuple(Condition(**condition) for condition in told.get(name, ()))
    for name in ("subjects", "peers"):
        told[name] = tuple(told.get(name, ()))
    return Definition(**told)


def column_of(name: str) -> Column:
    """The declared column of a name such as `declarations.lane`; Unfit where nothing declares it."""
    table, _dot, column = name.partition(".")
    try:
        return DATASETS[table].column(column)
    except KeyError:
        raise Unfit("column-unknown", name) from None


def kind_of(name: str) -> str:
    """What a value of the column is as a subject."""
    column = column_of(name)
    if column.name in KINDS:
        return KINDS[column.name]
    return "trader" if column.privacy is Class.TRADE else column.name.removesuffix("_code").removesuffix("_id")


def offered(tables: Sequence[str], kinds: Sequence[str] = ()) -> list[str]:
    """The columns of these tables, of these kinds where some are named."""
    found = [(table, column) for table in tables for column in DATASETS[table].columns]
    return [f"{table}.{column.name}" for table, column in found if not kinds or column.kind in kinds]


def check(asked: Definition) -> None:
    """Raise Unfit naming the first thing that does not fit."""
    for table in asked.tables:
        if table not in DATASETS:
            raise Unfit("table-unknown", table)
    if asked.join:
        _check_join(asked.table, asked.join)
    if not 0 < len(asked.subjects) <= MOST_SUBJECTS or len(set(asked.subjects)) < len(asked.subjects):
        raise Unfit("subjects", ", ".join(asked.subjects) or "–")
    for name in (*asked.subjects, *asked.peers):
        _known(asked, name)
        if column_of(name).kind not in ("token", "text"):
            raise Unfit("not-a-name", name)
    _check_measure(asked)
    for condition in (*asked.where, *asked.share):
        _check_condition(asked, condition)
    _check_comparison(asked)


def _check_join(table: str, join: Join) -> None:
    if not join.on:
        raise Unfit("join-nothing", join.table)
    if join.table == table:
        raise Unfit("join-itself", join.table)
    for ours, theirs in join.on:
        if column_of(f"{table}.{ours}").kind != column_of(f"{join.table}.{theirs}").kind:
            raise Unfit("join-kinds", f"{table}.{ours}, {join.table}.{theirs}")
    if join.within is not None and (join.within <= 0 or not _times_agree(table, join.table)):
        raise Unfit("join-times", join.table)


def _times_agree(ours: str, theirs: str) -> bool:
    times = [(DATASETS[table], DATASETS[table].time) for table in (ours, theirs)]
    kinds = {declared.column(time).kind if time else None for declared, time in times}
    return len(kinds) == 1 and None not in kinds


def _known(asked: Definition, name: str) -> None:
    column_of(name)
    readable = asked.tables if not asked.join or asked.join.found else (asked.table,)
    if name.partition(".")[0] not in readable:
        raise Unfit("column-elsewhere", name)


def _check_measure(asked: Definition) -> None:
    if asked.measure not in MEASURES:
        raise Unfit("measure-unknown", asked.measure)
    if asked.measure in ("distinct", "sum", "mean"):
        if not asked.of:
            raise Unfit("measure-of-nothing", asked.measure)
        _known(asked, asked.of)
        if asked.measure != "distinct" and column_of(asked.of).kind not in NUMERIC:
            raise Unfit("not-a-number", asked.of)
    if asked.measure == "share" and not asked.share:
        raise Unfit("share-of-nothing", asked.measure)


def _check_condition(asked: Definition, condition: Condition) -> None:
    _known(asked, condition.column)
    column = column_of(condition.column)
    if condition.test not in TESTS:
        raise Unfit("test-unknown", condition.test)
    if condition.than:
        _known(asked, condition.than)
        if column_of(condition.than).kind != column.kind:
            raise Unfit("compare-kinds", f"{condition.column}, {condition.than}")
    elif condition.test not in ("empty", "filled"):
        if column.privacy is not Class.OPEN:
            raise Unfit("names-a-person", condition.column)
        value_of(column, condition.value)


def _check_comparison(asked: Definition) -> None:
    if asked.every not in EVERY:
        raise Unfit("every-unknown", asked.every)
    if asked.period not in PERIODS or asked.against not in AGAINST or asked.side not in SIDES:
        raise Unfit("comparison-unknown", f"{asked.period}, {asked.against}, {asked.side}")
    if asked.period != "whole" and DATASETS[asked.table].time is None:
        raise Unfit("no-time", asked.table)
    if asked.against == "before" and asked.period == "whole":
        raise Unfit("before-what", asked.period)
    if not asked.than >= 0 or asked.least < 1 or not 0 < asked.fdr < 1:
        raise Unfit("threshold", str(asked.than))


def value_of(column: Column, text: str) -> object:
    """What was typed as a value of the column's kind; days and moments as ISO 8601. Unfit where it does not read."""
    try:
        if len(text) > LONGEST_VALUE:
            raise ValueError(text)
        match column.kind:
            case "integer":
                return int(text)
            case "number":
                return float(text)
            case "flag":
                return {"true": True, "false": False}[text.strip().lower()]
            case "date":
                return date.fromisoformat(text)
            case "instant":
                return _aware(datetime.fromisoformat(text))
    except (ValueError, KeyError):
        raise Unfit("value", f"{column.name}: {text[:LONGEST_VALUE]}") from None
    if not text or (column.allowed and text not in column.allowed):
        raise Unfit("value", f"{column.name}: {text}")
    return text


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(moment)
    return moment
