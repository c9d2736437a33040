"""How a file differs in shape from the last one of its source: its columns, kinds of value, codes, and time zone."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from arusha.lib.intake.manifest import Manifest
from arusha.lib.intake.mapping import parse_mapping
from arusha.lib.intake.reading import Batch

FIRST = 2_000
MOST_CODES = 30
"""Of a column with more different values among the first rows, the values are no codes."""
KINDS: Sequence[tuple[str, re.Pattern[str]]] = (
    ("integer", re.compile(r"[+-]?\d{1,18}")),
    ("number", re.compile(r"[+-]?\d*[.,]?\d+([eE][+-]?\d+)?")),
    ("day", re.compile(r"\d{4}-\d{2}-\d{2}")),
    ("moment with zone", re.compile(r"\d{4}-\d{2}-\d{2}[T ][\d:.]+(Z|[+-]\d{2}(:?\d{2})?)")),
    ("moment without zone", re.compile(r"\d{4}-\d{2}-\d{2}[T ][\d:.]+")),
    ("day or moment otherwise", re.compile(r"\d{1,4}[./]\d{1,2}[./]\d{1,4}( [\d:]+)?")),
)


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference: `what` is column-new, column-gone, kind, codes or zone; `before` and `now` as told to people."""

    what: str
    column: str
    before: str = ""
    now: str = ""


def first_of(batch: Batch) -> dict[str, list[str]]:
    """The first values of each column of a batch, as texts."""
    first = {name: column.slice(0, FIRST) for name, column in batch.columns.items()}
    plain = {
        name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
        for name, column in first.items()
    }
    return {name: column.cast(pa.string()).drop_null().to_pylist() for name, column in plain.items()}


def shape(values: Mapping[str, Sequence[str]], telling: Collection[str]) -> dict[str, dict[str, object]]:
    """Of each column the kind of its first values; of those that are `telling`, for they say nothing of a person, the
    values themselves where they are few: codes."""
    found: dict[str, dict[str, object]] = {}
    for name, given in values.items():
        distinct = sorted({value.strip() for value in given if value.strip()})
        kind = next((kind for kind, form in KINDS if distinct and all(form.fullmatch(v) for v in distinct)), "text")
        found[name] = {"kind": kind if distinct else ""}
        if name in telling and kind == "text" and 0 < len(distinct) <= MOST_CODES and len(distinct) * 3 <= len(given):
            found[name]["codes"] = distinct
    return found


def last_of_source(received: Sequence[Manifest], now: Manifest) -> Manifest | None:
    """The last file before that came from the same source: whose mapping names it so, or had the same mapping."""
    mine = [one for one in received if one.columns and one.manifest != now.manifest and not one.corrects]
    mine = [one for one in mine if source_of(one) == source_of(now) and one.received_at <= now.received_at]
    return max(mine, key=lambda one: one.received_at, default=None)


def source_of(manifest: Manifest) -> str:
    """What tells the source: the name that its mapping gives it; all files without one are of one source."""
    return parse_mapping(manifest.mapping).source if manifest.mapping else ""


def drift(before: Manifest, now: Manifest) -> Iterator[Drift]:
    """Every difference in shape between two files of a source, by column."""
    old, new = before.columns, now.columns
    yield from (Drift("column-new", name) for name in new if name not in old)
    yield from (Drift("column-gone", name) for name in old if name not in new)
    for name in (name for name in new if name in old):
        was, is_ = old[name], new[name]
        if was["kind"] and is_["kind"] and was["kind"] != is_["kind"]:
            yield Drift("kind", name, str(was["kind"]), str(is_["kind"]))
        codes = [code for code in _codes(is_) if code not in _codes(was)] if _codes(was) else []
        if codes:
            yield Drift("codes", name, ", ".join(_codes(was)), ", ".join(codes))
    zones = [(parse_mapping(one.mapping).zone or "") if one.mapping else "" for one in (before, now)]
    if zones[0] != zones[1]:
        yield Drift("zone", "", zones[0] or "–", zones[1] or "–")


def _codes(column: Mapping[str, object]) -> list[str]:
    codes = column.get("codes")
    return [str(code) for code in codes] if isinstance(codes, list) else []
