"""Opening a case from findings, and what joins it later: another finding, another subject."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.core.journal.acts import Act, Done, Locked, Why, act
from arusha.core.journal.effects import Create, CreateMany, Effects, Remember, create
from arusha.core.journal.refusals import Refused, refuse_if
from arusha.core.people.roles import role
from arusha.flow.cases.models import Case, CaseFinding, CaseMember, CaseSubject
from arusha.flow.cases.standing import LEADERS, SubjectKey, named, person_of, touches, without_subjects
from arusha.flow.cases.states import member_may, when
from arusha.flow.inbox.findings import dispose
from arusha.flow.inbox.models import Finding, FindingSubject
from arusha.flow.inbox.numbers import next_number

SUBJECT_KINDS: dict[str, "str | Promise"] = {
    "officer": pgettext_lazy("kind of subject", "Officer, by staff number"),
    "person": pgettext_lazy("kind of subject", "Person, by full name"),
    "unit": pgettext_lazy("kind of subject", "Unit, by its code"),
    "traveller": pgettext_lazy("kind of subject", "Traveller"),
    "trader": pgettext_lazy("kind of subject", "Trader"),
    "office": pgettext_lazy("kind of subject", "Office"),
}
LONGEST_TITLE = 160


def visible_findings(actor: Any, ids: Iterable[Any]) -> list[Finding]:
    """The findings of these ids that the actor may see, in the order of their numbers."""
    try:
        return list(Finding.objects.visible_to(actor).filter(pk__in=list(ids)).order_by("number"))
    except (ValueError, ValidationError):
        return []


@act("case.opened", why=Why.REQUIRED, may=role(*sorted(LEADERS)))
def open_case(findings: Sequence[Any], title: str, *, act: Act) -> Effects:
    """Open a case from findings of which the actor is no subject. Whoever opens it leads it, and may name others."""
    wanted = {str(key) for key in findings}
    found = visible_findings(act.by, wanted)
    refuse_if(not wanted or len(found) != len(wanted), "not-found", _("There is nothing here, or not for you."))
    _refuse_duplicates(found)
    title = _checked_title(title)
    case = Case(
        id=act.new_id(),
        number=next_number(Case),
        title=title,
        opened_at=act.at,
        opened_by_id=act.by.person,
        changed_at=act.at,
    )
    lead = CaseMember(id=act.new_id(), of=case, person_id=act.by.person, role="lead", since=act.at)
    subjects = [CaseSubject(of=case, kind=kind, ref=ref) for kind, ref in _subjects_of(found)]
    links = tuple(Create(CaseFinding(id=act.new_id(), of=case, finding=f, at=act.at)) for f in found)
    return create(case) + Create(lead) + CreateMany(subjects) + Effects(links)


def open_confirmed(found: Sequence[Finding], title: str, confirm: Sequence[Finding], *, act: Act) -> Done:
    """Open a case from findings and dispose of some of them as confirmed, for the same reason: all of it or nothing."""
    with transaction.atomic():
        done = open_case([finding.pk for finding in found], title, act=act)
        for finding in confirm:
            once = f"{act.once}:{finding.number}" if act.once else None
            dispose(finding.pk, "confirmed", act=Act(by=act.by, at=act.at, why=act.why, once=once))
    return done


@act("case.finding-added", may=member_may("case.finding-added"), when=when("case.finding-added"))
def add_finding(case: Locked[Case], finding: Any, *, act: Act) -> Effects:
    """Take another finding into the case, with its subjects; a member who is one of them is a member no longer."""
    found = visible_findings(act.by, [finding] if finding else [])
    refuse_if(not found, "finding-unknown", _("There is no such finding, or not for you."))
    refuse_if(
        case.findings.filter(finding=found[0]).exists(), "finding-known", _("This finding is in the case already.")
    )
    _refuse_duplicates(found)
    joining = [key for key in _subjects_of(found) if key not in _known(case)]
    rows = [CaseSubject(of=case, kind=kind, ref=ref) for kind, ref in joining]
    link = Create(CaseFinding(id=act.new_id(), of=case, finding=found[0], at=act.at))
    return case.set(changed_at=act.at) + link + CreateMany(rows) + without_subjects(case, joining, act)


@act("case.subject-added", why=Why.REQUIRED, may=member_may("case.subject-added"), when=when("case.subject-added"))
def add_subject(case: Locked[Case], kind: str, ref: str, *, act: Act) -> Effects:
    """Add a subject that no finding named, with the reason for it."""
    ref = ref.strip()
    refuse_if(kind not in SUBJECT_KINDS, "subject-kind", _("Choose what kind of subject it is."))
    refuse_if(not ref or len(ref) > 120, "subject-ref", _("Give the subject's number, code or id."))
    if kind == "person":
        ref = ref if person_of((kind, ref)) else str(named(ref).pk)
    refuse_if((kind, ref) in _known(case), "subject-known", _("This is a subject of the case already."))
    refuse_if(
        touches(act.by, [(kind, ref)]), "subject-yourself", _("You would be a subject yourself, or serve in its unit.")
    )
    effects = case.set(changed_at=act.at) + Create(CaseSubject(of=case, kind=kind, ref=ref, by_hand=True))
    return effects + Remember({"kind": kind}) + without_subjects(case, [(kind, ref)], act)


def _checked_title(title: str) -> str:
    title = " ".join(title.split())
    refuse_if(not title, "title-missing", _("Say in a few words what the case is about."))
    refuse_if(len(title) > LONGEST_TITLE, "title-long", _("The title is too long: 160 characters at most."))
    return title


def _refuse_duplicates(found: Iterable[Finding]) -> None:
    if any(finding.state == "duplicate" for finding in found):
        raise Refused("finding-duplicate", _("This finding is a duplicate: take the other one into the case."))


def _subjects_of(found: Iterable[Finding]) -> list[SubjectKey]:
    """Every subject the findings ever named: one that left a group since must not see the case either."""
    rows = FindingSubject.objects.filter(of__in=list(found)).order_by("of__number", "place")
    return list(dict.fromkeys(rows.values_list("kind", "ref")))


def _known(case: Case) -> set[SubjectKey]:
    return set(case.subjects.values_list("kind", "ref"))
