from typing import Any

import pytest
from django.test import Client
from tests.support.fixtures import NOW

from arusha.core.journal.acts import Act
from arusha.core.people import people
from arusha.core.people.models import Account
from arusha.core.people.roles import System


@pytest.fixture
def signed_in(someone: Any) -> Any:
    """A browser of its own for a new person with roles."""

    def make(*roles: str) -> Client:
        actor, client = someone(*roles), Client()
        act = Act(by=System("test"), at=NOW)
        people.open_account(actor.person, f"u-{actor.person[-12:]}", "long-enough-pass-1", language="en", act=act)
        client.force_login(Account.objects.get(person=actor.person), backend="arusha.conf.sign_in.Accounts")
        return client

    return make
