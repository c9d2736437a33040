"""How long the names of those who left are kept, from the end of their dates. What they did stays, by an opaque id."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act
from arusha.core.journal.effects import Effects, Set
from arusha.core.people.models import Account, Person, Recusal, Token
from arusha.core.retention.kept import Ref, entries_about, kept

NOBODY = "–"


def _ended(before: datetime) -> "QuerySet[Any]":
    return Person.objects.filter(until__lt=before.date())


def _touches(keys: Iterable[Any]) -> dict[str, set[Ref]]:
    found = {str(p.pk): p for p in Person.objects.filter(pk__in=list(keys))}
    return {key: {("officer", p.staff_number)} if p.staff_number else set() for key, p in found.items()}


def _find(text: str) -> Any:
    return Person.objects.filter(staff_number__iexact=text).values_list("pk", flat=True).first() if text else None


def _erase(row: Any, told: bytes, act: Act) -> Effects:
    del told
    accounts = list(Account.objects.filter(person=row.pk))
    recusals = list(Recusal.objects.filter(person=row.pk))
    gone = [Set(each, {"username": f"gone-{each.pk}", "password": "!"}) for each in accounts]
    stood_back = [Set(each, {"ref": "erased"}) for each in recusals]
    tokens = list(Token.objects.filter(person=row.pk))
    ended = [Set(each, {"name": NOBODY, "used_on": None, "revoked_at": each.revoked_at or act.at}) for each in tokens]
    named = Set(row, {"name": NOBODY, "staff_number": None})
    return Effects((named, *gone, *stood_back, *ended, entries_about([row, *accounts, *recusals, *tokens])))


kept(
    "person",
    title=_("Names of those who left"),
    since=_("the last day of their service"),
    named_by=_("the staff number"),
    model=Person,
    ended=_ended,
    erase=_erase,
    touches=_touches,
    find=_find,
)
