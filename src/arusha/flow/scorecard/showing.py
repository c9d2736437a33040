"""A figure as a person reads it: its value, its unit, which way it went and whether that is better."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from arusha.flow.scorecard.figures import Better, Figure, Period, Unit, Value, months_to

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure over the last twelve months, oldest first; the last is the month that runs."""

    figure: Figure
    months: tuple[tuple[Period, Value], ...]

    @property
    def now(self) -> Value:
        """The running month."""
        return self.months[-1][1]

    @property
    def before(self) -> Value:
        """The month before it."""
        return self.months[-2][1]


def trend(figure: Figure, today: date) -> Trend:
    """Compute the figure for each of the last twelve months."""
    return Trend(figure, tuple((period, figure.over(period)) for period in months_to(today, MONTHS)))


def unit_words(unit: Unit, value: float | None) -> str:
    """The unit as it stands beside a figure."""
    del value
    return {Unit.PERCENT: "%", Unit.DAYS: _("days"), Unit.MINUTES: _("minutes"), Unit.COUNT: ""}[unit]


def number(value: float | None, unit: Unit) -> str:
    """A value to the digits its unit deserves; a dash where there is nothing to count."""
    if value is None:
        return "–"
    places = {Unit.COUNT: 0, Unit.PERCENT: 0, Unit.DAYS: 1, Unit.MINUTES: 2}[unit]
    return str(formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True))


def stat(told: Trend) -> dict[str, Any]:
    """The attributes of a `stat` for the running month."""
    now, before = told.now.value, told.before.value
    way = "none"
    if now is not None and before is not None:
        way = "flat" if now == before else ("up" if now > before else "down")
    better = told.figure.better
    tone = "neutral" if way in ("none", "flat") or better is Better.NEITHER else ("good" if way == better else "bad")
    return {
        "label": told.figure.title,
        "value": number(now, told.figure.unit),
        "unit": unit_words(told.figure.unit, now) if now is not None else "",
        "trend": way,
        "trend_text": _beside(told),
        "trend_tone": tone,
        "of": told.now.of,
    }


def _beside(told: Trend) -> str:
    """What stands beside the running month: the month before it, or the last month in which there was anything."""
    unit = told.figure.unit
    if told.now.value is not None:
        if told.before.value is None:
            return _("nothing to compare with")
        return _("%(before)s the month before") % {"before": number(told.before.value, unit)}
    for period, value in reversed(told.months):
        if value.value is not None:
            month = formats.date_format(period.start, "YEAR_MONTH_FORMAT")
            return _("nothing this month; %(value)s in %(month)s") % {
                "value": number(value.value, unit),
                "month": month,
            }
    return _("nothing in twelve months")


def table(told: Trend) -> list[Sequence[Any]]:
    """The months with their values and the rows each rests on."""
    return [
        [formats.date_format(period.start, "YEAR_MONTH_FORMAT"), number(value.value, told.figure.unit), value.of]
        for period, value in told.months
    ]
