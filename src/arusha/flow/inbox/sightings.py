"""From a signal to a finding: a new one is opened, a known one is seen again, a disposal is respected."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Done, act
from arusha.core.journal.effects import Create, CreateMany, Effects, Remember, Set, create
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.roles import SYSTEM
from arusha.flow.inbox.identity import Match, SubjectKey, match
from arusha.flow.inbox.models import UNSURE, Finding, FindingSubject, FindingTerm, Sighting
from arusha.flow.inbox.numbers import next_number
from arusha.flow.inbox.signals import Signal, signal_of
from arusha.flow.inbox.terms import codes_in


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: a detector's hit, or any other signal. `subjects` are (kind, id), the leading one first."""

    signal: str
    kind: str
    subjects: tuple[SubjectKey, ...]
    reasons: Sequence[Mapping[str, Any]]
    support: int
    first_at: datetime
    last_at: datetime
    key: str = ""
    expected: float | None = None
    p: float | None = None
    q: float | None = None
    marks: tuple[str, ...] = ()
    run: UUID | None = None
    hit_id: str = ""
    group_hit: str = ""


def seen_of(hit: Mapping[str, Any], run: UUID) -> Seen:
    """A row of a file of hits as something seen; its signal has the detector's name."""
    signal = signal_of(hit["detector"])
    assert signal is not None, hit["detector"]
    leading, others = signal.subject_kinds(hit["kind"])
    subjects = tuple((leading if i == 0 else others, ref) for i, ref in enumerate(hit["subjects"]))
    return Seen(
        signal=signal.name,
        kind=hit["kind"],
        subjects=subjects,
        reasons=json.loads(hit["reasons"]),
        support=hit["support"],
        first_at=hit["first_at"],
        last_at=hit["last_at"],
        expected=_finite(hit["expected"]),
        p=_finite(hit["p_value"]),
        q=_finite(hit["q_value"]),
        marks=tuple(hit["marks"]),
        run=run,
        hit_id=hit["hit_id"],
        group_hit=hit["group_id"] or "",
    )


@act("finding.sighted", may=SYSTEM)
def sight(seen: Seen, *, act: Act) -> Effects:
    """Open a finding for what was seen, or note that a known one was seen again.

    A disposed finding that changed materially since (a member joined, or the support grew by half) is open again and
    says what changed.
    """
    signal = signal_of(seen.signal)
    refuse_if(signal is None, "signal-unknown", lambda: _("Nothing declares the signal %s.") % seen.signal)
    assert signal is not None
    found = match(signal, seen.kind, seen.subjects, seen.key, seen.run)
    if found.finding is None:
        return _open(signal, seen, act)
    return _again(signal, Finding.objects.get(pk=found.finding), found, seen, act)


def raise_signal(seen: Seen, *, act: Act) -> Done:
    """The door for every signal that is not a detector's."""
    return sight(seen, act=act)


def _open(signal: Signal, seen: Seen, act: Act) -> Effects:
    finding = Finding(
        id=act.new_id(),
        number=next_number(Finding),
        signal=signal.name,
        kind=seen.kind,
        key=seen.key,
        factor=signal.factor,
        opened_at=act.at,
        **_facts(seen, act),
    )
    subjects = [
        FindingSubject(of=finding, kind=kind, ref=ref, place=place, first=True, current=True)
        for place, (kind, ref) in enumerate(dict.fromkeys(seen.subjects))
    ]
    sighting = _sighting(finding, seen, act)
    return create(finding) + CreateMany(subjects) + CreateMany(_terms(finding, seen)) + Create(sighting)


def _again(signal: Signal, finding: Finding, found: Match, seen: Seen, act: Act) -> Effects:
    known = {(s.kind, s.ref): s for s in finding.subjects.all()}
    before = {key for key, row in known.items() if row.current}
    now = set(seen.subjects)
    joined, left = sorted(now - before), sorted(before - now)
    change = _material(signal, finding, joined, seen)
    fields = _facts(seen, act)
    if change:
        fields |= {"state": "open", "changed": change, "watch_until": None}
    elif (finding.changed or {}).get("found") is False:
        fields["changed"] = None  # the rows it rested on count again, or others say the same
    rows = [
        FindingSubject(of=finding, kind=kind, ref=ref, place=place, first=False, current=True)
        for place, (kind, ref) in enumerate(seen.subjects)
        if (kind, ref) not in known
    ]
    there = set(finding.terms.values_list("kind", "value"))
    terms = CreateMany([term for term in _terms(finding, seen) if (term.kind, term.value) not in there])
    effects = Effects(
        (Set(finding, fields), CreateMany(rows), terms, Create(_sighting(finding, seen, act))), _about(finding)
    )
    effects += _Currency(finding, frozenset(now))
    if joined or left or found.also:
        told = {"joined": len(joined), "left": len(left), "come-together-with": [str(other) for other in found.also]}
        effects += Remember(told)
    return effects


@dataclass(frozen=True, slots=True)
class _Currency:
    """Which subjects are those of the latest sighting."""

    finding: Finding
    now: frozenset[SubjectKey]

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Mark them."""
        del act
        for row in self.finding.subjects.all():
            current = (row.kind, row.ref) in self.now
            if row.current != current:
                FindingSubject.objects.filter(pk=row.pk).update(current=current)
        return {}


def _material(signal: Signal, finding: Finding, joined: Sequence[SubjectKey], seen: Seen) -> dict[str, Any] | None:
    if finding.state in ("open", "duplicate"):
        return None
    before = finding.disposed_support or finding.support
    grew = seen.support >= signal.grows_by * max(before, 1)
    if not joined and not grew:
        return None
    return {"was": finding.state, "joined": [ref for _, ref in joined], "support": [before, seen.support]}


def _terms(finding: Finding, seen: Seen) -> list[FindingTerm]:
    return [FindingTerm(of=finding, kind=kind, value=value) for kind, value in codes_in(seen.reasons)]


def _facts(seen: Seen, act: Act) -> dict[str, Any]:
    return {
        "reasons": [dict(reason) for reason in seen.reasons],
        "marks": list(seen.marks),
        "ordinary": bool(seen.marks),
        "sure": UNSURE if seen.q is None else seen.q,
        "support": seen.support,
        "expected": seen.expected,
        "p": seen.p,
        "q": seen.q,
        "first_at": seen.first_at,
        "last_at": seen.last_at,
        "seen_at": act.at,
        "run": seen.run,
        "hit_id": seen.hit_id,
        "group_hit": seen.group_hit,
    }


def _sighting(finding: Finding, seen: Seen, act: Act) -> Sighting:
    return Sighting(id=act.new_id(), finding=finding, run=seen.run, hit_id=seen.hit_id, at=act.at, support=seen.support)


def _about(finding: Finding) -> str:
    return f"finding:{finding.pk}"


def _finite(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value
