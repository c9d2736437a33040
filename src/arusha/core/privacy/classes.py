"""The four classes of stored fields."""

from enum import StrEnum
from typing import Any, TypeVar

from django.db import models

Field = TypeVar("Field", bound="models.Field[Any, Any]")


class Privacy(StrEnum):
    """Who may come to see a field's value, and whether the journal may carry it."""

    OPEN = "open"  # may be published
    INTERNAL = "internal"  # for staff; says nothing of a person
    PERSONAL = "personal"  # says something of a person; the journal notes that it changed, not to what
    PROTECTED = "protected"  # may endanger a person; each look is recorded, the journal never carries it


def _classed(field: Field, privacy: Privacy) -> Field:
    field.privacy = privacy  # type: ignore[attr-defined]
    return field


def open_(field: Field) -> Field:
    """A field that may be published."""
    return _classed(field, Privacy.OPEN)


def internal(field: Field) -> Field:
    """A field for staff that says nothing of a person."""
    return _classed(field, Privacy.INTERNAL)


def personal(field: Field) -> Field:
    """A field that says something of a person."""
    return _classed(field, Privacy.PERSONAL)


def protected(field: Field) -> Field:
    """A field that may endanger a person."""
    return _classed(field, Privacy.PROTECTED)


def class_of(field: "models.Field[Any, Any]") -> Privacy | None:
    """The class a field was given, or None where nobody decided."""
    return getattr(field, "privacy", None)
