"""Reasons that were given with acts: one can go by a decision. Its entry, with the commitment to it, stays."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act
from arusha.core.journal.effects import Effects
from arusha.core.journal.models import Entry, Reason
from arusha.core.retention.kept import KEPT, Forget, Ref, kept

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _find(text: str) -> Any:
    found = _UUID.search(text.lower())
    return Reason.objects.filter(pk=found[0]).values_list("pk", flat=True).first() if found else None


def _touches(keys: Iterable[Any]) -> dict[str, set[Ref]]:
    """What its act was about, and what that is about."""
    found: dict[str, set[Ref]] = {}
    for key, about in Entry.objects.filter(id__in=list(keys)).values_list("id", "about"):
        kind, _colon, of = about.partition(":")
        found[str(key)] = {(kind, of)}
        if kind in KEPT:
            found[str(key)] |= KEPT[kind].touches([of]).get(of, set())
    return found


def _erase(row: Any, told: bytes, act: Act) -> Effects:
    del told, act
    return Effects((Forget((row.pk,)),))


kept(
    "reason",
    title=_("Reasons given with acts"),
    named_by=_("the identifier or address of its entry in the record"),
    model=Reason,
    erase=_erase,
    touches=_touches,
    find=_find,
)
