"""What falls due with arrived files: those asked for are received, those nobody came back to are thrown away."""

from datetime import datetime

from arusha.core.journal.acts import Act
from arusha.core.people.roles import System
from arusha.flow.runs.sources import arriving
from arusha.flow.runs.sources.models import Arrival


def due(at: datetime) -> None:
    """Receive what was asked for, in the order in which it came."""
    for row in Arrival.objects.filter(state="asked").order_by("arrived_at"):
        arriving.carry_out(row, at)
    old = Arrival.objects.filter(state__in=("draft", "failed"), arrived_at__lt=at - arriving.KEPT)
    for row in old:
        arriving.drop(row, act=Act(by=System("worker"), at=at))
