"""Runs for programs: what was received, computed and backed up, with the counts of each; receipts are among them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from arusha.flow.runs.models import Run
from arusha.flow.runs.pages import READERS
from arusha.ui.operations import Call, Listed, Turn, cut, group, operation, place_id
from arusha.ui.problems import not_found

group("runs", _("Runs of detectors, and the receipts of what was received"))


class RunTold(BaseModel):
    """A job. Of one that received a file, `counts` is the receipt: received = accepted + rejected + duplicates."""

    id: UUID
    kind: str
    name: str = Field(description="The dataset or the detector")
    state: str
    fingerprint: str = Field(description="Hash of all that its outcome depends on")
    params: dict[str, Any]
    inputs: dict[str, Any]
    as_of: date | None
    software: str
    asked_at: datetime
    finished_at: datetime | None
    seconds: float | None
    counts: dict[str, Any]
    output: str = Field(description="Hash of what it wrote, or nothing")
    error: str


class Asked(Turn):
    """Which runs."""

    kind: Annotated[str, Field(max_length=20, description="Such as receive, detect or backup")] = ""
    name: Annotated[str, Field(max_length=60, description="A dataset or a detector")] = ""
    state: Literal["", "running", "done", "failed", "called-off"] = ""


@operation("GET", "runs", name="runs", group="runs", may=READERS, answers=Listed[RunTold])
def listed(request: Call, asked: Query[Asked]) -> Listed[RunTold]:
    """The runs, the newest first."""
    del request
    wanted = {name: value for name, value in asked.model_dump(include={"kind", "name", "state"}).items() if value}
    rows = Run.objects.filter(**wanted)
    if asked.after:
        rows = rows.filter(pk__lt=place_id(asked.after))
    items, onward = cut(rows.order_by("-pk")[: asked.limit + 1], asked.limit, lambda run: str(run.pk))
    return Listed[RunTold](items=[told(run) for run in items], next=onward)


@operation("GET", "runs/{uuid:pk}", name="run", group="runs", may=READERS, answers=RunTold)
def one(request: Call, pk: UUID) -> RunTold:
    """One run."""
    del request
    run = Run.objects.filter(pk=pk).first()
    if run is None:
        raise not_found()
    return told(run)


def told(run: Run) -> RunTold:
    """A run as the API tells it."""
    names = [name for name in RunTold.model_fields if name != "id"]
    return RunTold(id=run.pk, **{name: getattr(run, name) for name in names})
