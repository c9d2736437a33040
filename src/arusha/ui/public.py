"""Pages for everybody: the language stands in the address, nothing of the reader is kept, caches may hold them.

    @public_page("waiting-times/<str:language>/", name="waiting-times")
    def waiting_times(request: Asked) -> HttpResponse: ...

Their template extends `ui/public.html`. They say the same to whoever reads, signed in or not.
"""

import functools
import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation.trans_real import parse_accept_lang_header

from arusha.core.people.roles import EVERYONE
from arusha.ui.exports import csv_pieces
from arusha.ui.pages import page

LANGUAGES = ("ar", "en", "es", "fr", "pt")
"""What the public reads in; the shell for staff knows fewer."""
SECONDS = 300
"""How long a page may be shown again without asking."""

View = Callable[..., HttpResponse]


def public_page(path: str, *, name: str, seconds: int = SECONDS) -> Callable[[View], View]:
    """Declare a page for everybody. A `<str:language>` in the path is its language, and is not given to the view."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def served(request: Any, language: str = "en", **kwargs: Any) -> HttpResponse:
            if language not in LANGUAGES:
                raise Http404
            with translation.override(language):
                request.LANGUAGE_CODE = language
                response = view(request, **kwargs)
                response.headers["Content-Language"] = language
            return _kept(request, response, seconds)

        page(path, name=name, may=EVERYONE)(served)
        return served

    return declare


def readers_language(request: HttpRequest) -> str:
    """The first language of ours that the reader's browser asks for; English where it asks for none."""
    for asked, _weight in parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")):
        if asked.split("-")[0] in LANGUAGES:
            return asked.split("-")[0]
    return "en"


def languages(request: Any) -> list[dict[str, Any]]:
    """The same page in each language: `code`, `name` in itself, `url`, whether it is the `current` one."""
    here, active = request.resolver_match, translation.get_language()
    return [
        {
            "code": code,
            "name": translation.get_language_info(code)["name_local"],
            "url": reverse(here.view_name, kwargs={**here.kwargs, "language": code}),
            "current": code == active,
        }
        for code in LANGUAGES
    ]


def public_csv(name: str, headers: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A short table as a CSV file, whole, so that it can be compared with the one that a reader holds."""
    response = HttpResponse("".join(csv_pieces(headers, rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _kept(request: HttpRequest, response: HttpResponse, seconds: int) -> HttpResponse:
    """With its mark and how long it may be kept; empty where the reader holds the same already."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}" if response.status_code == 200 else "no-cache"
    if response.status_code != 200:
        return response
    mark = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response.headers["ETag"] = mark
    answer: HttpResponse = get_conditional_response(request, etag=mark, response=response)
    return answer
