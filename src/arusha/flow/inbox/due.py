"""What falls due in the inbox: watched findings whose day has passed are open again."""

from datetime import datetime

from django.utils import timezone

from arusha.core.journal.acts import Act
from arusha.core.people.roles import System
from arusha.flow.inbox import findings
from arusha.flow.inbox.models import Finding


def due(at: datetime) -> None:
    """Open what was watched until yesterday or before."""
    today = timezone.localtime(at).date()
    passed = Finding.objects.filter(state="watching", watch_until__lt=today).values_list("pk", flat=True)
    for pk in list(passed):
        findings.end_watch(pk, act=Act(by=System("worker"), at=at))
