"""The API, made from the operations that the folders declare: `/api/v1/…`, its OpenAPI document, its problems."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from arusha import __version__
from arusha.conf.tokens import Bearer
from arusha.ui import problems
from arusha.ui.operations import OPERATIONS
from arusha.ui.problems import Problem

PREFIX = "api/v1/"


def build() -> NinjaAPI:
    """Every declared operation behind its permission."""
    api = NinjaAPI(title="Arusha", version=__version__, openapi_url=None, docs_url=None, urls_namespace="api")
    for one in OPERATIONS.values():
        api.default_router.add_api_operation(
            one.path,
            [one.method],
            one.view,
            auth=Bearer(one),
            response={one.status: one.answers},
            operation_id=one.name,
            summary=(one.view.__doc__ or one.name).strip().split("\n")[0],
            description=(one.view.__doc__ or "").strip(),
            tags=[one.group],
            url_name=one.name,
        )
    for kind in (Exception, ValidationError, AuthenticationError, HttpError):
        api.add_exception_handler(kind, _problem)
    return api


def addresses(api: NinjaAPI) -> list[URLPattern]:
    """The addresses of the operations, and one for what is none."""
    found = [_behind(pattern) for pattern in api.urls[0] if pattern.name in OPERATIONS]
    return [*found, path(f"{PREFIX}<path:rest>", _nothing, name="api-nothing")]


def _behind(pattern: URLPattern) -> URLPattern:
    route = PREFIX + str(pattern.pattern)
    return path(route, _answered(pattern.callback), name=f"api.{pattern.name}")


def _answered(view: Callable[..., Any]) -> Callable[..., Any]:
    """The operation's view, with problems for answers where Django has pages, and nothing kept on the way."""

    @functools.wraps(view)
    def answered(request: Any, **kwargs: Any) -> Any:
        request.actor = None  # whoever is signed in on pages is nobody here: a cookie is no token
        response = view(request, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = {"Allow": response.headers["Allow"]}
            said = _("This address does not take this method.")
            response = problems.answer(Problem(405, "method-not-allowed", said, headers=allowed))
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Vary"] = "Accept-Language, Authorization"
        return response

    answered.csrf_exempt = True
    return answered


def _nothing(request: Any, rest: str) -> HttpResponse:
    del request, rest
    return problems.answer(problems.not_found())


_nothing.csrf_exempt = True


def _problem(request: Any, wrong: Any) -> HttpResponse:
    del request
    if isinstance(wrong, ValidationError):
        return problems.answer(problems.invalid(wrong.errors))
    if isinstance(wrong, HttpError):
        said = _("This request cannot be read.")
        return problems.answer(Problem(wrong.status_code, "bad-request", said))
    told = problems.of(wrong)
    if told.status == 500:
        raise wrong
    return problems.answer(told)
