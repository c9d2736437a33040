"""What the inbox tells on the start page: findings that wait for the reader, and how many are open."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.figures import IN_TIME, within
from arusha.flow.inbox.findings import READERS
from arusha.flow.inbox.listing import counted as told
from arusha.flow.inbox.listing import title_of
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.narrowing import counted
from arusha.flow.scorecard.figures import Period
from arusha.lib.ids import spoken
from arusha.ui.waiting_list import FIRST, Number, Waiting, oversees, reminds, waits


@waits(place=20)
def findings_of_mine(actor: Any, on: date) -> Sequence[Waiting]:
    """Open findings that are assigned to the reader."""
    del on
    if not READERS(actor):
        return []
    mine = Finding.objects.visible_to(actor).filter(state="open", assigned_to=actor.person)
    first = mine.order_by("sure", "number")[:FIRST]
    items = [
        (format_html("<bdi>{}</bdi> {}", spoken("F", finding.number), title_of(finding)), f"/findings/{finding.pk}/")
        for finding in first
    ]
    return [Waiting(_("Findings assigned to you"), mine.count(), "/findings/?state=open&whose=mine", items)]


@reminds(place=20)
def findings_of_mine_too_long(actor: Any, on: date) -> Sequence[Waiting]:
    """Open findings of the reader's beyond the service level."""
    if not READERS(actor):
        return []
    until = within(Period(on - IN_TIME, on - IN_TIME + timedelta(days=1)))[0]
    mine = Finding.objects.visible_to(actor).filter(state="open", assigned_to=actor.person, opened_at__lt=until)
    label = _("Findings assigned to you and open for more than 30 days")
    return [Waiting(label, mine.count(), "/findings/?state=open&whose=mine")]


@oversees(place=10)
def open_findings(actor: Any, on: date) -> Sequence[Number]:
    """How many findings without an ordinary explanation are open, and of how many nobody takes care."""
    del on
    if not READERS(actor):
        return []
    found = Finding.objects.visible_to(actor).filter(state="open", ordinary=False)
    nobodys = counted(found.filter(assigned_to=None))
    return [
        Number(_("Open findings"), told(counted(found)), "/findings/"),
        Number(
            _("Open findings that nobody looks into"),
            told(nobodys),
            "/findings/?state=open&whose=nobody&marks=without",
            "caution" if nobodys else "good",
        ),
    ]
