"""What cases contribute to the scorecard."""

from datetime import datetime, time
from statistics import median

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arusha.flow.cases.models import CaseOutcome
from arusha.flow.scorecard.figures import Better, Period, Unit, Value, figure
from arusha.lib.factors import Factor

DAY = 24 * 3600


@figure(
    "cases.days-to-outcome",
    factor=Factor.AUDIT,
    unit=Unit.DAYS,
    better=Better.DOWN,
    title=_("Cases: days from opening to outcome"),
    says=_(
        "The median, over the outcomes recorded in the period that still stand, of the days since the case was opened."
    ),
)
def days_to_outcome(during: Period) -> Value:
    """Over all cases, whoever asks: the scorecard shows it to no subject in particular, and names no case."""
    start, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (during.start, during.end))
    stood = CaseOutcome.objects.filter(at__gte=start, at__lt=end, set_aside_at=None).values_list("at", "of__opened_at")
    days = [(at - opened).total_seconds() / DAY for at, opened in stood]
    return Value(median(days) if days else None, len(days))
