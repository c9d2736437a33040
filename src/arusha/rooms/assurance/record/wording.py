"""Acts, things and people of the journal in words.

The sentence of an act is its name translated under the context 'act', that of a thing under 'about'; a folder brings
those of its own acts in its `words`. What has no sentence is shown by its plain name, never hidden.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from arusha.core.people.models import Person
from arusha.lib.ids import spoken
from arusha.rooms.assurance.record.visible import guarded_tables, open_tables
from arusha.ui.pages import PAGES

PREFIXES = {"finding": "F", "case": "C", "action": "A"}
"""What the numbers that people say begin with."""
PAGES_OF = {"finding": "findings-one", "case": "cases-one", "action": "actions-one", "person": "people-one"}
"""The page of a thing, where it has one and the reader may see it."""


def said(act: str) -> str:
    """An act in words."""
    return pgettext("act", act)


def kind_said(kind: str) -> str:
    """The sort of a thing in words."""
    return pgettext("about", kind)


def doers(refs: Iterable[str]) -> dict[str, SafeString]:
    """Who acted, by reference: people by their names, parts of the program by theirs; one query."""
    keys = [key for kind, key in map(split, refs) if kind == "person" and _is_uuid(key)]
    names = {f"person:{pk}": name for pk, name in Person.objects.filter(pk__in=keys).values_list("pk", "name")}
    return {ref: _doer(ref, names) for ref in refs}


def things(refs: Iterable[str], actor: Any) -> dict[str, dict[str, Any]]:
    """What acts were about, by reference, as cells of a table; one query for each sort of thing."""
    by_kind: dict[str, set[str]] = {}
    for kind, key in map(split, refs):
        by_kind.setdefault(kind, set()).add(key)
    told: dict[str, dict[str, Any]] = {}
    for kind, keys in by_kind.items():
        names = _names(kind, keys)
        for key in keys:
            named = names.get(key)
            text = format_html("<span>{} <bdi>{}</bdi></span>", kind_said(kind), named or _short(key))
            told[f"{kind}:{key}"] = {"text": text, "href": _page_of(kind, key, actor) if named else None}
    return told


def split(ref: str) -> tuple[str, str]:
    """The sort and the key of a reference."""
    kind, _colon, key = ref.partition(":")
    return kind, key


def _doer(ref: str, names: dict[str, str]) -> SafeString:
    kind, key = split(ref)
    if kind == "system":
        return format_html("{}", _("The program: %(part)s") % {"part": pgettext("part", key)})
    return format_html("<bdi>{}</bdi>", names.get(ref, _short(key)))


def _names(kind: str, keys: set[str]) -> dict[str, str]:
    model = guarded_tables().get(kind) or open_tables().get(kind)
    if model is None:
        return {}
    fields = {field.name for field in model._meta.concrete_fields}
    wanted = next((path for path in ("number", "code", "name") if path in fields), None)
    wanted = wanted or ("person__name" if "person" in fields else None)
    if wanted is None:
        return {}
    found = model._default_manager.filter(pk__in=keys).values_list("pk", wanted)
    if wanted == "number":
        return {str(pk): spoken(PREFIXES.get(kind, kind[:1].upper()), number) for pk, number in found}
    return {str(pk): str(name) for pk, name in found}


def _page_of(kind: str, key: str, actor: Any) -> str | None:
    name = PAGES_OF.get(kind)
    return reverse(name, args=[key]) if name in PAGES and PAGES[name].may(actor) else None


def _short(key: str) -> str:
    """Enough of an opaque id to tell two apart: its end, since the beginning of a UUIDv7 is a moment."""
    return f"…{key[-8:]}" if _is_uuid(key) else key


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
