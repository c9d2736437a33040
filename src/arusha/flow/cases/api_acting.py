"""Acts on cases for programs: opening one, every act that its page offers, its files, and what a subject is asked."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from arusha.core.files import store
from arusha.core.journal.acts import Act
from arusha.core.people.roles import SIGNED_IN
from arusha.flow.cases import looks, opening, replies
from arusha.flow.cases.api_reading import visible
from arusha.flow.cases.models import CaseReply
from arusha.flow.cases.offered import OFFERS, REPLY_OFFERS
from arusha.flow.cases.offers_api import offer_operations
from arusha.flow.cases.pages import CASES, OPENER
from arusha.flow.inbox import findings
from arusha.ui.exports import file_response
from arusha.ui.operations import Call, Done, Listed, Sent, Turn, act_of, cut, done, group, operation, place_id
from arusha.ui.problems import Problem, not_found

group("replies", _("What you are asked as a subject of a case, and your answers"))


class Open(Sent):
    """A case to open."""

    findings: Annotated[list[UUID], Field(min_length=1, max_length=50, description="From which findings")]
    title: Annotated[str, Field(min_length=1, max_length=160, description="What it is about, without names")]
    why: Annotated[str, Field(min_length=1, max_length=4000)]
    confirm: Annotated[bool, Field(description="Dispose of the findings as confirmed too, for the same reason")] = False


@operation("POST", "cases", name="case-open", group="cases", may=OPENER, answers=Done, status=201)
def open_(request: Call, given: Open) -> Done:
    """Open a case from findings. You lead it, and may name others to it; nobody else sees it."""
    wanted = list(dict.fromkeys(given.findings))
    found = opening.visible_findings(request.actor, wanted)
    if len(found) != len(wanted):
        raise not_found()
    able = [one for one in found if findings.dispose.offered(request.actor, one)] if given.confirm else []
    return done(opening.open_confirmed(found, given.title, able, act=act_of(request, given.why)))


offer_operations(OFFERS, "cases/{uuid:pk}", "case", group="cases", may=CASES, row_of=visible)


@operation(
    "GET", "cases/{uuid:pk}/evidence/{uuid:item}", name="case-evidence-file", group="cases", may=CASES, binary=True
)
def evidence(request: Call, pk: UUID, item: UUID) -> Any:
    """A file of the case. Taking it is recorded."""
    row = visible(request.actor, pk)
    held = row.evidence.filter(pk=item).first()
    if held is None:
        raise not_found()
    try:
        file = store.open_(held.kept)
    except store.StoreError:
        # Evidence that is gone or altered is never handed out as if it were whole.
        said = _("This file is missing or altered on the disk: tell your system administrator.")
        raise Problem(409, "file-damaged", said) from None
    looks.take_file(row.pk, held.pk, act=Act(by=request.actor, at=request.at))
    return file_response(file, held.name, held.media)


class QuestionTold(BaseModel):
    """A question that is put to you as a subject, and your answer: all that you are shown of a case."""

    id: UUID
    version: int
    question: str
    due: date
    asked_at: datetime
    read_at: datetime | None
    text: str
    replied_at: datetime | None
    declined_at: datetime | None


class AskedYou(BaseModel):
    """That a question is put to you; reading it is another operation, which is recorded."""

    id: UUID
    due: date
    asked_at: datetime
    answered: bool


@operation("GET", "replies", name="replies", group="replies", may=SIGNED_IN, answers=Listed[AskedYou])
def asked_of_me(request: Call, asked: Query[Turn]) -> Listed[AskedYou]:
    """What you are asked, the newest first. The questions themselves are not in it."""
    rows = CaseReply.objects.filter(person=request.actor.person)
    if asked.after:
        rows = rows.filter(pk__lt=place_id(asked.after))
    items, onward = cut(rows.order_by("-pk")[: asked.limit + 1], asked.limit, lambda row: str(row.pk))
    return Listed[AskedYou](
        items=[
            AskedYou(id=row.pk, due=row.due, asked_at=row.asked_at, answered=bool(row.replied_at or row.declined_at))
            for row in items
        ],
        next=onward,
    )


@operation("GET", "replies/{uuid:pk}", name="reply", group="replies", may=SIGNED_IN, answers=QuestionTold)
def question(request: Call, pk: UUID) -> QuestionTold:
    """The question that is put to you. That you have read it is recorded."""
    row = asked(request.actor, pk)
    if row.read_at is None:
        replies.read_question(row.pk, act=Act(by=request.actor, at=request.at))
        row = asked(request.actor, pk)
    names = [name for name in QuestionTold.model_fields if name != "id"]
    return QuestionTold(id=row.pk, **{name: getattr(row, name) for name in names})


def asked(actor: Any, pk: UUID) -> CaseReply:
    """The question where it is put to the actor; Problem where there is none or it is not."""
    row = CaseReply.objects.filter(pk=pk, person=actor.person).select_related("of").first()
    if row is None:
        raise not_found()
    return row


offer_operations(REPLY_OFFERS, "replies/{uuid:pk}", "reply", group="replies", may=SIGNED_IN, row_of=asked)
