"""What actions contribute to the scorecard. Each counts over all actions, so only some roles are shown it."""

from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arusha.flow.actions.models import Action
from arusha.flow.cases.standing import day_of
from arusha.flow.scorecard.figures import Better, Period, Unit, Value, figure, ratio
from arusha.lib.factors import Factor


@figure(
    "actions.on-time",
    factor=Factor.REFORM,
    unit=Unit.PERCENT,
    better=Better.UP,
    title=_("Actions done on time"),
    says=_("Of all actions due in the period and not cancelled, the share that was done by its due date."),
    rows="/actions/?state=all",
)
def on_time(during: Period) -> Value:
    """An action not done counts as late once its day is in the period."""
    due = Action.objects.filter(due__gte=during.start, due__lt=during.end).exclude(state="cancelled")
    rows = list(due.values_list("due", "done_at"))
    return ratio(sum(1 for day, at in rows if at is not None and day_of(at) <= day), len(rows))


@figure(
    "actions.overdue",
    factor=Factor.LEADERSHIP,
    unit=Unit.COUNT,
    better=Better.DOWN,
    title=_("Overdue actions"),
    says=_("At the end of the period: all actions neither done nor cancelled by then whose due date had passed."),
    rows="/actions/?state=overdue",
)
def overdue(during: Period) -> Value:
    """It rests on all actions that were open at the end of the period."""
    end = _moment(during)
    still = Q(done_at=None) | Q(done_at__gte=end)
    stands = Q(cancelled_at=None) | Q(cancelled_at__gte=end)
    open_then = Action.objects.filter(still, stands, opened_at__lt=end)
    return Value(float(open_then.filter(due__lt=during.end).count()), open_then.count())


@figure(
    "actions.verified",
    factor=Factor.AUDIT,
    unit=Unit.PERCENT,
    better=Better.UP,
    title=_("Actions verified by another person"),
    says=_("Of all actions done in the period, the share that someone who did not do it has verified."),
    rows="/actions/?state=all",
)
def verified(during: Period) -> Value:
    """Also where it was verified after the period."""
    done = Action.objects.filter(done_at__gte=_moment(Period(during.start, during.start)), done_at__lt=_moment(during))
    return ratio(done.exclude(verified_at=None).count(), done.count())


def _moment(during: Period) -> datetime:
    """The first moment after the period, in the office's zone."""
    return timezone.make_aware(datetime.combine(during.end, time.min))
