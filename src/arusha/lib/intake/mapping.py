"""A mapping file: how a source's columns, codes, units, zones and dates become a declared dataset."""

import codecs
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from arusha.lib.datasets import DATASETS, Column, Dataset
from arusha.lib.intake import strict_yaml
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.strict_yaml import place, unknown
from arusha.lib.intake.units import FACTORS
from arusha.lib.seal.chain import canonical

SCALAR_KEYS = ("dataset", "source", "separator", "encoding", "decimal", "zone", "ambiguous", "sheet")
KEYS = (*SCALAR_KEYS, "empty", "columns", "lists", "ignore")
COLUMN_KEYS = ("from", "value", "format", "codes", "unit", "pattern", "empty")
UNIT_KEYS = ("from", "round")
SEPARATORS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


@dataclass(frozen=True, slots=True)
class SourceUnit:
    """The unit that the source counts in; `round`: halves go to the even neighbour where the target is whole."""

    source: str
    round: bool = False


@dataclass(frozen=True, slots=True)
class Take:
    """How one declared column is made: from the column `source`, or the constant `value`; one of them is set.

    `empty`: texts that mean 'nothing', as no text at all does. `pattern`: the value is its one group. `codes`: source's
    code → ours; every code has to be named. `format`: as in strptime. `unit`: what the source counts in.
    """

    source: str | None = None
    value: str | None = None
    format: str | None = None
    codes: Mapping[str, str] | None = None
    unit: SourceUnit | None = None
    pattern: str | None = None
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a mapping file says. A declared column not in `columns` is taken from the source's column of that name.

    `zone`: of times that name none; where it is None such a time is a bad row. `ambiguous`: which of the two moments
    a local time means that a clock change made twice, `earlier` or `later`; None makes it a bad row. `lists`: the
    codes that may occur. `ignore`: columns of the source that are knowingly not taken. `text`: the file as written.
    `sheet`: of a workbook, the one to read; empty where only one holds anything.
    """

    dataset: Dataset
    source: str = ""
    separator: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    zone: str | None = None
    ambiguous: str | None = None
    empty: tuple[str, ...] = ()
    columns: Mapping[str, Take] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    text: str = ""
    sheet: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 in hexadecimal of what the mapping says; remarks, layout and `source` don't count."""
        said = {
            "dataset": self.dataset.name,
            "separator": self.separator,
            "encoding": self.encoding,
            "decimal": self.decimal,
            "zone": self.zone,
            "ambiguous": self.ambiguous,
            "empty": self.empty,
            "columns": {name: asdict(take) for name, take in self.columns.items()},
            "lists": dict(self.lists),
            "ignore": sorted(self.ignore),
            **({"sheet": self.sheet} if self.sheet else {}),
        }
        return hashlib.sha256(canonical(said)).hexdigest()

    def take(self, column: Column) -> Take:
        """How that column is made."""
        return self.columns.get(column.name) or Take(source=column.name, empty=self.empty)


def read_mapping(path: Path) -> Plan:
    """The plan in a mapping file; IntakeError names the line and what may stand there."""
    try:
        return parse_mapping(path.read_text("utf-8"), path.name)
    except OSError as wrong:
        raise IntakeError(
            "mapping", f"cannot be read: {wrong.strerror}", where=str(path), do="name a mapping file"
        ) from None
    except UnicodeDecodeError as wrong:
        raise IntakeError(
            "mapping", f"byte {wrong.start} is not UTF-8", where=path.name, do="save the mapping file as UTF-8"
        ) from None


def parse_mapping(text: str, name: str = "mapping") -> Plan:
    """The plan that `text` says; `name` is what errors call it."""
    said = strict_yaml.entries(strict_yaml.document(text, name), name, KEYS)
    if "dataset" not in said:
        raise IntakeError("mapping", "`dataset:` is missing", where=name, do=f"name one of {', '.join(DATASETS)}")
    dataset = DATASETS.get(strict_yaml.text(said["dataset"], name))
    if dataset is None:
        given = strict_yaml.text(said["dataset"], name)
        raise unknown(given, tuple(DATASETS), "dataset", place(said["dataset"], name))
    empty = strict_yaml.texts(said["empty"], name) if "empty" in said else ()
    plan = Plan(
        dataset=dataset,
        columns=_columns(said, dataset, empty, name),
        lists=_lists(said, dataset, name),
        ignore=strict_yaml.texts(said["ignore"], name) if "ignore" in said else (),
        empty=empty,
        text=text,
        **{key: _SCALARS[key](said[key], name) for key in _SCALARS if key in said},
    )
    _refuse_ignored_and_taken(plan, said, name)
    return plan


def _columns(said: Mapping[str, yaml.Node], dataset: Dataset, empty: tuple[str, ...], name: str) -> Mapping[str, Take]:
    if "columns" not in said:
        return {}
    known = {column.name: column for column in dataset.columns}
    return {
        target: _take(node, known[target], empty, name)
        for target, node in strict_yaml.entries(said["columns"], name, tuple(known)).items()
    }


def _take(node: yaml.Node, column: Column, empty: tuple[str, ...], name: str) -> Take:
    if isinstance(node, yaml.ScalarNode):
        return Take(source=strict_yaml.text(node, name), empty=empty)
    said = strict_yaml.entries(node, name, COLUMN_KEYS)
    if ("from" in said) == ("value" in said):
        raise IntakeError(
            "mapping",
            f"column {column.name!r} needs one of `from` and `value`",
            where=place(node, name),
            do="say `from: Source column`, or `value: constant`",
        )
    if "value" in said and len(said) > 1:
        do = "say the constant as it is to stand in the column"
        raise IntakeError("mapping", f"`value` of {column.name!r} stands alone", where=place(node, name), do=do)
    return Take(
        source=strict_yaml.text(said["from"], name) if "from" in said else None,
        value=strict_yaml.text(said["value"], name) if "value" in said else None,
        format=_format(said["format"], column, name) if "format" in said else None,
        codes=_codes(said["codes"], column, name) if "codes" in said else None,
        unit=_unit(said["unit"], column, name) if "unit" in said else None,
        pattern=_pattern(said["pattern"], name) if "pattern" in said else None,
        empty=strict_yaml.texts(said["empty"], name) if "empty" in said else empty,
    )


def _format(node: yaml.Node, column: Column, name: str) -> str:
    given, where = strict_yaml.text(node, name), place(node, name)
    if column.kind not in ("date", "instant"):
        raise IntakeError("mapping", f"column {column.name!r} is no date or time", where=where, do="leave `format` out")
    hour, minute = (13, 45) if column.kind == "instant" else (0, 0)
    tried = datetime(1987, 10, 24, hour, minute, tzinfo=UTC)
    try:
        told = datetime.strptime(tried.strftime(given), given).replace(tzinfo=UTC)
    except ValueError:
        told = None
    if told != tried:
        needed = "%d, %m, %Y, %H and %M" if column.kind == "instant" else "%d, %m and %Y"
        whole = "a moment" if column.kind == "instant" else "a day"
        what = f"format {given!r} does not say the whole of {whole}"
        raise IntakeError("mapping", what, where=where, do=f"use {needed}")
    return given


def _codes(node: yaml.Node, column: Column, name: str) -> Mapping[str, str]:
    codes = {code: strict_yaml.text(value, name) for code, value in strict_yaml.entries(node, name).items()}
    for ours in codes.values():
        if column.allowed and ours not in column.allowed:
            raise unknown(ours, column.allowed, f"value of {column.name}", place(node, name))
    return codes


def _unit(node: yaml.Node, column: Column, name: str) -> SourceUnit:
    where = place(node, name)
    said = {key: strict_yaml.text(value, name) for key, value in strict_yaml.entries(node, name, UNIT_KEYS).items()}
    if column.unit is None:
        raise IntakeError("mapping", f"column {column.name!r} has no unit", where=where, do="leave `unit` out")
    known = tuple(FACTORS[column.unit.of])
    if said.get("from") not in known:
        raise unknown(said.get("from", ""), known, f"unit for {column.unit.of}", where)
    if said.get("round", "nearest") != "nearest":
        raise unknown(said["round"], ("nearest",), "way to round", where)
    return SourceUnit(said["from"], "round" in said)


def _pattern(node: yaml.Node, name: str) -> str:
    given, where = strict_yaml.text(node, name), place(node, name)
    try:
        groups = re.compile(given).groups
    except re.error as wrong:
        raise IntakeError("mapping", f"pattern {given!r} is no regular expression: {wrong}", where=where) from None
    if groups != 1:
        do = "put brackets round the part to take, (?:…) round others"
        raise IntakeError("mapping", f"pattern {given!r} has {groups} groups and needs one", where=where, do=do)
    return given


def _lists(said: Mapping[str, yaml.Node], dataset: Dataset, name: str) -> Mapping[str, tuple[str, ...]]:
    if "lists" not in said:
        return {}
    known = tuple(dict.fromkeys(column.code for column in dataset.columns if column.code))
    return {key: strict_yaml.texts(node, name) for key, node in strict_yaml.entries(said["lists"], name, known).items()}


def _separator(node: yaml.Node, name: str) -> str:
    given = strict_yaml.text(node, name)
    found = SEPARATORS.get(given, given)
    if len(found) != 1 or found in '"\r\n' or not found.isascii():
        do = 'say one character such as ";", or one of ' + ", ".join(SEPARATORS)
        raise IntakeError("mapping", f"separator {given!r} is not one character", where=place(node, name), do=do)
    return found


def _encoding(node: yaml.Node, name: str) -> str:
    given = strict_yaml.text(node, name)
    try:
        "a".encode(given)
        return codecs.lookup(given).name
    except (LookupError, UnicodeError):
        do = "use a name such as utf-8, windows-1252, iso-8859-1, utf-16"
        raise IntakeError("mapping", f"unknown encoding {given!r}", where=place(node, name), do=do) from None


def _zone(node: yaml.Node, name: str) -> str:
    given = strict_yaml.text(node, name)
    try:
        return ZoneInfo(given).key
    except (KeyError, ValueError, OSError):
        do = "use a name such as Africa/Dar_es_Salaam"
        raise IntakeError("mapping", f"unknown time zone {given!r}", where=place(node, name), do=do) from None


def _word(*allowed: str) -> Callable[[yaml.Node, str], str]:
    def read(node: yaml.Node, name: str) -> str:
        given = strict_yaml.text(node, name)
        if given not in allowed:
            raise unknown(given, allowed, "value", place(node, name))
        return given

    return read


_SCALARS: Mapping[str, Callable[[yaml.Node, str], str]] = {
    "source": strict_yaml.text,
    "separator": _separator,
    "encoding": _encoding,
    "decimal": _word(".", ","),
    "zone": _zone,
    "ambiguous": _word("earlier", "later"),
    "sheet": strict_yaml.text,
}


def _refuse_ignored_and_taken(plan: Plan, said: Mapping[str, yaml.Node], name: str) -> None:
    taken = {take.source for take in plan.columns.values()}
    for column in plan.ignore:
        if column in taken:
            where = place(said["ignore"], name)
            raise IntakeError("mapping", f"column {column!r} is both taken and ignored", where=where, do="drop one")
