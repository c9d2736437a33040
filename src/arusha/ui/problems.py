"""What the API answers where it does not do what was asked: RFC 9457's problem details.

    {"type": "about:blank", "title": "Conflict", "status": 409, "rule": "finding-disposed",
     "detail": "This finding is already disposed of. Open it again first.", "errors": []}

`rule` is a stable word for programs, `detail` a sentence for people in the language that was asked for.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

from arusha.core.journal.refusals import Refused

MEDIA = "application/problem+json"
AGAIN = 5
"""Seconds after which to try again where others are writing."""
STATUS: Mapping[str, int] = {
    "not-found": 404,
    "not-allowed": 403,
    "busy": 503,
    "why-missing": 422,
    "why-too-long": 422,
    "text-unfit": 422,
}
"""What a refusal is in HTTP, by its rule; every other one is a conflict with the state of the thing."""


class Wrong(BaseModel):
    """One thing that is wrong with what was sent."""

    where: str = Field(description="The parameter or the field, its parts parted by dots")
    what: str = Field(description="What is wrong with it")


class ProblemDetails(BaseModel):
    """RFC 9457: why it was not done."""

    type: str = "about:blank"
    title: str = Field(description="The status in words")
    status: int
    rule: str = Field(description="A stable word for the reason")
    detail: str = Field(description="A sentence for people, in the language asked for")
    errors: list[Wrong] = []


class Problem(Exception):
    """Raised where an operation is not carried out."""

    def __init__(
        self,
        status: int,
        rule: str,
        said: "str | Promise",
        errors: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(rule)
        self.status, self.rule, self.said = status, rule, said
        self.errors, self.headers = errors, dict(headers or {})


def answer(problem: Problem) -> HttpResponse:
    """The problem as an answer."""
    told = ProblemDetails(
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        rule=problem.rule,
        detail=str(problem.said),
        errors=list(problem.errors),
    )
    text = json.dumps(told.model_dump(), ensure_ascii=False)
    return HttpResponse(text, content_type=MEDIA, status=problem.status, headers=problem.headers)


def not_found() -> Problem:
    """Nothing here, or not for the one who asks: the two are never told apart."""
    return Problem(404, "not-found", _("There is nothing here, or not for you."))


def of(wrong: Exception) -> Problem:
    """What an exception is as a problem; one that nobody foresaw tells nothing of itself."""
    match wrong:
        case Problem():
            return wrong
        case Refused(rule="busy"):
            return Problem(503, wrong.rule, wrong.said, headers={"Retry-After": str(AGAIN)})
        case Refused():
            return Problem(STATUS.get(wrong.rule, 409), wrong.rule, wrong.said)
        case Http404():
            return not_found()
        case PermissionDenied():
            return Problem(403, "not-allowed", _("You are not allowed to do this."))
        case RequestDataTooBig() | TooManyFieldsSent() | TooManyFilesSent():
            return Problem(413, "too-large", _("More was sent than is taken at once."))
        case BadRequest() | SuspiciousOperation():
            return Problem(400, "bad-request", _("This request cannot be read."))
    return Problem(500, "unforeseen", _("Something went wrong here. It is written down for the administrator."))


def invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """What was sent does not fit its declaration; `errors` as pydantic tells them."""
    told = [Wrong(where=_place(one["loc"]), what=str(one["msg"])) for one in errors]
    return Problem(422, "invalid", _("What was sent does not fit. See what is wrong, and where."), told)


def _place(loc: Sequence[Any]) -> str:
    """Where in what was sent; the name of a function's parameter is no part of that."""
    return ".".join(str(part) for at, part in enumerate(loc) if (at, part) != (1, "given"))


def unfit(form: Any) -> Problem:
    """A Django form that was not valid, in the words that its page has."""
    told = [Wrong(where=name, what=str(said)) for name, all_ in form.errors.items() for said in all_]
    return Problem(422, "invalid", _("What was sent does not fit. See what is wrong, and where."), told)
