"""What the inbox tells of itself."""

from datetime import datetime, time, timedelta
from statistics import median

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.models import Finding
from arusha.flow.scorecard.figures import Better, Period, Unit, Value, figure, ratio
from arusha.lib.factors import Factor

IN_TIME = timedelta(days=30)


def within(period: Period) -> tuple[datetime, datetime]:
    """The period's first moment and the first after it, in the office's zone."""
    zone = timezone.get_default_timezone()
    return tuple(datetime.combine(day, time(0), zone) for day in (period.start, period.end))  # type: ignore[return-value]


@figure(
    "findings.disposed",
    factor=Factor.AUDIT,
    unit=Unit.COUNT,
    better=Better.UP,
    title=_("Findings disposed of"),
    says=_("Findings confirmed, explained, put aside as duplicates or watched, in the period."),
    rows="/findings/?sort=-number",
)
def disposed(during: Period) -> Value:
    """Findings disposed of in the period."""
    start, end = within(during)
    count = Finding.objects.filter(disposed_at__gte=start, disposed_at__lt=end).count()
    return Value(count, count)


@figure(
    "findings.in-time",
    factor=Factor.AUDIT,
    unit=Unit.PERCENT,
    better=Better.UP,
    title=_("Disposed of within 30 days"),
    says=_("Of the findings disposed of in the period, the share that was within 30 days of being opened."),
    rows="/findings/?state=confirmed",
)
def in_time(during: Period) -> Value:
    """Share disposed of within thirty days."""
    start, end = within(during)
    done = Finding.objects.filter(disposed_at__gte=start, disposed_at__lt=end)
    spans = [d - o for o, d in done.values_list("opened_at", "disposed_at") if d]
    return ratio(sum(span <= IN_TIME for span in spans), len(spans))


@figure(
    "findings.days",
    factor=Factor.AUDIT,
    unit=Unit.DAYS,
    better=Better.DOWN,
    title=_("Days from finding to disposal"),
    says=_("The median number of days from opening to disposal, of the findings disposed of in the period."),
)
def days_to_disposal(during: Period) -> Value:
    """Median days to disposal."""
    start, end = within(during)
    done = Finding.objects.filter(disposed_at__gte=start, disposed_at__lt=end)
    spans = [(d - o).total_seconds() / 86400 for o, d in done.values_list("opened_at", "disposed_at") if d]
    return Value(median(spans) if spans else None, len(spans))


@figure(
    "findings.confirmed",
    factor=Factor.AUDIT,
    unit=Unit.PERCENT,
    better=Better.NEITHER,
    title=_("Findings confirmed"),
    says=_("Of the findings confirmed or explained in the period, the share that was confirmed."),
    rows="/findings/?state=confirmed",
)
def confirmed(during: Period) -> Value:
    """Share confirmed of those judged."""
    start, end = within(during)
    judged = Finding.objects.filter(disposed_at__gte=start, disposed_at__lt=end, state__in=("confirmed", "explained"))
    return ratio(judged.filter(state="confirmed").count(), judged.count())
