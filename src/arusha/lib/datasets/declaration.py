"""Reading a declared table into a `Dataset`: its columns, key, time, rules and Arrow schema."""

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import pyarrow as pa

from arusha.lib.datasets.fields import AtLeast, AtMost, Class, Code, Element, Personal, Token, Unit

ARROW: Mapping[str, pa.DataType] = {
    "token": pa.string(),
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
}
"""A column's kind, and how it lies in memory and in Parquet."""

KINDS: Mapping[object, str] = {
    Token: "token",
    str: "text",
    int: "integer",
    float: "number",
    bool: "flag",
    date: "date",
    datetime: "instant",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column as declared: its kind is a key of `ARROW`; `allowed` is empty where any value will do."""

    name: str
    kind: str
    optional: bool
    meaning: str
    allowed: tuple[str, ...] = ()
    code: str | None = None
    least: float | None = None
    most: float | None = None
    unit: Unit | None = None
    privacy: Class = Class.OPEN
    element: Element = field(default_factory=Element)

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type of the column."""
        return ARROW[self.kind]


@dataclass(frozen=True, slots=True)
class Dataset:
    """A declared table. `ordered` names pairs of columns of which the first must come before the second."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    time: str | None
    ordered: tuple[tuple[str, str], ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, columns in the order of declaration."""
        return pa.schema([pa.field(c.name, c.arrow, nullable=c.optional) for c in self.columns])

    def column(self, name: str) -> Column:
        """The column of that name; KeyError names the ones there are."""
        for candidate in self.columns:
            if candidate.name == name:
                return candidate
        raise KeyError(f"{self.name} has no column {name!r}; it has {', '.join(c.name for c in self.columns)}")


def dataset(
    name: str, *, key: tuple[str, ...], time: str | None = None, ordered: tuple[tuple[str, str], ...] = ()
) -> Callable[[type], type]:
    """Declare a table: the class's annotations are its columns, its docstring the meaning.

    `key` names the columns that together identify a row, `time` the column that orders it. The class gains an attribute
    `dataset`.
    """

    def declare(cls: type) -> type:
        hints = typing.get_type_hints(cls, include_extras=True)
        columns = tuple(_column(cls, column, hint) for column, hint in hints.items())
        known = {column.name for column in columns}
        named = {*key, *((time,) if time else ()), *(side for pair in ordered for side in pair)}
        if named - known:
            raise TypeError(f"dataset {name!r} names columns it does not declare: {sorted(named - known)}")
        cls.dataset = Dataset(name, (cls.__doc__ or "").strip(), columns, key, time, ordered)  # type: ignore[attr-defined]
        return cls

    return declare


def declared_as(cls: type) -> Dataset:
    """The `Dataset` that a declared class carries."""
    found: Dataset = cls.dataset  # type: ignore[attr-defined]
    return found


def _column(cls: type, name: str, hint: object) -> Column:
    notes: tuple[object, ...] = ()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *rest = typing.get_args(hint)
        notes = tuple(rest)
    hint, optional = _without_none(hint)
    allowed = tuple(str(value) for value in typing.get_args(hint)) if typing.get_origin(hint) is typing.Literal else ()
    kind = "text" if allowed else KINDS.get(hint)
    if kind is None:
        raise TypeError(f"{cls.__name__}.{name}: {hint!r} is not a kind of column; use one of {list(ARROW)}")
    said = {type(note): note for note in notes}
    personal, code, least = said.get(Personal), said.get(Code), said.get(AtLeast)
    element, most, unit = said.get(Element), said.get(AtMost), said.get(Unit)
    return Column(
        name=name,
        kind=kind,
        optional=optional,
        meaning=str(said.get(str, "")),
        allowed=allowed,
        code=code.of if isinstance(code, Code) else None,
        least=least.least if isinstance(least, AtLeast) else None,
        most=most.most if isinstance(most, AtMost) else None,
        unit=unit if isinstance(unit, Unit) else None,
        privacy=personal.cls if isinstance(personal, Personal) else Class.OPEN,
        element=element if isinstance(element, Element) else Element(),
    )


def _without_none(hint: object) -> tuple[object, bool]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [arm for arm in typing.get_args(hint) if arm is not type(None)]
        if len(rest) == 1:
            return rest[0], True
    return hint, False
