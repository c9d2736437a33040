"""Who calls the API: the token of the header `Authorization: Bearer arusha_…`, and what it may be used for.

Wrong tokens are counted by where they come from, with the same lock-out as wrong passwords. A right one is always
taken: 256 bits are not guessed, and whoever shares an address with a guesser is not locked out by them.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import uuid4

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from arusha.core.journal.acts import Act
from arusha.core.people import tokens
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Account, Token
from arusha.ui.operations import Call, Operation
from arusha.ui.problems import Problem, Wrong

COUNTED = {"username": "api token"}
"""Under which name wrong tokens are counted."""
KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")


class Bearer(HttpBearer):
    """The check before an operation: a token in force, with its scope, of a person who may."""

    def __init__(self, operation: Operation) -> None:
        super().__init__()
        self.operation = operation

    def __call__(self, request: Any) -> Any:
        """The actor who calls; Problem where they may not."""
        shown = super().__call__(request)
        if shown is None:
            raise _unknown(_("Show a token: Authorization: Bearer arusha_…"))
        return shown

    def authenticate(self, request: Any, token: str) -> Any:
        """The actor, with the call's moment, language and request key; the use is recorded."""
        today = timezone.localtime(request.at).date()
        found = _held(token, today)
        if found is None:
            _count(request)
            raise _unknown(_("This token is not known here, or its time is over. Make another on your page."))
        call: Call = request
        call.token, call.actor = found, actor_of(found.person, today)
        call.once = _once(request, found)
        _speak(request, found)
        self._refuse(call)
        self._refuse_unknown(request)
        tokens.used(found, self.operation.scope, act=Act(by=call.actor, at=call.at))
        return call.actor

    def _refuse(self, call: Call) -> None:
        scope = self.operation.scope
        if scope not in call.token.scopes:
            raise Problem(403, "scope-missing", _("This token lacks the scope %s.") % scope)
        if not self.operation.may(call.actor):
            raise Problem(403, "not-allowed", _("You are not allowed to do this."))

    def _refuse_unknown(self, request: Any) -> None:
        """A parameter that nobody declared, such as a filter with a slip in it, must not pass for all of the list."""
        sent = [("query", request.GET)]
        if self._declared("form", "file"):  # what a body of JSON holds, its type checks
            sent += [("form", request.POST), ("form", request.FILES)]
        wrong = [f"{of}.{name}" for of, held in sent for name in held if name not in self._declared(of, "file")]
        if wrong:
            said = _("This operation has no such parameter.")
            raise Problem(422, "invalid", said, [Wrong(where=where, what=str(said)) for where in wrong])

    def _declared(self, *sources: str) -> set[str]:
        """The names that the operation's signature declares, as django-ninja has read it."""
        models = self.operation.view._ninja_operation.models
        return {name for model in models if model.__ninja_param_source__ in sources for name in _names(model)}


def _names(model: Any) -> Iterable[str]:
    return getattr(model, "__ninja_flatten_map__", model.model_fields)


def _held(text: str, today: date) -> Token | None:
    found = tokens.held(text.strip(), today)
    demo = found is not None and Account.objects.filter(person=found.person, demo=True).exists()
    return None if demo and not settings.ARUSHA_DEMO else found


def _count(request: Any) -> None:
    """One more wrong token from there; Problem where there were too many lately."""
    if not AxesProxyHandler.is_allowed(request, COUNTED):
        seconds = str(round(settings.AXES_COOLOFF_TIME * 3600))
        raise Problem(
            429, "locked-out", _("Too many wrong tokens: wait a quarter of an hour."), headers={"Retry-After": seconds}
        )
    AxesProxyHandler.user_login_failed(sender=Bearer, credentials=COUNTED, request=request)
    request.axes_locked_out = False  # axes would answer with the page of signing in


def _unknown(said: Any) -> Problem:
    return Problem(401, "token-unknown", said, headers={"WWW-Authenticate": 'Bearer realm="Arusha"'})


def _once(request: Any, token: Token) -> str | None:
    """The request key, within the keys of this token; each act of a token bears one, so that it can be traced."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        said = _("The header Idempotency-Key is 1 to 60 letters, digits, hyphens or underscores.")
        raise Problem(422, "once-unfit", said)
    return f"api:{token.pk}:{key or uuid4().hex}"


def _speak(request: Any, token: Token) -> None:
    """In the language that is asked for, else in the person's."""
    language: str | None = translation.get_language_from_request(request)
    if not request.headers.get("Accept-Language"):
        language = Account.objects.filter(person=token.person_id).values_list("language", flat=True).first()
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = language
