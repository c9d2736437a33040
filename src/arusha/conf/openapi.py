"""The OpenAPI document: what django-ninja writes of the signatures, and what it leaves out, the problems above all."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.utils import translation
from pydantic.json_schema import models_json_schema

from arusha.conf.api import PREFIX, build
from arusha.ui.operations import GROUPS, OPERATIONS, Operation
from arusha.ui.problems import MEDIA, ProblemDetails

ABOUT = """What the pages do, for programs.

Show a token with each call: `Authorization: Bearer arusha_…`. A person makes one on their own page, an administrator
makes those of machines. It allows what its scopes name, and never more than its person may at that moment.

Where something is not done, the answer is a problem (RFC 9457): `rule` is a stable word, `detail` a sentence in the
language of `Accept-Language`. A list is turned by sending `next` of the answer as `after`. An act with the header
`Idempotency-Key` is done once however often it is sent; one that names the `version` that was seen is refused where
somebody else changed the thing meanwhile."""
SAID = {
    400: "What was sent cannot be read",
    401: "No token, or one that is not in force",
    403: "The token or its person may not",
    404: "Nothing here, or not for you",
    409: "The state of the thing does not allow it, or somebody else changed it meanwhile",
    413: "More was sent than is taken at once",
    422: "What was sent does not fit",
    429: "Too many wrong tokens from there",
    503: "Others are writing just now: try again",
}


@cache
def document() -> dict[str, Any]:
    """The whole document, in plain lists and dicts, in English."""
    with translation.override("en"):
        return _made()


def _made() -> dict[str, Any]:
    made: dict[str, Any] = dict(build().get_openapi_schema(path_prefix=f"/{PREFIX}"))
    made["info"] |= {"description": ABOUT, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}
    made["servers"] = [{"url": "/"}]
    made["tags"] = [{"name": name, "description": str(said)} for name, said in sorted(GROUPS.items())]
    _, problem = models_json_schema([(ProblemDetails, "serialization")], ref_template="#/components/schemas/{model}")
    made["components"]["schemas"] |= problem["$defs"]
    for path in made["paths"].values():
        for operation in path.values():
            _complete(operation, OPERATIONS[operation["operationId"]])
    return made


def _complete(told: dict[str, Any], one: Operation) -> None:
    """Add what is the same for all: problems, headers, the scope."""
    told["x-scope"] = one.scope
    told["description"] = f"{told.get('description', '')}\n\nScope: `{one.scope}`. Who may: {one.may.told}.".strip()
    told["responses"] = {str(status): answer for status, answer in told["responses"].items()}
    if one.binary:
        told["responses"]["200"]["content"] = {"application/octet-stream": {"schema": {"format": "binary"}}}
    for status in _problems(one):
        content = {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
        told["responses"][str(status)] = {"description": SAID[status], "content": content}
    told["parameters"] = [*told.get("parameters", []), *_headers(one)]


def _problems(one: Operation) -> Iterator[int]:
    yield from (400, 401, 403)
    if "{" in one.path or one.method != "GET":
        yield 404
    if one.method != "GET":
        yield from (409, 413)
    yield from (422, 429, 503)


def _headers(one: Operation) -> Iterator[dict[str, Any]]:
    yield {
        "in": "header",
        "name": "Accept-Language",
        "required": False,
        "schema": {"type": "string", "examples": ["en", "fr", "ar"]},
        "description": "The language of sentences; the person's own where it is not sent",
    }
    if one.method != "GET":
        yield {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,60}$"},
            "description": "A key of your own for this act: sent again with it, the act is not done again",
        }
