"""A person's notices: the list, and opening one, which marks it read."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.journal.acts import Act
from arusha.core.notices import notices
from arusha.core.notices.models import Notice
from arusha.core.people.roles import SIGNED_IN
from arusha.ui import lists
from arusha.ui.components import draw
from arusha.ui.pages import page

COLUMNS = (
    lists.Column(gettext_lazy("Notice"), "what"),
    lists.Column(gettext_lazy("When"), "when", "at"),
    lists.Column(gettext_lazy("What can be done"), "open", hidden=True),
)


@page("notices/", name="notices", may=SIGNED_IN)
def notices_of_mine(request: Any) -> HttpResponse:
    """The reader's notices, newest first."""
    ask = lists.read(request.GET, COLUMNS, order="-when")
    mine = Notice.objects.filter(person=request.actor.person)
    cut = lists.paginate(mine.order_by(*ask.order_by()), ask)
    shown = {
        "headers": ask.headers(),
        "rows": [_row(notice, get_token(request)) for notice in cut.items],
        "page": cut,
        "unread": mine.filter(read_at=None).count(),
    }
    return render(request, "people/notices.html", shown)


@page("notices/<uuid:pk>/", name="notices-open", may=SIGNED_IN, methods=("POST",))
def open_notice(request: Any, pk: Any) -> HttpResponse:
    """Mark a notice read and go where it leads."""
    notice = Notice.objects.filter(pk=pk, person=request.actor.person).first()
    if notice is None:
        raise Http404
    if notice.read_at is None:
        notices.read(notice.pk, act=Act(by=request.actor, at=request.at))
    return redirect(notice.url)


@page("notices/read/", name="notices-read", may=SIGNED_IN, methods=("POST",))
def read_all(request: Any) -> HttpResponse:
    """Mark every notice of the reader's read: all of them or none."""
    unread = Notice.objects.filter(person=request.actor.person, read_at=None).values_list("pk", flat=True)
    with transaction.atomic():
        for pk in list(unread):
            notices.read(pk, act=Act(by=request.actor, at=request.at))
    return redirect("notices")


def _row(notice: Notice, token: str) -> list[Any]:
    new = draw("tag", text=_("New"), tone="brand") if notice.read_at is None else ""
    said = notices.sentence(notice)
    text = format_html('<span id="notice-{}">{} {}</span>', notice.pk, said, new)
    action = reverse("notices-open", args=[notice.pk])
    what = format_html('{}<span class="ar-visually-hidden"> ({})</span>', _("Open it"), said)
    opens = draw("post-button", text=what, action=action, kind="secondary", small=True, csrf_token=token)
    return [text, notice.at, opens]
