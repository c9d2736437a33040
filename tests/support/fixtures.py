"""People and moments that tests share. Everything is made through the same acts as in an administration."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def now() -> datetime:
    """The one moment of a test."""
    return NOW


@pytest.fixture
def unit(db: Any) -> str:
    """One unit, by its code."""
    from arusha.core.journal.acts import Act
    from arusha.core.people import people
    from arusha.core.people.roles import System

    people.add_units([("U-1", "North Bridge", "UTC", None)], act=Act(by=System("test"), at=NOW))
    return "U-1"


@pytest.fixture
def someone(unit: str) -> Callable[..., Any]:
    """Make a person with roles: `someone('integrity-officer', staff='OFF-1')` gives the actor."""
    from arusha.core.journal.acts import Act
    from arusha.core.people import people
    from arusha.core.people.actors import actor_of
    from arusha.core.people.models import Person
    from arusha.core.people.roles import System

    count = [0]

    def make(*roles: str, staff: str | None = None, at_unit: str = unit, since: date = TODAY) -> Any:
        count[0] += 1
        act = Act(by=System("test"), at=NOW)
        name = f"Person {count[0]}"
        people.add_persons([(name, staff, at_unit, "Officer")], act=act)
        person = Person.objects.get(name=name)
        for role in roles:
            people.grant(person.pk, role, since, act=act)
        return actor_of(person, TODAY)

    return make


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    """Where the data of this test lies."""
    settings.ARUSHA_HOME = tmp_path / "data"
    folder: Path = settings.ARUSHA_HOME
    return folder


@pytest.fixture
def reader(someone: Callable[..., Any], client: Any, settings: Any) -> Callable[..., Any]:
    """A client signed in as a new person with roles, in a language: `reader("analyst", language="ar")`."""
    from arusha.core.journal.acts import Act
    from arusha.core.people import people
    from arusha.core.people.models import Account
    from arusha.core.people.roles import System

    def signed_in(*roles: str, language: str = "en") -> Any:
        actor = someone(*roles)
        act = Act(by=System("test"), at=NOW)
        people.open_account(actor.person, f"u-{actor.person[-12:]}", "long-enough-pass-1", language=language, act=act)
        client.force_login(Account.objects.get(person=actor.person), backend="arusha.conf.sign_in.Accounts")
        session = client.session
        session["language"] = language
        session.save()
        return client

    return signed_in
