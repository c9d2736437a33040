"""Which database an installation uses: SQLite in its own folder, or PostgreSQL where `ARUSHA_DATABASE` names one.

    ARUSHA_DATABASE=postgresql://arusha_web@/arusha?host=/run/postgresql
    ARUSHA_DATABASE_OWNER=arusha_owner

Two roles (docs/adr/0006): the owner makes and migrates the tables (`init`, `upgrade`, `restore`); the other serves, and
may only add to the journal. Passwords are read from files: `database.password` and `database-owner.password` in the
folder of the keys, or where `ARUSHA_DATABASE_PASSWORD_FILE` and `ARUSHA_DATABASE_OWNER_PASSWORD_FILE` say; libpq's own
ways (PGPASSFILE, peer authentication) work too.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILE = "arusha.sqlite3"
PATIENCE = 20
"""Seconds that a write waits for the one before it."""
Settings = dict[str, Any]


class DatabaseError(ValueError):
    """What is wrong with how the database is named, reached or made, and what to do."""


def kind(environ: Mapping[str, str] = os.environ) -> str:
    """`sqlite` or `postgresql`."""
    return POSTGRESQL if environ.get("ARUSHA_DATABASE") else SQLITE


def refuse_other(installed: str, environ: Mapping[str, str] = os.environ) -> None:
    """Raise DatabaseError where the installation's records are on another kind of database than the one named."""
    if installed == kind(environ):
        return
    if installed == POSTGRESQL:
        raise DatabaseError(
            "the records of this installation are on PostgreSQL: set ARUSHA_DATABASE, as when it was installed"
        )
    raise DatabaseError("the records of this installation are in its folder, on SQLite: unset ARUSHA_DATABASE")


def django_settings(home: Path, keys: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """`DATABASES["default"]`; DatabaseError where the setting cannot be read."""
    if kind(environ) == POSTGRESQL:
        return _postgresql(environ["ARUSHA_DATABASE"], keys, environ)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / FILE,
        "OPTIONS": {
            "timeout": PATIENCE,
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout={PATIENCE}000; "
            "PRAGMA secure_delete=ON",  # what is erased is gone from the file
        },
    }


@contextmanager
def as_owner(keys: Path, environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Within it Django's connection is the owner's; on SQLite there is one. DatabaseError where no owner is named."""
    if kind(environ) == SQLITE:
        yield
        return
    from django.db import connection

    told = owner(keys, environ)
    before = {name: connection.settings_dict[name] for name in told}
    connection.close()
    connection.settings_dict.update(told)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def owner(keys: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """User and password of the role that owns the tables; DatabaseError where none is named."""
    name = environ.get("ARUSHA_DATABASE_OWNER")
    if not name:
        raise DatabaseError(
            "ARUSHA_DATABASE_OWNER names no role: set it to the one that owns the tables, which is another than the "
            "one that serves (docs/guides/run-it-for-real.md)"
        )
    return {"USER": name, "PASSWORD": _password("ARUSHA_DATABASE_OWNER_PASSWORD_FILE", keys, environ)}


def _postgresql(url: str, keys: Path, environ: Mapping[str, str]) -> Settings:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        told = dict(conninfo_to_dict(url)) if url.startswith(("postgresql://", "postgres://")) else {}
    except ProgrammingError as wrong:
        raise DatabaseError(f"ARUSHA_DATABASE cannot be read: {str(wrong).strip()}; {_EXAMPLE}") from None
    name = told.pop("dbname", None)
    if not name:
        raise DatabaseError(f"ARUSHA_DATABASE names no database; {_EXAMPLE}")
    settings = f"-c lock_timeout={PATIENCE}s {told.pop('options', '')}".strip()
    known = {"application_name": "arusha", "connect_timeout": "10", "options": settings}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": told.pop("user", ""),
        "PASSWORD": told.pop("password", None) or _password("ARUSHA_DATABASE_PASSWORD_FILE", keys, environ),
        "HOST": told.pop("host", ""),
        "PORT": told.pop("port", ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**known, **told},
    }


_EXAMPLE = "an example is postgresql://arusha_web@db.example.org/arusha?sslmode=verify-full"
_FILES = {
    "ARUSHA_DATABASE_PASSWORD_FILE": "database.password",
    "ARUSHA_DATABASE_OWNER_PASSWORD_FILE": "database-owner.password",
}


def _password(variable: str, keys: Path, environ: Mapping[str, str]) -> str:
    named = environ.get(variable)
    path = Path(named) if named else keys / _FILES[variable]
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        if named:
            raise DatabaseError(f"{variable} names {path}, which is not there") from None
        return ""
    except OSError as wrong:
        raise DatabaseError(f"{path}, a password of the database, cannot be read: {wrong.strerror}") from None


def explained(wrong: BaseException) -> str | None:
    """A refusal of PostgreSQL that a person can mend, in a sentence; None where it is something else."""
    from django.db import utils

    cause = wrong.__cause__
    if not isinstance(wrong, utils.Error) or not type(cause).__module__.startswith("psycopg"):
        return None
    mendable = isinstance(wrong, utils.OperationalError) or getattr(cause, "sqlstate", "") in ("42501", "42P01")
    if not mendable:
        return None
    from django.db import connection

    return why_not(wrong, connection.settings_dict)


def why_not(wrong: BaseException, settings: Mapping[str, Any]) -> str:
    """What a failure to connect or a refusal of PostgreSQL means, and what to do."""
    said = " ".join(str(wrong).split())
    user, name = settings.get("USER") or "the role of this account", settings.get("NAME")
    where = f"{settings.get('HOST') or 'this machine'}{':' if settings.get('PORT') else ''}{settings.get('PORT') or ''}"
    for part, what in (
        (f'database "{name}" does not exist', f"make the database: CREATE DATABASE {name} TEMPLATE template0 …"),
        ("does not exist", f"make the role {user}, or name another in ARUSHA_DATABASE or ARUSHA_DATABASE_OWNER"),
        ("password authentication failed", f"put the password of {user} into its file in ARUSHA_KEYS"),
        ("no password supplied", f"put the password of {user} into its file in ARUSHA_KEYS"),
        ("Peer authentication failed", f"run this as the account that is {user}, or give it a password"),
        ("pg_hba.conf", f"let {user} reach {name} in the server's pg_hba.conf"),
        ("permission denied for schema", f"the owner needs it: ALTER DATABASE {name} OWNER TO …, or GRANT CREATE"),
        ("permission denied", f"{user} may not: set ARUSHA_DATABASE_OWNER to the role that owns the tables"),
        ("must be owner", f"{user} may not: set ARUSHA_DATABASE_OWNER to the role that owns the tables"),
        ("starting up", "wait until the server has started"),
        ("too many clients", "raise max_connections, or close what holds them"),
        ("connection", f"see that PostgreSQL runs at {where} and that ARUSHA_DATABASE names it rightly"),
    ):
        if part in said:
            return f"PostgreSQL: {said}: {what}"
    return f"PostgreSQL: {said}"
