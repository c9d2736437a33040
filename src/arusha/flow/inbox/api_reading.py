"""Findings for programs: the list with the filters of its page, one, the rows it rests on."""

from dataclasses import replace
from datetime import date, datetime
from html import unescape
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from arusha.flow.inbox import asking, findings, listing, narrowing
from arusha.flow.inbox.evidence import rested
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.words import sentences
from arusha.lib.ids import spoken
from arusha.ui.keyset import BOUND
from arusha.ui.lists import ListError
from arusha.ui.operations import MOST, Call, Listed, Sent, Turn, group, operation
from arusha.ui.problems import Problem, not_found, unfit

group("findings", _("Findings: look at them, assign them, dispose of them"))
READERS = findings.READERS


class SubjectTold(BaseModel):
    """Whom or what it is about."""

    kind: str
    id: str


class PersonTold(BaseModel):
    """A person of the administration."""

    id: UUID
    name: str


class FindingTold(BaseModel):
    """One thing to look into: a lead for a person to judge, never guilt."""

    id: UUID
    version: int
    number: str = Field(description="As people say it, such as F-1042-6")
    signal: str
    kind: str
    title: str
    factor: str = Field(description="The key factor of the Revised Arusha Declaration")
    state: str
    subjects: list[SubjectTold]
    sentences: list[str] = Field(description="What was found, in the language asked for")
    reasons: list[dict[str, Any]] = Field(description="The facts behind the sentences")
    marks: list[str] = Field(description="Ordinary explanations that it bears")
    support: int
    expected: float | None
    p: float | None
    q: float | None
    first_at: datetime
    last_at: datetime
    opened_at: datetime
    run: UUID | None
    hit: str
    assigned_to: PersonTold | None
    disposed_at: datetime | None
    watch_until: date | None
    changed: dict[str, Any] | None = Field(description="What changed since it was disposed of")


class FindingsTold(Listed[FindingTold]):
    """A part of the list."""

    count: int | None = Field(description="How many there are in all; null where there are more than 1,000")


class RowTold(BaseModel):
    """A row of the operational data that a finding rests on."""

    dataset: str
    manifest: str = Field(description="Hash of the input file")
    row: int = Field(description="Its place in the file, from 0")
    values: dict[str, Any]


class Asked(Turn):
    """Which findings, in which order."""

    state: Literal["any", "open", "watching", "confirmed", "explained", "duplicate"] = "open"
    signal: Annotated[str, Field(max_length=120, description="Signal and kind, such as co-travel/group")] = "any"
    whose: Literal["", "mine", "nobody"] = ""
    marks: Literal["all", "without"] = "all"
    q: Annotated[str, Field(max_length=120, description="A number, a code, a name, a kind; searching is recorded")] = ""
    sort: Literal["number", "-number", "q", "-q", "support", "-support", "last_at", "-last_at"] = "q"


@operation("GET", "findings", name="findings", group="findings", may=READERS, answers=FindingsTold)
def listed(request: Call, asked: Query[Asked]) -> FindingsTold:
    """The findings that you may see, narrowed and sorted as on their page."""
    query = QueryDict(urlencode(asked.model_dump(exclude={"limit"}, exclude_none=True)))
    try:
        read = asking.read(request, query)
    except ListError as wrong:
        raise Problem(422, "invalid", str(wrong)) from None
    if read.form.errors:
        raise unfit(read.form)
    found = narrowing.page(read.narrowed, request.actor, replace(read.ask, per_page=asked.limit), read.turn)
    rows = listing.in_order(found.items, request.actor)
    return FindingsTold(
        items=[told(row) for row in rows],
        next=found.after.told() if found.after else None,
        count=found.count if found.count <= BOUND else None,
    )


@operation("GET", "findings/{uuid:pk}", name="finding", group="findings", may=READERS, answers=FindingTold)
def one(request: Call, pk: UUID) -> FindingTold:
    """One finding."""
    return told(visible(request.actor, pk))


class Rows(Sent):
    """Which rows."""

    after: Annotated[int, Field(ge=0, le=2**31, description="`next` of the answer before")] = 0
    limit: Annotated[int, Field(ge=1, le=MOST, description="Rows in the answer")] = 50


@operation(
    "GET", "findings/{uuid:pk}/rows", name="finding-rows", group="findings", may=READERS, answers=Listed[RowTold]
)
def rows(request: Call, pk: UUID, asked: Query[Rows]) -> Listed[RowTold]:
    """The rows of the operational data that a finding rests on: they are fixed, and so is their order."""
    rests = rested(visible(request.actor, pk))
    found: list[RowTold] = []
    start, wanted = asked.after, asked.limit + 1
    for dataset in rests.datasets():
        held = rests.count(dataset)
        if start < held and wanted > len(found):
            found += [_row(dataset, row) for row in rests.slice(dataset, start, wanted - len(found))]
        start = max(0, start - held)
    more = len(found) > asked.limit
    return Listed[RowTold](items=found[: asked.limit], next=str(asked.after + asked.limit) if more else None)


def visible(actor: Any, pk: UUID) -> Finding:
    """The finding where the actor may see it; Problem where there is none or not for them."""
    row = listing.shown(Finding.objects.visible_to(actor)).filter(pk=pk).first()
    if row is None:
        raise not_found()
    return row


def told(row: Finding) -> FindingTold:
    """A finding as facts, and as sentences."""
    subjects = cast(Any, row).listed
    to = row.assigned_to
    return FindingTold(
        id=row.pk,
        version=row.version,
        number=spoken("F", row.number),
        signal=row.signal,
        kind=row.kind,
        title=str(listing.title_of(row)),
        factor=row.factor,
        state=row.state,
        subjects=[SubjectTold(kind=subject.kind, id=subject.ref) for subject in subjects],
        sentences=[plain(said) for said in sentences(row.reasons)],
        reasons=row.reasons,
        marks=row.marks,
        support=row.support,
        expected=row.expected,
        p=row.p,
        q=row.q,
        first_at=row.first_at,
        last_at=row.last_at,
        opened_at=row.opened_at,
        run=row.run,
        hit=row.hit_id,
        assigned_to=PersonTold(id=to.pk, name=to.name) if to else None,
        disposed_at=row.disposed_at,
        watch_until=row.watch_until,
        changed=row.changed,
    )


def plain(said: Any) -> str:
    """A sentence of a page as plain text."""
    return unescape(strip_tags(str(said)))


def _row(dataset: str, row: dict[str, Any]) -> RowTold:
    values = {name: value for name, value in row.items() if name not in ("manifest", "_row")}
    return RowTold(dataset=dataset, manifest=row["manifest"], row=row["_row"], values=values)
