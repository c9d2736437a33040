"""Upgrading: a backup first, then the migrations of the program that is installed now, then a look for faults."""

import time
from pathlib import Path
from typing import Annotated

import typer

from arusha import __version__
from arusha.conf import clock, places, presence, schema
from arusha.conf.commands import keeping
from arusha.conf.commands.installing import doctor
from arusha.conf.ready import ready, sweep
from arusha.ui.terminal import fail, progress, say


def add(app: typer.Typer) -> None:
    """Offer `upgrade`."""
    app.command("upgrade")(upgrade)


def upgrade(
    backup: Annotated[
        Path | None, typer.Option(help="where to back up the data as they are now: a file, or a folder")
    ] = None,
    to: Annotated[list[str] | None, typer.Option(help=keeping.RECIPIENTS, envvar="ARUSHA_BACKUP_TO")] = None,
    without: Annotated[str, typer.Option("--without-backup", help="why none is needed, kept on record")] = "",
) -> None:
    """Bring the data up to this version of the program: back up, migrate, look for faults. Nothing else may run."""
    installed = places.installation()
    if installed is None:
        fail(f"Nothing is installed in {places.home()}. Run `arusha init` first, or set ARUSHA_HOME.")
    sweep()
    began = time.monotonic()
    kept: dict[str, object] = {}
    with presence.alone(places.home()), schema.owning(installed) as web:
        now = schema.standing()
        now.refuse_newer()
        if now.due:
            kept = _kept(installed, backup, to or [], without, len(now.due))
        with progress("bringing the database up to date") as told:
            schema.bring_up_to_date(installed, web, told)
    if now.due:
        _record(now.due, kept, without, time.monotonic() - began)
        say(f"{len(now.due)} migration(s) made, to version {__version__}:")
        for name in now.due:
            say(f"  {name}")
    else:
        say(f"The data are those of version {__version__} already; no migration was due, and no backup was made.")
    doctor()


def _kept(installed: places.Installation, out: Path | None, to: list[str], without: str, due: int) -> dict[str, object]:
    """Back up before anything changes, and tell what the run is to remember of it; or leave where nobody said how."""
    if out is None:
        if not without.strip():
            fail(
                f"{due} migration(s) are due, and a backup comes first: give --backup FILE --to age1…, or say why none "
                "is needed with --without-backup"
            )
        return {}
    if not to:
        fail("Say who may restore the backup: --to age1…")
    return keeping.write(out, to, installed, clock.now(), keys=False)


def _record(due: tuple[str, ...], kept: dict[str, object], without: str, seconds: float) -> None:
    """The upgrade is a run like any other; it is written once the schema is the one that this program writes to."""
    with ready() as here:
        from arusha.core.journal.acts import Act
        from arusha.core.journal.chain import chain_new
        from arusha.core.people.roles import System
        from arusha.flow.runs import runs
        from arusha.flow.runs.models import Run

        act = Act(by=System("command"), at=here.now())
        before = Run.objects.order_by("-asked_at").values_list("software", flat=True).first() or ""
        inputs = {"from": before, "migrations": list(due), "without-backup": without.strip()}
        mark = runs.fingerprint("upgrade", __version__, {"at": act.at.isoformat(), **inputs})
        asked = runs.ask("upgrade", __version__, mark, inputs=inputs, act=act)
        runs.end(asked.id, {"migrations": len(due), **kept}, round(seconds, 3), act=act)
        chain_new()  # the worker may have been stopped for long
