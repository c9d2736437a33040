"""Why an hour stands in the inbox: against its usual waits, and within its day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow.compute as pc
from django.utils import formats
from django.utils.translation import gettext as _

from arusha.flow.inbox.panels import FindingView, Panel
from arusha.flow.inbox.signals import explains
from arusha.rooms.watch.waiting import waits
from arusha.rooms.watch.waiting.detect import ORDINARY
from arusha.rooms.watch.waiting.hours import Hours, hours_of
from arusha.rooms.watch.waiting.own import own_variation
from arusha.rooms.watch.waiting.pictures import over_the_day
from arusha.rooms.watch.waiting.showing import count, hour_words, minutes, numeric, twice
from arusha.rooms.watch.waiting.usual import Usual, usual_of
from arusha.ui import charts

HALF, WHOLE, HEIGHT = 480, 1040, 170
NINETEEN_IN_TWENTY = 1.96  # standard deviations on either side


@dataclass(frozen=True, slots=True)
class Around:
    """The hours of one terminal with what is usual for each, and the place `at` of the hour that was found."""

    hours: Hours
    usual: Usual
    at: int


@explains("waiting-unusual")
def panels(view: FindingView) -> Iterator[Panel]:
    """The hour among its usual waits; its day beside what was usual for each hour; the weeks it was compared with."""
    around = around_of(view)
    if around is not None:
        yield _null(view, around)
        yield _day(view, around)


def around_of(view: FindingView) -> Around | None:
    """The terminal's hours as they stand in the lake; None where the hour is no longer there or cannot be judged."""
    told = view.reasons.get("wait-longer-than-usual") or view.reasons.get("wait-shorter-than-usual")
    if told is None:
        return None
    table = waits.chosen(view.rows_of("waiting", "port_code", [told["port"]]), terminal=told["terminal"])
    day, hour = date.fromisoformat(told["day"]), int(told["hour"][:2])
    if not pc.any(pc.and_(pc.equal(table["day"], day), pc.equal(table["hour"], hour))).as_py():
        return None
    hours = hours_of(table)
    usual = usual_of(hours, weeks=ORDINARY.weeks, shrink=ORDINARY.shrink, own=own_variation(table))
    at = int(np.flatnonzero((hours.day == (day - date(1970, 1, 1)).days) & (hours.hour == hour))[0])
    return Around(hours, usual, at) if usual.tried[at] else None


def compared(around: Around, *, weekday: bool) -> np.ndarray:
    """Places of the same hour on the days around, of the same weekday only or of all; the hour itself left out."""
    hours, at = around.hours, around.at
    apart = np.abs(hours.day - hours.day[at])
    near = (hours.hour == hours.hour[at]) & (apart > 0) & (apart <= 7 * ORDINARY.weeks) & around.usual.tried
    return np.flatnonzero(near & (apart % 7 == 0) if weekday else near)


def draws(around: Around) -> list[float]:
    """What this hour would have taken, had it departed from its usual as the same hour of the days around did."""
    departures = around.usual.departure[compared(around, weekday=False)]
    return np.maximum(np.expm1(around.usual.level[around.at] + departures), 0.0).tolist()


def _null(view: FindingView, around: Around) -> Panel:
    hours, at = around.hours, around.at
    observed, expected = float(hours.minutes[at]), float(around.usual.minutes()[at])
    title = _("This hour among the waits that are usual for it")

    def picture(width: int) -> Any:
        return charts.histogram_with_mark(
            draws(around),
            observed=observed,
            expected=expected,
            observed_label=_("this hour: %(minutes)s") % {"minutes": minutes(observed)},
            expected_label=_("usual: %(minutes)s") % {"minutes": minutes(expected)},
            x_title=_("Mean wait (minutes)"),
            y_title=_("Hours"),
            width=width,
            height=HEIGHT,
            direction=view.direction,
        )

    said = _(
        "The same hour on the days up to %(weeks)d weeks before and after, each brought to the weekday of this hour "
        "and to its number of passengers."
    )
    rows = compared(around, weekday=True)
    return Panel(
        **twice(picture, title, HALF),
        headers=[_("Same weekday and hour"), *numeric(_("Mean wait (minutes)"), _("Passengers"), _("Booths"))],
        rows=[_weekly(hours, i) for i in rows],
        text=said % {"weeks": ORDINARY.weeks},
        place="null",
    )


def _weekly(hours: Hours, i: int) -> list[Any]:
    booths = None if np.isnan(hours.booths[i]) else count(int(hours.booths[i]))
    return [_date(int(hours.day[i])), minutes(float(hours.minutes[i])), count(int(hours.passengers[i])), booths]


def _day(view: FindingView, around: Around) -> Panel:
    hours, usual, at = around.hours, around.usual, around.at
    places = np.flatnonzero((hours.day == hours.day[at]) & usual.tried)
    low = usual.minutes(-NINETEEN_IN_TWENTY * usual.downward)
    high = usual.minutes(NINETEEN_IN_TWENTY * usual.upward)
    title = _("The day, hour by hour, and what is usual for each hour")

    def picture(width: int) -> Any:
        return over_the_day(
            [(int(hours.hour[i]), float(hours.minutes[i])) for i in places],
            [(int(hours.hour[i]), float(low[i]), float(high[i])) for i in places],
            marked=[(int(hours.hour[at]), float(hours.minutes[at]))],
            x_title=_("Hour of the day"),
            y_title=_("Mean wait (minutes)"),
            width=width,
            direction=view.direction,
        )

    middle = usual.minutes()
    headers = (_("Mean wait (minutes)"), _("Usual"), _("Usual, from"), _("Usual, to"), _("Passengers"))
    return Panel(
        **twice(picture, title, WHOLE),
        headers=[_("Hour"), *numeric(*headers)],
        rows=[
            [
                hour_words(int(hours.hour[i])),
                *(minutes(float(one[i])) for one in (hours.minutes, middle, low, high)),
                count(int(hours.passengers[i])),
            ]
            for i in places
        ],
        text=_("%(day)s. The band holds nineteen usual hours in twenty, given how many passengers came.")
        % {"day": _date(int(hours.day[at]))},
    )


def _date(day: int) -> str:
    return formats.date_format(date.fromordinal(date(1970, 1, 1).toordinal() + day), "DATE_FORMAT")
