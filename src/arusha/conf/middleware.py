"""What every request gets: its moment, its actor, its language and zone; and no write outside an act."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from arusha.conf import clock
from arusha.core.journal.guard import guarded
from arusha.core.people.actors import actor_of

POLICY = "; ".join(
    (
        "default-src 'none'",
        "img-src 'self' data:",
        "style-src 'self' 'unsafe-inline'",  # charts are SVG with style attributes
        "script-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def request_of_a_person(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[Any], HttpResponse]:
    """Middleware: `request.at`, `request.actor`; the reader's language; Content-Security-Policy."""

    def middleware(request: Any) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
            raise BadRequest("an address holds no NUL character")
        request.at = clock.now()
        today = timezone.localtime(request.at).date()
        account = request.user if request.user.is_authenticated else None  # one that has ended is nobody's
        request.actor = actor_of(account.person, today) if account else None
        language = request.session.get("language") or (account.language if account else None)
        language = language or translation.get_language_from_request(request)
        known = dict(settings.LANGUAGES)
        with translation.override(language if language in known else "en"), guarded():
            request.LANGUAGE_CODE = translation.get_language()
            response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        if account is not None:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
