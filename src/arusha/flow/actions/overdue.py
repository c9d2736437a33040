"""Actions whose day has passed become findings, one for each action, until it is done or cancelled."""

from datetime import UTC, datetime, time

from django.utils import timezone
from django.utils.translation import pgettext_lazy

from arusha.core.journal.acts import Act
from arusha.core.people.roles import System
from arusha.flow.actions.actions import number_of
from arusha.flow.actions.models import Action
from arusha.flow.cases.standing import day_of
from arusha.flow.inbox.sightings import Seen, raise_signal
from arusha.flow.inbox.signals import SameKey, signal
from arusha.lib.factors import Factor

OVERDUE = signal(
    "action-overdue",
    factor=Factor.LEADERSHIP,
    match=SameKey("action"),
    title={"action": pgettext_lazy("signal", "Overdue action")},
    subjects={"action": ("person", "person")},
)


def raise_overdue(at: datetime, *, by: System | None = None) -> int:
    """Raise a signal for each open action whose due date has passed; how many there are.

    Called daily by the worker; called again on the same day it changes nothing. The owner is the finding's subject and
    does not see it. It tells the action's number only: nothing of the case or finding that the action came from.
    """
    today = day_of(at)
    late = Action.objects.filter(state="open", due__lt=today).order_by("number")
    for action in late:
        once = f"action-overdue:{action.pk}:{today.isoformat()}"
        raise_signal(_seen(action, at), act=Act(by=by or System("worker"), at=at, once=once))
    return len(late)


def _seen(action: Action, at: datetime) -> Seen:
    days = (day_of(at) - action.due).days
    since = timezone.make_aware(datetime.combine(action.due, time.max)).astimezone(UTC)
    return Seen(
        signal=OVERDUE.name,
        kind="action",
        subjects=(("person", str(action.owner_id)),),
        reasons=[
            {"reason": "action-overdue", "action": number_of(action), "days": days, "due": action.due.isoformat()}
        ],
        support=days,
        first_at=since,
        last_at=at,
        key=str(action.pk),
    )
