"""One decision for several findings: what will happen to each, then one act for each, and what came of it.

Each finding has its own act with a request key of its own, made of the form's, and names the version that was looked
at. So a form that is sent again does nothing twice, a kill in between leaves some done and the form does the others,
and whatever somebody else changed meanwhile is refused alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Done, Performed
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.core.people.models import Person
from arusha.flow.inbox import findings
from arusha.flow.inbox.findings import STATES
from arusha.flow.inbox.models import Finding

MOST = 200
"""Findings that one decision may be for: more cannot be looked over, and each costs an entry of the journal."""
CASE_MOST = 50
"""Findings that a case may be opened from at once: their ids stand in an address."""
LAST = {"finding.disposed", "finding.reopened", "finding.assigned"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one finding: done, with the version it has now, or refused and why."""

    finding: Finding
    version: int | None = None
    refused: Any = None


def chosen(actor: Any, ids: Iterable[Any]) -> list[Finding]:
    """The findings of these ids that the actor may see, by their numbers."""
    keys = []
    for text in ids:
        try:
            keys.append(UUID(str(text)))
        except ValueError:
            continue
    return list(Finding.objects.visible_to(actor).filter(pk__in=keys[:MOST]).order_by("number"))


def would(act: Performed, actor: Any, rows: Sequence[Finding]) -> dict[UUID, Any]:
    """Why each would be refused now, in words; nothing stands for those that would be done."""
    refusals = {row.pk: act.refusal(actor, row) for row in rows}
    told = who_last(actor, [pk for pk, refusal in refusals.items() if refusal is not None])
    return {pk: _said(refusal, told.get(pk)) for pk, refusal in refusals.items() if refusal is not None}


def disposed(
    rows: Sequence[Finding], seen: Mapping[UUID, int], how: str, until: date | None, *, act: Act
) -> list[Outcome]:
    """Dispose of each as it was when it was looked at (`seen`: version by id)."""
    return _each(rows, seen, lambda row, one: findings.dispose(row.pk, how, watch_until=until, act=one), act)


def reopened(rows: Sequence[Finding], seen: Mapping[UUID, int], *, act: Act) -> list[Outcome]:
    """Open each again, where nobody has changed it since."""
    return _each(rows, seen, lambda row, one: findings.reopen(row.pk, act=one), act)


def assigned(rows: Sequence[Finding], seen: Mapping[UUID, int], person: Any, *, act: Act) -> list[Outcome]:
    """Let a person look into each, or nobody."""
    return _each(rows, seen, lambda row, one: findings.assign(row.pk, person, act=one), act)


def _each(
    rows: Sequence[Finding], seen: Mapping[UUID, int], one: Callable[[Finding, Act], Done], act: Act
) -> list[Outcome]:
    refusals: dict[UUID, Refused] = {}
    for row in rows:
        once = f"{act.once}:{row.number}" if act.once else None
        try:
            one(row, Act(by=act.by, at=act.at, why=act.why, once=once, version=seen.get(row.pk)))
        except Refused as refused:
            refusals[row.pk] = refused
    told = who_last(act.by, list(refusals))
    now = Finding.objects.visible_to(act.by).in_bulk([row.pk for row in rows])
    return [
        Outcome(now.get(row.pk, row), refused=_said(refusals[row.pk], told.get(row.pk)))
        if row.pk in refusals
        else Outcome(now.get(row.pk, row), now[row.pk].version if row.pk in now else None)
        for row in rows
    ]


def who_last(actor: Any, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Who changed each finding last, to what and when, in words, among those that the actor may see.

    A name is told to those who may dispose of findings themselves; others learn that it was done, and when.
    """
    rows = Finding.objects.visible_to(actor).in_bulk(list(ids))
    entries = Entry.objects.filter(about__in=[f"finding:{pk}" for pk in rows], act__in=LAST).order_by("seq")
    last = {about: (by, at) for about, by, at in entries.values_list("about", "by", "at")}
    names = _names({by for by, _at in last.values()}) if findings.HANDLER(actor) else {}
    told = {}
    for pk, row in rows.items():
        if f"finding:{pk}" in last:
            by, at = last[f"finding:{pk}"]
            told[pk] = _last(STATES.get(row.state, row.state), names.get(by), at)
    return told


def _names(refs: set[str]) -> dict[str, str]:
    keys = [ref.removeprefix("person:") for ref in refs if ref.startswith("person:")]
    return {f"person:{pk}": name for pk, name in Person.objects.filter(pk__in=keys).values_list("pk", "name")}


def _last(state: Any, name: str | None, at: Any) -> Any:
    when = formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")
    if name is None:
        return format_html(str(_("Changed on {when}; it is now: {state}.")), when=when, state=state)
    return format_html(
        str(_("{who} changed it on {when}; it is now: {state}.")), who=_bdi(name), when=when, state=state
    )


def _bdi(text: str) -> Any:
    return format_html("<bdi>{}</bdi>", text)


def _said(refusal: Refused, last: Any) -> Any:
    return format_html("{} {}", refusal.said, last) if last else refusal.said
