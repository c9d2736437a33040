"""Declaring an operation of the API: its method, its address, its group, who may. Found by `api.py` in each folder.

    @operation("GET", "findings/{uuid:pk}", name="finding", group="findings", may=READERS, answers=FindingTold)
    def finding(request: Call, pk: UUID) -> FindingTold: ...

Whoever calls shows a token. It needs the scope `findings:read`, or `findings:write` where the method is not GET; the
person whom it is of needs the permission. What is sent is checked by the types of the signature (django-ninja), and
what a row shows is decided by the same `visible_to` as on the pages.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from arusha.core.journal.acts import Act
from arusha.core.people.roles import May
from arusha.ui.problems import Problem

Item = TypeVar("Item")
MOST = 200
"""Rows that one answer holds at most."""


class Call(HttpRequest):
    """A call as an operation gets it: `at` is its moment, `actor` who calls, `token` what they showed."""

    at: datetime
    actor: Any
    token: Any
    once: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """A declared operation. `answers` is the type of what it answers with `status`."""

    method: str
    path: str
    name: str
    group: str
    may: May
    answers: Any
    view: Callable[..., Any]
    status: int = 200
    binary: bool = False

    @property
    def scope(self) -> str:
        """What a token must name to call it."""
        return f"{self.group}:{'read' if self.method == 'GET' else 'write'}"


OPERATIONS: dict[str, Operation] = {}
"""Every declared operation by name."""
GROUPS: dict[str, Any] = {}
"""What each group of operations is about, in words."""

View = TypeVar("View", bound=Callable[..., Any])


def group(name: str, said: Any) -> None:
    """Say what a group of operations is about."""
    GROUPS[name] = said


def operation(
    method: str,
    path: str,
    *,
    name: str,
    group: str,
    may: May,
    answers: Any = None,
    status: int = 200,
    binary: bool = False,
) -> Callable[[View], View]:
    """Declare an operation. `path` is below the API's address, without a leading slash; `binary`: it answers a file."""

    def declare(view: View) -> View:
        if name in OPERATIONS and OPERATIONS[name].view.__module__ != view.__module__:
            raise ValueError(f"two operations are called {name!r}")
        OPERATIONS[name] = Operation(method, path, name, group, may, answers, view, status, binary)
        return view

    return declare


def scopes_of(actor: Any) -> list[str]:
    """The scopes of which the actor may call at least one operation now, in the order of their names."""
    return sorted({one.scope for one in OPERATIONS.values() if one.may(actor)})


class Sent(BaseModel):
    """The ground of what is sent: a field that nobody declared is refused, not dropped."""

    model_config = ConfigDict(extra="forbid")


class Turn(Sent):
    """Which part of a list."""

    after: Annotated[str | None, Field(max_length=200, description="`next` of the answer before")] = None
    limit: Annotated[int, Field(ge=1, le=MOST, description="Rows in the answer")] = 50


class Listed(BaseModel, Generic[Item]):
    """A part of a list; `next` is null where it is the last."""

    items: list[Item]
    next: str | None = Field(description="What to send as `after` for the rows that follow")


class Versioned(Sent):
    """What changes a thing that others may change meanwhile."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1, description="The version that you saw: refused if it is another")]


class Reasoned(Versioned):
    """The same with the reason, kept with the entry."""

    why: Annotated[str, Field(min_length=1, max_length=4000, description="The reason: kept with the entry, encrypted")]


class Done(BaseModel):
    """What came of an act."""

    about: str = Field(description="What it was about, such as finding:0190…")
    entry: str = Field(description="The entry in the record")
    repeated: bool = Field(description="True where this request key had done it before: nothing was done now")


def act_of(request: Call, why: str = "", version: int | None = None) -> Act:
    """The act that a call stands for; its request key is the header `Idempotency-Key`."""
    return Act(by=request.actor, at=request.at, why=why, once=request.once, version=version)


def done(told: Any) -> Done:
    """What an act answered, as the API tells it."""
    return Done(about=told.about, entry=str(told.entry), repeated=told.repeated)


def cut(rows: Iterable[Any], limit: int, place_of: Callable[[Any], str]) -> tuple[list[Any], str | None]:
    """The rows of one answer and the place that the next begins after; one more than `limit` were asked for."""
    found = list(rows)
    kept = found[:limit]
    return kept, place_of(kept[-1]) if len(found) > limit else None


def place_number(after: str | None) -> int | None:
    """The place in a list that is ordered by numbers; Problem where it is none."""
    if after is None:
        return None
    if not (after.isascii() and after.isdecimal() and len(after) < 19):
        raise Problem(422, "invalid", _("This is no place in the list: send `next` of the answer before."))
    return int(after)


def place_id(after: str) -> UUID:
    """The place in a list that is ordered by ids; Problem where it is none."""
    try:
        return UUID(after)
    except ValueError:
        raise Problem(422, "invalid", _("This is no place in the list: send `next` of the answer before.")) from None
