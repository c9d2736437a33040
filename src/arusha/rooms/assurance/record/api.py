"""The record for programs: the entries that the caller may see, their digests and where they stand in the chain."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from arusha.core.journal.models import Entry, Link
from arusha.rooms.assurance.record import listing, reasons, wording
from arusha.rooms.assurance.record.sealing import READERS
from arusha.rooms.assurance.record.visible import entries, names_hidden
from arusha.ui.operations import Call, Listed, Turn, cut, group, operation, place_number
from arusha.ui.problems import not_found

group("record", _("The record: what was done, by whom and when"))


class EntryTold(BaseModel):
    """One act as the record tells it."""

    seq: int
    id: UUID
    at: datetime
    act: str
    said: str = Field(description="The act in words")
    by: str = Field(description="Such as person:0190… or system:worker")
    about: str = Field(description="Such as finding:0190…")
    digest: str = Field(description="SHA-256 of its bytes, in hexadecimal")


class EntryWhole(EntryTold):
    """The same with where it stands in the chain, and its bytes for whoever may read them."""

    link: int | None = Field(description="The link of the chain that holds it; null until the worker chains it")
    link_hash: str | None
    body: str | None = Field(description="Canonical JSON, over which the digest is; null where it is not open to you")


class Asked(Turn):
    """Which entries."""

    act: Annotated[str, Field(max_length=60, description="The name of an act")] = ""
    by: Annotated[str, Field(max_length=120, description="A name, a staff number, or system")] = ""
    about: Annotated[str, Field(max_length=120, description="A number such as F-1042-6, or an id")] = ""
    since: date | None = None
    until: Annotated[date | None, Field(lt=date.max)] = None


@operation("GET", "entries", name="entries", group="record", may=READERS, answers=Listed[EntryTold])
def listed(request: Call, asked: Query[Asked]) -> Listed[EntryTold]:
    """The entries that you may see, the newest first."""
    rows = listing.narrowed(entries(request.actor), asked.model_dump(), request.actor)
    before = place_number(asked.after)
    found = rows.filter(seq__lt=before) if before is not None else rows
    items, onward = cut(found.order_by("-seq")[: asked.limit + 1], asked.limit, lambda entry: str(entry.seq))
    return Listed[EntryTold](items=[EntryTold(**_told(entry)) for entry in items], next=onward)


@operation("GET", "entries/{uuid:pk}", name="entry", group="record", may=READERS, answers=EntryWhole)
def one(request: Call, pk: UUID) -> EntryWhole:
    """One entry."""
    row = entries(request.actor).filter(id=pk).first()
    if row is None:
        raise not_found()
    link = Link.objects.filter(first_seq__lte=row.seq).order_by("-first_seq").first()
    held = link if link is not None and row.seq < link.first_seq + link.count else None
    reads = reasons.READERS(request.actor) and not names_hidden(row, request.actor)
    return EntryWhole(
        **_told(row),
        link=held.number if held else None,
        link_hash=bytes(held.hash).hex() if held else None,
        body=bytes(row.body).decode() if reads else None,
    )


def _told(row: Entry) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("seq", "id", "at", "act", "by", "about")}
    return told | {"said": wording.said(row.act), "digest": bytes(row.digest).hex()}
