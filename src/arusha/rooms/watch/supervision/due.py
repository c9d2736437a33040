"""Models run by their schedule: whenever something was received, or once a day, a week or a month of the office."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from arusha.core.people.roles import System
from arusha.flow.runs import watching
from arusha.flow.runs.models import Run
from arusha.rooms.watch.supervision.capability import in_force
from arusha.rooms.watch.supervision.definition import read
from arusha.rooms.watch.supervision.models import Version

MACHINE = System("worker")


def due(at: datetime) -> None:
    """Run the models whose time has come; one that nothing was received for since is left as it was."""
    every = {v.of.slug: read(v.definition).every for v in Version.objects.filter(state="in-force").select_related("of")}
    ready = [d for d in in_force() if _has_come(d.name, every[d.name.partition(":")[2]], at)]
    if ready:
        for _outcome in watching.watch(ready, by=MACHINE, at=at, progress=lambda _told: None):
            pass


def _has_come(name: str, every: str, at: datetime) -> bool:
    last = Run.objects.filter(kind="detect", name=name, state="done").order_by("-asked_at").first()
    return last is None or every == "receipt" or _part(every, last.asked_at) != _part(every, at)


def _part(every: str, at: datetime) -> Any:
    """The day, week or month of the office that a moment lies in."""
    day = timezone.localtime(at).date()
    return {"day": day, "week": day.isocalendar()[:2], "month": (day.year, day.month)}[every]
