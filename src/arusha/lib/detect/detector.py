"""Declaring a detector and its reasons. Its inputs are its signature; its settings are a frozen dataclass."""

import dataclasses
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar, dataclass_transform

import pyarrow as pa

from arusha.lib.datasets import DATASETS, Dataset
from arusha.lib.detect.hits import HITS, Hit, hits_table
from arusha.lib.detect.nulls import Null
from arusha.lib.detect.tables import Table, table_of

Class = TypeVar("Class", bound=type)
UNITS = {"s": "seconds", "m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass_transform(frozen_default=True)
class Params:
    """Settings of a detector: a subclass's annotated fields with defaults, frozen."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True)(cls)


@dataclass_transform(frozen_default=True)
def reason(name: str) -> Callable[[Class], Class]:
    """Declare a reason: a frozen class of facts whose sentence lives in words/*.po under the context 'reason'."""

    def declare(cls: Class) -> Class:
        cls.reason = name  # type: ignore[attr-defined]
        return typing.cast(Class, dataclass(frozen=True)(cls))

    return declare


@dataclass(frozen=True, slots=True)
class Input:
    """One table a detector reads: `dataset` is None where it takes the hits of another detector.

    `columns` of it that the detector looks at; all of them where none are named.
    """

    name: str
    dataset: Dataset | None
    optional: bool
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Detector:
    """A declared detector. `of` is the kind of its hits, or the kinds, comma-separated.

    `one_of`: optional inputs of which at least one must be given.
    """

    name: str
    version: int
    of: tuple[str, ...]
    null: Null
    blind_to: tuple[str, ...]
    inputs: tuple[Input, ...]
    params: type[Params]
    function: Callable[..., Iterable[Hit]]
    one_of: tuple[str, ...] = ()

    def settings(self, given: Mapping[str, str]) -> Params:
        """Parameters from texts such as {'window': '15m', 'fdr': '0.01'}.

        Raises
        ------
        ValueError
            naming the setting that is unknown or does not read, and what is expected.
        """
        hints = typing.get_type_hints(self.params)
        unknown = sorted(set(given) - set(hints))
        if unknown:
            raise ValueError(f"{self.name} has no setting {unknown[0]!r}; it has {', '.join(hints)}")
        return self.params(**{name: _read(name, text, hints[name]) for name, text in given.items()})

    def run(self, inputs: Mapping[str, object], params: Params | None = None) -> pa.Table:
        """Run on frames or `Table`s by input name; hits as a table of schema `HITS`.

        Raises
        ------
        ValueError
            naming the input that is missing or unknown, or the column that does not fit or lacks values.
        """
        names = [i.name for i in self.inputs]
        unknown = sorted(set(inputs) - set(names))
        if unknown:
            raise ValueError(f"{self.name} takes no input {unknown[0]!r}; it takes {', '.join(names)}")
        tables: dict[str, object] = {}
        for wanted in self.inputs:
            frame = inputs.get(wanted.name)
            if frame is None:
                if not wanted.optional:
                    raise ValueError(f"{self.name} needs the input {wanted.name!r}")
                continue
            given = frame if isinstance(frame, Table) else _table(wanted, frame)
            if wanted.dataset is not None:
                given.refuse_gaps(wanted.dataset)
            tables[wanted.name] = given
        if self.one_of and not set(self.one_of) & set(tables):
            raise ValueError(f"{self.name} needs one of the inputs {', '.join(map(repr, self.one_of))}")
        return hits_table(self.name, self.function(**tables, p=params or self.params()))


def detector(
    name: str,
    *,
    of: str | tuple[str, ...],
    null: Null,
    version: int = 1,
    blind_to: tuple[str, ...] = (),
    reads: Mapping[str, tuple[str, ...]] = types.MappingProxyType({}),
    one_of: tuple[str, ...] = (),
) -> Callable[[Callable[..., Iterable[Hit]]], Detector]:
    """Declare a detector: parameters annotated `Table[Row]` are its inputs, the keyword `p` its settings.

    `reads`: the columns that it looks at, by input, where not all: a file of millions is read the sooner. `one_of`:
    optional inputs without any of which there is nothing to look at.
    """

    def declare(function: Callable[..., Iterable[Hit]]) -> Detector:
        hints = typing.get_type_hints(function)
        inputs = []
        for parameter in inspect.signature(function).parameters.values():
            if parameter.name == "p":
                continue
            inputs.append(_input(name, parameter, hints[parameter.name], reads.get(parameter.name, ())))
        kinds = (of,) if isinstance(of, str) else of
        return Detector(name, version, kinds, null, blind_to, tuple(inputs), hints["p"], function, one_of)

    return declare


def _input(detector_name: str, parameter: inspect.Parameter, hint: Any, columns: tuple[str, ...]) -> Input:
    arms = typing.get_args(hint) if typing.get_origin(hint) in (typing.Union, types.UnionType) else (hint,)
    table = next((arm for arm in arms if typing.get_origin(arm) is Table), None)
    if table is None:
        raise TypeError(f"{detector_name}: {parameter.name} must be annotated Table[…], not {hint!r}")
    (row,) = typing.get_args(table)
    declared = None if row is Hit else row.dataset
    if declared is not None:
        for column in columns:
            declared.column(column)
    return Input(parameter.name, declared, type(None) in arms, columns)


def _table(wanted: Input, frame: object) -> Table[Any]:
    if wanted.dataset is not None:
        return table_of(DATASETS[wanted.dataset.name], frame)
    given = frame if isinstance(frame, pa.Table) else pa.table(frame)
    missing = [name for name in HITS.names if name not in given.column_names]
    if missing:
        raise ValueError(f"{wanted.name}: not a file of hits: column {missing[0]!r} is missing")
    return Table(given.select(HITS.names), ())


def _read(name: str, text: str, hint: Any) -> object:
    try:
        if hint is timedelta:
            return _span(text)
        if hint is bool:
            return {"true": True, "false": False, "yes": True, "no": False}[text.lower()]
        return hint(text)
    except (ValueError, KeyError):
        wanted = "a span such as 90s, 15m, 2h, 7d" if hint is timedelta else f"a value of type {hint.__name__}"
        raise ValueError(f"{name}={text!r} does not read: give {wanted}") from None


def _span(text: str) -> timedelta:
    read = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]+)", text.strip())
    if not read:
        raise ValueError(text)
    return timedelta(**{UNITS[read[2]]: float(read[1])})


def fields_of(params: type[Params]) -> tuple[dataclasses.Field[Any], ...]:
    """The settings of a detector, as dataclass fields."""
    return dataclasses.fields(params)  # type: ignore[arg-type]
