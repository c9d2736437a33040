"""What tables, summary lists and timelines are given, brought into the one shape that their templates read.

A cell is a plain value, a piece that `draw` made, or a dict such as ``{"text": …, "href": …}``. A header is its label,
a dict, or what `arusha.ui.lists` made of a column.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import formats

HEADER = {"label": "", "numeric": False, "sort_url": None, "sorted": None, "hidden": False}
CELL = {"text": "", "href": None, "code": False, "numeric": None}
SUMMARY_ROW = {"label": "", "value": "", "href": None, "action": None, "action_for": None}
TIMELINE_ITEM = {"title": "", "when": None, "words": None, "by": None, "text": None, "href": None, "tone": "neutral"}


def prepare_table(values: dict[str, Any]) -> dict[str, Any]:
    """Give every cell the label and the alignment of its column."""
    headers = [_filled(header, HEADER, "label", "header") for header in values["headers"]]
    table = None if values["rows"] is None else [_row(row, headers) for row in values["rows"]]
    return values | {"headers": headers, "rows": table}


def prepare_summary(values: dict[str, Any]) -> dict[str, Any]:
    """Accept rows as dicts or as pairs of label and value."""
    rows = [
        _filled(dict(zip(("label", "value"), row, strict=True)) if _is_pair(row) else row, SUMMARY_ROW, "label", "row")
        for row in values["rows"]
    ]
    return values | {"rows": rows, "with_actions": any(row["href"] for row in rows)}


def prepare_timeline(values: dict[str, Any]) -> dict[str, Any]:
    """Fill the items up with what they left out."""
    return values | {"items": [_filled(item, TIMELINE_ITEM, "title", "item") for item in values["items"]]}


def prepare_hidden(values: dict[str, Any]) -> dict[str, Any]:
    """Accept the hidden values of a form as a dict or as pairs."""
    hidden = values["values"]
    return values | {"values": list(hidden.items() if isinstance(hidden, Mapping) else hidden or ())}


def _row(row: Any, headers: list[dict[str, Any]]) -> dict[str, Any]:
    current = isinstance(row, Mapping) and bool(row.get("current"))
    cells = list(row["cells"] if isinstance(row, Mapping) else row)
    if len(cells) != len(headers):
        raise ValueError(f"a row has {len(cells)} cells under {len(headers)} headers")
    filled = [_filled(cell, CELL, "text", "cell") for cell in cells]
    for cell, header in zip(filled, headers, strict=True):
        cell["label"] = header["label"]
        cell["numeric"] = header["numeric"] if cell["numeric"] is None else cell["numeric"]
        cell["text"] = grouped(cell["text"])
    return {"cells": filled, "current": current}


def grouped(value: Any) -> Any:
    """A whole number with its thousands apart, as the reader's language does it; anything else as it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return formats.number_format(value, use_l10n=True, force_grouping=True)
    return value


def prepare_stat(values: dict[str, Any]) -> dict[str, Any]:
    """A big figure with its thousands apart."""
    return values | {"value": grouped(values["value"])}


def _filled(given: Any, shape: Mapping[str, Any], main: str, what: str) -> dict[str, Any]:
    """A dict with every key of the shape; a plain value stands for its main key."""
    if not isinstance(given, Mapping):
        return {**shape, main: given}
    unknown = set(given) - set(shape)
    if unknown:
        raise ValueError(f"a {what} has no {', '.join(sorted(unknown))}; allowed are: {', '.join(shape)}")
    return {**shape, **given}


def _is_pair(row: Any) -> bool:
    return isinstance(row, Iterable) and not isinstance(row, Mapping | str)
