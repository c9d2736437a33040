"""The tokens of a person as a table: on their own page, and for administrators on that of anybody."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.people.models import Person, Token
from arusha.ui.components import draw

HEADERS = (
    gettext_lazy("Token"),
    gettext_lazy("What it may do"),
    gettext_lazy("Last day"),
    gettext_lazy("Last used"),
    gettext_lazy("State"),
    {"label": gettext_lazy("What can be done"), "hidden": True},
)


def table_of(row: Person, on: date, *, may_end: bool) -> list[list[Any]]:
    """The tokens of a person as cells, the newest first."""
    return [_cells(token, on, may_end) for token in row.tokens.order_by("-made_at", "-id")]


def _cells(token: Token, on: date, may_end: bool) -> list[Any]:
    state, tone = _("In force"), "good"
    if token.revoked_at is not None:
        state, tone = _("Ended"), "neutral"
    elif token.until < on:
        state, tone = _("Its time is over"), "neutral"
    end = {"text": _("End the token: %(name)s") % {"name": token.name}, "href": _revoking(token)}
    return [
        format_html("<bdi>{}</bdi>", token.name),
        {"text": ", ".join(token.scopes), "code": True},
        token.until,
        token.used_on or _("Never"),
        draw("tag", text=state, tone=tone),
        end if may_end and tone == "good" else "",
    ]


def _revoking(token: Token) -> str:
    return reverse("me-token-revoke", args=[token.pk])
