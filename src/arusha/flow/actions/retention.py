"""How long actions are kept: those verified or cancelled, from that day. State, dates and what the figure did stay."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act
from arusha.core.journal.effects import Effects
from arusha.core.retention.files import holds_files, remove_unneeded
from arusha.core.retention.kept import Ref, blank, entries_about, kept, stays
from arusha.core.retention.models import not_gone
from arusha.flow.actions.models import Action, ActionEvidence
from arusha.flow.inbox.models import FindingSubject
from arusha.lib.ids import heard
from arusha.lib.seal.sealed_column import told_of_erasure


def _ended(before: datetime) -> "QuerySet[Any]":
    verified = Q(state="verified", verified_at__lt=before)
    return Action.objects.filter(verified | Q(state="cancelled", cancelled_at__lt=before))


def _find(text: str) -> Any:
    number = heard(text, "A")
    return Action.objects.filter(number=number).values_list("pk", flat=True).first() if number is not None else None


def _touches(keys: Iterable[Any]) -> dict[str, set[Ref]]:
    """The case or finding that the action came from, with the finding's subjects."""
    found: dict[str, set[Ref]] = {}
    by_finding: dict[Any, list[str]] = {}
    for key, case, finding in Action.objects.filter(pk__in=list(keys)).values_list("pk", "case", "finding"):
        found[str(key)] = {(kind, str(of)) for kind, of in (("case", case), ("finding", finding)) if of}
        if finding:
            by_finding.setdefault(finding, []).append(str(key))
    subjects = FindingSubject.objects.filter(of__in=list(by_finding)).values_list("of", "kind", "ref")
    for of, kind, ref in subjects:
        for action in by_finding[of]:
            found[action].add((kind, ref))
    return found


def _erase(row: Any, told: bytes, act: Act) -> Effects:
    del act
    evidence = list(row.evidence.all())
    effects = blank(row, told, what="")
    for each in evidence:
        effects += blank(each, told)
    return effects + Effects((entries_about([row, *evidence]),))


def _gone(key: Any, at: datetime) -> None:
    for name in ActionEvidence.objects.filter(of=key).exclude(kept="").values_list("kept", flat=True):
        remove_unneeded(name, at)


def _of_findings(findings: Iterable[Any]) -> set[Any]:
    open_still = Action.objects.filter(finding__in=list(findings), state__in=("open", "done"))
    return set(not_gone(open_still, "action").values_list("finding", flat=True))


def _of_cases(cases: Iterable[Any]) -> set[Any]:
    open_still = Action.objects.filter(case__in=list(cases), state__in=("open", "done"))
    return set(not_gone(open_still, "action").values_list("case", flat=True))


@holds_files
def _holds(name: str) -> bool:
    rows = ActionEvidence.objects.filter(kept=name)
    return any(told_of_erasure(bytes(row.__dict__["sha256"])) is None for row in rows)


kept(
    "action",
    title=_("Actions"),
    since=_("the day they were verified or cancelled"),
    named_by=_("its number, such as A-12-3"),
    model=Action,
    ended=_ended,
    erase=_erase,
    touches=_touches,
    find=_find,
    gone=_gone,
)
stays("finding", _of_findings)
stays("case", _of_cases)
