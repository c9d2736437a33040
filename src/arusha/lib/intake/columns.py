"""One column: the source's texts, or typed values, as the kind that is declared, and what is wrong with the others."""

import re
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.datasets import Column
from arusha.lib.intake import moments, zones
from arusha.lib.intake.binding import Bound
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.flaws import Bad, Flaw, by_value, flawed
from arusha.lib.intake.mapping import Take
from arusha.lib.intake.numbers import flags, integers, numbers
from arusha.lib.intake.units import EXPONENTS, FACTORS

Read = tuple[pa.Array, list[Flaw]]
"""Typed values (n,), null where there is none, and the flaws by place."""


def constant(column: Column, take: Take, bound: Bound, count: int) -> pa.Array:
    """The mapping's constant `count` times; IntakeError where it won't do, since then it does for no row."""
    values, flaws = read_column(pa.array([take.value], pa.string()), column, take, bound, {})
    if flaws:
        reason = flaws[0].bad.reason
        what = f"the constant {take.value!r} of column {column.name!r} won't do ({reason})"
        raise IntakeError("mapping", what, where="mapping", do="mend the constant")
    return pa.repeat(values[0], count)


def read_column(given: pa.Array, column: Column, take: Take, bound: Bound, typed: Mapping[str, pa.Array]) -> Read:
    """The values of one column; `typed` holds the columns already read, for an amount needs its currency."""
    plain = _plain(given, take.source or column.name)
    found = _from_typed(plain, column, take, bound)
    nothing = plain
    if found is None:
        nothing = _without_empty(_as_text(plain, take.source or column.name), take)
        found = _from_text(nothing, column, take, bound, _exponents(column, take, typed))
    values, flaws = found
    if not column.optional:
        flaws = flaws + flawed(pc.is_null(nothing), Bad("missing"))
    return values, flaws + _bounds(values, column)


def _plain(given: pa.Array, name: str) -> pa.Array:
    kind = given.type
    if pa.types.is_dictionary(kind):
        given, kind = given.cast(kind.value_type), kind.value_type
    if pa.types.is_null(kind):
        return pa.nulls(len(given), pa.string())
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return given.cast(pa.timestamp("us", "UTC"), safe=False)
    return _as_text(given, name) if _texty(kind) else given


def _texty(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_string_view(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
    )


def _as_text(given: pa.Array, name: str) -> pa.Array:
    try:
        return given.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as wrong:
        what = f"column {name!r} holds {given.type} that is no text: {wrong}"
        raise IntakeError("not-a-table", what, do="write it as text, numbers or times") from None


def _without_empty(text: pa.Array, take: Take) -> pa.Array:
    """Spaces around a value are not part of it; what is then empty, or one of the mapping's words for it, is null."""
    trimmed = pc.utf8_trim_whitespace(text)
    nothing = pc.is_in(trimmed, value_set=pa.array(["", *take.empty], pa.string()))
    return pc.if_else(nothing, pa.scalar(None, pa.string()), trimmed)


def _from_typed(given: pa.Array, column: Column, take: Take, bound: Bound) -> Read | None:
    """Values that are of the declared kind already; None where they have to go by way of text."""
    kind, types = given.type, pa.types
    if take.codes is not None or take.pattern is not None or take.unit is not None:
        return None
    match column.kind:
        case "integer" if types.is_signed_integer(kind):
            return given.cast(pa.int64()), []
        case "number" if types.is_integer(kind) or types.is_floating(kind):
            return _finite(given.cast(pa.float64(), safe=False))
        case "flag" if types.is_boolean(kind):
            return given, []
        case "date" if types.is_date32(kind):
            return given, []
        case "instant" if types.is_timestamp(kind):
            micros = given.cast(pa.timestamp("us", kind.tz), safe=False).cast(pa.int64())
            read = micros.is_valid().to_numpy(zero_copy_only=False)
            aware = np.full(len(given), kind.tz is not None)
            return _in_utc(micros.fill_null(0).to_numpy().copy(), aware, read, [], bound)
    return None


def _finite(values: pa.Array) -> Read:
    wrong = pc.invert(pc.is_finite(values))
    return pc.if_else(wrong, pa.scalar(None, pa.float64()), values), flawed(wrong, Bad("not-a-number"))


def _from_text(text: pa.Array, column: Column, take: Take, bound: Bound, exponents: NDArray[np.int64] | None) -> Read:
    flaws: list[Flaw] = []
    if take.pattern is not None:
        text, found = _cut(text, take.pattern)
        flaws += found
    if take.codes is not None:
        text, found = _recoded(text, take)
        flaws += found
    values, found = _kind(text, column, take, bound, exponents)
    return values, flaws + found


def _kind(text: pa.Array, column: Column, take: Take, bound: Bound, exponents: NDArray[np.int64] | None) -> Read:
    decimal = bound.plan.decimal
    match column.kind:
        case "integer" if exponents is not None:
            return _minor_units(text, decimal, exponents, take)
        case "integer":
            return integers(text, decimal, _factor(column, take), take.unit is not None and take.unit.round)
        case "number":
            return numbers(text, decimal, _factor(column, take))
        case "flag":
            return flags(text)
        case "date":
            values, indices, flaws = by_value(text, lambda given: moments.parse_date(given, take.format))
            return pa.array(values, pa.date32()).take(indices), flaws
        case "instant":
            return _instants(text, take, bound)
        case _:
            return _texts(text, column, bound)


def _texts(text: pa.Array, column: Column, bound: Bound) -> Read:
    flaws = flawed(pc.match_substring(text, "\0"), Bad("nul-byte")) if _holds_nul(text) else []
    if column.allowed:
        wrong = pc.invert(pc.is_in(text, value_set=pa.array([*column.allowed, None], pa.string())))
        flaws += flawed(wrong, Bad("not-allowed", {"allowed": ", ".join(column.allowed)}))
    known = bound.lists.get(column.code) if column.code else None
    if known is not None:
        wrong = pc.and_(pc.is_valid(text), pc.invert(pc.is_in(text, value_set=known)))
        flaws += flawed(wrong, Bad("unknown-code", {"list": column.code, "codes": len(known)}))
    return text, flaws


def _instants(text: pa.Array, take: Take, bound: Bound) -> Read:
    micros, aware, read = moments.quick_moments(text, take.format)
    flaws: list[Flaw] = []
    rest = np.flatnonzero(~read & text.is_valid().to_numpy(zero_copy_only=False))
    if len(rest):
        values, indices, found = by_value(
            text.take(pa.array(rest)), lambda given: moments.parse_moment(given, take.format)
        )
        flaws = [Flaw(rest[flaw.at], flaw.bad) for flaw in found]
        for place, index in zip(rest.tolist(), indices.to_pylist(), strict=True):
            value = values[index]
            if value is not None:
                micros[place], aware[place] = value
                read[place] = True
    return _in_utc(micros, aware, read, flaws, bound)


def _in_utc(
    micros: NDArray[np.int64], aware: NDArray[np.bool_], read: NDArray[np.bool_], flaws: list[Flaw], bound: Bound
) -> Read:
    plan, naive = bound.plan, np.flatnonzero(read & ~aware)
    wrong = np.zeros(len(micros), bool)
    if len(naive) and plan.zone is None:
        flaws = [*flaws, Flaw(naive, Bad("naive-time"))]
        wrong[naive] = True
    elif len(naive) and plan.zone is not None:
        micros[naive], twice, never = zones.to_utc(micros[naive], plan.zone, plan.ambiguous)
        twice &= plan.ambiguous is None
        for places, reason in ((naive[twice], "clock-change"), (naive[never], "nonexistent-time")):
            if len(places):
                flaws = [*flaws, Flaw(places, Bad(reason, {"zone": plan.zone}))]
                wrong[places] = True
    return pa.array(micros, mask=~read | wrong).cast(pa.timestamp("us", "UTC")), flaws


def _minor_units(text: pa.Array, decimal: str, exponents: NDArray[np.int64], take: Take) -> Read:
    """Amounts in major units, each times ten to the power of its currency's exponent (-1: no currency is known)."""
    given = text.is_valid().to_numpy(zero_copy_only=False)
    flaws = flawed(pa.array(given & (exponents < 0)), Bad("no-currency"))
    values = np.zeros(len(text), np.int64)
    read = np.zeros(len(text), bool)
    for exponent in np.unique(exponents[exponents >= 0]).tolist():
        mine = np.flatnonzero(exponents == exponent)
        some = text.take(pa.array(mine))
        found, wrong = integers(some, decimal, Fraction(10**exponent), take.unit is not None and take.unit.round)
        flaws += [Flaw(mine[flaw.at], flaw.bad) for flaw in wrong]
        read[mine] = found.is_valid().to_numpy(zero_copy_only=False)
        values[mine] = found.fill_null(0).to_numpy()
    return pa.array(values, mask=~read), flaws


def _exponents(column: Column, take: Take, typed: Mapping[str, pa.Array]) -> NDArray[np.int64] | None:
    if take.unit is None or take.unit.source != "major" or column.unit is None or column.unit.currency is None:
        return None
    currencies = typed[column.unit.currency]
    return np.fromiter((EXPONENTS.get(code, -1) for code in currencies.to_pylist()), np.int64, len(currencies))


def _factor(column: Column, take: Take) -> Fraction:
    if take.unit is None or column.unit is None:
        return Fraction(1)
    return FACTORS[column.unit.of][take.unit.source] or Fraction(1)


def _cut(text: pa.Array, pattern: str) -> Read:
    shape = re.compile(pattern)

    def read(given: str) -> str | Bad:
        found = shape.fullmatch(given)
        return found[1] if found and found[1] is not None else Bad("not-in-pattern", {"pattern": pattern})

    values, indices, flaws = by_value(text, read)
    return pa.array(values, pa.string()).take(indices), flaws


def _recoded(text: pa.Array, take: Take) -> Read:
    codes = take.codes or {}
    unnamed = Bad("unmapped-code", {"codes": ", ".join(codes)})
    values, indices, flaws = by_value(text, lambda given: codes.get(given, unnamed))
    return pa.array(values, pa.string()).take(indices), flaws


def _bounds(values: pa.Array, column: Column) -> list[Flaw]:
    flaws: list[Flaw] = []
    if column.least is not None:
        flaws += flawed(pc.less(values, column.least), Bad("too-small", {"least": f"{column.least:g}"}))
    if column.most is not None:
        flaws += flawed(pc.greater(values, column.most), Bad("too-large", {"most": f"{column.most:g}"}))
    return flaws


def _holds_nul(text: pa.Array) -> bool:
    """Whether some value may hold a NUL character; looks at the bytes, so it costs next to nothing."""
    data = text.buffers()[2]
    return data is not None and not np.frombuffer(data, np.uint8).all()
