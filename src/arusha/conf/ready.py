"""Making Django ready for a command, on an installation that is there."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from arusha.conf import clock, places
from arusha.ui.terminal import fail


@dataclass(frozen=True, slots=True)
class Here:
    """What a command stands on: the installation, and the clock."""

    installation: places.Installation
    now: Callable[[], datetime]


def set_up() -> None:
    """Load Django with the settings of this installation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arusha.conf.settings")
    import django

    django.setup()


@contextmanager
def ready() -> Iterator[Here]:
    """Django is loaded, the installation exists, its schema is current, and nothing is written outside an act."""
    installed = places.installation()
    if installed is None:
        fail(f"Nothing is installed in {places.home()}. Run `arusha init` first, or set ARUSHA_HOME.")
    set_up()
    from django.conf import settings
    from django.utils import translation

    from arusha.conf.compose import compose
    from arusha.core.journal.guard import guarded

    compose()
    language = os.environ.get("ARUSHA_LANGUAGE", "en")
    known = {code for code, _ in settings.LANGUAGES} | {"pt", "es"}
    with translation.override(language if language in known else "en"), guarded():
        yield Here(installed, clock.now)
