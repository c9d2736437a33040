"""Whether values fit their columns, told in words before a database tells it in its own, and alike on both.

PostgreSQL refuses what SQLite takes: text longer than its column, a NUL character in text or JSON, a whole number
beyond its column, a number in JSON that is none.
"""

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from arusha.core.journal.refusals import Refused

RULE = "text-unfit"


def refuse_unfit(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """Raise Refused("text-unfit"), naming the field, where a value does not fit; `values` may hold other things too."""
    for name, most in _texts(model):
        value = values.get(name)
        if type(value) is str and ("\0" in value or (most is not None and len(value) > most)):
            raise Refused(RULE, _nul(name) if "\0" in value else _long(name, len(value), most))
    for name, low, high in _numbers(model):
        value = values.get(name)
        if type(value) is int and not low <= value <= high:
            raise Refused(RULE, _("%(field)s: %(value)s is too large a number.") % {"field": name, "value": value})
    for name in _papers(model):
        _refuse_within(name, values.get(name))


def _refuse_within(name: str, value: Any) -> None:
    """Look through JSON: its texts, its keys and its numbers."""
    if isinstance(value, str):
        if "\0" in value:
            raise Refused(RULE, _nul(name))
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise Refused(RULE, _("%(field)s: %(value)s is no number.") % {"field": name, "value": value})
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _refuse_within(name, key)
            _refuse_within(name, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_within(name, inner)


def _nul(name: str) -> str:
    return _("%s: the text holds a character that cannot be stored (NUL). Take it out.") % name


def _long(name: str, length: int, most: int | None) -> str:
    told = {"field": name, "length": length, "most": most}
    return _("%(field)s: the text has %(length)s characters; %(most)s fit. Make it shorter.") % told


@cache
def _texts(model: type[models.Model]) -> list[tuple[str, int | None]]:
    kinds = (models.CharField, models.TextField)
    return [(field.attname, field.max_length) for field in model._meta.concrete_fields if isinstance(field, kinds)]


@cache
def _numbers(model: type[models.Model]) -> list[tuple[str, int, int]]:
    found = []
    for field in model._meta.concrete_fields:
        if isinstance(field, models.IntegerField):
            found.append((field.attname, *_RANGES.get(field.get_internal_type(), (-(2**63), 2**63 - 1))))
    return found


# PostgreSQL's, which hold on both: SQLite keeps 64 bits of every kind.
_RANGES = {
    "IntegerField": (-(2**31), 2**31 - 1),
    "PositiveIntegerField": (0, 2**31 - 1),
    "SmallIntegerField": (-(2**15), 2**15 - 1),
    "PositiveSmallIntegerField": (0, 2**15 - 1),
    "PositiveBigIntegerField": (0, 2**63 - 1),
}


@cache
def _papers(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if isinstance(field, models.JSONField)]
