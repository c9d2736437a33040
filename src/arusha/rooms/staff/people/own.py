"""A person's own page: what is known of them, their password, their language, what they stand back from."""

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from arusha.core.journal.models import Entry
from arusha.core.people import people
from arusha.core.people.models import Account, Recusal
from arusha.core.people.roles import ROLES, SIGNED_IN
from arusha.rooms.staff.people import forms
from arusha.rooms.staff.people.asking import ask, posted, today
from arusha.rooms.staff.people.person import one, postings_of
from arusha.rooms.staff.people.token_table import HEADERS, table_of
from arusha.ui.pages import act_of, page

PASSWORD_ACTS = ("people.account-opened", "people.account-renewed", "people.password-changed")


@page("me/", name="me", may=SIGNED_IN)
def me(request: Any) -> HttpResponse:
    """What is known of the reader. What they stand back from is shown here and nowhere else."""
    row = one(request.actor.person)
    recusals = Recusal.objects.filter(person=row).order_by("-since", "-id")
    shown = {
        "facts": [
            (_("Name"), format_html("<bdi>{}</bdi>", row.name)),
            (_("Staff number"), format_html("<bdi>{}</bdi>", row.staff_number or "–")),
            (_("Sign-in name"), format_html("<bdi>{}</bdi>", request.user.username)),
            (_("Known here since"), row.since),
        ],
        "posting_headers": [_("Unit"), _("Post"), _("First day"), _("Last day")],
        "postings": postings_of(row),
        "role_headers": [_("Role"), _("First day"), _("Last day")],
        "roles": [[ROLES.get(g.role, g.role), g.since, g.until] for g in row.grants.order_by("-since", "-id")],
        "recusal_headers": [_("From what"), _("Number, code or token"), _("First day"), _("Last day")],
        "recusals": [
            [forms.RECUSED_FROM.get(r.kind, r.kind), {"text": r.ref, "code": True}, r.since, r.until] for r in recusals
        ],
        "token_headers": HEADERS,
        "tokens": table_of(row, today(request), may_end=True),
    }
    return render(request, "people/me.html", shown)


@page("me/password/", name="me-password", may=SIGNED_IN, methods=("GET", "POST"))
def password(request: Any) -> HttpResponse:
    """Choose another password; this session goes on, every other one of the account ends."""

    def perform(told: dict[str, Any]) -> str:
        people.change_password(request.user.pk, told["old"], told["password"], act=act_of(request))
        update_session_auth_hash(request, Account.objects.get(pk=request.user.pk))
        return reverse("me")

    given = given_by_another(request.user)
    return ask(
        request,
        forms.OwnPassword(posted(request)),
        perform,
        title=_("Change my password"),
        lead=_("Your password was set by someone else. Choose one that only you know.") if given else "",
        submit=_("Change the password"),
        done=_("Your password is changed. Anywhere else you were signed in, you are signed out."),
        back=reverse("me"),
        back_text=_("My page"),
    )


@page("me/recusal/", name="me-recusal", may=SIGNED_IN, methods=("GET", "POST"))
def recusal(request: Any) -> HttpResponse:
    """Declare what one stands back from."""

    def perform(told: dict[str, Any]) -> str:
        people.recuse(request.actor.person, told["kind"], told["ref"], told["since"], act=act_of(request))
        return reverse("me")

    return ask(
        request,
        forms.dated(forms.Recusal, posted(request), today(request), "since"),
        perform,
        title=_("Declare a recusal"),
        lead=_("From its first day you see nothing about it: no finding, no case, not even in a count."),
        submit=_("Declare it"),
        done=_("The recusal is declared."),
        back=reverse("me"),
        back_text=_("My page"),
    )


def given_by_another(account: Any) -> bool:
    """Whether the account's password is one that another person set; the journal knows."""
    about = (f"account:{account.pk}", f"person:{account.person_id}")
    last = Entry.objects.filter(about__in=about, act__in=PASSWORD_ACTS).order_by("-seq").only("by").first()
    return last is not None and last.by.startswith("person:") and last.by != f"person:{account.person_id}"
