"""A data folder for each test, and somebody who looks."""

from collections.abc import Callable
from typing import Any

import pytest

from arusha.rooms.watch.supervision.tests.tables import AT


@pytest.fixture
def home(settings, tmp_path):
    """Where the lake of this test lies."""
    settings.ARUSHA_HOME = tmp_path / "data"
    return settings.ARUSHA_HOME


@pytest.fixture
def reader(someone, client, settings) -> Callable[..., Any]:
    """A client signed in as a new person with these roles, reading in a language."""
    from arusha.core.journal.acts import Act
    from arusha.core.people import people
    from arusha.core.people.models import Account
    from arusha.core.people.roles import System

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # signing in is not what is tested

    def signed_in(*roles: str, language: str = "en") -> Any:
        actor = someone(*roles)
        act = Act(by=System("test"), at=AT)
        people.open_account(actor.person, f"u-{actor.person[-12:]}", "long-enough-pass-1", language=language, act=act)
        client.force_login(Account.objects.get(person=actor.person), backend="arusha.conf.sign_in.Accounts")
        session = client.session
        session["language"] = language
        session.save()
        return client

    return signed_in
