"""A definition in words: what a page says of it, and what is wrong with one that does not fit."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.rooms.watch.supervision.definition import Condition, Definition, Unfit
from arusha.ui.components import draw

MEASURES: Mapping[str, "str | Promise"] = {
    "count": gettext_lazy("How many rows"),
    "distinct": gettext_lazy("How many different values of a column"),
    "sum": gettext_lazy("The sum of a column"),
    "mean": gettext_lazy("The mean of a column"),
    "share": gettext_lazy("The share of rows that meet conditions"),
}
TESTS: Mapping[str, "str | Promise"] = {
    "=": "=",
    "≠": "≠",
    "<": "<",
    "≤": "≤",
    ">": ">",
    "≥": "≥",
    "empty": gettext_lazy("is empty"),
    "filled": gettext_lazy("is not empty"),
}
PERIODS: Mapping[str, "str | Promise"] = {
    "whole": gettext_lazy("All that was received"),
    "month": gettext_lazy("Each month"),
    "week": gettext_lazy("Each week"),
    "day": gettext_lazy("Each day"),
}
AGAINST: Mapping[str, "str | Promise"] = {
    "number": gettext_lazy("A number"),
    "peers": gettext_lazy("Others like it: so many times as much as they"),
    "before": gettext_lazy("Its own period before: so many times as much as then"),
}
SIDES: Mapping[str, "str | Promise"] = {"least": gettext_lazy("At least"), "most": gettext_lazy("At most")}
EVERY: Mapping[str, "str | Promise"] = {
    "receipt": gettext_lazy("Whenever something was received"),
    "day": gettext_lazy("Once a day"),
    "week": gettext_lazy("Once a week"),
    "month": gettext_lazy("Once a month"),
}
FOUND: Mapping[str, "str | Promise"] = {
    "found": gettext_lazy("With a row there"),
    "missing": gettext_lazy("Without a row there"),
}
WRONG: Mapping[str, "str | Promise"] = {
    "table-unknown": gettext_lazy("There is no such table: %s."),
    "column-unknown": gettext_lazy("No table declares this column: %s."),
    "column-elsewhere": gettext_lazy("This column is of a table that the model does not read: %s."),
    "subjects": gettext_lazy("Choose whom or what the model points at, one or two different columns: %s."),
    "not-a-name": gettext_lazy("This column is a number or a time, and cannot be pointed at or grouped by: %s."),
    "not-a-number": gettext_lazy("This column is no number, and has no sum or mean: %s."),
    "measure-unknown": gettext_lazy("Choose what is measured: %s."),
    "measure-of-nothing": gettext_lazy("Choose the column that is measured (%s)."),
    "share-of-nothing": gettext_lazy("Say what the share is of: a condition is needed (%s)."),
    "test-unknown": gettext_lazy("Choose how the column is compared: %s."),
    "compare-kinds": gettext_lazy("These columns are of different kinds and cannot be compared: %s."),
    "names-a-person": gettext_lazy("%s stands for a person: a model is a rule for all and watches nobody by name."),
    "value": gettext_lazy(
        "This does not read as a value of its column: %s. Days are 2026-01-31; yes and no are true, false."
    ),
    "value-alone": gettext_lazy("Choose the column that this value is compared with: %s."),
    "join-nothing": gettext_lazy("Choose the columns by which rows of %s belong to rows of the first table."),
    "join-itself": gettext_lazy("A table cannot be joined to itself: %s."),
    "join-kinds": gettext_lazy("These columns are of different kinds and cannot be equal: %s."),
    "join-times": gettext_lazy("The times of both tables cannot be compared (%s): leave the hours empty."),
    "no-time": gettext_lazy("%s has no time: it can only be taken as a whole."),
    "before-what": gettext_lazy("To compare with the period before, choose days, weeks or months (%s)."),
    "threshold": gettext_lazy("The threshold does not fit: %s."),
    "comparison-unknown": gettext_lazy("Choose how it is compared: %s."),
    "every-unknown": gettext_lazy("Choose when it runs: %s."),
}


def wrong(unfit: Unfit) -> str:
    """What is wrong with a definition, for whoever composes it."""
    return str(WRONG[unfit.rule]) % unfit.where


def told(asked: Definition) -> list[tuple[Any, Any]]:
    """A definition as label and value."""
    rows: list[tuple[Any, Any]] = [(_("Rows of"), _code(asked.table))]
    if asked.join:
        on = ", ".join(f"{ours} = {theirs}" for ours, theirs in asked.join.on)
        within = _("within %(hours)s hours") % {"hours": _number(asked.join.within)} if asked.join.within else ""
        kind = FOUND["found" if asked.join.found else "missing"]
        rows.append(
            (_("Joined to"), format_html("{} <bdi dir='ltr'>{}</bdi> {} {}", _code(asked.join.table), on, within, kind))
        )
    if asked.where:
        rows.append((_("Only rows where"), _conditions(asked.where)))
    rows += [
        (_("Points at"), _codes(asked.subjects)),
        (_("Measures"), _measured(asked)),
        (_("Over"), PERIODS[asked.period]),
        (_("Held against"), _held(asked)),
        (_("Rows needed to judge"), _number(asked.least)),
    ]
    if asked.measure == "share" and asked.against == "peers":
        rows.append((_("False discoveries allowed"), _number(asked.fdr)))
    return [*rows, (_("Runs"), EVERY[asked.every])]


def _measured(asked: Definition) -> SafeString:
    if asked.measure == "share":
        return format_html("{}: {}", MEASURES["share"], _conditions(asked.share))
    return format_html("{}{}", MEASURES[asked.measure], format_html(": {}", _code(asked.of)) if asked.of else "")


def _held(asked: Definition) -> SafeString:
    beside = format_html(" ({})", _codes(asked.peers)) if asked.against == "peers" and asked.peers else ""
    return format_html("{}{} – {} {}", AGAINST[asked.against], beside, SIDES[asked.side], _number(asked.than))


def _conditions(conditions: Iterable[Condition]) -> SafeString:
    return SafeString("; ".join(_condition(each) for each in conditions))


def _condition(each: Condition) -> SafeString:
    return format_html("<bdi dir='ltr'>{} {} {}</bdi>", each.column, TESTS[each.test], each.than or each.value)


def _code(text: str) -> SafeString:
    return SafeString(draw("bdi", value=text, code=True).strip())


def _codes(texts: Iterable[str]) -> SafeString:
    return SafeString(", ".join(_code(text) for text in texts))


def _number(value: float) -> str:
    return formats.number_format(f"{value:g}", use_l10n=True)
