"""A clock that stands still, a signal, an installation, and a case with everyone around it."""

import pytest

from arusha.conf import clock
from arusha.conf.places import Installation
from arusha.flow.cases.tests import world as around
from arusha.flow.inbox.signals import SIGNALS, SameKey, Signal
from arusha.lib.factors import Factor


@pytest.fixture(autouse=True)
def _ground(monkeypatch, settings, tmp_path):
    declared = Signal(
        around.SIGNAL, Factor.CONDUCT, SameKey("key"), {"thing": "A thing"}, {"thing": ("officer", "officer")}
    )
    monkeypatch.setitem(SIGNALS, around.SIGNAL, declared)
    monkeypatch.setattr(clock, "now", lambda: around.NOW)
    settings.ARUSHA_HOME = tmp_path
    settings.INSTALLATION = Installation("test-installation", "Customs", "UTC", False, "2026-01-01")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(someone):
    return around.open_world(someone)
