"""Cases for programs: those that name the caller, and one whole. Each look is recorded as on its page."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from arusha.core.journal.acts import Act
from arusha.flow.cases import looks
from arusha.flow.cases.models import Case
from arusha.flow.cases.pages import CASES
from arusha.flow.cases.showing import narrowed
from arusha.flow.cases.standing import known_persons, members_of, number_of
from arusha.flow.inbox.api_reading import PersonTold, plain
from arusha.flow.inbox.listing import title_of
from arusha.flow.inbox.words import sentences
from arusha.lib.ids import spoken
from arusha.ui.operations import Call, Listed, Turn, cut, group, operation, place_number
from arusha.ui.problems import not_found

group("cases", _("Cases: those that name you"))


class CaseTold(BaseModel):
    """A matter that is looked into, as the list shows it."""

    id: UUID
    version: int
    number: str = Field(description="As people say it, such as C-1001-9")
    title: str
    state: str
    outcome: str = Field(description="The word of the outcome that stands, or nothing")
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


class MemberTold(BaseModel):
    """A member of a case."""

    id: UUID
    person: PersonTold
    role: str
    since: datetime


class CaseSubjectTold(BaseModel):
    """Whom or what a case is about."""

    id: int
    kind: str
    ref: str
    person: PersonTold | None = Field(description="Where the administration knows who it is")
    by_hand: bool


class CaseFindingTold(BaseModel):
    """A finding that the case looks into."""

    id: UUID
    number: str
    title: str
    sentences: list[str]


class NoteTold(BaseModel):
    """What a member wrote down."""

    id: UUID
    text: str
    by: PersonTold
    at: datetime


class EvidenceTold(BaseModel):
    """Something kept with its hash."""

    id: UUID
    kind: str
    name: str
    what: str
    size: int
    sha256: str
    by: PersonTold
    at: datetime


class TaskTold(BaseModel):
    """Something that a member is to do."""

    id: UUID
    what: str
    owner: PersonTold
    due: date
    done_at: datetime | None
    note: str


class ReplyTold(BaseModel):
    """A question put to a subject, and what they replied."""

    id: UUID
    person: PersonTold
    question: str
    due: date
    asked_at: datetime
    text: str
    replied_at: datetime | None
    declined_at: datetime | None


class CaseWhole(CaseTold):
    """A case with all that it holds."""

    opened_by: PersonTold
    members: list[MemberTold]
    subjects: list[CaseSubjectTold]
    findings: list[CaseFindingTold]
    notes: list[NoteTold]
    evidence: list[EvidenceTold]
    tasks: list[TaskTold]
    replies: list[ReplyTold]


class Asked(Turn):
    """Which cases."""

    state: Literal["", "open", "decided", "closed"] = ""
    number: Annotated[str, Field(max_length=30, description="As people say it")] = ""


@operation("GET", "cases", name="cases", group="cases", may=CASES, answers=Listed[CaseTold])
def listed(request: Call, asked: Query[Asked]) -> Listed[CaseTold]:
    """The cases that name you, the newest first."""
    rows = narrowed(Case.objects.visible_to(request.actor), {"state": asked.state, "q": asked.number})
    before = place_number(asked.after)
    found = rows.filter(number__lt=before) if before is not None else rows
    items, onward = cut(found.order_by("-number")[: asked.limit + 1], asked.limit, lambda case: str(case.number))
    return Listed[CaseTold](items=[CaseTold(**_told(case)) for case in items], next=onward)


@operation("GET", "cases/{uuid:pk}", name="case", group="cases", may=CASES, answers=CaseWhole)
def one(request: Call, pk: UUID) -> CaseWhole:
    """A case with all that it holds. Looking is recorded, at most once an hour."""
    case = visible(request.actor, pk)
    looks.looked(case, act=Act(by=request.actor, at=request.at))
    return whole(case)


def visible(actor: Any, pk: UUID) -> Case:
    """The case where the actor may see it; Problem where there is none or not for them."""
    found = Case.objects.visible_to(actor).select_related("opened_by").filter(pk=pk).first()
    if found is None:
        raise not_found()
    return found


def whole(case: Case) -> CaseWhole:
    """A case with all that it holds."""
    subjects = list(case.subjects.order_by("pk"))
    known = known_persons((s.kind, s.ref) for s in subjects)
    links = case.findings.select_related("finding").order_by("finding__number")
    return CaseWhole(
        **_told(case),
        opened_by=person(case.opened_by),
        members=[MemberTold(id=m.pk, person=person(m.person), role=m.role, since=m.since) for m in members_of(case)],
        subjects=[
            CaseSubjectTold(
                id=s.pk, kind=s.kind, ref=s.ref, person=_known(known.get((s.kind, s.ref))), by_hand=s.by_hand
            )
            for s in subjects
        ],
        findings=[_finding(link.finding) for link in links],
        notes=[_note(n) for n in case.notes.select_related("by").order_by("at", "pk")],
        evidence=[_evidence(e) for e in case.evidence.select_related("by").order_by("at", "pk")],
        tasks=[_task(t) for t in case.tasks.select_related("owner").order_by("due", "pk")],
        replies=[_reply(r) for r in case.replies.select_related("person").order_by("asked_at", "pk")],
    )


def person(row: Any) -> PersonTold:
    """A person as the API names them."""
    return PersonTold(id=row.pk, name=row.name)


def _known(row: Any) -> PersonTold | None:
    return person(row) if row else None


def _told(case: Case) -> dict[str, Any]:
    names = ("version", "title", "state", "outcome", "opened_at", "changed_at", "closed_at")
    return {"id": case.pk, "number": number_of(case), **{name: getattr(case, name) for name in names}}


def _finding(row: Any) -> CaseFindingTold:
    said = [plain(one) for one in sentences(row.reasons)]
    return CaseFindingTold(id=row.pk, number=spoken("F", row.number), title=str(title_of(row)), sentences=said)


def _note(row: Any) -> NoteTold:
    return NoteTold(id=row.pk, text=row.text, by=person(row.by), at=row.at)


def _evidence(row: Any) -> EvidenceTold:
    told = {name: getattr(row, name) for name in ("kind", "name", "what", "size", "sha256", "at")}
    return EvidenceTold(id=row.pk, by=person(row.by), **told)


def _task(row: Any) -> TaskTold:
    owner = person(row.owner)
    return TaskTold(id=row.pk, what=row.what, owner=owner, due=row.due, done_at=row.done_at, note=row.note)


def _reply(row: Any) -> ReplyTold:
    names = ("question", "due", "asked_at", "text", "replied_at", "declined_at")
    return ReplyTold(id=row.pk, person=person(row.person), **{name: getattr(row, name) for name in names})
