"""Opening an account for a person, giving it a new first password, and closing it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from arusha.core.people import people
from arusha.core.people.models import Account
from arusha.rooms.staff.people import forms
from arusha.rooms.staff.people.asking import ask, posted
from arusha.rooms.staff.people.person import one
from arusha.rooms.staff.people.who import ADMINISTRATORS
from arusha.ui.pages import act_of, page


@page("people/<uuid:pk>/account/", name="people-account", may=ADMINISTRATORS, methods=("GET", "POST"))
def open_account(request: Any, pk: Any) -> HttpResponse:
    """Open the account of a person with a first password, which they change when they first sign in."""
    row = one(pk)

    def perform(told: dict[str, Any]) -> str:
        people.open_account(row.pk, told["username"], told["password"], language=told["language"], act=act_of(request))
        return reverse("people-one", args=[row.pk])

    return ask(
        request,
        forms.Account(posted(request), languages=settings.LANGUAGES),
        perform,
        title=_("Open an account for %(name)s") % {"name": row.name},
        lead=_("Hand the first password over in person. It is asked to be changed at the first sign-in."),
        submit=_("Open the account"),
        done=_("The account is open."),
        **_back(row),
    )


@page("people/<uuid:pk>/account/renew/", name="people-account-renew", may=ADMINISTRATORS, methods=("GET", "POST"))
def renew_account(request: Any, pk: Any) -> HttpResponse:
    """Give an account a new first password: it was forgotten, or the account was closed."""
    account = _account(pk)

    def perform(told: dict[str, Any]) -> str:
        people.renew_account(account.pk, told["password"], act=act_of(request))
        return reverse("people-one", args=[account.person_id])

    return ask(
        request,
        forms.Renewal(posted(request)),
        perform,
        title=_("Give %(name)s a new first password") % {"name": account.person.name},
        lead=_("Whoever is signed in with the account is signed out. A closed account is open again."),
        submit=_("Set the password"),
        done=_("The account has a new first password."),
        version=account.version,
        **_back(account.person),
    )


@page("people/<uuid:pk>/account/close/", name="people-account-close", may=ADMINISTRATORS, methods=("GET", "POST"))
def close_account(request: Any, pk: Any) -> HttpResponse:
    """Close an account, with a reason."""
    account = _account(pk)

    def perform(told: dict[str, Any]) -> str:
        del told
        people.close_account(account.pk, act=act_of(request))
        return reverse("people-one", args=[account.person_id])

    return ask(
        request,
        forms.Closing(posted(request)),
        perform,
        title=_("Close the account of %(name)s") % {"name": account.person.name},
        warning=_("It ends at once, and whoever is signed in with it is signed out. The person and their roles stay."),
        submit=_("Close the account"),
        submit_kind="warning",
        done=_("The account is closed."),
        version=account.version,
        **_back(account.person),
    )


def _account(person: Any) -> Account:
    account = Account.objects.filter(person=person).select_related("person").first()
    if account is None:
        raise Http404
    return account


def _back(row: Any) -> dict[str, Any]:
    return {"back": reverse("people-one", args=[row.pk]), "back_text": row.name}
