"""Subjects are rows, and no subject sees what is about them: not in a list, a count, a total or a suggestion."""

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


def about(actor: Any) -> Q:
    """Subject rows that are the actor, a unit the actor serves in, or one the actor stands back from."""
    mine = Q(kind="person", ref=actor.person)
    if actor.staff_number:
        mine |= Q(kind="officer", ref=actor.staff_number)
    if actor.units:
        mine |= Q(kind="unit", ref__in=actor.units)
    for kind, ref in actor.recused:
        mine |= Q(kind=kind, ref=ref)
    return mine


def not_about(queryset: "models.QuerySet[Row]", actor: Any, subjects: type[Subject]) -> "models.QuerySet[Row]":
    """The rows of which the actor is no subject. `subjects` is the table whose `of` points at the queryset's model."""
    if "system" in actor.roles:
        return queryset
    rows: Any = subjects._default_manager
    return queryset.filter(~Exists(rows.filter(about(actor), of=OuterRef("pk"))))
