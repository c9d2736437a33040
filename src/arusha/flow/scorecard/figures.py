"""Declaring a figure: once, with its factor, its unit, which way is better, and the rows behind it.

@figure("actions.on-time", factor=Factor.AUDIT, unit=Unit.PERCENT, better=Better.UP, title=_("…"), says=_("…"))
def on_time(during: Period) -> Value: ...
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.utils.functional import Promise

from arusha.lib.factors import Factor


class Unit(StrEnum):
    """What a figure counts in."""

    COUNT = "count"
    PERCENT = "percent"
    DAYS = "days"
    MINUTES = "minutes"


class Better(StrEnum):
    """Which way is better; NEITHER where a rise may be good news or bad."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to before `end`."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Value:
    """A figure's value over a period: None where there is nothing to count; `of` is how many rows it rests on."""

    value: float | None
    of: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A declared figure. `rows` is the address of a list with the rows behind it, where there is one."""

    name: str
    factor: Factor
    unit: Unit
    better: Better
    title: "str | Promise"
    says: "str | Promise"
    over: Callable[[Period], Value]
    rows: str = ""


FIGURES: dict[str, Figure] = {}
"""Every declared figure by name."""


def figure(
    name: str,
    *,
    factor: Factor,
    unit: Unit,
    better: Better,
    title: "str | Promise",
    says: "str | Promise",
    rows: str = "",
) -> Callable[[Callable[[Period], Value]], Callable[[Period], Value]]:
    """Declare a figure. `says` is its definition in a sentence: what is counted, over what."""

    def declare(over: Callable[[Period], Value]) -> Callable[[Period], Value]:
        FIGURES[name] = Figure(name, factor, unit, better, title, says, over, rows)
        return over

    return declare


def ratio(part: int, whole: int) -> Value:
    """A share in per cent, or nothing where there is no whole."""
    return Value(100 * part / whole if whole else None, whole)


def month_of(day: date) -> Period:
    """The calendar month that holds the day."""
    start = day.replace(day=1)
    return Period(start, (start + timedelta(days=32)).replace(day=1))


def months_to(day: date, count: int) -> Iterator[Period]:
    """The last `count` calendar months, oldest first; the day's own month ends with the day."""
    periods = [Period(month_of(day).start, day + timedelta(days=1))]
    while len(periods) < count:
        periods.append(month_of(periods[-1].start - timedelta(days=1)))
    return reversed(periods)
