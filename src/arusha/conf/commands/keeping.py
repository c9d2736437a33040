"""Backups: one encrypted file out of an installation in use, and an installation out of the file."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from arusha.conf import database, places
from arusha.conf.ready import ready, set_up, sweep
from arusha.ui.terminal import progress, say

KEYS = "the keys instead of the data"
RECIPIENTS = "an age recipient who may restore it (age1…); more than one"


def add(app: typer.Typer) -> None:
    """Offer `identity`, `backup` and `restore`."""
    for name, command in (("identity", identity), ("backup", backup), ("restore", restore)):
        app.command(name)(command)


def identity(out: Annotated[Path, typer.Argument(help="the file to write; it must not be there yet")]) -> None:
    """Make an age identity for backups, on the machine of whoever may restore them and not on this program's."""
    from arusha.conf import keeping

    recipient = keeping.make_identity(out)
    say(f"The secret identity is in {out}: who holds it can open the backups made for it. Keep it off this machine.")
    say(f"Back up to it with: arusha backup FILE --to {recipient}")


def backup(
    out: Annotated[
        Path, typer.Argument(help="the file to write, not there yet; or a folder, for one named by the moment")
    ],
    to: Annotated[list[str], typer.Option(help=RECIPIENTS, envvar="ARUSHA_BACKUP_TO")],
    keys: Annotated[bool, typer.Option("--keys", help=KEYS)] = False,
) -> None:
    """Write an encrypted backup while the program is in use. Data and keys go into files of their own."""
    from arusha.conf import keeping

    for text in to:
        keeping.recipient_of(text)
    sweep()
    with ready() as here, recorded("keys" if keys else "data", to, here.now()) as counts:
        counts.update(write(out, to, here.installation, here.now(), keys=keys))
    if not keys:
        say("It holds no keys: back them up too, for other hands (`arusha backup --keys …`).")


def write(out: Path, to: list[str], installed: places.Installation, at: datetime, *, keys: bool) -> dict[str, Any]:
    """Write the backup and say so; what is to be remembered of it."""
    from arusha.conf import keeping

    recipients = [keeping.recipient_of(text) for text in to]
    if out.is_dir():
        out /= f"{'keys' if keys else 'data'}-{at:%Y%m%dT%H%M%SZ}.age"
    about = {"installation": installed.id, "name": installed.name, "at": at.isoformat(sep=" ", timespec="seconds")}
    with progress(f"backing up to {out.name}") as told:
        if keys:
            contents = keeping.keep_keys(out, recipients, places.keys(), about=about, told=told)
        else:
            contents = keeping.keep_data(out, recipients, places.home(), _copied(), about=about, told=told)
        size = sum(kept.size for kept in contents.files)
        counts = {"files": len(contents.files), "bytes": size, "sha256": keeping.sha256_of(out)}
    say(f"{len(contents.files):,} files, {size / 1e6:,.1f} MB, are in {out}; {len(to)} can open it.")
    say(f"SHA-256: {counts['sha256']}")
    return counts


def _copied() -> Any:
    """The installation's database, as of one moment."""
    from arusha.conf import keeping

    if database.kind() == database.SQLITE:
        return keeping.sqlite_copy(places.home())
    from arusha.conf import tables

    return tables.one_moment()


@contextmanager
def recorded(what: str, to: list[str], at: datetime) -> Iterator[dict[str, Any]]:
    """A backup is a run like any other: who can open it, when, and what came of it. Yields the counts to fill in."""
    from arusha.core.journal.acts import Act
    from arusha.core.people.roles import System
    from arusha.flow.runs import runs

    began, by = time.monotonic(), Act(by=System("command"), at=at)
    mark = runs.fingerprint("backup", what, {"at": at.isoformat(), "to": to})
    asked = runs.ask("backup", what, mark, inputs={"to": to}, act=by)
    counts: dict[str, Any] = {}
    try:
        yield counts
    except (ValueError, OSError) as wrong:
        runs.fail(asked.id, str(wrong), act=by)
        raise
    runs.end(asked.id, counts, round(time.monotonic() - began, 3), act=by)


def restore(
    file: Annotated[Path, typer.Argument(help="a backup")],
    identity: Annotated[Path, typer.Option(help="a file with the age identity that it was made for")],
    keys: Annotated[bool, typer.Option("--keys", help=KEYS)] = False,
) -> None:
    """Restore a backup into the empty folder of this installation (ARUSHA_HOME, or ARUSHA_KEYS with --keys)."""
    from arusha.conf import keeping

    into = places.keys() if keys else places.home()
    identities = keeping.identities_in(identity)
    with progress(f"restoring {file.name}") as told:
        if keys:
            contents = keeping.restore(file, identities, into, what="keys", told=told)
        elif database.kind() == database.SQLITE:
            contents = keeping.restore(file, identities, into, what="data", told=told, fill=_refuse_rows)
        else:
            contents = _restore_postgresql(file, identities, into, told)
    say(f"Restored {contents.name}, as it was at {contents.at}: {len(contents.files):,} files in {into}.")
    if not keys and not (places.keys() / "reasons.key").exists():
        say(f"Its keys are not in {places.keys()}: restore them too (`arusha restore --keys …`).")
    say("Next: arusha doctor, then `arusha journal verify --checkpoint` with one that was kept elsewhere.")


def _refuse_rows(draft: Path, contents: Any) -> None:
    from arusha.conf import keeping

    if not (draft / keeping.DATABASE).exists():
        raise keeping.KeepingError(
            f"{contents.name} is on PostgreSQL: set ARUSHA_DATABASE and ARUSHA_DATABASE_OWNER, and restore into a "
            "database where nothing is"
        )


def _restore_postgresql(file: Path, identities: list[Any], into: Path, told: Any) -> Any:
    """Tables and rows first, in one transaction, then the files; until both are there the database says so."""
    set_up()
    from arusha.conf import keeping, postgresql, tables

    with postgresql.owned(places.keys()) as web:
        postgresql.empty_for_restoring()

        def fill(draft: Path, contents: Any) -> None:
            if not (draft / tables.INDEX).exists():
                raise keeping.KeepingError(f"{contents.name} is on SQLite: unset ARUSHA_DATABASE to restore it")
            tables.load(draft, contents.installation, told)
            postgresql.grant(web)
            shutil.rmtree(draft / tables.FOLDER)

        contents = keeping.restore(file, identities, into, what="data", told=told, fill=fill)
        postgresql.mark(contents.installation, postgresql.INSTALLED)
    return contents
