"""A model's field whose text is encrypted in its column, and opened when it is looked at.

It is sealed for its row when the row is added, and by `Set` when an act changes it; it cannot be searched or sorted by.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from arusha.core.journal.keys import data_key, data_keys
from arusha.lib.seal import sealed_column

if TYPE_CHECKING:
    _Field = models.Field[str, str]
else:
    _Field = models.Field


class _Looked(DeferredAttribute):
    """Opens what came from the database at the first look."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        if instance is None:
            return self
        held = instance.__dict__
        name = self.field.attname
        value = held[name] if name in held else super().__get__(instance, cls)
        return opened(self.field, instance, bytes(value)) if isinstance(value, bytes | memoryview) else value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedText(_Field):
    """Text that is stored encrypted. As plain as any text to whoever holds the row."""

    descriptor_class = _Looked
    empty_values = [None, "", b""]

    def get_internal_type(self) -> str:
        """Stored as bytes."""
        return "BinaryField"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The bytes for the row that is saved."""
        del add
        return sealed(self, model_instance, model_instance.__dict__.get(self.attname, ""))

    def get_prep_value(self, value: Any) -> Any:
        """Refuse a plain text that would reach the database, whether to be stored or to be looked for."""
        if isinstance(value, str) and value:
            raise TypeError(f"{self.name} is stored encrypted: set it in an act, and do not filter by it")
        return b"" if value == "" else value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """As the database takes bytes."""
        value = super().get_db_prep_value(value, connection, prepared)
        return None if value is None else connection.Database.Binary(value)


def sealed(field: "models.Field[Any, Any]", row: models.Model, value: Any) -> bytes:
    """The bytes to store for a value of the field in that row; bytes are what is stored already."""
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return sealed_column.seal(value or "", data_key(), context_of(field, row))


def opened(field: "models.Field[Any, Any]", row: models.Model, stored: bytes) -> str:
    """The text in clear, or a sentence that says when and by which decision it was erased.

    Raises SealedColumnError where it was altered, or its key is not here.
    """
    told = sealed_column.told_of_erasure(stored)
    if told is not None:
        day, _space, number = told.partition(" ")
        shown = parse_date(day)
        return _("Erased on %(day)s by decision %(number)s.") % {
            "day": date_format(shown) if shown else day,
            "number": number,
        }
    try:
        return sealed_column.opened(stored, data_keys(), context_of(field, row))
    except sealed_column.SealedColumnError as wrong:
        raise sealed_column.SealedColumnError(f"{context_of(field, row).decode()}: {wrong}") from None


def context_of(field: "models.Field[Any, Any]", row: models.Model) -> bytes:
    """What a text is bound to: table, column and row."""
    return f"{row._meta.db_table}.{field.column} {row.pk}".encode()


def sealed_fields() -> list[tuple[type[models.Model], "models.Field[Any, Any]"]]:
    """Every field of every model that is stored encrypted."""
    from django.apps import apps

    return [(m, f) for m in apps.get_models() for f in m._meta.concrete_fields if isinstance(f, SealedText)]
