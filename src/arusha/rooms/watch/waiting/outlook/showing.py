"""The outlook of one hall in words, tables and pictures."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from arusha.rooms.watch.waiting.board.pictures import ahead
from arusha.rooms.watch.waiting.forecast import model
from arusha.rooms.watch.waiting.forecast.series import DAY
from arusha.rooms.watch.waiting.forecast.telling import EPOCH, STALE, Ahead, Forecast
from arusha.rooms.watch.waiting.outlook.looking import LATELY, LEAST, MOST, WEEKS, Record
from arusha.rooms.watch.waiting.outlook.pictures import calibration
from arusha.rooms.watch.waiting.showing import count, hour_words, minutes, numeric, per_cent, twice

WIDE, SQUARE = 760, 420


def expected(forecast: Forecast | None, late: bool) -> dict[str, Any]:
    """What is expected, or why nothing is; `late` where it is shown as of the last hour received, which is old."""
    hours = [hour for hour in forecast.hours if hour.minutes] if forecast else []
    said = {"forecast_said": _made(forecast, late), "expected": None}
    if not hours:
        return said
    points = [(_at(hour), hour.middle or 0.0) for hour in hours]
    bands = [[(_at(hour), *(hour.interval(share) or (0.0, 0.0))) for hour in hours] for share in (80, 50)]

    def picture(width: int) -> Any:
        return ahead([], points, *bands, y_title=_("Minutes"), width=width, direction=_direction())

    headers = (_("Expected (minutes)"), *(_("%(share)d in 100 within") % {"share": share} for share in model.INTERVALS))
    rows = [
        [hour_words(hour.hour), minutes(hour.middle), *(_ends(hour.interval(share)) for share in model.INTERVALS)]
        for hour in hours
    ]
    return said | {
        "expected": {
            **twice(picture, _("The mean wait of the hours to come, with the ranges that hold 8 and 5 in 10"), WIDE),
            "headers": [_("Hour"), *numeric(*headers)],
            "rows": rows,
        }
    }


def _made(forecast: Forecast | None, late: bool) -> str:
    if forecast is None:
        return _("No hour that was received has begun yet.")
    when = f"{formats.date_format(forecast.last[0], 'DATE_FORMAT')} {hour_words(forecast.last[1])}"
    if forecast.why:
        return _("No forecast: fewer than eight weeks of hours were received, or too few hours in them.")
    if late:
        said = _(
            "The last hour received began on %(when)s, more than %(hours)d hours ago: this is what was expected then."
        )
        return said % {"when": when, "hours": STALE}
    if forecast.method == "naive":
        return _("The same hour of a week before is given: over the weeks held out, the model was no better.")
    return _("The last hour received began on %(when)s.") % {"when": when}


def held(record: Record) -> dict[str, Any]:
    """How far past forecasts held."""
    told = record.score
    if told is None:
        return {"score": None}
    warned = _(
        "Over the last %(weeks)d weeks the range that should hold 80 waits in 100 held %(share)s: do not rely on it. "
        "The usual causes are a change of service, of how waits are counted, or a holiday season."
    )
    return {
        "score": told,
        "missed": minutes(told.error, 2),
        "naive": minutes(told.naive_error, 2),
        "covered": per_cent(told.covered[80]),
        "covered_tone": "good" if LEAST <= told.covered[80] <= MOST else "bad",
        "warning": warned % {"weeks": LATELY, "share": per_cent(record.lately)} if record.fails else "",
        "score_said": _score_said(record),
        "calibration": _calibration(record),
        **_distances(record),
        **_recent(record),
    }


def _score_said(record: Record) -> str:
    told = record.score
    assert told is not None
    said = _(
        "%(count)s forecasts, one to twelve hours ahead, made again for the last %(weeks)d weeks as they would have "
        "been made then. They missed by %(better)s minutes less than the same hour of a week before (%(low)s to "
        "%(high)s with 95%% confidence). Mean absolute scaled error %(scaled)s, pinball loss %(pinball)s minutes."
    )
    better = dict(zip(("better", "low", "high"), (minutes(value, 2) for value in told.better), strict=True))
    figures = {"scaled": minutes(told.scaled, 2), "pinball": minutes(told.pinball, 2)}
    return said % {"count": count(told.forecasts), "weeks": WEEKS, **better, **figures}


def _calibration(record: Record) -> dict[str, Any]:
    points = [(100 * q, 100 * seen) for q, seen in zip(model.QUANTILES, record.below, strict=True)]

    def picture(width: int) -> Any:
        words = {"x_title": _("Promised (%)"), "y_title": _("Seen (%)")}
        return calibration(points, width=width, direction=_direction(), **words)

    return {
        **twice(picture, _("Waits at or below each quantile: promised and seen"), SQUARE),
        "headers": numeric(_("Promised (%)"), _("Seen (%)")),
        "rows": [
            [formats.number_format(promised, 1), formats.number_format(round(seen, 1), 1)] for promised, seen in points
        ],
    }


def _distances(record: Record) -> dict[str, Any]:
    headers = (_("Forecasts"), _("Missed by (minutes)"), _("A week before missed by"), _("Within the range (%)"))
    return {
        "distance_headers": numeric(_("Hours ahead"), *headers),
        "distance_rows": [
            [str(hours), count(many), minutes(miss, 2), minutes(naive, 2), per_cent(share)]
            for hours, many, miss, naive, share in record.by_distance
        ],
    }


def _recent(record: Record) -> dict[str, Any]:
    low, high = model.INTERVALS[80]
    headers = (_("Expected (minutes)"), _("%(share)d in 100 within") % {"share": 80}, _("Came (minutes)"))
    rows = []
    for place, told, came in reversed(record.recent):
        day = EPOCH + timedelta(days=record.first + place // DAY)
        inside = told[low] <= came + 1e-9 and came <= told[high] + 1e-9
        when = f"{formats.date_format(day, 'SHORT_DATE_FORMAT')} {hour_words(place % DAY)}"
        range_ = _ends((told[low], told[high]))
        rows.append([when, minutes(told[model.MIDDLE]), range_, minutes(came), _("yes") if inside else _("no")])
    return {"recent_headers": [_("Hour"), *numeric(*headers), _("Within the range")], "recent_rows": rows}


def _ends(ends: tuple[float, float] | None) -> Any:
    return format_html('<bdi dir="ltr">{}–{}</bdi>', *(minutes(end) for end in ends)) if ends else "–"


def _at(hour: Ahead) -> datetime:
    return datetime(hour.day.year, hour.day.month, hour.day.day, hour.hour, tzinfo=ZoneInfo("UTC"))


def _direction() -> str:
    return "rtl" if get_language_bidi() else "ltr"
