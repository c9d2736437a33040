"""What a person's notices tell on their start page."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from arusha.core.notices.models import Notice
from arusha.core.notices.notices import sentence
from arusha.ui.waiting_list import FIRST, Waiting, waits


@waits(place=10)
def unread_notices(actor: Any, on: date) -> Sequence[Waiting]:
    """Notices that the person has not read; each is opened from the page of notices, which marks it read."""
    del on
    unread = Notice.objects.filter(person=actor.person, read_at=None)
    items = [(sentence(notice), f"/notices/#notice-{notice.pk}") for notice in unread.order_by("-at", "-id")[:FIRST]]
    return [Waiting(_("Notices you have not read"), unread.count(), "/notices/", items)]
