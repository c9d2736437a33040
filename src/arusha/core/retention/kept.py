"""What a folder declares of the things it keeps, and what it takes for one of them to be gone.

    kept("case-note", title=_("Notes of cases"), model=CaseNote, erase=erase_note, touches=touched)
    kept("case", title=_("Cases"), since=_("its closing"), model=Case, ended=ended, erase=erase, touches=touched)

A thing without `since` has no term of its own: it goes with what it belongs to, or by a decision.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.functional import Promise

from arusha.core.journal.acts import Act
from arusha.core.journal.effects import Effects, Set, ref_of
from arusha.core.journal.models import Entry, Reason
from arusha.core.journal.sealed_fields import SealedText
from arusha.lib.seal.sealed_column import erased

Ref = tuple[str, str]
"""What a hold may name: a sort and an id, such as ("case", its key), ("officer", "OFF-9"), ("traveller", a token)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A sort of thing that is kept.

    `find(text)` is the key of the thing that a person names so, or None. `ended(before)` are the rows whose term began
    before that moment, `erase(row, told, act)` all that has to change for it to be gone, `touches(keys)` what each of
    them belongs to and is about, `gone(key, at)` removes what lies outside the database, as often as it is called.
    """

    name: str
    title: "str | Promise"
    model: type[models.Model]
    erase: Callable[[Any, bytes, Act], Effects]
    touches: Callable[[Iterable[Any]], Mapping[str, set[Ref]]]
    find: Callable[[str], Any]
    named_by: "str | Promise"
    since: "str | Promise" = ""
    ended: Callable[[datetime], "models.QuerySet[Any]"] | None = None
    gone: Callable[[Any, datetime], None] = lambda key, at: None


_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
KEPT: dict[str, Kept] = {}
"""Every sort of thing that is kept, by its word."""
STAYS: dict[str, list[Callable[[Iterable[Any]], set[Any]]]] = {}
"""For a sort of thing, what tells which of some keys are still needed by something else; see `stays`."""
TOUCHED: dict[str, list[Callable[[Iterable[Any]], Mapping[str, set[Ref]]]]] = {}
"""For a sort of thing, what tells what else some keys belong to; see `touches_too`."""


def kept(name: str, **told: Any) -> Kept:
    """Declare a sort of thing that is kept."""
    if name in KEPT and KEPT[name].erase.__module__ != told["erase"].__module__:
        raise ValueError(f"two folders keep {name!r}")
    KEPT[name] = Kept(name, **told)
    return KEPT[name]


def stays(name: str, needed: Callable[[Iterable[Any]], set[Any]]) -> None:
    """Say which things of a sort stay past their term because something else rests on them."""
    STAYS.setdefault(name, []).append(needed)


def touches_too(name: str, touched: Callable[[Iterable[Any]], Mapping[str, set[Ref]]]) -> None:
    """Say what else things of a sort belong to, from a folder that they do not know of."""
    TOUCHED.setdefault(name, []).append(touched)


def touched(of: Kept, keys: Iterable[Any]) -> dict[str, set[Ref]]:
    """What each thing is, belongs to and is about, by its key as text: whatever a hold could name."""
    keys = list(keys)
    found = {str(key): {(of.name, str(key))} for key in keys}
    for told in (of.touches(keys), *(ask(keys) for ask in TOUCHED.get(of.name, ()))):
        for key, refs in told.items():
            found[str(key)] |= refs
    return found


def needed(of: Kept, keys: Iterable[Any]) -> set[Any]:
    """Those of the keys that something else still rests on."""
    keys = list(keys)
    return set().union(*(ask(keys) for ask in STAYS.get(of.name, ())))


def blank(row: Any, told: bytes, **plain: Any) -> Effects:
    """The effect of emptying a row: every sealed text says that it was erased; `plain` are values for other fields."""
    sealed = [field for field in row._meta.concrete_fields if isinstance(field, SealedText)]
    texts = {field.attname: told for field in sealed if row.__dict__.get(field.attname)}
    return Effects((Set(row, texts | plain),)) if texts or plain else Effects()


def written_by(model: type[models.Model], text: str) -> Any:
    """The key of a row by its own id, or by the id (or address) of the entry in the record by which it was written."""
    found = _UUID.search(text)
    if found is None:
        return None
    key = UUID(found[0])
    if model._default_manager.filter(pk=key).exists():
        return key
    entry = Entry.objects.filter(id=key).first()
    made = json.loads(bytes(entry.body))["facts"].get("created", {}) if entry else {}
    sort = f"{model._meta.model_name}:"
    return next((UUID(ref.removeprefix(sort)) for ref in made if ref.startswith(sort)), None)


def entries_about(rows: Iterable[models.Model]) -> "Forget":
    """The effect of forgetting every reason that was given with an act about one of these rows."""
    abouts = [ref_of(row) for row in rows]
    return Forget(tuple(Entry.objects.filter(about__in=abouts).values_list("id", flat=True)))


def told_of(day: str, number: str) -> bytes:
    """What stands in the place of an erased text: the day, and the number of the erasure."""
    return erased(f"{day} {number}")


@dataclass(frozen=True, slots=True)
class Forget:
    """The reasons given with these entries are deleted; the entries keep what commits to them."""

    entries: tuple[Any, ...]

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Delete them."""
        del act
        count, _each = Reason.objects.filter(entry__in=self.entries).delete()
        return {"forgotten": {"reasons": count}}


@dataclass(frozen=True, slots=True)
class Overwrite:
    """Other values for a row that has no version."""

    row: models.Model
    fields: Mapping[str, Any]

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Update it."""
        del act
        type(self.row)._default_manager.filter(pk=self.row.pk).update(**self.fields)
        return {"overwritten": {ref_of(self.row): sorted(self.fields)}}


@dataclass(frozen=True, slots=True)
class Remove:
    """Rows that say nothing once they are empty are deleted."""

    rows: "models.QuerySet[Any]"

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Delete them."""
        del act
        count, _each = self.rows.delete()
        return {"removed": {str(self.rows.model._meta.model_name): count}}


@dataclass(frozen=True, slots=True)
class Gone:
    """What lies outside the database goes once the act is committed, and again when the worker comes by."""

    of: Kept
    key: Any

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Remove it after the commit."""
        transaction.on_commit(lambda: self.of.gone(self.key, act.at))
        return {}
