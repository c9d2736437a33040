"""The signal, the moment and the store of these tests."""

import pytest

from arusha.conf import clock
from arusha.flow.cases.tests import helpers
from arusha.flow.inbox.signals import SIGNALS, SameKey, Signal
from arusha.lib.factors import Factor


@pytest.fixture(autouse=True)
def _ground(monkeypatch: pytest.MonkeyPatch, settings, tmp_path) -> None:
    """One declared signal, a clock that stands still, an empty store."""
    declared = Signal(
        helpers.SIGNAL, Factor.CONDUCT, SameKey("key"), {"thing": "A thing"}, {"thing": ("officer", "officer")}
    )
    monkeypatch.setitem(SIGNALS, helpers.SIGNAL, declared)
    monkeypatch.setattr(clock, "now", lambda: helpers.NOW)
    settings.ARUSHA_HOME = tmp_path


@pytest.fixture
def world(someone) -> helpers.World:
    """A case and everyone around it."""
    return helpers.open_world(someone)
