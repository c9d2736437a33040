"""Actions for programs: those that the caller may see, and one."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from arusha.core.people.roles import SIGNED_IN
from arusha.flow.actions.actions import number_of
from arusha.flow.actions.models import Action
from arusha.flow.actions.showing import narrowed
from arusha.flow.cases.api_reading import person
from arusha.flow.cases.models import Case
from arusha.flow.cases.standing import day_of
from arusha.flow.inbox.api_reading import PersonTold
from arusha.flow.inbox.findings import READERS
from arusha.flow.inbox.models import Finding
from arusha.lib.factors import Factor
from arusha.ui.operations import Call, Listed, Turn, cut, group, operation, place_number
from arusha.ui.problems import not_found

group("actions", _("Actions: what is to be done, by whom, by when"))


class ActionTold(BaseModel):
    """Something to be done by a person by a day."""

    id: UUID
    version: int
    number: str = Field(description="As people say it, such as A-1001-5")
    what: str
    factor: str
    state: str
    owner: PersonTold
    opened_by: PersonTold
    due: date
    figure: str = Field(description="The figure that it should move, or nothing")
    opened_at: datetime
    done_at: datetime | None
    verified_at: datetime | None
    cancelled_at: datetime | None


class ActionEvidenceTold(BaseModel):
    """What shows that it was done."""

    id: UUID
    text: str
    name: str = Field(description="Of its file, or nothing")
    size: int | None
    sha256: str
    by: PersonTold
    at: datetime


class ActionWhole(ActionTold):
    """An action with what shows that it was done, and where it comes from as far as you may see that."""

    case: UUID | None
    finding: UUID | None
    evidence: list[ActionEvidenceTold]


class Asked(Turn):
    """Which actions."""

    state: Literal["", "overdue", "all", "open", "done", "verified", "cancelled"] = Field(
        default="", description="Nothing: open and done ones"
    )
    whose: Literal["", "mine"] = ""
    factor: Factor | None = None
    owner: str = Field(default="", max_length=120, description="A staff number, or a part of a name")


@operation("GET", "actions", name="actions", group="actions", may=SIGNED_IN, answers=Listed[ActionTold])
def listed(request: Call, asked: Query[Asked]) -> Listed[ActionTold]:
    """The actions that you may see, the newest first."""
    seen = Action.objects.visible_to(request.actor)
    rows = narrowed(seen, request.actor, asked.model_dump(), day_of(request.at)).select_related("owner", "opened_by")
    before = place_number(asked.after)
    found = rows.filter(number__lt=before) if before is not None else rows
    items, onward = cut(found.order_by("-number")[: asked.limit + 1], asked.limit, lambda row: str(row.number))
    return Listed[ActionTold](items=[ActionTold(**_told(row)) for row in items], next=onward)


@operation("GET", "actions/{uuid:pk}", name="action", group="actions", may=SIGNED_IN, answers=ActionWhole)
def one(request: Call, pk: UUID) -> ActionWhole:
    """One action."""
    return whole(visible(request.actor, pk), request.actor)


def visible(actor: Any, pk: UUID) -> Action:
    """The action where the actor may see it; Problem where there is none or not for them."""
    found = Action.objects.visible_to(actor).select_related("owner", "opened_by").filter(pk=pk).first()
    if found is None:
        raise not_found()
    return found


def whole(row: Action, actor: Any) -> ActionWhole:
    """An action with all that it holds."""
    case = Case.objects.visible_to(actor).filter(pk=row.case_id).first() if row.case_id else None
    reads = row.finding_id if READERS(actor) else None
    finding = Finding.objects.visible_to(actor).filter(pk=reads).first() if reads else None
    held = row.evidence.select_related("by").order_by("at", "pk")
    return ActionWhole(
        **_told(row),
        case=case.pk if case else None,
        finding=finding.pk if finding else None,
        evidence=[_evidence(item) for item in held],
    )


def _told(row: Action) -> dict[str, Any]:
    names = (
        "version",
        "what",
        "factor",
        "state",
        "due",
        "figure",
        "opened_at",
        "done_at",
        "verified_at",
        "cancelled_at",
    )
    people = {"owner": person(row.owner), "opened_by": person(row.opened_by)}
    return {"id": row.pk, "number": number_of(row), **people, **{name: getattr(row, name) for name in names}}


def _evidence(item: Any) -> ActionEvidenceTold:
    told = {name: getattr(item, name) for name in ("text", "name", "size", "sha256", "at")}
    return ActionEvidenceTold(id=item.pk, by=person(item.by), **told)
