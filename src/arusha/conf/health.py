"""What `arusha doctor` looks at. Each check says what it found and, where that is a fault, what to do."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from arusha.conf import database, discovery, drafts, places
from arusha.conf.ready import set_up

LEAST_FREE = 1 << 30
"""Bytes below which the disk is nearly full."""
WINDOW = timedelta(hours=1)
"""The worker chains every few seconds: what is older than this waits for a worker that does not run."""
UNFINISHED = timedelta(days=1)
AHEAD = timedelta(minutes=10)
LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing looked at."""

    well: bool
    what: str
    said: str


class Fault(Exception):
    """What is wrong, and what to do."""


def checks(home: Path, keys: Path, now: datetime) -> Iterator[Told]:
    """Everything, in stages: each ends with what the next stands on; where that is at fault nothing more is said."""
    stages: tuple[tuple[tuple[str, Callable[[], str]], ...], ...] = (
        (
            ("drafts", lambda: _drafts(home, keys)),
            ("installation", lambda: _installation(home)),
        ),
        (
            ("folder", lambda: _folder(home)),
            ("disk", lambda: _disk(home)),
            ("keys", lambda: _keys(keys, home)),
            ("page assets", _assets),
            ("detectors", lambda: ", ".join(discovery.detectors()) or "none"),
            ("lake", lambda: _lake(home)),
            ("database", lambda: _database(home)),
        ),
        (("schema", _schema),),
        (
            ("journal", _journal),
            ("chaining", lambda: _chaining(now)),
            ("reasons", _reasons),
            ("clock", lambda: _clock(now)),
            ("people", lambda: _people(now)),
            ("evidence", _evidence),
            ("runs", lambda: _runs(now)),
            ("mail", lambda: _mail(now)),
        ),
    )
    for stage in stages:
        told = [_looked(what, look) for what, look in stage]
        yield from told
        if not told[-1].well:
            return


def _looked(what: str, look: Callable[[], str]) -> Told:
    """One part looked at: what it says, or its fault."""
    try:
        return Told(True, what, look())
    except Fault as fault:
        return Told(False, what, str(fault))


def _installation(home: Path) -> str:
    try:
        installed = places.installation(home)
    except (ValueError, TypeError) as wrong:
        raise Fault(f"{home / 'installation.json'} cannot be read ({wrong}): restore it from a backup") from None
    if installed is None:
        raise Fault(f"nothing in {home}: run `arusha init`, or set ARUSHA_HOME")
    try:
        ZoneInfo(installed.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Fault(f"there is no time zone {installed.zone!r}: mend it in {home / 'installation.json'}") from None
    return f"{installed.name} in {home}{' (demonstration)' if installed.demo else ''}"


def _folder(home: Path) -> str:
    if home.stat().st_mode & 0o077:
        raise Fault(f"others on this machine can look into {home}: chmod 700 {home}")
    return f"{home} is open to its owner only"


def _disk(home: Path) -> str:
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE:
        raise Fault(f"{free / 1e6:,.0f} MB are free: make room before a run or a backup fails for want of it")
    return f"{free / 1e9:,.0f} GB free"


def _keys(keys: Path, home: Path) -> str:
    from arusha.core.journal.keys import DATA, JOURNAL, JOURNAL_PUBLIC, NAMES, REASONS

    needed = (REASONS, DATA, NAMES, JOURNAL, JOURNAL_PUBLIC, "pages.key")
    missing = [name for name in needed if not (keys / name).exists()]
    if missing:
        raise Fault(f"{', '.join(missing)} missing in {keys}: set ARUSHA_KEYS to the folder that has them, or restore")
    if keys.is_relative_to(home):
        raise Fault(f"{keys} lies inside {home}: move it, so that a copy of the data holds no key")
    loose = [
        path.name
        for path in keys.iterdir()
        if path.suffix in (".key", ".keys", ".pem", ".password") and path.stat().st_mode & 0o077
    ]
    secret = sorted(name for name in loose if name != JOURNAL_PUBLIC)
    if secret:
        raise Fault(f"others can read {', '.join(secret)}: chmod 600")
    _whole(keys / REASONS, keys / JOURNAL, keys / JOURNAL_PUBLIC)
    return f"{keys}, all there and their owner's only"


def _whole(reasons: Path, journal: Path, public: Path) -> None:
    from arusha.lib.seal.checkpoints import load_private, load_public, public_pem

    if len(reasons.read_bytes()) != 32:
        raise Fault(f"{reasons.name} is damaged: it has {len(reasons.read_bytes())} bytes, not 32; restore it")
    try:
        signing, known = load_private(journal.read_bytes()), load_public(public.read_bytes())
    except (ValueError, TypeError) as wrong:
        raise Fault(f"{journal.name} or {public.name} is damaged ({wrong}): restore them") from None
    if public_pem(signing.public_key()) != public_pem(known):
        raise Fault(
            f"{public.name} does not belong to {journal.name}: keys of two installations are mixed; restore them"
        )


def _assets() -> str:
    from arusha.ui import assets

    try:
        return assets.address("arusha.css")
    except (OSError, KeyError, ValueError) as wrong:
        raise Fault(f"not built ({wrong}): run `python -m arusha.ui.assets`") from None


def _drafts(home: Path, keys: Path) -> str:
    left = [path for folder in (home, keys) for path in drafts.left(folder)]
    if left:
        raise Fault(
            f"{left[0]} holds in clear what a backup or a restore that was killed had unpacked: start `arusha serve` "
            "or `arusha worker`, or run it again, and it is swept"
        )
    return "no backup or restore was left half-done"


def _database(home: Path) -> str:
    installed = places.installation(home)
    assert installed is not None
    try:
        database.refuse_other(installed.database)
    except database.DatabaseError as wrong:
        raise Fault(str(wrong)) from None
    return _sqlite(home / "arusha.sqlite3") if installed.database == database.SQLITE else _postgresql(installed.id)


def _postgresql(installation: str) -> str:
    try:
        set_up()
        from arusha.conf import postgresql

        postgresql.reach()
        faults = list(postgresql.faults(installation))
        version = postgresql.rows("SHOW server_version")[0][0]
    except database.DatabaseError as wrong:
        raise Fault(str(wrong)) from None
    except Exception as wrong:
        said = database.explained(wrong)
        if said is None:
            raise
        raise Fault(said) from None
    if faults:
        raise Fault("; ".join(faults))
    return f"PostgreSQL {version.split()[0]}, served by a role that may only add to the journal"


def _sqlite(path: Path) -> str:
    if not path.exists():
        raise Fault(f"{path} is not there: restore a backup, or run `arusha init`")
    try:
        with sqlite3.connect(f"file:{path}?mode=rw", uri=True) as opened:
            (said,) = opened.execute("PRAGMA quick_check(1)").fetchone()
            orphans = opened.execute("PRAGMA foreign_key_check").fetchone()
            (mode,) = opened.execute("PRAGMA journal_mode").fetchone()
        opened.close()
    except sqlite3.DatabaseError as wrong:
        raise Fault(f"{path} cannot be read ({wrong}): restore it from a backup") from None
    if said != "ok":
        raise Fault(f"{path} is damaged ({said}): restore it from a backup")
    if orphans:
        raise Fault(f"a row of {orphans[0]} points at a row of {orphans[2]} that is gone: restore it from a backup")
    return f"{path}, {mode}"


def _schema() -> str:
    from arusha.conf import schema

    now = schema.standing()
    try:
        now.refuse_newer()
    except database.DatabaseError as wrong:
        raise Fault(str(wrong)) from None
    if now.due:
        raise Fault(f"{len(now.due)} migration(s) to make: run `arusha upgrade`")
    return f"{now.known:,} migrations"


def _journal() -> str:
    from arusha.core.journal import chain
    from arusha.core.journal.triggers import triggers_missing

    report, missing = chain.check(), triggers_missing()
    if not report.ok:
        raise Fault(f"{report.faults[0].text}: verify it against a checkpoint kept elsewhere")
    if missing:
        said = f"{', '.join(missing)} missing: somebody changed the database by hand; verify it against a checkpoint"
        raise Fault(f"{said} kept elsewhere, and restore it from a copy")
    return f"{report.entries:,} entries, {report.chained:,} chained"


def _chaining(now: datetime) -> str:
    from arusha.core.journal.models import Entry, Link

    last = Link.objects.order_by("-number").first()
    after = last.first_seq + last.count - 1 if last else 0
    oldest = Entry.objects.filter(seq__gt=after).order_by("seq").values_list("at", flat=True).first()
    if oldest is not None and now - oldest > WINDOW:
        raise Fault(f"nothing chained since {oldest:%Y-%m-%d %H:%M} UTC: run `arusha worker`, or serve with it")
    return "nothing waits" if oldest is None else "the newest entries wait for the worker"


def _reasons() -> str:
    from arusha.core.journal.keys import KeysMissing, reasons_key
    from arusha.core.journal.models import Entry, Reason
    from arusha.lib.seal.sealed_text import SealedTextError, open_text

    newest = Reason.objects.order_by("-entry").first()
    if newest is None:
        return "none given yet"
    entry = Entry.objects.filter(id=newest.entry).first()
    try:
        commitment = bytes.fromhex(json.loads(bytes(entry.body))["why"]) if entry else b""
        open_text(bytes(newest.ciphertext), reasons_key(), newest.entry.bytes, commitment)
    except KeysMissing as wrong:
        raise Fault(str(wrong)) from None
    except (SealedTextError, ValueError, TypeError, KeyError) as wrong:
        raise Fault(f"the newest does not open ({wrong}): set ARUSHA_KEYS to the keys of this installation") from None
    return f"{Reason.objects.count():,}, and the key opens the newest"


def _clock(now: datetime) -> str:
    from arusha.core.journal.models import Entry

    newest = Entry.objects.order_by("-seq").values_list("at", flat=True).first()
    if newest is not None and newest - now > AHEAD:
        raise Fault(f"the newest entry is of {newest:%Y-%m-%d %H:%M} UTC, which is to come: set this machine's clock")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _people(now: datetime) -> str:
    from arusha.core.people.actors import in_force
    from arusha.core.people.models import Account, Grant

    keepers = Grant.objects.filter(in_force(now.date()), role="system-administrator").values("person")
    able = Account.objects.filter(person__in=keepers, until=None)
    if not able.exists():
        raise Fault("no system administrator can sign in: restore a backup in which one can")
    return f"{able.count()} system administrator(s) can sign in"


def _mail(now: datetime) -> str:
    """Whether the mail server answers, and whether it took what it was given of late."""
    from smtplib import SMTPException

    from django.conf import settings
    from django.core.mail import get_connection

    from arusha.core.notices import mail

    if not settings.ARUSHA_MAIL:
        return "off: ARUSHA_MAIL names no server"
    if not settings.ARUSHA_URL:
        raise Fault("nothing is sent: set ARUSHA_URL to the address that people open, which links begin with")
    try:
        connection = get_connection()
        connection.open()
        connection.close()
    except (OSError, SMTPException) as wrong:
        raise Fault(
            f"the server does not answer ({type(wrong).__name__}): look at ARUSHA_MAIL and the server"
        ) from None
    failed, error = mail.failing(now - LATELY)
    if failed:
        raise Fault(f"{failed} of the last week failed, the latest with {error}: look at the server's own log")
    return "the server answers"


def _evidence() -> str:
    from arusha.core.files import store

    held = _held()
    for kept in sorted(held):
        try:
            store.open_(kept).close()
        except store.StoreError as wrong:
            raise Fault(f"{wrong}: restore {store.path_of(kept)} from a backup") from None
    return f"{len(held):,} files, each opens whole"


def _held() -> set[str]:
    """Every name under which some row says that a file is kept."""
    from django.apps import apps

    held = set[str]()
    for model in apps.get_models():
        if any(field.name == "kept" for field in model._meta.concrete_fields):
            held |= set(model._default_manager.exclude(kept="").values_list("kept", flat=True))
    return held


def _runs(now: datetime) -> str:
    from arusha.flow.runs.models import Run

    stuck = Run.objects.filter(state="running", asked_at__lt=now - UNFINISHED).order_by("asked_at").first()
    if stuck is not None:
        again = {"receive": "receive its file again", "detect": "run `arusha watch`"}.get(stuck.kind, "run it again")
        raise Fault(f"{stuck.kind} {stuck.name} of {stuck.asked_at:%Y-%m-%d %H:%M} UTC never ended: {again}")
    return f"{Run.objects.count():,}, none left under way"


def _lake(home: Path) -> str:
    from arusha.lib.intake.lake import Lake

    faults = Lake(home).verify()
    if faults:
        raise Fault(f"{faults[0]}: receive the source file again into a new installation and compare")
    return "every stored file has the hash its manifest names"
