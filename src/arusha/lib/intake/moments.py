"""Texts as dates and moments. ISO 8601 in its extended form always reads; anything else needs a named format."""

import re
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.intake.flaws import Bad

CLOCK = r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
LOCAL = rf"^\d{{4}}-\d{{2}}-\d{{2}}[T ]{CLOCK}$"
AWARE = rf"^\d{{4}}-\d{{2}}-\d{{2}}[T ]{CLOCK}(Z|[+-]\d{{2}}(:?\d{{2}})?)$"
ISO_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?([Zz]|[+-]\d{2}(:?\d{2})?)?", re.ASCII)
LIKE_A_DATE = re.compile(r"\s*(\d{1,4}[./ -]\d{1,2}[./ -]\d{1,4}|\d{6}|\d{8})\b.*", re.ASCII | re.DOTALL)
PARTS = {"%d": r"\d{2}", "%m": r"\d{2}", "%Y": r"\d{4}", "%H": r"\d{2}", "%M": r"\d{2}", "%S": r"\d{2}"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_date(text: str, format: str | None) -> date | Bad:
    """One day. A time of day may follow only if it is midnight: tables written from data frames hold days like that."""
    if format is not None:
        try:
            return datetime.strptime(text, format).replace(tzinfo=UTC).date()
        except ValueError:
            if _like_iso(format):
                return Bad("not-in-format", {"format": format})
    if iso := ISO_DATE.fullmatch(text):
        try:
            return date.fromisoformat(iso[1])
        except ValueError:
            return Bad("no-such-day", {})
    if ISO_TIME.fullmatch(text):
        return Bad("has-time-of-day", {})
    return _no_date(text, format)


def parse_moment(text: str, format: str | None) -> tuple[int, bool] | Bad:
    """Microseconds since 1970 and whether they are UTC (True) or a local time whose zone is not said (False)."""
    if format is not None:
        try:
            return _microseconds(datetime.strptime(text, format))  # noqa: DTZ007  (the zone is the caller's matter)
        except ValueError:
            if _like_iso(format):
                return Bad("not-in-format", {"format": format})
    if ISO_TIME.fullmatch(text):
        try:
            return _microseconds(datetime.fromisoformat(text.upper()))
        except (ValueError, OverflowError):
            return Bad("no-such-day", {})
    if ISO_DATE.fullmatch(text) and len(text) == 10:
        return Bad("no-time-of-day", {})
    return _no_date(text, format)


def quick_moments(text: pa.Array, format: str | None) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Microseconds since 1970, which of them are UTC, and which were read at all, each (n,); the rest is left to
    `parse_moment`, which gives the same for those read here."""
    moments, aware, read = np.zeros(len(text), np.int64), np.zeros(len(text), bool), np.zeros(len(text), bool)
    whole = _all_zulu(text) if format is None else None
    if whole is not None:
        given = text.is_valid().to_numpy(zero_copy_only=False)
        return whole.cast(pa.int64()).fill_null(0).to_numpy().copy(), given.copy(), given.copy()
    rewritten = _as_iso(text, format) if format is not None else text
    for shape, kind in ((AWARE, pa.timestamp("us", "UTC")), (LOCAL, pa.timestamp("us"))):
        if kind.tz is not None and rewritten is not text:
            continue
        fits = _mask(pc.match_substring_regex(rewritten, shape))
        if not fits.any():
            continue
        try:
            some = rewritten if fits.all() else rewritten.filter(pa.array(fits))
            moments[fits] = some.cast(kind).cast(pa.int64()).to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            continue  # a 30 February among them: one by one
        read |= fits
        aware |= fits & (kind.tz is not None)
    return moments, aware, read


def _all_zulu(text: pa.Array) -> pa.Array | None:
    """All texts as moments where each reads like 2026-01-05T07:12:00Z, the usual case, without looking at each by a
    pattern; else None. Of what Arrow takes for a moment, no other form has 20 characters and ends in Z."""
    lengths = pc.min_max(pc.binary_length(text)).as_py()
    if (lengths["min"], lengths["max"]) != (20, 20) or not pc.all(pc.ends_with(text, "Z")).as_py():
        return None
    try:
        return text.cast(pa.timestamp("us", "UTC"))
    except pa.ArrowInvalid:
        return None  # a 30 February among them: one by one


def _as_iso(text: pa.Array, format: str) -> pa.Array:
    """Texts in a format of plain numbers rewritten as ISO 8601; others become texts that no shape fits."""
    places = re.findall("%.", format)
    if sorted(set(places) - {"%S"}) != ["%H", "%M", "%Y", "%d", "%m"] or len(set(places)) != len(places):
        return pc.if_else(pc.is_valid(text), "", text)
    pieces = re.split("(%.)", format)
    shape = "".join(f"({PARTS[piece]})" if piece in PARTS else re.escape(piece) for piece in pieces)
    at = {piece: f"\\{places.index(piece) + 1}" for piece in places}
    iso = f"{at['%Y']}-{at['%m']}-{at['%d']}T{at['%H']}:{at['%M']}:{at.get('%S', '00')}"
    fits = pc.match_substring_regex(text, f"^{shape}$")
    return pc.if_else(fits, pc.replace_substring_regex(text, f"^{shape}$", iso), pa.scalar(""))


def _mask(values: pa.Array) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = values.fill_null(False).to_numpy(zero_copy_only=False)
    return found


def _microseconds(when: datetime) -> tuple[int, bool]:
    aware = when.tzinfo is not None
    span = (when if aware else when.replace(tzinfo=UTC)) - EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds, aware


def _like_iso(format: str) -> bool:
    """Whether a text in this format could be taken for an ISO 8601 date that it isn't."""
    return format.startswith("%Y-%d")


def _no_date(text: str, format: str | None) -> Bad:
    if format is not None:
        return Bad("not-in-format", {"format": format})
    return Bad("ambiguous-date" if LIKE_A_DATE.fullmatch(text) else "not-a-date", {})
