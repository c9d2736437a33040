"""Finding findings by what people know: a number, a code, a name, a kind. Only among what the reader may see.

Whatever is looked for is looked for among the visible ones: neither a result, nor a count, nor 'there are more' tells
anything of the others. At most `MATCHES` are taken, the newest first, so that a code that a hundred thousand findings
name costs no more than another.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from arusha.core.journal.acts import Act, act
from arusha.core.journal.effects import Effects, Remember
from arusha.core.journal.keys import reasons_key
from arusha.core.journal.models import Entry
from arusha.core.people.models import Person, Unit
from arusha.core.people.subjects import about
from arusha.flow.inbox.findings import READERS
from arusha.flow.inbox.models import Finding, FindingSubject, FindingTerm
from arusha.flow.inbox.signals import SIGNALS
from arusha.lib.ids import heard

MATCHES = 2000
NAMED = 10
"""Persons and units of one name that are looked for."""
SHORTEST = 3
"""Characters from which on the beginning of a code, or a part of a name, is looked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a text stands for: findings, or kinds of finding; `capped` where only the newest were taken."""

    findings: frozenset[UUID] = frozenset()
    kinds: tuple[tuple[str, str], ...] = ()
    capped: bool = False


def found(text: str, actor: Any) -> Found:
    """What the text stands for, among what the actor may see: kinds only where it names nothing else."""
    text = " ".join(text.split())
    number = heard(text, "F")
    if number is not None:
        seen = Finding.objects.visible_to(actor).filter(number=number)
        return Found(frozenset(seen.values_list("pk", flat=True)))
    matches: set[UUID] = set()
    for rows in _looked_for(text, actor):
        matches.update(rows[: MATCHES + 1 - len(matches)])
        if len(matches) > MATCHES:
            newest = sorted(matches, reverse=True)[:MATCHES]  # a finding's id begins with its moment
            return Found(frozenset(newest), capped=True)
    return Found(frozenset(matches), () if matches else kinds_called(text))


def kinds_called(text: str) -> tuple[tuple[str, str], ...]:
    """Kinds of finding whose title, in the reader's language, or whose name has the text in it."""
    wanted = text.casefold()
    if len(wanted) < SHORTEST:
        return ()
    titles = [(s.name, kind, str(title)) for s in SIGNALS.values() for kind, title in s.title.items()]
    return tuple((name, kind) for name, kind, title in titles if wanted in title.casefold() or wanted == name)


def _looked_for(text: str, actor: Any) -> Iterator["QuerySet[Any, UUID]"]:
    """Ids of visible findings that name the text, one query for each way of naming; each follows an index."""
    written = list(dict.fromkeys((text, text.upper())))
    for ref in dict.fromkeys((*written, *_called(text))):
        yield _seen(FindingSubject.objects.filter(ref=ref), actor).order_by("-of")
    for value in written:
        yield _seen(FindingTerm.objects.filter(value=value), actor).order_by("-of")
    seen = Finding.objects.visible_to(actor)
    for name in ("hit_id", "group_hit"):
        yield seen.filter(**{name: text}).order_by("-pk").values_list("pk", flat=True)
    if len(text) >= SHORTEST:
        for begins in written:
            yield _seen(FindingSubject.objects.filter(_beginning(begins)), actor).order_by("ref")


def _called(text: str) -> list[str]:
    """Codes of the persons and units that are called so."""
    if len(text) < SHORTEST:
        return []
    persons = Person.objects.filter(Q(name__icontains=text)).order_by("name", "pk")[:NAMED]
    named = [ref for pk, staff in persons.values_list("pk", "staff_number") for ref in (staff, str(pk)) if ref]
    units = Unit.objects.filter(name__icontains=text).order_by("code")[:NAMED]
    return [*named, *units.values_list("code", flat=True)]


def _beginning(text: str) -> Q:
    """Codes that begin so: SQLite finds them in its index by their order, PostgreSQL by an index of its own."""
    if connection.vendor == "sqlite":
        return Q(ref__gte=text, ref__lt=f"{text}\U0010ffff")
    return Q(ref__startswith=text)


def _seen(rows: "QuerySet[Any]", actor: Any) -> "QuerySet[Any, UUID]":
    theirs = FindingSubject.objects.filter(about(actor), of=OuterRef("of"))
    return rows.filter(~Exists(theirs)).values_list("of", flat=True)


@act("findings.searched", may=READERS)
def _search(text: str, *, act: Act) -> Effects:
    """Record that somebody searched, with a keyed hash of the text: who holds the key can ask whether it was this one.

    The text itself may name a person, and an entry is read by more people than may know of that.
    """
    return Effects((Remember({"text": keyed(text)}),), about=f"person:{act.by.person}")


def keyed(text: str) -> str:
    """HMAC-SHA256, in hexadecimal, of a search's text under the key that reasons are encrypted with."""
    plain = " ".join(text.split()).casefold()
    return hmac.new(reasons_key(), b"search:" + plain.encode(), hashlib.sha256).hexdigest()


def searched(text: str, *, act: Act) -> None:
    """Record a search: at most once a person, text and hour, so that turning pages does not flood the journal."""
    once = f"searched:{keyed(text)[:32]}:{act.by.person}:{act.at:%Y%m%dT%H}"
    known = Entry.objects.filter(once=once).values_list("act", flat=True).first()
    if known != _search.name:
        _search(text, act=Act(by=act.by, at=act.at, once=None if known else once))
