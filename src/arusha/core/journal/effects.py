"""What an act's body returns: the changes to make and the facts to record, decided but not yet carried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.fitting import refuse_unfit
from arusha.core.journal.refusals import Refused
from arusha.core.journal.sealed_fields import SealedText, sealed
from arusha.core.privacy import Privacy, class_of

if TYPE_CHECKING:
    from arusha.core.journal.acts import Act

SPOKEN = {Privacy.OPEN, Privacy.INTERNAL}
"""Classes whose values the journal may carry; of the others it carries the field's name only."""


class Effect(Protocol):
    """One change. `apply` carries it out within the act's transaction and returns the facts for the entry."""

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Carry it out."""
        ...


@dataclass(frozen=True, slots=True)
class Effects:
    """Changes in the order they are made; `about` names what the act is about where nothing was locked."""

    steps: tuple[Effect, ...] = ()
    about: str | None = None

    def __add__(self, other: Effects | Effect) -> Effects:
        more = other.steps if isinstance(other, Effects) else (other,)
        told = other.about if isinstance(other, Effects) else None
        return Effects(self.steps + more, self.about or told)


def ref_of(instance: models.Model) -> str:
    """How the journal names a row: model and primary key, such as `finding:0190…`."""
    return f"{instance._meta.model_name}:{instance.pk}"


@dataclass(frozen=True, slots=True)
class Set:
    """Change fields of a locked row; its version grows by one and a change made meanwhile by another is refused."""

    row: models.Model
    fields: Mapping[str, Any]

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Update where the version is still the one that was read."""
        del act
        row: Any = self.row
        before = {name: getattr(row, name) for name in self.fields}
        version = row.version
        manager = type(row)._default_manager
        refuse_unfit(type(row), self.fields)
        stored = {name: _stored(row, name, value) for name, value in self.fields.items()}
        changed = manager.filter(pk=row.pk, version=version).update(**stored, version=version + 1)
        if not changed:
            raise Refused("changed-meanwhile", _("Someone else changed this at the same moment. Look at it again."))
        for name, value in self.fields.items():
            setattr(row, name, value)
        row.version = version + 1
        return {"set": {ref_of(row): _told(row, before)}}


@dataclass(frozen=True, slots=True)
class Create:
    """Add one row."""

    row: models.Model

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Insert it, never over another."""
        del act
        refuse_unfit(type(self.row), self.row.__dict__)
        self.row.save(force_insert=True)
        fields = {f.attname: None for f in self.row._meta.concrete_fields if not f.primary_key}
        return {"created": {ref_of(self.row): _told(self.row, fields)}}


@dataclass(frozen=True, slots=True)
class CreateMany:
    """Add many rows of one model at once; the entry tells how many, not which."""

    rows: Sequence[models.Model]

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Insert them in batches."""
        del act
        if not self.rows:
            return {}
        model = type(self.rows[0])
        for row in self.rows:
            refuse_unfit(model, row.__dict__)
        model._default_manager.bulk_create(self.rows, batch_size=500)
        return {"created-many": {str(model._meta.model_name): len(self.rows)}}


@dataclass(frozen=True, slots=True)
class Remember:
    """Facts for the entry that no changed field tells: plain words, numbers, hashes; never free text or a name."""

    facts: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Nothing changes."""
        del act
        return {"facts": dict(self.facts)}


def create(row: models.Model) -> Effects:
    """Add one row, and let the act be about it."""
    return Effects((Create(row),), about=ref_of(row))


def plain(value: Any) -> Any:
    """A value as canonical JSON can carry it: times in ISO 8601, floats as their shortest text, ids as text."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() | UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case bytes() | memoryview():
            return bytes(value).hex()
        case models.Model():
            return str(value.pk)
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(inner) for inner in value]
    return str(value)


def _stored(row: models.Model, name: str, value: Any) -> Any:
    """The value as its column takes it: a protected text is sealed for its row."""
    field: Any = row._meta.get_field(name)
    return sealed(field, row, value) if isinstance(field, SealedText) else value


def _told(row: models.Model, before: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    hidden = []
    for name, old in before.items():
        declared: Any = row._meta.get_field(name)
        if class_of(declared) in SPOKEN:
            told[name] = [plain(old), plain(getattr(row, name))]
        else:
            hidden.append(name)
    if hidden:
        told["not-told"] = sorted(hidden)
    return told
