"""What cases tell on the start page: the reader's open tasks; what they say is protected, so only the case is named."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from arusha.flow.cases.models import Case, CaseTask
from arusha.lib.ids import spoken
from arusha.ui.waiting_list import FIRST, Waiting, waits


@waits(place=30)
def tasks_of_mine(actor: Any, on: date) -> Sequence[Waiting]:
    """Open tasks of the reader in cases that the reader may see."""
    del on
    mine = CaseTask.objects.filter(of__in=Case.objects.visible_to(actor), owner=actor.person, done_at=None)
    items = [
        (
            format_html(
                "<bdi>{}</bdi> – {}", spoken("C", task.of.number), formats.date_format(task.due, "DATE_FORMAT")
            ),
            reverse("cases-one", args=[task.of_id]),
        )
        for task in mine.select_related("of").order_by("due")[:FIRST]
    ]
    return [Waiting(_("Your tasks in cases"), mine.count(), reverse("cases"), items)]
