"""A small detector that is governed like any other, and the people who govern it."""

from types import SimpleNamespace

import pytest
from django.test import Client

from arusha.core.journal.acts import Act
from arusha.core.people import people
from arusha.core.people.models import Account
from arusha.core.people.roles import System
from arusha.flow.inbox import offered
from arusha.flow.runs import receiving, watching
from arusha.flow.runs.tests.small import NOW, twice

CODES = "list,code,name\n" + "".join(
    f"{name},P{n},x\n" for n in range(12) for name in ("ports", "lanes", "offices")[: 1 + n % 3]
)
"""Of twelve codes four stand in one list, four in two, four in three."""
PASSWORD = "a long password"


@pytest.fixture
def world(db, home, tmp_path, monkeypatch, someone):
    """Twelve codes received, the detector offered; an analyst, a risk officer, an auditor."""
    monkeypatch.setitem(offered.DETECTORS, "test-twice", twice)
    file = tmp_path / "codes.csv"
    file.write_text(CODES)
    receiving.receive("codes", file, None, by=System("test"), at=NOW, progress=lambda told: None)
    return SimpleNamespace(one=someone("analyst"), two=someone("risk-officer"), reader=someone("auditor"))


def watch(at=NOW):
    """Run the detector; what came of it."""
    (outcome,) = watching.watch([twice], by=System("test"), at=at, progress=lambda told: None)
    return outcome


def act(by, why="because it says too much", **more):
    return Act(by=by, at=NOW, why=why, **more)


@pytest.fixture
def browser():
    """A signed-in browser of an actor."""

    def make(actor, language="en"):
        people.open_account(actor.person, f"u{actor.name[-1]}", PASSWORD, language=language, act=act(System("test")))
        client = Client()
        client.force_login(Account.objects.get(person=actor.person), backend="arusha.conf.sign_in.Accounts")
        return client

    return make
