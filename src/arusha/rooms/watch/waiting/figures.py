"""What the scorecard says of waiting."""

from datetime import UTC, datetime, time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.models import Finding
from arusha.flow.scorecard.figures import Better, Period, Unit, Value, figure
from arusha.lib.factors import Factor
from arusha.lib.intake import Lake
from arusha.rooms.watch.waiting import waits

COLUMNS = ("day", "mean_wait", "passengers")


@figure(
    "waiting.mean",
    factor=Factor.TRANSPARENCY,
    unit=Unit.MINUTES,
    better=Better.DOWN,
    title=_("Mean wait of passengers"),
    says=_("The wait of each hour of the month times its passengers, over all its passengers."),
    rows="/waiting/",
)
def mean_wait(during: Period) -> Value:
    """The passenger-weighted mean of the hours of the period; it rests on so many hours."""
    lake = Lake(Path(settings.ARUSHA_HOME))
    told = waits.whole(lake.read("waiting", COLUMNS, start=during.start, stop=during.end).data)
    return Value(told.mean, told.hours)


@figure(
    "waiting.unusual-hours",
    factor=Factor.TRANSPARENCY,
    unit=Unit.COUNT,
    better=Better.DOWN,
    title=_("Hours of unusual waiting"),
    says=_("Findings about hours of the month that departed from the usual, those explained or told twice left out."),
    rows="/findings/?signal=waiting-unusual%2Fhour",
)
def unusual_hours(during: Period) -> Value:
    """Hours of the period that stand in the inbox; nothing where no hour of it was received."""
    lake = Lake(Path(settings.ARUSHA_HOME))
    hours = lake.read("waiting", COLUMNS, start=during.start, stop=during.end).data.num_rows
    # an hour's finding tells the port's own day in place of a moment
    first, last = (datetime.combine(day, time(0), UTC) for day in (during.start, during.end))
    found = Finding.objects.filter(signal="waiting-unusual", first_at__gte=first, first_at__lt=last)
    count = found.exclude(state__in=("explained", "duplicate")).count()
    return Value(float(count) if hours else None, hours)
