"""The board in words, tables and pictures."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from arusha.rooms.watch.waiting.board.deciding import LICENCES
from arusha.rooms.watch.waiting.board.pictures import ahead
from arusha.rooms.watch.waiting.board.seen import BEFORE, HallSeen, Seen
from arusha.rooms.watch.waiting.board.service import FEWEST, SPANS, Level
from arusha.rooms.watch.waiting.forecast.telling import STALE, Ahead
from arusha.rooms.watch.waiting.showing import count, hour_words, minutes, numeric, twice

WIDE = 640


def span(low: float, high: float) -> Any:
    """Two numbers with a dash, which read from the left in every language."""
    return format_html('<bdi dir="ltr">{}–{}</bdi>', minutes(low, 0), minutes(high, 0))


def whole(board: Seen) -> dict[str, Any]:
    """What every page of the board says."""
    when = formats.date_format(timezone.localtime(board.at, ZoneInfo(board.zone)), "DATETIME_FORMAT")
    past = _("This page shows the past. It is of %(when)s, the last day received, and does not tell today’s wait.")
    now = _("As of %(when)s, local time (%(zone)s).")
    level = _(
        "The service level is the share of travellers who waited no longer than %(minutes)d minutes, of those whose "
        "wait was counted. The administration’s target is %(goal)d in 100. What is of fewer than %(few)d travellers is "
        "not shown."
    )
    return {
        "past": past % {"when": when} if board.past else "",
        "as_of": "" if board.past else now % {"when": when, "zone": board.zone},
        "level_words": level % {"minutes": board.within, "goal": board.goal, "few": FEWEST},
        "licence": board.licence,
        "licence_href": LICENCES[board.licence],
    }


def listed(board: Seen) -> dict[str, Any]:
    """Every hall in a row."""
    within = _("Within %(minutes)d minutes, %(days)d days (%%)") % _target(board)
    headers = numeric(_("Last hour told (minutes)"), _("That hour began"), _("This hour, expected (minutes)"))
    more = numeric(_("Shortest wait to come, from"), within)
    return {
        "headers": [_("Border point"), *headers, *more],
        "rows": [_row(board, hall) for hall in board.halls],
        "old": [old_words(board, hall) for hall in board.halls if hall.old > STALE and not board.past],
    }


def _row(board: Seen, hall: HallSeen) -> list[Any]:
    nearest = hall.forecast.hours[0] if hall.forecast.hours and hall.forecast.hours[0].minutes else None
    shortest = min(hall.ahead, key=lambda hour: (hour.middle or 0.0, hour.day, hour.hour), default=None)
    address = reverse("waiting-times-port", kwargs={"language": get_language(), "port": hall.port})
    return [
        {"text": hall_words(board, hall), "href": address},
        _told_minutes(hall.last.minutes),
        began(board, hall.last.day, hall.last.hour),
        expected_words(nearest) if nearest else "–",
        hour_words(shortest.hour) if shortest else "–",
        _share(hall.levels["month"]),
    ]


def hall_words(board: Seen, hall: HallSeen) -> Any:
    """The port's name, or its code, and the terminal where the port has several."""
    several = sum(other.port == hall.port for other in board.halls) > 1
    name = board.names.get(hall.port, hall.port)
    return (
        format_html("<bdi>{}</bdi> <bdi>{}</bdi>", name, hall.terminal)
        if several
        else format_html("<bdi>{}</bdi>", name)
    )


def began(board: Seen, day: date, hour: int) -> str:
    """When an hour began: the clock alone where it was on the day of the board."""
    if day == timezone.localtime(board.at, ZoneInfo(board.zone)).date():
        return hour_words(hour)
    return f"{formats.date_format(day, 'SHORT_DATE_FORMAT')} {hour_words(hour)}"


def expected_words(hour: Ahead) -> Any:
    """What is expected, and the range that holds it eight times in ten."""
    low, high = hour.interval(80) or (0.0, 0.0)
    return format_html("{} ({})", minutes(hour.middle, 0), span(low, high))


def old_words(board: Seen, hall: HallSeen) -> Any:
    """How long ago the last hour ended."""
    hours = int(hall.old)
    ago = (
        ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
        if hours < 2 * 24
        else ngettext("%(count)d day ago", "%(count)d days ago", hours // 24) % {"count": hours // 24}
    )
    if hours < 1:
        ago = _("less than an hour ago")
    said = _("%(place)s: the last hour told ended %(ago)s.")
    return format_html(said.replace("%(place)s", "{0}").replace("%(ago)s", "{1}"), hall_words(board, hall), ago)


def one(board: Seen, hall: HallSeen) -> dict[str, Any]:
    """All of one hall."""
    nearest = hall.forecast.hours[0] if hall.forecast.hours else None
    return {
        "name": hall_words(board, hall),
        "last": _told_minutes(hall.last.minutes),
        "last_label": _("Mean wait in the hour from %(hour)s") % {"hour": began(board, hall.last.day, hall.last.hour)},
        "last_unit": "" if hall.last.minutes is None else _("minutes"),
        "next": minutes(nearest.middle, 0) if nearest and nearest.minutes else "–",
        "next_unit": _("minutes") if nearest and nearest.minutes else "",
        "next_label": _("Expected from %(hour)s") % {"hour": hour_words(nearest.hour)} if nearest else _("Expected"),
        "month": _share(hall.levels["month"]),
        "month_label": _("Waited %(minutes)d minutes at most, last %(days)d days") % _target(board),
        "met": _met(board, hall.levels["month"]),
        "old": "" if board.past else old_words(board, hall),
        "stale": hall.old > STALE and not board.past,
        "best": _best(hall),
        "forecast_words": forecast_words(hall),
        **_levels(board, hall),
        "chart": _chart(board, hall),
    }


def forecast_words(hall: HallSeen) -> str:
    """How the forecast was made, or why there is none."""
    forecast = hall.forecast
    if forecast.why == "stale":
        return _("No forecast: the last hour told is more than %(hours)d hours old.") % {"hours": STALE}
    if forecast.why or not hall.ahead:
        return _("No forecast: too few weeks of hours were told.") if forecast.why else _("No traveller is expected.")
    missed = {"miss": minutes(forecast.model_error), "naive": minutes(forecast.naive_error)}
    if forecast.method == "naive":
        said = _(
            "The forecast repeats the same hour of a week before, which missed by %(naive)s minutes on average over "
            "the last weeks; a model was no better (%(miss)s)."
        )
    else:
        said = _(
            "Over the last weeks forecasts missed by %(miss)s minutes on average; the same hour of a week before "
            "missed by %(naive)s."
        )
    return said % missed


def _best(hall: HallSeen) -> str:
    best = hall.best()
    if not best:
        return ""
    hours = ", ".join(f"{hour_words(hour.hour)} ({minutes(hour.middle, 0)})" for hour in best)
    return _("Shortest waits to come, in minutes, by the hour they begin: %(hours)s.") % {"hours": hours}


def _levels(board: Seen, hall: HallSeen) -> dict[str, Any]:
    headers = (_("Travellers counted"), _("Waited %(minutes)d minutes at most (%%)") % _target(board), _("Target (%)"))
    days = {name: _("Last %(days)d days") % {"days": days} for name, days in SPANS.items()}
    return {
        "level_headers": [_("Service level"), _("First day"), _("Last day"), *numeric(*headers)],
        "level_rows": [
            [
                days[name],
                formats.date_format(level.since, "SHORT_DATE_FORMAT"),
                formats.date_format(level.until, "SHORT_DATE_FORMAT"),
                _("fewer than %(few)d") % {"few": FEWEST} if level.counted is None else count(level.counted),
                _share(level),
                str(board.goal),
            ]
            for name, level in hall.levels.items()
        ],
    }


def _chart(board: Seen, hall: HallSeen) -> dict[str, Any]:
    since = timezone.localtime(board.at, ZoneInfo(board.zone)).replace(tzinfo=None) - timedelta(hours=BEFORE)
    told = [one for one in hall.told if one.minutes is not None and _at(one.day, one.hour) >= since]
    hours = hall.ahead
    lines = (
        [(_at(one.day, one.hour), float(one.minutes or 0)) for one in told],
        [(_at(h.day, h.hour), h.middle) for h in hours],
    )
    bands = [[(_at(h.day, h.hour), *(h.interval(share) or ())) for h in hours] for share in (80, 50)]

    def picture(width: int) -> Any:
        return ahead(
            *lines, *bands, y_title=_("Minutes"), width=width, direction="rtl" if get_language_bidi() else "ltr"
        )

    title = _("Mean wait by hour: as told, and as expected")
    text = _("The line is what was told, the broken line what is expected; the bands hold 8 and 5 hours in 10.")
    return {
        **twice(picture, title, WIDE),
        "text": text if hours else "",
        "headers": [_("Hour from"), *numeric(_("Mean wait (minutes)"), _("Expected (minutes)"), _("8 in 10 within"))],
        "rows": [*_told_rows(board, told), *_ahead_rows(board, hours)],
    }


def _told_rows(board: Seen, told: Sequence[Any]) -> list[list[Any]]:
    return [[began(board, one.day, one.hour), minutes(one.minutes, 0), "–", "–"] for one in told]


def _ahead_rows(board: Seen, hours: Sequence[Ahead]) -> list[list[Any]]:
    return [
        [began(board, hour.day, hour.hour), "–", minutes(hour.middle, 0), span(*(hour.interval(80) or (0, 0)))]
        for hour in hours
    ]


def _at(day: date, hour: int) -> datetime:
    """What the clock on the wall shows."""
    return datetime.combine(day, time(hour))


def _told_minutes(value: float | None) -> str:
    return _("too few travellers") if value is None else minutes(value, 0)


def _share(level: Level) -> str:
    """Rounded down, so that a target is never told as met before it is."""
    return "–" if level.share is None else formats.number_format(int(1000 * level.share) / 10, 1)


def _met(board: Seen, level: Level) -> str:
    return "" if level.share is None else "good" if 100 * level.share >= board.goal else "caution"


def _target(board: Seen) -> dict[str, int]:
    return {"minutes": board.within, "days": SPANS["month"]}
