"""Who is named to a case: by its lead, never a subject; at least one lead remains."""

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Locked, Why, act
from arusha.core.journal.effects import Create, Effects, Remember, Set
from arusha.core.journal.refusals import refuse_if
from arusha.core.notices.notices import SENTENCES, Notify
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Person
from arusha.flow.cases.models import Case, CaseFinding, CaseMember
from arusha.flow.cases.standing import LEADERS, day_of, number_of, touches
from arusha.flow.cases.states import MEMBER_ROLES, member_may, when
from arusha.flow.inbox.models import FindingSubject

SENTENCES["case-member"] = _("You were named to case %(number)s.")


@act("case.member-named", may=member_may("case.member-named"), when=when("case.member-named"))
def name_member(case: Locked[Case], person: Any, member_role: str, *, act: Act) -> Effects:
    """Name a person to the case, or give a member another role in it."""
    refuse_if(member_role not in MEMBER_ROLES, "member-role", _("Choose a role in the case."))
    named = Person.objects.filter(pk=person).first()
    refuse_if(named is None, "person-unknown", _("There is no such person."))
    assert named is not None
    actor = actor_of(named, day_of(act.at))
    refuse_if(
        touches(actor, _all_subjects(case)),
        "member-is-subject",
        _("This person is a subject of the case, serves in a unit that is, or stands back from one."),
    )
    refuse_if(
        member_role == "lead" and not actor.roles & LEADERS,
        "lead-role",
        _("Only an investigator or integrity officer can lead a case."),
    )
    told = Remember({"member": str(named.pk), "role": member_role})
    held = case.members.filter(person=named, until=None).first()
    if held is None:
        row = CaseMember(id=act.new_id(), of=case, person=named, role=member_role, since=act.at)
        tell = Notify(named.pk, "case-member", reverse("cases-one", args=[case.pk]), {"number": number_of(case)})
        return case.set(changed_at=act.at) + Create(row) + tell + told
    refuse_if(held.role == member_role, "member-known", _("This person has that role in the case already."))
    _keep_a_lead(case, held)
    return case.set(changed_at=act.at) + Set(held, {"role": member_role}) + told


@act("case.member-ended", why=Why.REQUIRED, may=member_may("case.member-ended"), when=when("case.member-ended"))
def end_member(case: Locked[Case], member: Any, *, act: Act) -> Effects:
    """Let a membership end now: the person sees the case no longer."""
    try:
        held = case.members.filter(pk=member, until=None).first() if member else None
    except (ValueError, ValidationError):
        held = None
    refuse_if(held is None, "member-unknown", _("There is no such member."))
    assert held is not None
    _keep_a_lead(case, held)
    told = Remember({"member": str(held.person_id), "role": held.role})
    return case.set(changed_at=act.at) + Set(held, {"until": act.at}) + told


def _keep_a_lead(case: Case, leaving: CaseMember) -> None:
    others = case.members.filter(role="lead", until=None).exclude(pk=leaving.pk)
    refuse_if(
        leaving.role == "lead" and not others.exists(), "no-lead-left", _("Name another lead first: a case has one.")
    )


def _all_subjects(case: Case) -> set[tuple[str, str]]:
    linked = CaseFinding.objects.filter(of=case).values("finding")
    found = FindingSubject.objects.filter(of__in=linked).values_list("kind", "ref")
    return set(case.subjects.values_list("kind", "ref")) | set(found)
