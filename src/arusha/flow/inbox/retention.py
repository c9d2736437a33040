"""How long findings are kept: those disposed of, from that day. Whom they were about and why they were made goes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act
from arusha.core.journal.effects import Effects, Set
from arusha.core.retention.kept import Overwrite, Ref, Remove, entries_about, kept
from arusha.flow.inbox.models import Finding, FindingSubject, FindingTerm
from arusha.lib.ids import heard

DONE = ("confirmed", "explained", "duplicate")


def _ended(before: datetime) -> "QuerySet[Any]":
    return Finding.objects.filter(state__in=DONE, disposed_at__lt=before)


def _touches(keys: Iterable[Any]) -> dict[str, set[Ref]]:
    found: dict[str, set[Ref]] = {}
    for of, kind, ref in FindingSubject.objects.filter(of__in=list(keys)).values_list("of", "kind", "ref"):
        found.setdefault(str(of), set()).add((kind, ref))
    return found


def _find(text: str) -> Any:
    number = heard(text, "F")
    return Finding.objects.filter(number=number).values_list("pk", flat=True).first() if number is not None else None


def _erase(row: Any, told: bytes, act: Act) -> Effects:
    del told, act
    empty = Set(row, {"reasons": [], "changed": None, "key": "", "hit_id": "", "group_hit": ""})
    subjects = (Overwrite(s, {"ref": f"erased-{s.pk}"}) for s in FindingSubject.objects.filter(of=row.pk))
    terms = Remove(FindingTerm.objects.filter(of=row.pk))
    return Effects((empty, *subjects, terms, entries_about([row])))


kept(
    "finding",
    title=_("Findings that were disposed of"),
    since=_("the day of their disposal"),
    named_by=_("its number, such as F-12-3"),
    model=Finding,
    ended=_ended,
    erase=_erase,
    touches=_touches,
    find=_find,
)
