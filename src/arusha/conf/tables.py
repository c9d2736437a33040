"""The rows of a PostgreSQL database as pieces of a backup, of one moment; and a database out of them.

`database/tables.json` says which tables there are, with their columns, the places of their sequences, and which
migrations had made them; `database/<table>/<number>` hold what PostgreSQL's COPY writes, in its text format, which
every later version reads. The tables themselves are not in it: they are made again by the same migrations.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from arusha.conf import postgresql
from arusha.conf.database import DatabaseError
from arusha.conf.postgresql import execute, quoted, rows
from arusha.core.journal.guard import acting
from arusha.core.journal.triggers import TABLES as JOURNAL

FOLDER = "database"
INDEX = f"{FOLDER}/tables.json"
PIECE = 16 << 20
"""Bytes of rows after which the next piece begins: what is held in memory at once."""
FORMAT = (
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL client_encoding = 'UTF8'",
)
Piece = tuple[str, bytes]


@contextmanager
def one_moment() -> Iterator[Iterator[Piece]]:
    """All rows as they are when the block begins, whoever writes meanwhile; the pieces are read within the block."""
    with transaction.atomic():
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", *FORMAT)
        told = _index()  # the first query, which fixes the moment
        yield _pieces(told)


def _pieces(told: dict[str, Any]) -> Iterator[Piece]:
    yield INDEX, json.dumps(told, indent=1).encode()
    for table, columns in told["tables"].items():
        for number, body in enumerate(_rows(table, columns), 1):
            yield f"{FOLDER}/{table}/{number:06}", body


def _index() -> dict[str, Any]:
    places = {}
    for table, column, sequence in _sequences():
        ((last, called),) = rows(f"SELECT last_value, is_called FROM {sequence}")
        places[f"{table}.{column}"] = [last, called]
    return {
        "version": rows("SHOW server_version")[0][0],
        "tables": {table: _columns(table) for table in postgresql.tables()},
        "sequences": places,
        "migrations": rows("SELECT app, name FROM django_migrations ORDER BY id"),
    }


def _columns(table: str) -> list[str]:
    found = rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = format('%%I', %s::text)::regclass AND attnum > 0 "
        "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum",
        table,
    )
    return [name for (name,) in found]


def _sequences() -> list[tuple[Any, ...]]:
    """Table, column and sequence of every column that is numbered by itself."""
    return rows(
        "SELECT c.relname, a.attname, d.objid::regclass::text FROM pg_depend d JOIN pg_class s ON s.oid = d.objid "
        "JOIN pg_class c ON c.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid "
        "WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') "
        "AND s.relkind = 'S' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2"
    )


def _rows(table: str, columns: list[str]) -> Iterator[bytes]:
    """Pieces of whole rows, none empty."""
    held, size = [], 0
    with _raw() as cursor, cursor.copy(f"COPY {_named(table, columns)} TO STDOUT") as copy:
        for row in copy:
            held.append(bytes(row))
            size += len(held[-1])
            if size >= PIECE:
                yield b"".join(held)
                held, size = [], 0
    if held:
        yield b"".join(held)


def _named(table: str, columns: list[str]) -> str:
    return f"{quoted(table)} ({', '.join(map(quoted, columns))})"


@contextmanager
def _raw() -> Iterator[Any]:
    """A cursor of psycopg's own, within the transaction at hand: Django's has no COPY."""
    with connection.connection.cursor() as cursor:
        yield cursor


def load(draft: Path, installation: str, told: Callable[[object], None]) -> None:
    """Make the tables as they were, and put the rows into them, all or none; as the owner, in an empty database.

    `draft` is the folder that holds `database/`. Raises DatabaseError where this program cannot make the tables, or
    the pieces are not rows of them.
    """
    index = json.loads((draft / INDEX).read_text())
    targets = _targets([(app, name) for app, name in index["migrations"]])
    postgresql.mark(installation, postgresql.RESTORING)
    _make_tables(targets, told)
    missing = sorted(set(index["tables"]) - set(postgresql.tables()))
    if missing:
        raise DatabaseError(
            f"the backup holds the table {missing[0]}, which no folder of this program makes: restore with the program "
            "that the backup was made with"
        )
    with transaction.atomic(), acting():
        execute(*FORMAT)
        for table in postgresql.tables():  # what the migrations themselves put there
            if table not in JOURNAL:
                execute(f"DELETE FROM {quoted(table)}")
        for table, columns in index["tables"].items():
            told(table)
            _fill(draft / FOLDER / table, table, columns)
        for column, (last, called) in index["sequences"].items():
            table, _, name = column.partition(".")
            rows(
                "SELECT setval(pg_get_serial_sequence(format('%%I', %s::text), %s), %s, %s)", table, name, last, called
            )
        execute("SET CONSTRAINTS ALL IMMEDIATE")


def _targets(recorded: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The last migrations of a backup, to migrate to; DatabaseError where this program does not know one."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    graph = MigrationLoader(None).graph
    here = {config.label for config in apps.get_app_configs()}
    newer = sorted(f"{app}.{name}" for app, name in set(recorded) - set(graph.nodes) if app in here)
    if newer:
        raise DatabaseError(
            f"the backup was made by a newer version ({newer[0]}), or this one has lost it: restore with that version"
        )
    known = set(recorded) & set(graph.nodes)
    children = {key: {child.key for child in graph.node_map[key].children} for key in known}
    return [key for key in sorted(known) if not any(app == key[0] for app, _ in children[key] & known)]


def _make_tables(targets: list[tuple[str, str]], told: Callable[[object], None]) -> None:
    from django.db.migrations.executor import MigrationExecutor

    def progress(action: str, migration: Any = None, fake: bool = False) -> None:
        del fake
        if action == "apply_start":
            told(f"making the tables, {migration}")

    with acting():
        MigrationExecutor(connection, progress).migrate(targets)


def _fill(folder: Path, table: str, columns: list[str]) -> None:
    import psycopg

    pieces = sorted(folder.iterdir()) if folder.is_dir() else []
    for piece in pieces:
        try:
            with _raw() as cursor, cursor.copy(f"COPY {_named(table, columns)} FROM STDIN") as copy:
                copy.write(piece.read_bytes())
        except psycopg.DatabaseError as wrong:
            said = " ".join(str(wrong).split())
            raise DatabaseError(f"the rows of {table} do not go into it: {said}") from None
