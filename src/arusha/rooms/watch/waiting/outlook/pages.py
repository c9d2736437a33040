"""The outlook of a hall for staff: what is expected, and how far past forecasts held."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from arusha.lib.intake import Lake
from arusha.rooms.watch.waiting.forecast.telling import Forecast, forecasts, hours_from, local_hour
from arusha.rooms.watch.waiting.hours import hours_of
from arusha.rooms.watch.waiting.outlook import looking, showing
from arusha.rooms.watch.waiting.pages import READERS
from arusha.rooms.watch.waiting.waits import chosen
from arusha.ui.pages import page


class Which(forms.Form):
    """Which hall; the first one where none is named."""

    hall = forms.ChoiceField(label=_("Port and terminal"), required=False)

    def __init__(self, query: Any, halls: list[looking.Hall]) -> None:
        """Offer the halls that were received."""
        self.halls = {"/".join(hall): hall for hall in halls}
        first = next(iter(self.halls), "")
        super().__init__({"hall": query.get("hall", "") or first})
        field: Any = self.fields["hall"]
        field.choices = [(name, " ".join(hall)) for name, hall in self.halls.items()]

    def chosen(self) -> looking.Hall | None:
        """The hall that is asked for; None where there is none such."""
        return self.halls.get(self.cleaned_data["hall"]) if self.is_valid() else None


@page("waiting/outlook/", name="waiting-outlook", may=READERS)
def outlook(request: Any) -> HttpResponse:
    """What is expected in the next hours, and how far past forecasts held."""
    home = Path(settings.ARUSHA_HOME)
    form = Which(request.GET, looking.halls(home))
    hall = form.chosen()
    told: dict[str, Any] = {"form": form, "nothing": not form.halls, "has_errors": bool(form.halls and form.errors)}
    record = looking.record(home, hall) if hall else None
    if hall and record is not None:
        forecast, late = next_hours(home, hall, request.at)
        told |= {"hall": hall, **showing.expected(forecast, late), **showing.held(record)}
    return render(request, "outlook/outlook.html", told)


def next_hours(home: Path, hall: looking.Hall, at: datetime) -> tuple[Forecast | None, bool]:
    """The forecast of the hours to come; where the last hour is old, as of that hour, and True beside it.

    None where no hour of the hall was received by then.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    hours = hours_of(chosen(Lake(home).read("waiting").data, port=hall[0], terminal=hall[1]))
    told = forecasts(hours, local_hour(at, zone), hours_from(at - timedelta(hours=1), zone))
    if told and told[0].why != "stale":
        return told[0], False
    if not told:
        return None, False
    last = told[0].last
    after = datetime.combine(last[0], time(last[1]), zone).astimezone(UTC) + timedelta(hours=1)
    again = forecasts(hours, local_hour(after, zone), hours_from(after - timedelta(hours=1), zone))
    return again[0], True
