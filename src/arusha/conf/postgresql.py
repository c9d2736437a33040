"""A PostgreSQL database as this program needs it: its two roles, what each may, and whose records it holds.

The owner makes the tables and grants the other what serving takes: to read and write rows, and on the journal's tables
to read and add only. A small table that only the owner writes says which installation the database holds, so that
nobody serves, backs up or migrates the records of another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError as DjangosError
from django.db import connection

from arusha.conf import database
from arusha.conf.database import DatabaseError
from arusha.core.journal.triggers import TABLES as JOURNAL

LEAST_VERSION = 14
"""What Django 5.2 supports."""
MARK = "arusha_installation"
INSTALLED, RESTORING = "installed", "restoring"
ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE")
ADDING = ("SELECT", "INSERT")
READ_ONLY = ("django_migrations", MARK)


@contextmanager
def owned(keys: Path) -> Iterator[str]:
    """Within it the connection is the owner's; yields the role that serves.

    Raises DatabaseError where a role cannot reach the database, or database and roles are not what is needed.
    """
    reach()
    ((web,),) = rows("SELECT current_user")
    with database.as_owner(keys):
        reach()
        wrong = list(unfit(web))
        if wrong:
            raise DatabaseError("PostgreSQL is not ready:\n" + "\n".join(f"- {said}" for said in wrong))
        yield web


def reach() -> None:
    """Connect; DatabaseError where that fails, with what to do."""
    try:
        connection.ensure_connection()
    except DjangosError as wrong:
        raise DatabaseError(database.why_not(wrong, connection.settings_dict)) from None


def rows(statement: str, *given: Any) -> list[tuple[Any, ...]]:
    """The rows that a query of the catalogue gives."""
    with connection.cursor() as cursor:
        cursor.execute(statement, given or None)
        return cursor.fetchall()


def execute(*statements: str) -> None:
    """Statements one by one, on the connection of whoever is connected."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def quoted(name: str) -> str:
    """A name as an identifier."""
    return connection.ops.quote_name(name)


def tables() -> list[str]:
    """The tables of the schema, but for the one that says whose they are."""
    found = rows(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace "
        "AND c.relkind IN ('r', 'p') AND c.relname <> %s ORDER BY c.relname",
        MARK,
    )
    return [name for (name,) in found]


def unfit(web: str) -> Iterator[str]:
    """What is wrong with server, database and roles, each with what to do; asked as the owner, before anything is made.

    `web` is the role that serves.
    """
    user, name = _who()
    yield from server_unfit()
    if web == user:
        yield f"{user} is to own and to serve: make two roles, and name the owner in ARUSHA_DATABASE_OWNER"
        return
    if not rows("SELECT 1 FROM pg_roles WHERE rolname = %s", web):
        yield f"there is no role {web}: CREATE ROLE {quoted(web)} LOGIN PASSWORD …"
        return
    if not rows("SELECT has_schema_privilege(current_schema(), 'CREATE') WHERE current_schema() IS NOT NULL"):
        yield f"there is no schema on the search path of {user}: CREATE SCHEMA public AUTHORIZATION {quoted(user)}"
    elif not rows("SELECT 1 WHERE has_schema_privilege(current_schema(), 'CREATE')"):
        yield f"{user} may not make tables: ALTER DATABASE {quoted(name)} OWNER TO {quoted(user)}"
    yield from powers(web, user)


def server_unfit() -> Iterator[str]:
    """What is wrong with the server's version and the database's encoding."""
    version, encoding = int(rows("SHOW server_version_num")[0][0]) // 10000, rows("SHOW server_encoding")[0][0]
    if version < LEAST_VERSION:
        yield f"the server is PostgreSQL {version}, and {LEAST_VERSION} or newer is needed: upgrade it"
    if encoding != "UTF8":
        name = quoted(_who()[1])
        yield (
            f"the database is encoded as {encoding}, and UTF8 is needed: make another with CREATE DATABASE {name} "
            "TEMPLATE template0 ENCODING 'UTF8'"
        )


def powers(web: str, owner: str | None = None) -> Iterator[str]:
    """What the role that serves could do though it should not: with it the journal's triggers protect nothing."""
    ((superuser, roles, replicates),) = rows(
        "SELECT rolsuper, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = %s", web
    )
    if superuser or roles or replicates:
        yield f"{web} has powers over the server: ALTER ROLE {quoted(web)} NOSUPERUSER NOCREATEROLE NOREPLICATION"
    if superuser:
        return
    if rows("SELECT 1 WHERE has_schema_privilege(%s, current_schema(), 'CREATE')", web):
        schema = quoted(rows("SELECT current_schema()")[0][0])
        yield (
            f"{web} may make tables: REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {quoted(web)}, and let it own "
            "neither the schema nor the database"
        )
    owners = [owner] if owner else [name for (name,) in _owners()]
    for name in owners:
        if name == web:
            yield f"{web} owns tables and could drop the journal's triggers: run `arusha upgrade` with another owner"
        elif rows("SELECT 1 WHERE pg_has_role(%s, %s, 'MEMBER')", web, name):
            yield f"{web} can become {name}: REVOKE {quoted(name)} FROM {quoted(web)}"


def grant(web: str) -> None:
    """Let the role that serves do what it must, and no more; done by the owner after every migration."""
    schema = quoted(rows("SELECT current_schema()")[0][0])
    to = quoted(web)
    statements = [f"GRANT USAGE ON SCHEMA {schema} TO {to}"]
    for table in [*tables(), MARK]:
        name = f"{schema}.{quoted(table)}"
        statements += [
            f"REVOKE ALL ON {name} FROM PUBLIC, {to}",
            f"GRANT {', '.join(wanted(table))} ON {name} TO {to}",
        ]
    statements.append(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {to}")
    execute(*statements)


def wanted(table: str) -> tuple[str, ...]:
    """What the role that serves may do with a table."""
    return ("SELECT",) if table in READ_ONLY else ADDING if table in JOURNAL else ROWS


def misgranted() -> Iterator[str]:
    """Where the role that is connected, which serves, may do less than it must, or more with the journal."""
    user, _ = _who()
    asked = "SELECT verb FROM unnest(%s::text[]) AS verb WHERE has_table_privilege(format('%%I', %s::text), verb) <> %s"
    again = "run `arusha upgrade`, which grants what is needed and takes the rest"
    for table in tables():
        need = wanted(table)
        lacking = rows(asked, list(need), table, True)
        if lacking:
            yield f"{user} may not {lacking[0][0]} on {table}: {again}"
        spared = [verb for verb in (*ROWS, "TRUNCATE", "TRIGGER") if verb not in need]
        too_much = rows(asked, spared, table, False) if table in (*JOURNAL, *READ_ONLY) else []
        if too_much:
            yield f"{user} may {too_much[0][0]} on {table}, which it is only to add to: {again}"


def mark(installation: str, state: str) -> None:
    """Write down whose records the database holds; by the owner."""
    name = quoted(MARK)
    execute(f"CREATE TABLE IF NOT EXISTS {name} (id text PRIMARY KEY, state text NOT NULL)", f"DELETE FROM {name}")
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {name} (id, state) VALUES (%s, %s)", [installation, state])


def marked() -> tuple[str, str] | None:
    """The installation whose records the database holds, and the state; None where nobody wrote it down."""
    if not rows("SELECT to_regclass(%s)", MARK)[0][0]:
        return None
    found = rows(f"SELECT id, state FROM {quoted(MARK)}")
    return (found[0][0], found[0][1]) if found else None


def not_of(installation: str) -> str | None:
    """Why the database does not hold the records of this installation, or None."""
    _, name = _who()
    held = marked()
    if held is None:
        return (
            f"the database {name} holds no installation: restore a backup into it, or name another in ARUSHA_DATABASE"
        )
    if held[0] != installation:
        return f"the database {name} holds another installation ({held[0]}): name that of this one in ARUSHA_DATABASE"
    if held[1] == RESTORING:
        return f"a restore into the database {name} was not ended: wait for it, or run `arusha upgrade`, which ends it"
    return None


def refuse_others(installation: str) -> None:
    """Raise DatabaseError where the database holds anything but the records of this installation, or nothing."""
    _, name = _who()
    held, there = marked(), tables()
    if held is not None and held[0] != installation:
        raise DatabaseError(f"{not_of(installation)}")
    if held is None and there:
        raise DatabaseError(
            f"the database {name} holds tables of something else ({there[0]}): make one for Arusha alone"
        )


def faults(installation: str) -> Iterator[str]:
    """What is wrong with the database, as the role that serves sees it; each with what to do."""
    yield from server_unfit()
    user, _ = _who()
    other = not_of(installation)
    if other:
        yield other
        return
    yield from powers(user)
    yield from misgranted()
    yield from _alone()


def _alone() -> Iterator[str]:
    """Rows that point at one that is gone: only a superuser gets past the constraints."""
    links = rows(
        "SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, a.attname, b.attname FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
        "JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1] "
        "WHERE c.contype = 'f' AND c.connamespace = current_schema()::regnamespace AND cardinality(c.conkey) = 1"
    )
    for table, other, column, key in links:
        here, there = f"a.{quoted(column)}", f"b.{quoted(key)}"
        alone = f"{here} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {other} b WHERE {there} = {here})"
        if rows(f"SELECT 1 FROM {table} a WHERE {alone} LIMIT 1"):
            yield f"a row of {table} points at a row of {other} that is gone: restore it from a backup"


def empty_for_restoring() -> None:
    """Make sure that nothing is lost by restoring into the database; what a killed restore left is dropped.

    Raises DatabaseError where the database holds anything else. Asked as the owner.
    """
    held, there = marked(), tables()
    if held is not None and held[1] == RESTORING:
        execute(*(f"DROP TABLE {quoted(table)} CASCADE" for table in [*there, MARK]))
        for (signature,) in rows(
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace "
            "AND p.proowner = current_user::regrole"
        ):
            execute(f"DROP FUNCTION {signature}")
    elif held is not None or there:
        raise DatabaseError(
            f"the database {_who()[1]} is not empty: restore into an empty one, and look at what is there first"
        )


def _owners() -> list[tuple[Any, ...]]:
    return rows(
        "SELECT DISTINCT r.rolname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
        "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')"
    )


def _who() -> tuple[str, str]:
    ((user, name),) = rows("SELECT current_user, current_database()")
    return str(user), str(name)
