"""Subjects are rows, and no subject sees what is about them: not in a list, a count, a total or a suggestion."""

from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from arusha.core.privacy import protected

Row = TypeVar("Row", bound=models.Model)


class Subject(models.Model):
    """One subject of something: `kind` is a stable word (person, officer, unit, traveller, trader), `ref` its id.

    A concrete table adds the foreign key `of`.
    """

    kind = protected(models.CharField(max_length=40))
    ref = protected(models.CharField(max_length=120))

    class Meta:
        abstract = True
        default_permissions = ()


def own(actor: Any) -> set[tuple[str, str]]:
    """What the actor is a subject as: themselves, the units they serve in, and what they stand back from."""
    mine = {("person", actor.person), *(("unit", code) for code in actor.units), *actor.recused}
    return mine | {("officer", actor.staff_number)} if actor.staff_number else mine


def about(actor: Any) -> Q:
    """Subject rows that are the actor, a unit the actor serves in, or one the actor stands back from."""
    by_kind: dict[str, list[str]] = {}
    for kind, ref in sorted(own(actor)):
        by_kind.setdefault(kind, []).append(ref)
    return reduce(or_, (Q(kind=kind, ref__in=refs) for kind, refs in by_kind.items()))


def not_about(queryset: "models.QuerySet[Row]", actor: Any, subjects: type[Subject]) -> "models.QuerySet[Row]":
    """The rows of which the actor is no subject. `subjects` is the table whose `of` points at the queryset's model."""
    if "system" in actor.roles:
        return queryset
    rows: Any = subjects._default_manager
    return queryset.filter(~Exists(rows.filter(about(actor), of=OuterRef("pk"))))
