"""The signal, the moment, the store and the case that these tests start from."""

import pytest

from arusha.conf import clock
from arusha.flow.cases.tests import world as around
from arusha.flow.inbox.signals import SIGNALS, SameKey, Signal
from arusha.lib.factors import Factor


@pytest.fixture(autouse=True)
def ground(monkeypatch: pytest.MonkeyPatch, settings, tmp_path) -> None:
    """One declared signal, a clock that stands still, an empty store."""
    declared = Signal(
        around.SIGNAL, Factor.CONDUCT, SameKey("key"), {"thing": "A thing"}, {"thing": ("officer", "officer")}
    )
    monkeypatch.setitem(SIGNALS, around.SIGNAL, declared)
    monkeypatch.setattr(clock, "now", lambda: around.NOW)
    settings.ARUSHA_HOME = tmp_path


@pytest.fixture
def world(someone) -> around.World:
    """A case and everyone around it."""
    return around.open_world(someone)
