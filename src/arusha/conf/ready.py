"""Making Django ready for a command, on an installation that is there."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from arusha.conf import clock, database, drafts, places, presence
from arusha.ui.terminal import fail, say_aside


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
    """Django is loaded, the installation and its records are there, and nothing is written outside an act.

    No upgrade runs within it.
    """
    installed = places.installation()
    if installed is None:
        fail(f"Nothing is installed in {places.home()}. Run `arusha init` first, or set ARUSHA_HOME.")
    database.refuse_other(installed.database)
    set_up()
    _refuse_other_records(installed)
    from django.conf import settings
    from django.utils import translation

    from arusha.conf.compose import compose
    from arusha.core.journal.guard import guarded

    compose()
    language = os.environ.get("ARUSHA_LANGUAGE", "en")
    known = {code for code, _ in settings.LANGUAGES} | {"pt", "es"}
    with (
        presence.present(places.home(), say_aside),
        translation.override(language if language in known else "en"),
        guarded(),
    ):
        yield Here(installed, clock.now)


def sweep() -> None:
    """Remove what a killed backup or restore left in clear, and say so."""
    for folder in (places.home(), places.keys()):
        for left in drafts.sweep(folder):
            say_aside(f"{left.name}, left in {folder} by a backup or a restore that was killed, is removed.")


def _refuse_other_records(installed: places.Installation) -> None:
    if installed.database == database.POSTGRESQL:
        from arusha.conf import postgresql

        postgresql.reach()
        wrong = postgresql.not_of(installed.id)
        if wrong:
            fail(wrong)
