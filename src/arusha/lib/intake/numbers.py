"""Texts as numbers and as yes or no, exactly: a fraction is never dropped unless the mapping says to round."""

import re
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from arusha.lib.intake.flaws import Bad, Flaw, by_value

NUMBER = re.compile(r"[+-]?(\d{1,40}\.?\d{0,40}|\.\d{1,40})([eE][+-]?\d{1,3})?", re.ASCII)
FLAGS = {"true": True, "1": True, "false": False, "0": False}
LARGEST = 2**63 - 1
DIGITS = 18  # a text of so many digits always fits in 64 bits


def integers(
    text: pa.Array, decimal: str, factor: Fraction = Fraction(1), round_: bool = False
) -> tuple[pa.Array, list[Flaw]]:
    """Whole numbers (int64, null where not one), each times `factor`; `round_`: to the nearest, halves to the even."""
    if factor == 1 and _all_digits(text):
        return text.cast(pa.int64()), []

    def read(given: str) -> int | Bad:
        value = _fraction(given, decimal)
        if isinstance(value, Bad):
            return value
        scaled = value * factor
        if scaled.denominator != 1 and not round_:
            return Bad("not-whole")
        whole = round(scaled)
        return whole if abs(whole) <= LARGEST else Bad("too-large", {"most": str(LARGEST)})

    return _arrange(text, read, pa.int64())


def numbers(text: pa.Array, decimal: str, factor: Fraction = Fraction(1)) -> tuple[pa.Array, list[Flaw]]:
    """Numbers (float64, null where not one), each times `factor` and rounded once."""
    if factor == 1:
        quick = _quick_numbers(text, decimal)
        if quick is not None:
            return quick, []

    def read(given: str) -> float | Bad:
        value = _fraction(given, decimal)
        if isinstance(value, Bad):
            return value
        try:
            return float(value * factor)
        except OverflowError:
            return Bad("not-a-number")

    return _arrange(text, read, pa.float64())


def flags(text: pa.Array) -> tuple[pa.Array, list[Flaw]]:
    """true, false, 1 or 0 in any case as booleans."""

    def read(given: str) -> bool | Bad:
        found = FLAGS.get(given.casefold())
        return Bad("not-yes-or-no") if found is None else found

    return _arrange(text, read, pa.bool_())


def _arrange(text: pa.Array, read: Callable[[str], object], kind: pa.DataType) -> tuple[pa.Array, list[Flaw]]:
    values, indices, flaws = by_value(text, read)
    return pa.array(values, kind).take(indices), flaws


def _fraction(given: str, decimal: str) -> Fraction | Bad:
    if decimal != ".":
        if "." in given:
            return Bad("not-a-number")
        given = given.replace(decimal, ".")
    return Fraction(given) if NUMBER.fullmatch(given) else Bad("not-a-number")


def _all_digits(text: pa.Array) -> bool:
    longest = pc.max(pc.binary_length(text)).as_py()
    return (longest or 0) <= DIGITS and pc.all(pc.ascii_is_decimal(text)).as_py() is not False


def _quick_numbers(text: pa.Array, decimal: str) -> pa.Array | None:
    if decimal != ".":
        if pc.any(pc.match_substring(text, ".")).as_py():
            return None
        text = pc.replace_substring(text, decimal, ".")
    try:
        found = text.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    return found if np.isfinite(found.drop_null().to_numpy(zero_copy_only=False)).all() else None
