"""The pages of tokens: making one for oneself or for a machine, seeing it once, ending it; and adding a machine."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from arusha.core.journal.refusals import Refused
from arusha.core.people import tokens
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Person, Token
from arusha.core.people.roles import SIGNED_IN
from arusha.rooms.staff.people import forms
from arusha.rooms.staff.people.asking import ask, posted, today
from arusha.rooms.staff.people.person import one
from arusha.rooms.staff.people.who import ADMINISTRATORS
from arusha.ui.operations import GROUPS, scopes_of
from arusha.ui.pages import act_of, page

USUAL = timedelta(days=90)


@page("me/tokens/new/", name="me-token-new", may=SIGNED_IN, methods=("GET", "POST"))
def new_own(request: Any) -> HttpResponse:
    """Make a token for oneself."""
    return _new(request, one(request.actor.person), reverse("me"), _("My page"))


@page("people/<uuid:pk>/tokens/new/", name="people-token-new", may=ADMINISTRATORS, methods=("GET", "POST"))
def new_for_machine(request: Any, pk: Any) -> HttpResponse:
    """Make a token for a machine."""
    row = one(pk)
    if not row.machine:
        raise Http404
    return _new(request, row, reverse("people-one", args=[row.pk]), row.name)


@page("me/tokens/<uuid:pk>/revoke/", name="me-token-revoke", may=SIGNED_IN, methods=("GET", "POST"))
def revoke(request: Any, pk: Any) -> HttpResponse:
    """End a token: one's own, or as an administrator anybody's."""
    row = Token.objects.filter(pk=pk).select_related("person").first()
    own = row is not None and str(row.person_id) == request.actor.person
    if row is None or not (own or ADMINISTRATORS(request.actor)):
        raise Http404
    back = reverse("me") if own else reverse("people-one", args=[row.person_id])

    def perform(told: dict[str, Any]) -> str:
        del told
        tokens.revoke(row.pk, act=act_of(request))
        return back

    return ask(
        request,
        forms.Revoking(posted(request)),
        perform,
        title=_("End the token “%(name)s”") % {"name": row.name},
        warning=_("Whatever uses it is refused from now on. It cannot be undone: make another token instead."),
        submit=_("End the token"),
        submit_kind="warning",
        done=_("The token is ended."),
        version=row.version,
        back=back,
        back_text=_("My page") if own else row.person.name,
    )


@page("people/machines/add/", name="people-machine-add", may=ADMINISTRATORS, methods=("GET", "POST"))
def add_machine(request: Any) -> HttpResponse:
    """Add another program that acts here by tokens."""

    def perform(told: dict[str, Any]) -> str:
        done = tokens.add_machine(told["name"], act=act_of(request))
        return reverse("people-one", args=[done.id])

    return ask(
        request,
        forms.Machine(posted(request)),
        perform,
        title=_("Add a machine"),
        lead=_(
            "Another program that uses the API. It is given roles as a person is, and tokens instead of an account."
        ),
        submit=_("Add the machine"),
        done=_("The machine is added. Give it a role, then a token."),
        back=reverse("people"),
        back_text=_("People"),
    )


@page("people/<uuid:pk>/end/", name="people-machine-end", may=ADMINISTRATORS, methods=("GET", "POST"))
def end_machine(request: Any, pk: Any) -> HttpResponse:
    """End a machine."""
    row = one(pk)
    if not row.machine:
        raise Http404

    def perform(told: dict[str, Any]) -> str:
        del told
        tokens.end_machine(row.pk, act=act_of(request))
        return reverse("people-one", args=[row.pk])

    return ask(
        request,
        forms.Closing(posted(request)),
        perform,
        title=_("End the machine %(name)s") % {"name": row.name},
        warning=_("It ends at once, and all of its tokens with it. What it did stays in the record."),
        submit=_("End the machine"),
        submit_kind="warning",
        done=_("The machine is ended."),
        version=row.version,
        back=reverse("people-one", args=[row.pk]),
        back_text=row.name,
    )


def _new(request: Any, row: Person, back: str, back_text: str) -> HttpResponse:
    """Ask for a token, make it and show its text: this once, for only its hash is kept."""
    on = today(request)
    offered = scopes_of(actor_of(row, on))
    form = forms.NewToken(posted(request), initial={"until": on + USUAL}, scopes=[(s, _said(s)) for s in offered])
    shown: dict[str, Any] = {"form": form, "back": back, "back_text": back_text, "none": not offered, "status": 200}
    if form.is_bound:
        shown["status"] = 400
        if form.is_valid():
            shown |= _made(request, row, form)
    shown |= {"has_errors": bool(form.errors), "once": forms.fresh_key(), "title": _("Make a token")}
    return render(request, "people/token.html", shown, status=shown.pop("status"))


def _made(request: Any, row: Person, form: Any) -> dict[str, Any]:
    told, (text, digest) = form.cleaned_data, tokens.fresh()
    try:
        done = tokens.make_token(row.pk, told["name"], told["scopes"], told["until"], digest, act=act_of(request))
    except Refused as refused:
        form.add_error(None, str(refused.said))
        return {"status": 409}
    return {"status": 200, "repeated": done.repeated, "secret": "" if done.repeated else text, "name": told["name"]}


def _said(scope: str) -> Any:
    name, _colon, what = scope.partition(":")
    does = _("look") if what == "read" else _("act")
    return format_html("<code>{}</code> {} ({})", scope, GROUPS.get(name, name), does)
