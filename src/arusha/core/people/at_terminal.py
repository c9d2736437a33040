"""A person who acts at the terminal: with the name and the password that they sign in with, and the same lock-out."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from arusha.core.journal.acts import Act
from arusha.core.people import people
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Account
from arusha.core.people.roles import Actor


def signed_in(username: str, password: str, at: datetime) -> Actor | None:
    """The person behind name and password, or None; signing in is recorded, and wrong passwords are counted."""
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": "127.0.0.1", "HTTP_USER_AGENT": "arusha", "PATH_INFO": "/terminal"}
    try:
        account = authenticate(request, username=username, password=password)
    except PermissionDenied:
        return None
    if not isinstance(account, Account):
        return None
    actor = actor_of(account.person, timezone.localtime(at).date())
    people.signed_in(account.pk, act=Act(by=actor, at=at))
    return actor
