"""The scorecard on the web: the ten key factors with their figures, and each figure with its trend."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from arusha.core.people.roles import role
from arusha.flow.scorecard.factors import FACTOR_NAMES
from arusha.flow.scorecard.figures import FIGURES
from arusha.flow.scorecard.showing import stat, table, trend, unit_words
from arusha.lib.factors import Factor
from arusha.ui import charts
from arusha.ui.exports import csv_response
from arusha.ui.pages import may_open, page

READERS = role("integrity-officer", "auditor", "head-of-office", "publisher")
"""Figures count everybody's findings and cases, so that none is shown to someone who may be the subject of one."""


@page("scorecard/", name="scorecard", may=READERS)
def scorecard(request: Any) -> HttpResponse:
    """Each of the ten factors with the figures that speak of it; a factor without one says so."""
    today = timezone.localtime(request.at).date()
    factors = []
    for place, factor in enumerate(Factor, 1):
        figures = [trend(f, today) for f in FIGURES.values() if f.factor is factor]
        factors.append(
            {
                "place": place,
                "name": FACTOR_NAMES[factor],
                "figures": [
                    {**stat(told), "href": reverse("scorecard-figure", args=[told.figure.name])} for told in figures
                ],
            }
        )
    return render(request, "scorecard/scorecard.html", {"factors": factors})


@page("scorecard/<str:name>/", name="scorecard-figure", may=READERS)
def figure(request: Any, name: str) -> HttpResponse:
    """One figure: its definition, twelve months, and the way to the rows behind it."""
    told = _trend(request, name)
    points = [(period.start, value.value) for period, value in told.months if value.value is not None]
    direction = "rtl" if get_language_bidi() else "ltr"
    unit = unit_words(told.figure.unit, None)
    spec = charts.line(points, y_title=unit, direction=direction)
    drawn = charts.svg(spec, label=str(told.figure.title), description=str(told.figure.says)) if points else ""
    shown = {
        "figure": told.figure,
        "factor": FACTOR_NAMES[told.figure.factor],
        "stat": stat(told),
        "svg": drawn,
        "headers": [_("Month"), {"label": unit or _("Count"), "numeric": True}, {"label": _("Rows"), "numeric": True}],
        "rows": table(told),
        "export": reverse("scorecard-figure-csv", args=[name]),
        "behind": told.figure.rows if told.figure.rows and may_open(told.figure.rows, request.actor) else "",
    }
    return render(request, "scorecard/figure.html", shown)


@page("scorecard/<str:name>.csv", name="scorecard-figure-csv", may=READERS)
def figure_file(request: Any, name: str) -> HttpResponseBase:
    """The twelve months as a file."""
    told = _trend(request, name)
    rows = [[period.start, period.end, value.value, value.of] for period, value in told.months]
    return csv_response(name, ["from", "to", "value", "rows"], rows)


def _trend(request: Any, name: str) -> Any:
    if name not in FIGURES:
        raise Http404
    return trend(FIGURES[name], timezone.localtime(request.at).date())
