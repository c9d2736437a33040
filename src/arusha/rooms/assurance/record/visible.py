"""Which entries someone may see: those about what they may see, and nothing about what they may not.

The tables themselves say what is guarded: one that answers `visible_to` is, and so is every table with a foreign key to
a guarded one, such as the tasks of a case. An entry about a word that no table has, because its folder was removed, is
shown to nobody.
"""

import re
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, StrIndex, Substr

from arusha.core.journal.models import Entry

HABITS = ("notice.read", "people.language-chosen")
"""Acts that tell only of somebody's habits: shown to whoever did them."""
MANY = ("units", "persons")
"""Words that stand for many rows at once, and guard nothing."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def entries(actor: Any) -> "QuerySet[Entry]":
    """The entries that the actor may see."""
    kind = Substr("about", 1, StrIndex("about", Value(":")))
    may = Q(kind__in=[f"{name}:" for name in (*MANY, *open_tables())])
    for name, model in guarded_tables().items():
        may |= Q(kind=f"{name}:", about__in=refs(visible_rows(model, actor)))
    return Entry.objects.annotate(kind=kind).filter(may).exclude(Q(act__in=HABITS) & ~Q(by=actor.ref))


def names_hidden(entry: Entry, actor: Any) -> bool:
    """Whether the entry's bytes name something that is not open to the actor, such as another finding."""
    named = {UUID(text) for text in _UUID.findall(bytes(entry.body).decode())}
    tables = [model for model in guarded_tables().values() if isinstance(model._meta.pk, models.UUIDField)]
    return any(
        model._default_manager.filter(pk__in=named)
        .exclude(pk__in=visible_rows(model, actor).filter(pk__in=named))
        .exists()
        for model in tables
    )


def concerns(entry: Entry, actor: Any) -> bool:
    """Whether the entry is about the actor as a person: themselves, their account, a role or a posting of theirs."""
    name, _colon, key = entry.about.partition(":")
    if name == "person":
        return key == actor.person
    model = open_tables().get(name) or guarded_tables().get(name)
    if model is None or not any(f.name == "person" for f in model._meta.concrete_fields):
        return False
    return model._default_manager.filter(pk=key, person=actor.person).exists()


def visible_rows(model: Any, actor: Any) -> "QuerySet[Any]":
    """Rows of a guarded table that the actor may see: by its own rule, or by that of what it hangs on."""
    if _has_rule(model):
        return model._default_manager.visible_to(actor)
    rows = model._default_manager.all()
    for field in _keys_to_guarded(model):
        within = Q(**{f"{field.name}__in": visible_rows(field.related_model, actor)})
        rows = rows.filter(within | Q(**{f"{field.name}__isnull": True}) if field.null else within)
    return rows


def refs(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """How the journal names these rows, as a subquery."""
    text: Any = Cast(F("pk"), TextField())
    if isinstance(rows.model._meta.pk, models.UUIDField) and not connection.features.has_native_uuid_field:
        # Such a database keeps the 32 digits without their hyphens.
        parts = [Substr(text, start, length) for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))]
        text = Concat(*[piece for part in parts for piece in (part, Value("-"))][:-1], output_field=TextField())
    name = Value(f"{rows.model._meta.model_name}:")
    return rows.annotate(named=Concat(name, text, output_field=TextField())).values("named")


@cache
def guarded_tables() -> dict[str, Any]:
    """Every table whose rows not everybody may see, by its name in the journal."""
    return {m._meta.model_name: m for m in _ours() if _is_guarded(m)}


@cache
def open_tables() -> dict[str, Any]:
    """Every other table; a name that a guarded one has too is not open."""
    return {m._meta.model_name: m for m in _ours() if m._meta.model_name not in guarded_tables()}


def _ours() -> list[Any]:
    return [model for model in apps.get_models() if model.__module__.startswith("arusha.")]


def _has_rule(model: Any) -> bool:
    return hasattr(model._default_manager.none(), "visible_to")


def _is_guarded(model: Any, above: tuple[Any, ...] = ()) -> bool:
    return _has_rule(model) or bool(_keys_to_guarded(model, above))


def _keys_to_guarded(model: Any, above: tuple[Any, ...] = ()) -> list[Any]:
    keys = [f for f in model._meta.concrete_fields if f.remote_field and f.related_model not in (model, *above)]
    return [key for key in keys if _is_guarded(key.related_model, (*above, model))]
