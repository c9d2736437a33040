"""Acts on findings for programs: assign, dispose of, open again, one or several at once."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.html import strip_tags
from pydantic import BaseModel, Field

from arusha.core.journal.refusals import Refused
from arusha.flow.inbox import findings, forms, several
from arusha.flow.inbox.api_reading import READERS, FindingTold, told, visible
from arusha.flow.inbox.models import Finding
from arusha.ui.fields import filled
from arusha.ui.operations import Call, Reasoned, Sent, Versioned, act_of, operation
from arusha.ui.problems import unfit

Disposal = Literal["confirmed", "explained", "duplicate", "watching"]


class Assign(Versioned):
    """Who looks into it."""

    person: Annotated[UUID | None, Field(description="Their id; null for nobody")]


class Dispose(Reasoned):
    """How it is disposed of, and why."""

    disposal: Disposal
    watch_until: Annotated[date | None, Field(description="Where it is watched: until when")] = None
    duplicate_of: Annotated[
        str | None, Field(max_length=30, description="Where it is a duplicate: of which number, such as F-1042-6")
    ] = None


class Seen(Sent):
    """A finding as it was looked at."""

    id: UUID
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


Several = Annotated[list[Seen], Field(min_length=1, max_length=several.MOST)]


class DisposeSeveral(Sent):
    """How several are disposed of, and why: the same for each."""

    findings: Several
    disposal: Literal["confirmed", "explained", "watching"]
    watch_until: date | None = None
    why: Annotated[str, Field(min_length=1, max_length=4000)]


class AssignSeveral(Sent):
    """Who looks into several."""

    findings: Several
    person: Annotated[UUID | None, Field(description="Their id; null for nobody")]


class ReopenSeveral(Sent):
    """Why several are opened again."""

    findings: Several
    why: Annotated[str, Field(min_length=1, max_length=4000)]


class OutcomeTold(BaseModel):
    """What came of one of several."""

    id: UUID
    version: int | None = Field(description="The version it has now, where it was done")
    refused: str | None = Field(description="Why it was not done, in words")


@operation(
    "POST", "findings/{uuid:pk}/assign", name="finding-assign", group="findings", may=READERS, answers=FindingTold
)
def assign(request: Call, pk: UUID, given: Assign) -> FindingTold:
    """Let a person look into a finding, or nobody. Whoever it is given to is told."""
    row = visible(request.actor, pk)
    findings.assign(row.pk, given.person, act=act_of(request, version=given.version))
    return told(visible(request.actor, pk))


@operation(
    "POST", "findings/{uuid:pk}/dispose", name="finding-dispose", group="findings", may=READERS, answers=FindingTold
)
def dispose(request: Call, pk: UUID, given: Dispose) -> FindingTold:
    """Dispose of a finding with a reason. Later runs respect it until the finding changes materially."""
    row = visible(request.actor, pk)
    form = filled(forms.Dispose, given.model_dump(exclude={"version"}), actor=request.actor)
    if not form.is_valid():
        raise unfit(form)
    clean = form.cleaned_data
    findings.dispose(
        row.pk,
        clean["disposal"],
        watch_until=clean["watch_until"],
        duplicate_of=clean["duplicate_of"],
        act=act_of(request, clean["why"], given.version),
    )
    return told(visible(request.actor, pk))


@operation(
    "POST", "findings/{uuid:pk}/reopen", name="finding-reopen", group="findings", may=READERS, answers=FindingTold
)
def reopen(request: Call, pk: UUID, given: Reasoned) -> FindingTold:
    """Undo a disposal, with a reason."""
    row = visible(request.actor, pk)
    findings.reopen(row.pk, act=act_of(request, given.why, given.version))
    return told(visible(request.actor, pk))


@operation(
    "POST",
    "findings/several/dispose",
    name="findings-dispose",
    group="findings",
    may=findings.HANDLER,
    answers=list[OutcomeTold],
)
def dispose_several(request: Call, given: DisposeSeveral) -> list[OutcomeTold]:
    """Dispose of several for one reason: one act for each, and what somebody changed meanwhile is refused alone."""
    rows, seen = _chosen(request, given.findings)
    act = act_of(request, given.why)
    return _outcomes(several.disposed(rows, seen, given.disposal, given.watch_until, act=act))


@operation(
    "POST",
    "findings/several/assign",
    name="findings-assign",
    group="findings",
    may=findings.ASSIGNER,
    answers=list[OutcomeTold],
)
def assign_several(request: Call, given: AssignSeveral) -> list[OutcomeTold]:
    """Let a person look into several, or nobody."""
    rows, seen = _chosen(request, given.findings)
    return _outcomes(several.assigned(rows, seen, given.person, act=act_of(request)))


@operation(
    "POST",
    "findings/several/reopen",
    name="findings-reopen",
    group="findings",
    may=findings.HANDLER,
    answers=list[OutcomeTold],
)
def reopen_several(request: Call, given: ReopenSeveral) -> list[OutcomeTold]:
    """Open several again, for one reason."""
    rows, seen = _chosen(request, given.findings)
    return _outcomes(several.reopened(rows, seen, act=act_of(request, given.why)))


def _chosen(request: Call, given: list[Seen]) -> tuple[list[Finding], dict[UUID, int]]:
    """The findings, all of them or none: one that the caller may not see is as if it were not there."""
    seen = {one.id: one.version for one in given}
    rows = several.chosen(request.actor, seen)
    if len(rows) != len(seen):
        raise Refused("not-found", findings.NOT_HERE)
    return rows, seen


def _outcomes(outcomes: list[several.Outcome]) -> list[OutcomeTold]:
    return [
        OutcomeTold(id=one.finding.pk, version=one.version, refused=_plain(one.refused) if one.refused else None)
        for one in outcomes
    ]


def _plain(said: Any) -> str:
    return strip_tags(str(said)).strip()
