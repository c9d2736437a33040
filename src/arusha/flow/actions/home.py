"""What actions tell on the start page: those of the reader that are open, the next due first."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from arusha.flow.actions.actions import number_of
from arusha.flow.actions.models import Action
from arusha.ui.waiting_list import FIRST, Waiting, reminds, waits


@waits(place=40)
def actions_of_mine(actor: Any, on: date) -> Sequence[Waiting]:
    """Open actions that the reader owns."""
    del on
    mine = Action.objects.visible_to(actor).filter(owner=actor.person, state="open").order_by("due", "number")
    items = [
        (format_html("<bdi>{}</bdi> {}", number_of(action), action.what), reverse("actions-one", args=[action.pk]))
        for action in mine[:FIRST]
    ]
    return [Waiting(_("Your actions"), mine.count(), reverse("actions"), items)]


@reminds(place=40)
def actions_of_mine_overdue(actor: Any, on: date) -> Sequence[Waiting]:
    """Open actions of the reader's whose day has passed."""
    late = Action.objects.visible_to(actor).filter(owner=actor.person, state="open", due__lt=on)
    return [Waiting(_("Your actions past their date"), late.count(), reverse("actions"))]
