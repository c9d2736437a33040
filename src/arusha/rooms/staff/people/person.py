"""The page of a person: where they serve, their roles, and posting them or giving and ending a role."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from arusha.core.people import people
from arusha.core.people.actors import in_force
from arusha.core.people.models import Account, Grant, Person, Recusal
from arusha.core.people.roles import ROLES
from arusha.rooms.staff.people import forms
from arusha.rooms.staff.people.asking import ask, posted, today
from arusha.rooms.staff.people.listing import called
from arusha.rooms.staff.people.token_table import HEADERS, table_of
from arusha.rooms.staff.people.who import ADMINISTRATORS, MANAGERS
from arusha.ui.pages import act_of, page


@page("people/<uuid:pk>/", name="people-one", may=MANAGERS)
def person(request: Any, pk: Any) -> HttpResponse:
    """One person: postings and roles with their dates; for administrators account, tokens, and how many recusals."""
    row = one(pk)
    on = today(request)
    administers = ADMINISTRATORS(request.actor)
    shown = {
        "person": row,
        "facts": [
            (_("Staff number"), format_html("<bdi>{}</bdi>", row.staff_number or "–")),
            (_("Known here since"), row.since),
        ],
        "posting_headers": [_("Unit"), _("Post"), _("First day"), _("Last day")],
        "postings": postings_of(row),
        "role_headers": [_("Role"), _("First day"), _("Last day"), {"label": _("What can be done"), "hidden": True}],
        "roles": [_role(grant, may_end=administers, on=on) for grant in row.grants.order_by("-since", "-id")],
        "administers": administers,
        "held_account": Account.objects.filter(person=row).first() if administers else None,
        "recusals": Recusal.objects.filter(in_force(on), person=row).count() if administers else 0,
        "own": str(row.pk) == request.actor.person,
        "token_headers": HEADERS,
        "tokens": table_of(row, on, may_end=administers) if administers else [],
    }
    return render(request, "people/person.html", shown)


@page("people/<uuid:pk>/post/", name="people-post", may=MANAGERS, methods=("GET", "POST"))
def post(request: Any, pk: Any) -> HttpResponse:
    """Post a person to another unit, or to another post in the same one."""
    row = one(pk)

    def perform(told: dict[str, Any]) -> str:
        people.post_to(row.pk, told["unit"], told["title"], told["since"], act=act_of(request))
        return reverse("people-one", args=[row.pk])

    return ask(
        request,
        forms.dated(forms.Posting, posted(request), today(request), "since"),
        perform,
        title=_("Post %(name)s elsewhere") % {"name": row.name},
        lead=_("The posting of now ends the day before."),
        submit=_("Post them"),
        done=_("The posting is changed."),
        **_back(row),
    )


@page("people/<uuid:pk>/grant/", name="people-grant", may=ADMINISTRATORS, methods=("GET", "POST"))
def grant(request: Any, pk: Any) -> HttpResponse:
    """Give a person a role."""
    row = one(pk)

    def perform(told: dict[str, Any]) -> str:
        people.grant(row.pk, told["role"], told["since"], told["until"], act=act_of(request))
        return reverse("people-one", args=[row.pk])

    return ask(
        request,
        forms.dated(forms.Role, posted(request), today(request), "since"),
        perform,
        title=_("Give %(name)s a role") % {"name": row.name},
        submit=_("Give the role"),
        done=_("The role is given."),
        **_back(row),
    )


@page("people/roles/<uuid:pk>/end/", name="people-role-end", may=ADMINISTRATORS, methods=("GET", "POST"))
def end_role(request: Any, pk: Any) -> HttpResponse:
    """End a role, with a reason."""
    given = Grant.objects.filter(pk=pk).select_related("person").first()
    if given is None:
        raise Http404

    role = ROLES.get(given.role, given.role)

    def perform(told: dict[str, Any]) -> str:
        people.end_grant(given.pk, told["until"], act=act_of(request))
        return reverse("people-one", args=[given.person_id])

    return ask(
        request,
        forms.dated(forms.RoleEnd, posted(request), today(request), "until"),
        perform,
        title=_("End a role of %(name)s: %(role)s") % {"name": given.person.name, "role": role},
        lead=_("The role lasts through the last day."),
        submit=_("End the role"),
        done=_("The role has its last day."),
        version=given.version,
        **_back(given.person),
    )


def one(pk: Any) -> Person:
    """The person, or a page that is not found."""
    row = Person.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def postings_of(row: Person) -> list[list[Any]]:
    """Postings, the latest first, as cells."""
    held = row.postings.select_related("post__unit").order_by("-since", "-id")
    return [
        [
            format_html("<bdi>{}</bdi>", called(posting.post.unit.name, posting.post.unit.code)),
            format_html("<bdi>{}</bdi>", posting.post.title),
            posting.since,
            posting.until,
        ]
        for posting in held
    ]


def _role(given: Grant, *, may_end: bool, on: Any) -> list[Any]:
    name = ROLES.get(given.role, given.role)
    lasts = given.until is None or given.until >= on
    end = {"text": _("End the role: %(role)s") % {"role": name}, "href": reverse("people-role-end", args=[given.pk])}
    return [name, given.since, given.until, end if may_end and lasts else ""]


def _back(row: Person) -> dict[str, Any]:
    return {"back": reverse("people-one", args=[row.pk]), "back_text": row.name}
