"""Which finding a sighting is of: the rule that its signal declares, applied."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from arusha.flow.inbox.models import Finding, FindingSubject
from arusha.flow.inbox.signals import SameKey, SameMembers, Signal

SubjectKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """The finding that a sighting is of, with others that would fit as well (they have come together)."""

    finding: UUID | None
    also: tuple[UUID, ...] = ()


def match(signal: Signal, kind: str, subjects: Sequence[SubjectKey], key: str, run: UUID | None = None) -> Match:
    """The finding of this signal and kind that the sighting is of.

    What one run tells apart stays apart: a finding that the same run has sighted already is not taken again.
    """
    if isinstance(signal.match, SameKey):
        found = Finding.objects.filter(signal=signal.name, kind=kind, key=key).order_by("number").first()
        return Match(found.pk if found else None)
    return _same_members(signal.match, signal.name, kind, subjects, run)


def _same_members(rule: SameMembers, name: str, kind: str, subjects: Sequence[SubjectKey], run: UUID | None) -> Match:
    refs = [ref for _, ref in subjects]
    near = FindingSubject.objects.filter(of__signal=name, of__kind=kind, first=True, ref__in=refs)
    candidates = set(near.values_list("of_id", flat=True))
    first: dict[UUID, list[tuple[int, SubjectKey]]] = {}
    rows = FindingSubject.objects.filter(of_id__in=candidates, first=True)
    for of, place, subject_kind, ref in rows.values_list("of_id", "place", "kind", "ref"):
        first.setdefault(of, []).append((place, (subject_kind, ref)))
    rows_of = Finding.objects.filter(pk__in=candidates)
    numbers = dict((rows_of.exclude(run=run) if run else rows_of).values_list("pk", "number"))
    fits = []
    for of in numbers:
        members = first[of]
        led = [subject for place, subject in sorted(members) if place < rule.leading]
        if led != list(subjects[: rule.leading]):
            continue
        share = _jaccard({s for place, s in members if place >= rule.leading}, set(subjects[rule.leading :]))
        if share >= rule.at_least:
            fits.append((-share, numbers[of], of))
    fits.sort()
    return Match(fits[0][2] if fits else None, tuple(of for _, _, of in fits[1:]))


def _jaccard(ours: set[SubjectKey], theirs: set[SubjectKey]) -> float:
    both = ours | theirs
    return len(ours & theirs) / len(both) if both else 1.0
