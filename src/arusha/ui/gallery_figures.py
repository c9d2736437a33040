"""The charts of the gallery: each kind once, wide and narrow, from invented numbers."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from arusha.ui import charts

WIDE = 790
PANEL = 384
PHONE = 330


def figures() -> dict[str, Any]:
    """For each chart its drawings and the rows of its table."""
    side = "rtl" if get_language_bidi() else "ltr"
    kinds: list[tuple[str, Callable[..., dict[str, Any]], str, int]] = [
        ("null", _null, _("Compared with chance"), PANEL),
        ("network", _network, _("Who crosses with whom"), PANEL),
        ("lanes", _lanes, _("Crossings against shifts"), WIDE),
        ("wait", _wait, _("Waiting time"), WIDE),
        ("bars", _bars, _("Findings by office"), WIDE),
        ("heat", _heat, _("Waiting by hour and weekday"), WIDE),
    ]
    shown: dict[str, Any] = {}
    for key, spec, label, width in kinds:
        shown[f"{key}_svg"] = charts.svg(spec(width, side), label=label)
        shown[f"{key}_narrow"] = charts.svg(spec(PHONE, side), label=label, name="narrow")
    return shown | {
        "null_rows": [(_("Observed"), 41), (_("Expected"), 3.3)],
        "wait_rows": [(month, round(minutes, 1)) for month, minutes in _trend()],
        "bars_rows": _offices(),
    }


def _null(width: int, side: str) -> dict[str, Any]:
    chance = random.Random(7)
    return charts.histogram_with_mark(
        [sum(chance.random() < 0.055 for _toss in range(60)) for _draw in range(2000)],
        observed=41,
        expected=3.3,
        observed_label=_("Observed: %(number)s") % {"number": 41},
        expected_label=_("Expected: %(number)s") % {"number": 3.3},
        x_title=_("Times together"),
        y_title=_("Draws"),
        width=width,
        height=200,
        direction=side,
    )


def _trend() -> list[tuple[date, float]]:
    chance = random.Random(3)
    return [
        (date(2026 + place // 12, place % 12 + 1, 1), 22 - place * 0.6 + chance.uniform(-1.6, 1.6))
        for place in range(18)
    ]


def _wait(width: int, side: str) -> dict[str, Any]:
    trend = _trend()
    band = [(month, 14 - place * 0.2, 24 - place * 0.2) for place, (month, _value) in enumerate(trend)]
    words = {"target_label": _("Target"), "y_title": _("Minutes")}
    return charts.line(trend, band=band, target=11, width=width, direction=side, **words)


def _offices() -> list[tuple[str, float]]:
    return [(_("North gate"), 42), (_("South gate"), 17), (_("Harbour"), 8)]


def _bars(width: int, side: str) -> dict[str, Any]:
    return charts.bars(_offices(), mark=_("North gate"), width=width, direction=side)


def _lanes(width: int, side: str) -> dict[str, Any]:
    chance = random.Random(11)
    start = datetime(2027, 3, 1)  # noqa: DTZ001 - the wall clock of the office
    travellers = [f"T-{number}" for number in (4411, 4412, 4417, 4420)]
    days = sorted(chance.sample(range(40), 13))
    ticks = [
        (who, start + timedelta(days=day, hours=9 + 8 * (turn % 2)), _("Out") if turn % 2 else _("In"))
        for turn, day in enumerate(days)
        for who in travellers
        if chance.random() > 0.15
    ]
    spans = [("OFF-031", start + timedelta(days=day, hours=6), start + timedelta(days=day, hours=18)) for day in days]
    return charts.timeline(
        [*travellers, "OFF-031"], ticks=ticks, spans=spans, span_label=_("On duty"), width=width, direction=side
    )


def _network(width: int, side: str) -> dict[str, Any]:
    traveller, officer = _("Traveller"), _("Officer")
    nodes = [(str(number), f"T-44{number}", traveller) for number in range(11, 18)]
    nodes += [("a", "OFF-031", officer), ("b", "OFF-007", officer)]
    edges = [("11", "12", 41), ("11", "13", 38), ("12", "13", 40), ("13", "14", 22), ("14", "15", 9), ("16", "17", 12)]
    edges += [("11", "a", 30), ("12", "a", 33), ("13", "a", 29), ("14", "b", 6), ("17", "b", 4)]
    return charts.network(nodes, edges, width=width, height=260, direction=side)


def _heat(width: int, side: str) -> dict[str, Any]:
    chance = random.Random(5)
    rows = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
    hours = [f"{hour:02}" for hour in range(24)]
    cells = [
        (row, hour, 8 + 14 * chance.random() + (14 if 6 <= place <= 9 or 15 <= place <= 18 else 0))
        for row in rows
        for place, hour in enumerate(hours)
        if place not in (2, 3)
    ]
    return charts.heatmap(cells, columns=hours, rows=rows, value_title=_("Minutes"), width=width, direction=side)
