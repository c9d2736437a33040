"""Where the schema of the database stands, and bringing it, the keys and the rights up to date."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from arusha.conf import database, places
from arusha.conf.ready import set_up


@dataclass(frozen=True, slots=True)
class Standing:
    """Migrations as `app.name`: `due` are to be made, in this order; `newer` were made and are not known here."""

    known: int
    due: tuple[str, ...]
    newer: tuple[str, ...]

    def refuse_newer(self) -> None:
        """Raise DatabaseError where the database is newer than this program."""
        if self.newer:
            raise database.DatabaseError(
                f"the database was made by a newer version ({self.newer[0]}): install that version, or restore an "
                "older backup"
            )


def standing() -> Standing:
    """How the database that is connected stands to this program; a folder that was removed is missed by nobody."""
    set_up()
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    loader = executor.loader
    here = {config.label for config in apps.get_app_configs()}
    unknown = sorted(set(loader.applied_migrations or ()) - set(loader.disk_migrations or ()))
    newer = tuple(f"{app}.{name}" for app, name in unknown if app in here)
    due = () if newer else executor.migration_plan(loader.graph.leaf_nodes())
    return Standing(len(loader.disk_migrations or ()), tuple(f"{m.app_label}.{m.name}" for m, _ in due), newer)


@contextmanager
def owning(installed: places.Installation) -> Iterator[str | None]:
    """Within it the connection is that of whoever may change tables; yields the role that serves, None on SQLite.

    Raises DatabaseError where the database is not this installation's, or it and its roles are not what is needed.
    """
    database.refuse_other(installed.database)
    set_up()
    if installed.database == database.SQLITE:
        yield None
        return
    from arusha.conf import postgresql

    with postgresql.owned(places.keys()) as web:
        postgresql.refuse_others(installed.id)
        yield web


def bring_up_to_date(installed: places.Installation, web: str | None, told: Callable[[object], None]) -> None:
    """Make what is missing of keys, tables and rights, within `owning`; a kill in between is mended by another call.

    Raises DatabaseError where the database is newer than this program.
    """
    from arusha.core.journal.keys import make_keys

    standing().refuse_newer()
    make_keys(places.keys())
    if web is None:
        _migrate(told)
        return
    from arusha.conf import postgresql

    postgresql.mark(installed.id, postgresql.INSTALLED)
    _migrate(told)
    postgresql.grant(web)


def _migrate(told: Callable[[object], None]) -> None:
    from django.core.management import call_command
    from django.core.management.commands import migrate

    class Told(migrate.Command):
        def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
            del fake
            if action == "apply_start":
                told(migration)

    call_command(Told(), verbosity=0, interactive=False)
