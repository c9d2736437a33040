"""What has come into a list since it was opened: told above it, never put under the reader's hand."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from arusha.flow.inbox import asking, findings, narrowing
from arusha.flow.inbox.models import Finding
from arusha.ui.pages import page

EVERY = 30
"""Seconds between two looks of a page that stands open."""
BOUND = 99
LONGEST = 18
"""Digits of a number: what is longer was made by hand."""


def newest(actor: Any) -> int:
    """The number of the newest finding that the actor may see; 0 where there is none."""
    seen = Finding.objects.visible_to(actor).order_by("-number")
    return seen.values_list("number", flat=True).first() or 0


@page("findings/news/", name="findings-news", may=findings.READERS)
def news(request: Any) -> HttpResponse:
    """A part of the list's page: how many findings that fit its filters came after the number `since`."""
    since = request.GET.get("since", "")
    asked = asking.read(request)
    count = 0
    if since.isascii() and since.isdigit() and len(since) <= LONGEST:
        found = narrowing.rows(asked.narrowed, request.actor).filter(number__gt=int(since))
        count = narrowing.counted(found, BOUND)
    shown = {"count": count, "more": count > BOUND, "bound": BOUND, "href": f"/findings/{asked.ask.url()}"}
    return render(request, "inbox/news.html", shown)


def address(actor: Any, ask: Any) -> str:
    """Where a page that shows this list asks for news of it."""
    query = ask.url().removeprefix("?")
    return f"/findings/news/?since={newest(actor)}{'&' if query else ''}{query}"
