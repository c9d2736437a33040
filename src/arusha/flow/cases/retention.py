"""How long cases are kept: closed ones, from their closing. Number, dates, members and the word of the outcome stay.

A note, a piece of evidence, a question with its reply can go alone, by a decision.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act
from arusha.core.journal.effects import Effects, Set
from arusha.core.people.models import Person
from arusha.core.retention.files import holds_files, remove_unneeded
from arusha.core.retention.kept import Overwrite, Ref, blank, entries_about, kept, stays, touches_too, written_by
from arusha.core.retention.models import not_gone
from arusha.flow.cases.models import Case, CaseEvidence, CaseFinding, CaseNote, CaseReply, CaseSubject
from arusha.flow.inbox.models import FindingSubject
from arusha.lib.ids import heard
from arusha.lib.seal.sealed_column import told_of_erasure

PIECES = {
    "case-note": (CaseNote, _("Notes of cases")),
    "case-evidence": (CaseEvidence, _("Evidence of cases")),
    "case-reply": (CaseReply, _("Questions to subjects, and replies")),
}
"""What can go alone."""


def _ended(before: datetime) -> "QuerySet[Any]":
    return Case.objects.filter(state="closed", closed_at__lt=before)


def _find(text: str) -> Any:
    number = heard(text, "C")
    return Case.objects.filter(number=number).values_list("pk", flat=True).first() if number is not None else None


def _touches(keys: Iterable[Any]) -> dict[str, set[Ref]]:
    """Subjects of the case, its findings and their subjects."""
    cases = list(keys)
    found: dict[str, set[Ref]] = {str(key): set() for key in cases}
    for of, kind, ref in CaseSubject.objects.filter(of__in=cases).values_list("of", "kind", "ref"):
        found[str(of)].add((kind, ref))
    for of, finding in CaseFinding.objects.filter(of__in=cases).values_list("of", "finding"):
        found[str(of)].add(("finding", str(finding)))
    of_findings = FindingSubject.objects.filter(of__in_cases__of__in=cases)
    for case, kind, ref in of_findings.values_list("of__in_cases__of", "kind", "ref"):
        if str(case) in found:
            found[str(case)].add((kind, ref))
    return found


def _erase(row: Any, told: bytes, act: Act) -> Effects:
    del act
    inside = [*row.notes.all(), *row.evidence.all(), *row.tasks.all(), *row.replies.all()]
    effects = blank(row, told, title="")
    for each in inside:
        effects += blank(each, told)
    outcomes = (Set(each, {"against": []}) for each in row.outcomes.all())
    subjects = (Overwrite(each, {"ref": f"erased-{each.pk}"}) for each in row.subjects.all())
    return effects + Effects((*outcomes, *subjects, entries_about([row, *inside])))


def _gone(key: Any, at: datetime) -> None:
    for name in CaseEvidence.objects.filter(Q(of=key) | Q(pk=key)).values_list("kept", flat=True):
        remove_unneeded(name, at)


def _erase_piece(row: Any, told: bytes, act: Act) -> Effects:
    del act
    return blank(row, told) + entries_about([row])


def _touches_piece(model: Any, keys: Iterable[Any]) -> dict[str, set[Ref]]:
    of = dict(model.objects.filter(pk__in=list(keys)).values_list("pk", "of"))
    about = _touches(set(of.values()))
    return {str(key): {("case", str(case)), *about[str(case)]} for key, case in of.items()}


def _in_cases(findings: Iterable[Any]) -> dict[str, set[Ref]]:
    found: dict[str, set[Ref]] = {}
    linked = CaseFinding.objects.filter(finding__in=list(findings)).values_list("finding", "of")
    for finding, case in linked:
        found.setdefault(str(finding), set()).add(("case", str(case)))
    return found


def _needed(findings: Iterable[Any]) -> set[Any]:
    standing = not_gone(Case.objects.all(), "case")
    linked = CaseFinding.objects.filter(finding__in=list(findings), of__in=standing)
    return set(linked.values_list("finding", flat=True))


def _subjects_of_cases(persons: Iterable[Any]) -> set[Any]:
    """Those whom a case that stands is about: it could not be read without who they are."""
    found = list(Person.objects.filter(pk__in=list(persons)))
    known = {("person", str(p.pk)): p.pk for p in found}
    known |= {("officer", p.staff_number): p.pk for p in found if p.staff_number}
    standing = not_gone(Case.objects.all(), "case")
    rows = CaseSubject.objects.filter(of__in=standing, ref__in=[ref for _kind, ref in known])
    return {known[each] for each in rows.values_list("kind", "ref") if each in known}


@holds_files
def _holds(name: str) -> bool:
    """Whether a piece of evidence that was not erased is that file: its hash says so."""
    rows = CaseEvidence.objects.filter(kept=name)
    return any(told_of_erasure(bytes(row.__dict__["sha256"])) is None for row in rows)


kept(
    "case",
    title=_("Cases"),
    since=_("the day they were closed"),
    named_by=_("its number, such as C-12-3"),
    model=Case,
    ended=_ended,
    erase=_erase,
    touches=_touches,
    find=_find,
    gone=_gone,
)
for _name, (_model, _title) in PIECES.items():
    kept(
        _name,
        title=_title,
        named_by=_("the identifier or address of the entry in the record that made it"),
        model=_model,
        erase=_erase_piece,
        touches=lambda keys, model=_model: _touches_piece(model, keys),
        find=lambda text, model=_model: written_by(model, text),
        gone=_gone,
    )
stays("person", _subjects_of_cases)
touches_too("finding", _in_cases)
stays("finding", _needed)
