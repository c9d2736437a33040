"""What the waiting page shows of some hours: figures, pictures with their tables, where the hours came from."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import get_language_bidi, pgettext
from django.utils.translation import gettext as _

from arusha.lib.intake import Lake
from arusha.lib.intake.consistency import WAITING, flagged
from arusha.rooms.watch.waiting import waits
from arusha.rooms.watch.waiting.pictures import over_the_day
from arusha.ui import charts

WIDE, NARROW = 560, 330
RECEIVE = "arusha receive waiting FILE --mapping us-cbp-airport-waits"


def minutes(value: float | None, places: int = 1) -> str:
    """Minutes as the reader's language writes them."""
    return "–" if value is None else formats.number_format(round(value, places), places)


def per_cent(share: float | None) -> str:
    """A share as a percentage without its sign."""
    return "–" if share is None else formats.number_format(round(100 * share, 1), 1)


def count(value: int) -> str:
    """A count with its groups of digits."""
    return formats.number_format(value, force_grouping=True)


def hour_words(hour: int) -> str:
    """An hour of the day as a clock shows its start."""
    return f"{hour:02d}:00"


def numeric(*labels: Any) -> list[dict[str, Any]]:
    """Headers of columns of numbers."""
    return [{"label": label, "numeric": True} for label in labels]


def measured(table: pa.Table) -> dict[str, Any]:
    """The large figures."""
    told, shares = waits.whole(table), waits.within(table)
    return {
        "mean": minutes(told.mean, 2),
        "hours": count(told.hours),
        "passengers": count(told.passengers),
        "within_30": per_cent(shares.shares[30]),
        "within_headers": [_("Waited no longer than"), *numeric(_("Share of passengers (%)"))],
        "within_rows": [[_("%(count)d minutes") % {"count": m}, per_cent(s)] for m, s in shares.shares.items()],
        "within_note": _("Of %(count)s passengers whose wait was counted in bands.") % {"count": count(shares.counted)},
    }


def drawn(table: pa.Table) -> dict[str, Any]:
    """The pictures."""
    return {"months": months(table), "day": day(table), "week": week(table)}


def months(table: pa.Table) -> dict[str, Any]:
    """The mean of each month."""
    told = [(first, waited) for first, waited in waits.by_month(table) if waited.mean is not None]
    points = [(first, waited.mean) for first, waited in told]
    return {
        **twice(
            lambda width: charts.line(points, y_title=_("Minutes"), width=width, direction=_direction()),
            _("Mean wait by month"),
        ),
        "headers": [_("Month"), *numeric(_("Mean wait (minutes)"), _("Hours"), _("Passengers"))],
        "rows": [[formats.date_format(first, "YEAR_MONTH_FORMAT"), *_figures(waited)] for first, waited in told],
    }


def day(table: pa.Table) -> dict[str, Any]:
    """The mean of each hour of the day, with what eight passengers in ten had behind it."""
    told = [(hour, waited) for hour, waited in waits.by_hour(table) if waited.mean is not None]
    line = [(hour, waited.mean) for hour, waited in told]
    band = [(hour, waited.p10, waited.p90) for hour, waited in told]

    def picture(width: int) -> Any:
        words = {"x_title": _("Hour of the day"), "y_title": _("Minutes")}
        return over_the_day(line, band, width=width, direction=_direction(), **words)

    headers = (_("Mean wait (minutes)"), _("Hours"), _("Passengers"), "P10", "P50", "P90")
    return {
        **twice(picture, _("Mean wait by hour, and the range of hourly means from P10 to P90")),
        "headers": [_("Hour"), *numeric(*headers)],
        "rows": [[hour_words(hour), *_figures(w), minutes(w.p10), minutes(w.p50), minutes(w.p90)] for hour, w in told],
    }


def week(table: pa.Table) -> dict[str, Any]:
    """The mean by weekday and hour."""
    told = {(d, hour): waited.mean for d, hour, waited in waits.by_weekday_and_hour(table)}
    names, hours = [str(WEEKDAYS[d]) for d in range(7)], [f"{hour:02d}" for hour in range(24)]
    cells = [(names[d], hours[hour], mean) for (d, hour), mean in told.items()]

    def picture(width: int) -> Any:
        words = {"value_title": _("Minutes"), "x_title": _("Hour of the day")}
        return charts.heatmap(cells, columns=hours, rows=names, width=width, direction=_direction(), **words)

    return {
        **twice(picture, _("Mean wait by weekday and hour"), 2 * WIDE),
        "headers": [_("Hour"), *numeric(*names)],
        "rows": [[hour_words(hour), *(minutes(told.get((d, hour))) for d in range(7))] for hour in range(24)],
    }


def halls(table: pa.Table) -> dict[str, Any]:
    """Each port and terminal; its name narrows the page to it."""
    headers = (_("Mean wait (minutes)"), "P90", _("Hours"), _("Passengers"))
    return {
        "hall_headers": [_("Port"), _("Terminal"), *numeric(*headers)],
        "hall_rows": [
            [
                {"text": port, "href": f"?{urlencode({'port': port, 'terminal': terminal})}", "code": True},
                format_html("<bdi>{}</bdi>", terminal),
                minutes(waited.mean, 2),
                minutes(waited.p90),
                count(waited.hours),
                count(waited.passengers),
            ]
            for port, terminal, waited in waits.by_hall(table)
        ],
    }


def rules(table: pa.Table, kept: list[tuple[str, str]]) -> dict[str, Any]:
    """Each rule of consistency with the hours that break it, which its count leads to."""
    asked = f"?{urlencode(kept)}" if kept else ""
    return {
        "rule_headers": [_("What was found"), *numeric(_("Hours"), _("Passengers"), _("Hours not tried"))],
        "rule_rows": [
            [
                rule_words(broken.rule),
                {"text": count(broken.rows), "href": reverse("waiting-rule", args=[broken.rule]) + asked},
                count(broken.weight),
                count(broken.untried),
            ]
            for broken in flagged(WAITING, table, "passengers")
        ],
    }


def rule_words(name: str) -> str:
    """What is found where a rule of consistency is broken."""
    return pgettext("consistency", name)


def received(lake: Lake) -> dict[str, Any]:
    """From which files the hours came, and when; the last one first."""
    files = sorted(lake.manifests("waiting"), key=lambda one: one.received_at, reverse=True)
    if not files:
        return {"received": ""}
    when = formats.date_format(timezone.localtime(files[0].at), "DATETIME_FORMAT")
    said = _("Last received on %(when)s, from the file %(file)s.")
    headers = (_("Hours received"), _("Hours accepted"))
    return {
        "received": format_html(
            said.replace("%(when)s", "{0}").replace("%(file)s", "<bdi>{1}</bdi>"), when, files[0].file
        ),
        "file_headers": [_("File"), _("Received"), _("First day"), _("Last day"), *numeric(*headers)],
        "file_rows": [
            [
                format_html("<bdi>{}</bdi>", one.file),
                formats.date_format(timezone.localtime(one.at), "SHORT_DATETIME_FORMAT"),
                *(one.span or ("", "")),
                count(one.received),
                count(one.accepted),
            ]
            for one in files
        ],
    }


def spanned(table: pa.Table) -> str:
    """The first and the last day of the hours shown."""
    if not table.num_rows:
        return ""
    ends = pc.min_max(table.column("day")).as_py()
    first, last = (formats.date_format(ends[end], "DATE_FORMAT") for end in ("min", "max"))
    return _("Hours from %(first)s to %(last)s.") % {"first": first, "last": last}


def _figures(waited: waits.Waited) -> list[str]:
    return [minutes(waited.mean), count(waited.hours), count(waited.passengers)]


def twice(picture: Callable[[int], Any], title: str, wide_as: int = WIDE) -> dict[str, Any]:
    """A picture for a page and one for a phone, each drawn by `picture` at its width."""
    wide, narrow = (charts.svg(picture(width), label=title, name=str(width)) for width in (wide_as, NARROW))
    return {"title": title, "svg": wide, "narrow": narrow}


def _direction() -> str:
    return "rtl" if get_language_bidi() else "ltr"
