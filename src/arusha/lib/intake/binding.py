"""A plan meets a file: which source column becomes which declared one, what is not taken, what cannot be checked."""

import csv
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from arusha.lib.datasets import Class, Column
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.mapping import SEPARATORS, Plan, Take


@dataclass(frozen=True, slots=True)
class Bound:
    """A plan for one file. `takes`: declared column → how it is made, None for an optional one that the file lacks.

    `lists`: name of a code list → its codes, for those that are known; `unchecked`: those that are not, with the
    columns that need them; `not_taken`: the source's columns that nothing was made of and that aren't ignored.
    """

    plan: Plan
    takes: Mapping[str, Take | None]
    lists: Mapping[str, pa.Array]
    unchecked: Mapping[str, tuple[str, ...]]
    not_taken: tuple[str, ...]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The source columns to read, each once."""
        return tuple(dict.fromkeys(take.source for take in self.takes.values() if take and take.source is not None))

    @property
    def telling(self) -> frozenset[str]:
        """Those of them that say nothing of a person."""
        columns = {column.name: column for column in self.plan.dataset.columns}
        takes = {take.source: columns[name].privacy for name, take in self.takes.items() if take and take.source}
        return frozenset(source for source, privacy in takes.items() if privacy is Class.OPEN)


def bind(
    plan: Plan, names: tuple[str, ...], header: str | None, where: str, codes: Callable[[str], tuple[str, ...] | None]
) -> Bound:
    """The plan for a file with these columns. `codes` gives a received code list by name, None where there is none.

    Raises IntakeError naming the columns that are needed and missing, or the separator that the header seems to have.
    """
    given = set(names)
    spent = {take.source for take in plan.columns.values()} | set(plan.ignore)
    takes: dict[str, Take | None] = {}
    missing: list[str] = []
    for column in plan.dataset.columns:
        take = plan.take(column)
        mapped = column.name in plan.columns
        if take.source is None or (take.source in given and (mapped or take.source not in spent)):
            takes[column.name] = take
        elif mapped or not column.optional:
            missing.append(take.source)
        else:
            takes[column.name] = None
    if missing:
        _refuse_separator(plan, names, header, where)
        raise _missing(missing, names, where)
    used = {take.source for take in takes.values() if take}
    not_taken = tuple(name for name in names if name not in used and name not in plan.ignore and name)
    lists, unchecked = _lists(plan, takes, codes)
    return Bound(plan, takes, lists, unchecked, not_taken)


def _lists(
    plan: Plan, takes: Mapping[str, Take | None], codes: Callable[[str], tuple[str, ...] | None]
) -> tuple[Mapping[str, pa.Array], Mapping[str, tuple[str, ...]]]:
    lists: dict[str, pa.Array] = {}
    unchecked: dict[str, tuple[str, ...]] = {}
    needed: dict[str, list[Column]] = {}
    for column in plan.dataset.columns:
        if column.code and takes[column.name]:
            needed.setdefault(column.code, []).append(column)
    for name, columns in needed.items():
        known = plan.lists.get(name) or codes(name)
        if known is None:
            unchecked[name] = tuple(column.name for column in columns)
        else:
            lists[name] = pa.array(known, pa.string())
    return lists, unchecked


def _missing(missing: list[str], names: tuple[str, ...], where: str) -> IntakeError:
    hints = []
    for name in missing:
        near = difflib.get_close_matches(name.casefold(), [given.casefold() for given in names], 1)
        meant = next((given for given in names if near and given.casefold() == near[0]), None)
        hints.append(repr(name) + (f" (is it {meant!r}?)" if meant else ""))
    what = f"no column {', '.join(hints)}; the file has {', '.join(names) or 'no columns'}"
    do = "say in a mapping which column it is: `columns: {ours: theirs}`"
    return IntakeError("missing-column", what, where=where, do=do)


def _refuse_separator(plan: Plan, names: tuple[str, ...], header: str | None, where: str) -> None:
    if header is None:
        return
    wanted = {plan.take(column).source for column in plan.dataset.columns}
    found = len(wanted & set(names))
    for word, other in SEPARATORS.items():
        if other == plan.separator:
            continue
        cells = next(csv.reader([header.strip("\r\n")], delimiter=other), [])
        if len(wanted & {cell.strip() for cell in cells}) > found:
            what = f"the header is separated by {word} ({other!r}), not {plan.separator!r}"
            raise IntakeError("wrong-separator", what, where=where, do=f"say separator: {word} in the mapping")
