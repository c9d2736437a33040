"""What `arusha doctor` looks at. Each check says what it found and, where that is a fault, what to do."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arusha.conf import discovery, places
from arusha.conf.ready import set_up


@dataclass(frozen=True, slots=True)
class Told:
    """One thing looked at."""

    well: bool
    what: str
    said: str


def checks(home: Path, keys: Path) -> Iterator[Told]:
    """Everything, in an order in which an earlier fault explains a later one."""
    installed = places.installation(home)
    if installed is None:
        yield Told(False, "installation", f"nothing in {home}: run `arusha init`, or set ARUSHA_HOME")
        return
    yield Told(True, "installation", f"{installed.name} in {home}{' (demonstration)' if installed.demo else ''}")
    yield _keys(keys, home)
    yield _assets()
    set_up()
    yield _schema()
    yield _journal()
    yield _lake(home)
    yield Told(True, "detectors", ", ".join(discovery.detectors()) or "none")


def _keys(keys: Path, home: Path) -> Told:
    from arusha.core.journal.keys import JOURNAL, REASONS

    missing = [name for name in (REASONS, JOURNAL, "pages.key") if not (keys / name).exists()]
    if missing:
        return Told(
            False, "keys", f"{', '.join(missing)} missing in {keys}: set ARUSHA_KEYS to the folder that has them"
        )
    if keys.is_relative_to(home):
        return Told(False, "keys", f"{keys} lies inside {home}: move it, so that a copy of the data holds no key")
    loose = [path.name for path in keys.iterdir() if path.name.endswith(".key") and path.stat().st_mode & 0o077]
    if loose:
        return Told(False, "keys", f"others can read {', '.join(loose)}: chmod 600")
    mode = stat.filemode(keys.stat().st_mode)
    return Told(True, "keys", f"{keys} {mode}")


def _assets() -> Told:
    from arusha.ui import assets

    try:
        return Told(True, "page assets", assets.address("arusha.css"))
    except (OSError, KeyError, ValueError) as wrong:
        return Told(False, "page assets", f"not built ({wrong}): run `python -m arusha.ui.assets`")


def _schema() -> Told:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        due = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as wrong:
        return Told(False, "database", f"cannot be read ({wrong}): restore it from a copy")
    if due:
        return Told(False, "database", f"{len(due)} migration(s) to make: run `arusha init`")
    return Told(True, "database", str(connection.settings_dict["NAME"]))


def _journal() -> Told:
    from django.db import DatabaseError

    from arusha.core.journal import chain

    try:
        report, missing = chain.check(), chain.triggers_missing()
    except DatabaseError as wrong:
        return Told(False, "journal", f"cannot be read ({wrong})")
    if not report.ok:
        return Told(False, "journal", f"{report.faults[0].text}: verify it against a checkpoint kept elsewhere")
    if missing:
        said = f"{', '.join(missing)} missing: somebody changed the database by hand; verify it against a checkpoint"
        return Told(False, "journal", f"{said} kept elsewhere, and restore it from a copy")
    return Told(True, "journal", f"{report.entries:,} entries, {report.chained:,} chained")


def _lake(home: Path) -> Told:
    from arusha.lib.intake.lake import Lake

    faults = Lake(home).verify()
    if faults:
        return Told(False, "lake", f"{faults[0]}: receive the source file again into a new installation and compare")
    return Told(True, "lake", "every stored file has the hash its manifest names")
