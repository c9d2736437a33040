"""How long notices are kept: those that were read, from that day."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act
from arusha.core.journal.effects import Effects
from arusha.core.notices.models import Notice
from arusha.core.retention.kept import Ref, Remove, kept, written_by


def _ended(before: datetime) -> "QuerySet[Any]":
    return Notice.objects.filter(read_at__lt=before)


def _touches(keys: Iterable[Any]) -> dict[str, set[Ref]]:
    found = Notice.objects.filter(pk__in=list(keys)).values_list("pk", "person_id")
    return {str(pk): {("person", str(person))} for pk, person in found}


def _erase(row: Any, told: bytes, act: Act) -> Effects:
    del told, act
    return Effects((Remove(Notice.objects.filter(pk=row.pk)),))


kept(
    "notice",
    title=_("Notices that were read"),
    since=_("the day they were read"),
    named_by=_("its identifier"),
    model=Notice,
    ended=_ended,
    erase=_erase,
    touches=_touches,
    find=lambda text: written_by(Notice, text),
)
