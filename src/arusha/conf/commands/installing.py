"""Installing, serving, working in the background, looking for faults."""

import secrets
import socket
import subprocess
import sys
from typing import Annotated
from uuid import uuid4

import typer

from arusha.conf import clock, database, places
from arusha.conf.ready import ready, sweep
from arusha.ui.terminal import fail, progress, say, say_aside, table

PASSWORD_BYTES = 12


def add(app: typer.Typer) -> None:
    """Offer `init`, `demo`, `serve`, `worker` and `doctor`."""
    for name, command in (("init", init), ("demo", demo), ("serve", serve), ("worker", worker), ("doctor", doctor)):
        app.command(name)(command)


def init(
    name: Annotated[str, typer.Option(help="what the administration is called")] = "Customs administration",
    zone: Annotated[str, typer.Option(help="the time zone of the head office, such as Africa/Dar_es_Salaam")] = "UTC",
    administrator: Annotated[str, typer.Option(help="the first sign-in name")] = "administrator",
) -> None:
    """Install: the data folder, the keys beside it, the database, a first system administrator."""
    installed = places.installation()
    if installed is not None:
        say(f"There is already an installation in {places.home()}.")
        if _begun(installed):
            say("To bring it up to this version of the program: arusha upgrade")
            return
    else:
        installed = install(name, zone, demo=False)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with ready() as here, progress("making the first account"):
        first_account(administrator, password, zone, here.now())
    say(f"Installed {installed.name} in {places.home()}; its keys are in {places.keys()}.")
    say("Keep the keys elsewhere too, and away from copies of the data.")
    say(f"\nSign in as {administrator} with the password {password}\nIt is shown this once.")
    say("\nNext: arusha serve, then add people and their roles under People.")


def _begun(installed: places.Installation) -> bool:
    """Whether somebody can sign in; where `init` was interrupted before that, what it had begun is gone on with."""
    from arusha.conf import schema

    with progress("bringing the database up to date") as told, schema.owning(installed) as web:
        from django.db import connection

        with connection.cursor() as cursor:
            if "people_account" in connection.introspection.table_names(cursor):
                cursor.execute("SELECT 1 FROM people_account LIMIT 1")
                if cursor.fetchone():
                    return True
        schema.bring_up_to_date(installed, web, told)
    return False


def install(name: str, zone: str, *, demo: bool) -> places.Installation:
    """Make folders, keys and schema, and write down what was installed; a kill in between is mended by another call."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from arusha.conf import schema

    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        fail(f"There is no time zone {zone!r}; name one such as Africa/Dar_es_Salaam.")
    home = places.home()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = clock.now().isoformat(timespec="seconds")
    made = places.Installation(str(uuid4()), name, zone, demo, at, database.kind())
    make_page_key()
    places.install(made, home)
    try:
        with progress("bringing the database up to date") as told, schema.owning(made) as web:
            schema.bring_up_to_date(made, web, told)
    except database.DatabaseError:  # nothing was made in it yet
        (home / "installation.json").unlink()
        raise
    return made


def make_page_key() -> None:
    """The key that signs cookies and forms, beside the other keys."""
    path = places.keys() / "pages.key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))


def first_account(username: str, password: str, zone: str, at: object) -> None:
    """A unit, a person in it with the role of system administrator, and an account."""
    from arusha.core.journal.acts import Act
    from arusha.core.people import people
    from arusha.core.people.models import Person
    from arusha.core.people.roles import System

    act = Act(by=System("init"), at=at)  # type: ignore[arg-type]
    people.add_units([("HQ", "Head office", zone, None)], act=act)
    people.add_persons([("System administrator", None, "HQ", "System administrator")], act=act)
    person = Person.objects.get(name="System administrator")
    people.grant(person.pk, "system-administrator", act.at.date(), act=act)
    people.open_account(person.pk, username, password, act=act)


def demo(
    rows: Annotated[int, typer.Option(help="number of crossings", min=10_000)] = 1_000_000,
    seed: Annotated[int, typer.Option(help="the same seed gives the same administration")] = 7,
) -> None:
    """Make the demonstration administration, receive its data through the ordinary door, and supervise it."""
    try:
        from arusha.conf import demonstration
    except ModuleNotFoundError:
        fail("The demonstration is not part of this installation.")
    demonstration.make(rows, seed)


def serve(
    port: Annotated[int, typer.Option(help="the port")] = 8000,
    host: Annotated[
        str, typer.Option(help="the address to listen on; a demonstration stays on this machine")
    ] = "127.0.0.1",
    background: Annotated[bool, typer.Option("--worker/--no-worker", help="run the worker too")] = True,
) -> None:
    """Serve the pages, with the worker beside them."""
    installed = places.installation()
    if installed is None:
        fail(f"Nothing is installed in {places.home()}. Run `arusha init` first, or set ARUSHA_HOME.")
    if installed.demo and host not in ("127.0.0.1", "::1", "localhost"):
        fail(
            "A demonstration has sign-ins that everyone knows, so it is served to this machine only: leave out --host."
        )
    from arusha.conf.serving import run

    _refuse_taken(host, port)
    sweep()
    _refuse_other_schema(installed)
    helper = subprocess.Popen([sys.executable, "-m", "arusha.conf.cli", "worker"]) if background else None
    try:
        say(f"Serving http://{host}:{port} – stop with Ctrl-C")
        run(host, port)
    finally:
        if helper is not None:
            helper.terminate()
            helper.wait(10)


def _refuse_other_schema(installed: places.Installation) -> None:
    """Pages and worker read and write what this version of the program knows."""
    from arusha.conf import schema

    database.refuse_other(installed.database)
    if installed.database == database.POSTGRESQL:
        from arusha.conf import postgresql
        from arusha.conf.ready import set_up

        set_up()
        postgresql.reach()
    now = schema.standing()
    now.refuse_newer()
    if now.due:
        fail(f"{len(now.due)} migration(s) are due: run `arusha upgrade` first.")


def _refuse_taken(host: str, port: int) -> None:
    """Say so in a sentence where something listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as wrong:
            fail(f"Cannot listen on {host}:{port} ({wrong.strerror}). Stop what does, or name another --port.")


def worker(
    once: Annotated[bool, typer.Option(help="do what is due and leave")] = False,
) -> None:
    """Chain the journal, end watches, look for what is overdue; over and over."""
    sweep()
    with ready() as here:
        _refuse_other_schema(here.installation)
        from arusha.conf.working import work

        work(here, once=once)


def doctor() -> None:
    """Look for faults, and say for each what to do."""
    from arusha.conf.health import checks

    faults = 0
    rows = []
    for told in checks(places.home(), places.keys(), clock.now()):
        rows.append(("ok" if told.well else "FAULT", told.what, told.said))
        faults += not told.well
    table(("", "looked at", "found"), rows)
    if faults:
        say_aside(f"{faults} fault(s).")
        raise SystemExit(1)
