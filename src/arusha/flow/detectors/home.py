"""What waits on the start page: proposed changes of detectors that the reader may decide on."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from arusha.flow.runs.governing import SECOND
from arusha.flow.runs.models import DetectorChange
from arusha.ui.waiting_list import FIRST, Waiting, waits


@waits(place=35)
def changes_to_decide(actor: Any, on: date) -> Sequence[Waiting]:
    """Changes that somebody else proposed."""
    del on
    if not SECOND(actor):
        return []
    waiting = DetectorChange.objects.filter(state="proposed").exclude(proposed_by=actor.person).order_by("proposed_at")
    items = [
        (format_html("<bdi>{}</bdi>", change.detector), reverse("supervision-detector", args=[change.detector]))
        for change in waiting[:FIRST]
    ]
    label = _("Changes of detectors to decide on")
    return [Waiting(label, waiting.count(), reverse("supervision-detectors"), items)]
