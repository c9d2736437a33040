"""Who stands how to a case's subjects: asked of a person before they are named, or when a subject joins."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act
from arusha.core.journal.effects import Effects, Set
from arusha.core.journal.refusals import Refused
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Person
from arusha.core.people.subjects import own
from arusha.flow.cases.models import Case, CaseMember
from arusha.lib.ids import spoken

SubjectKey = tuple[str, str]
LEADERS = frozenset({"integrity-officer", "investigator"})
"""Who may open a case, and lead one."""


def number_of(case: Case) -> str:
    """The case's number as people say it."""
    return spoken("C", case.number)


def day_of(at: datetime) -> date:
    """The office's day of a moment."""
    return timezone.localtime(at).date()


def touches(actor: Any, subjects: Iterable[SubjectKey]) -> bool:
    """Whether one of these subjects is the actor, a unit the actor serves in, or one the actor stands back from."""
    return bool(own(actor) & set(subjects))


def person_of(subject: SubjectKey) -> Person | None:
    """The person that a subject of kind person or officer is, where the administration knows them."""
    return known_persons([subject]).get(subject)


def known_persons(subjects: Iterable[SubjectKey]) -> dict[SubjectKey, Person]:
    """The persons that these subjects are, in two queries however many there are."""
    wanted = list(subjects)
    staff = [ref for kind, ref in wanted if kind == "officer"]
    ids = [ref for kind, ref in wanted if kind == "person" and _is_id(ref)]
    found = {("officer", p.staff_number or ""): p for p in Person.objects.filter(staff_number__in=staff)}
    return found | {("person", str(p.pk)): p for p in Person.objects.filter(pk__in=ids)}


def named(text: str) -> Person:
    """The one person that a staff number or a full name names.

    Raises
    ------
    Refused
        `person-unknown` or `person-ambiguous`.
    """
    text = " ".join(text.split())
    found = list(Person.objects.filter(staff_number__iexact=text)[:1]) or list(
        Person.objects.filter(name__iexact=text)[:2]
    )
    if not text or not found:
        raise Refused("person-unknown", _("Nobody is known by this staff number or full name."))
    if len(found) > 1:
        raise Refused("person-ambiguous", _("Several people have this name: give the staff number."))
    return found[0]


def members_of(case: Case) -> list[CaseMember]:
    """The members of today, the longest there first."""
    return list(case.members.filter(until=None).select_related("person").order_by("since", "pk"))


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def without_subjects(case: Case, joining: Iterable[SubjectKey], act: Act) -> Effects:
    """End, silently, the membership of whoever becomes a subject; if no lead remains, who adds the subject leads.

    Nobody is told: a notice would warn a subject.
    """
    joining, day = list(joining), day_of(act.at)
    members = members_of(case)
    leaving = [m for m in members if touches(actor_of(m.person, day), joining)]
    if not leaving:
        return Effects()
    effects = Effects(tuple(Set(member, {"until": act.at}) for member in leaving))
    if any(m.role == "lead" for m in members if m not in leaving):
        return effects
    heir = next((m for m in members if m not in leaving and str(m.person_id) == act.by.person), None)
    if heir is None or not act.by.roles & LEADERS:
        raise Refused(
            "no-lead-left", _("This subject leads the case. An investigator or integrity officer has to add them.")
        )
    return effects + Set(heir, {"role": "lead"})
