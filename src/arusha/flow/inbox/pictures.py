"""Pictures that several capabilities show of their findings: against chance, over time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from arusha.flow.inbox.panels import FindingView, Panel
from arusha.flow.inbox.words import shown
from arusha.ui import charts

HALF, WHOLE, PHONE = 480, 1040, 330
"""Widths in pixels: beside the rows, across the page, on a phone."""
ROWS = 200
"""Rows of a picture's table; the whole evidence is a download beside it."""


def local(at: datetime) -> datetime:
    """A moment in the office's zone, as charts take it."""
    return timezone.localtime(at).replace(tzinfo=None)


def against_chance(
    view: FindingView, draws: Sequence[float], *, observed: float, expected: float, counted: str, how: str
) -> Panel:
    """What chance alone gives, as a histogram of `draws`, and what was seen. `counted` names the number line."""
    label = _("Compared with chance")

    def drawn(width: int) -> Any:
        return charts.histogram_with_mark(
            list(draws),
            observed=observed,
            expected=expected,
            observed_label=_("Observed: %(n)s") % {"n": shown(observed)},
            expected_label=_("By chance: %(n)s") % {"n": shown(expected)},
            x_title=counted,
            width=width,
            height=170,
            direction=view.direction,
        )

    return Panel(
        title=label,
        svg=charts.svg(drawn(HALF), label=label, name="chance"),
        narrow=charts.svg(drawn(PHONE), label=label, name="chance-narrow"),
        headers=[_("What"), {"label": counted, "numeric": True}],
        rows=[
            [_("Observed"), observed],
            [_("Mean by chance"), round(expected, 1)],
            [_("Most of %(n)d draws") % {"n": len(draws)}, max(draws, default=0)],
        ],
        text=how,
        place="null",
    )


def crossings_over_time(
    view: FindingView,
    lanes: Sequence[str],
    crossings: Iterable[Mapping[str, Any]],
    shifts: Iterable[Mapping[str, Any]] = (),
) -> Panel:
    """Crossings of travellers as marks, duty shifts of officers as bars behind; one lane a traveller or officer."""
    words = {"in": _("into the country"), "out": _("out of the country")}
    ticks = [(row["person_token"], local(row["crossed_at"]), words[row["direction"]]) for row in crossings]
    spans = [(row["officer_id"], local(row["shift_start"]), local(row["shift_end"])) for row in shifts]
    label = _("Their crossings over time")

    def drawn(width: int) -> Any:
        return charts.timeline(
            lanes, ticks=ticks, spans=spans, span_label=_("duty shift"), width=width, direction=view.direction
        )

    return Panel(
        title=label,
        svg=charts.svg(drawn(WHOLE), label=label, name="time"),
        narrow=charts.svg(drawn(PHONE), label=label, name="time-narrow"),
        headers=[_("Traveller"), _("Crossed at"), _("Direction")],
        rows=[
            [{"text": who, "code": True}, f"{at:%Y-%m-%d %H:%M}", way]
            for who, at, way in sorted(ticks, key=lambda t: t[1])[:ROWS]
        ],
        text=_("With the duty shifts of the officers found on their lane.") if spans else "",
    )
