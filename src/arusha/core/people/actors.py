"""Who a person is on a day: their roles, their units and the units above, what they stand back from."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from arusha.core.people.models import Grant, Person, Posting, Recusal, Unit
from arusha.core.people.roles import Actor


def in_force(on: date) -> Q:
    """Rows whose dates include the day."""
    return Q(since__lte=on) & (Q(until=None) | Q(until__gte=on))


def actor_of(person: Person, on: date) -> Actor:
    """The person as an actor on that day."""
    roles = Grant.objects.filter(in_force(on), person=person).values_list("role", flat=True)
    units = Posting.objects.filter(in_force(on), person=person).values_list("post__unit_id", flat=True)
    recused = Recusal.objects.filter(in_force(on), person=person).values_list("kind", "ref")
    return Actor(
        person=str(person.pk),
        name=person.name,
        staff_number=person.staff_number,
        roles=frozenset(roles),
        units=frozenset(_with_above(units)),
        recused=frozenset(recused),
    )


def _with_above(units: Iterable[object]) -> set[str]:
    """Codes of these units and of every unit they are part of; one query, since there are few units."""
    known = {pk: (code, parent) for pk, code, parent in Unit.objects.values_list("pk", "code", "parent_id")}
    found: set[str] = set()
    for unit in units:
        here = known.get(unit)  # type: ignore[call-overload]
        while here is not None and here[0] not in found:
            found.add(here[0])
            here = known.get(here[1])
    return found
