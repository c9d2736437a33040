"""Backups: one encrypted file out of an installation in use, and an installation out of the file."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from arusha.conf import places
from arusha.conf.ready import ready
from arusha.ui.terminal import progress, say

KEYS = "the keys instead of the data"


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
    out: Annotated[Path, typer.Argument(help="the file to write; it must not be there yet")],
    to: Annotated[list[str], typer.Option("--to", help="an age recipient who may restore it (age1…); more than one")],
    keys: Annotated[bool, typer.Option("--keys", help=KEYS)] = False,
) -> None:
    """Write an encrypted backup while the program is in use. Data and keys go into files of their own."""
    from arusha.conf import keeping

    recipients = [keeping.recipient_of(text) for text in to]
    with ready() as here, progress(f"backing up to {out.name}") as told:
        at = here.now().isoformat(sep=" ", timespec="seconds")
        about = {"installation": here.installation.id, "name": here.installation.name, "at": at}
        with recorded("keys" if keys else "data", to, here.now()) as counts:
            if keys:
                contents = keeping.keep_keys(out, recipients, places.keys(), about=about, told=told)
            else:
                contents = keeping.keep_data(out, recipients, places.home(), about=about, told=told)
            size = sum(kept.size for kept in contents.files)
            counts |= {"files": len(contents.files), "bytes": size, "sha256": keeping.sha256_of(out)}
    say(f"{len(contents.files):,} files, {size / 1e6:,.1f} MB, are in {out}; {len(to)} can open it.")
    say(f"SHA-256: {counts['sha256']}")
    if not keys:
        say("It holds no keys: back them up too, for other hands (`arusha backup --keys …`).")


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
    what = "keys" if keys else "data"
    with progress(f"restoring {file.name}") as told:
        identities = keeping.identities_in(identity)
        contents = keeping.restore(file, identities, into, what=what, told=told)
    say(f"Restored {contents.name}, as it was at {contents.at}: {len(contents.files):,} files in {into}.")
    if not keys and not (places.keys() / "reasons.key").exists():
        say(f"Its keys are not in {places.keys()}: restore them too (`arusha restore --keys …`).")
    say("Next: arusha doctor, then `arusha journal verify --checkpoint` with one that was kept elsewhere.")
