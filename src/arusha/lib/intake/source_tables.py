"""A table or view of a SQL database, read once, read only and as it stands at one moment, into a file of texts.

What comes out is received like any file: its hash stands for the rows, and the same rows again are the same file. Only
the columns that the plan takes are read; of the others the names alone travel along, so that the receipt can tell them.
Rows are put in order of all columns taken, the dataset's key first.
"""

import csv
import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from arusha.lib.intake.binding import Bound, bind
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.mapping import Plan
from arusha.lib.intake.xlsx_reading import said

ROWS = 10_000
POSTGRESQL = ("postgresql", "postgres")
SQLITE = b"SQLite format 3\0"
NUMERIC = frozenset({20, 21, 23, 700, 701, 1700})
"""PostgreSQL's ids of int8, int2, int4, float4, float8 and numeric."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is: a SQLite file, or PostgreSQL's connection string; `shown` is it without user and secrets."""

    kind: str
    secret: str = field(repr=False)
    shown: str = ""


def address(given: str, environ: Mapping[str, str] | None = None) -> Address:
    """The database that `given` names: a SQLite file's path, sqlite:PATH, postgresql://HOST/DATABASE, or env:NAME or
    file:PATH that hold one of these.

    A password is taken from the latter two only, or by PostgreSQL's own means (PGPASSWORD, ~/.pgpass): whoever may list
    processes reads what is on a command line.
    """
    environ = os.environ if environ is None else environ
    word, _, rest = given.partition(":")
    match word:
        case "env" if rest not in environ:
            do = f"export {rest}=postgresql://…"
            raise IntakeError("no-address", f"there is no environment variable {rest}", do=do)
        case "env":
            return _told(environ[rest])
        case "file":
            try:
                return _told(Path(rest).read_text("utf-8").strip())
            except OSError as wrong:
                raise IntakeError("no-address", f"cannot be read: {wrong.strerror}", where=rest) from None
    parts = urlsplit(given) if word in POSTGRESQL else None
    if parts is not None and (parts.password is not None or "password" in parse_qs(parts.query)):
        what = "a password on the command line can be read by others on this machine"
        do = "put it into PGPASSWORD or ~/.pgpass, or the address into a variable or file: env:NAME, file:PATH"
        raise IntakeError("password-told", what, do=do)
    return _told(given)


def extract(
    where: Address, table: str, plan: Plan, into: Path, progress: Callable[[int], None] = lambda _: None
) -> tuple[Plan, int]:
    """Write the rows of `table` (NAME, or SCHEMA.NAME) to the file `into`; gives the plan that reads it, and how many.

    Raises IntakeError where the database does not answer or refuses, there is no such table, the plan needs a column
    that it lacks, or a column holds what is no single value. Then there is no file.
    """
    plain = replace(plan, separator=",", encoding="utf-8")
    if plan.sheet:
        raise IntakeError("no-sheet", "a table has no sheets", where=where.shown, do="leave `sheet` out of the mapping")
    try:
        into.unlink(missing_ok=True)
        into.touch(0o600)
        with into.open("wb") as file:
            count = (_sqlite if where.kind == "sqlite" else _postgresql)(where, table, plain, file, progress)
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    return plain, count


def _told(given: str) -> Address:
    scheme, _, rest = given.partition(":")
    if scheme in POSTGRESQL:
        parts = urlsplit(given)
        host = parts.hostname or parse_qs(parts.query).get("host", ["this machine"])[0]
        port = f":{parts.port}" if parts.port else ""
        return Address("postgresql", given, f"postgresql://{host}{port}/{unquote(parts.path.strip('/'))}")
    path = Path(rest.removeprefix("//") if scheme == "sqlite" else given)
    if scheme != "sqlite" and "://" in given:
        do = "name a SQLite file, or postgresql://HOST/DATABASE; export other tables as CSV or Parquet"
        raise IntakeError("no-address", f"databases of the kind {scheme!r} cannot be read", do=do)
    try:
        with path.open("rb") as file:
            known = file.read(len(SQLITE)) == SQLITE
    except OSError as wrong:
        raise IntakeError("no-address", f"cannot be read: {wrong.strerror}", where=str(path)) from None
    if not known:
        raise IntakeError("no-address", "the file is no SQLite database", where=str(path), do="name another")
    return Address("sqlite", str(path.resolve()), path.name)


def _bound(names: tuple[str, ...], where: Address, table: str, plan: Plan) -> tuple[Bound, tuple[str, ...]]:
    """What the plan takes of the table, and by which of its columns the rows are put in order."""
    bound = bind(plan, names, None, f"{where.shown}, {table}", lambda name: None)
    of_key = [bound.takes[column] for column in plan.dataset.key]
    first = [take.source for take in of_key if take is not None and take.source is not None]
    return bound, tuple(dict.fromkeys([*first, *bound.wanted]))


def _sqlite(where: Address, table: str, plan: Plan, file: Any, progress: Callable[[int], None]) -> int:
    try:
        uri = f"{Path(where.secret).as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)) as base:
            base.execute("pragma query_only = on")
            base.execute("pragma trusted_schema = off")
            base.execute("begin")  # what is read from here on is of one moment
            name = ".".join(_quoted(part) for part in table.split(".", 1))
            names = tuple(column[0] for column in base.execute(f"select * from {name} limit 0").description)
            bound, order = _bound(names, where, table, plan)
            columns = ", ".join(_quoted(c) if c in bound.wanted else f"null as {_quoted(c)}" for c in names)
            by = ", ".join(map(_quoted, order))
            rows = base.execute(f"select {columns} from {name}" + (f" order by {by}" if by else ""))
            return _written(rows, names, plan, file, progress)
    except sqlite3.Error as wrong:
        raise _unread(where, table, str(wrong)) from None


def _written(
    rows: sqlite3.Cursor, names: tuple[str, ...], plan: Plan, file: Any, progress: Callable[[int], None]
) -> int:
    count = 0
    writer = csv.writer(lines := _Lines(file), lineterminator="\n")
    writer.writerow(names)
    while batch := rows.fetchmany(ROWS):
        for row in batch:
            for name, value in zip(names, row, strict=True):
                if isinstance(value, bytes):
                    what = f"column {name!r} holds bytes, no text, in data row {count}"
                    raise IntakeError("not-a-table", what, do="take a view that turns it into text")
            writer.writerow(["" if value is None else said(value, plan.decimal) for value in row])
            count += 1
        progress(count)
    lines.flush()
    return count


class _Lines:
    """Where a writer of texts writes to a file of bytes."""

    def __init__(self, file: Any) -> None:
        self._file, self._held = file, list[str]()

    def write(self, line: str) -> None:
        self._held.append(line)
        if len(self._held) >= ROWS:
            self.flush()

    def flush(self) -> None:
        try:
            self._file.write("".join(self._held).encode())
        except UnicodeEncodeError as wrong:
            raise IntakeError("not-text", f"a text of the table is no Unicode: {wrong.reason}") from None
        self._held.clear()


def _postgresql(where: Address, table: str, plan: Plan, file: Any, progress: Callable[[int], None]) -> int:
    import psycopg
    from psycopg import sql

    try:
        with psycopg.connect(where.secret, connect_timeout=10, application_name="arusha", autocommit=False) as base:
            base.read_only = True
            base.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            base.execute(
                "set local datestyle = 'ISO, YMD'; set local timezone = 'UTC'; set local statement_timeout = 0"
            )
            name = sql.Identifier(*table.split(".", 1))
            head = base.execute(sql.SQL("select * from {} limit 0").format(name)).description or []
            kinds = {column.name: column.type_code for column in head}
            bound, order = _bound(tuple(kinds), where, table, plan)
            columns = [_column(sql, column, kind, column in bound.wanted, plan) for column, kind in kinds.items()]
            by = (
                sql.SQL(" order by {}").format(sql.SQL(", ").join(map(sql.Identifier, order))) if order else sql.SQL("")
            )
            chosen = sql.SQL("select {} from {} {}").format(sql.SQL(", ").join(columns), name, by)
            count = 0
            with (
                base.cursor() as cursor,
                cursor.copy(
                    sql.SQL("copy ({}) to stdout (format csv, header, encoding 'UTF8')").format(chosen)
                ) as rows,
            ):
                for row in rows:
                    file.write(row)
                    count += 1
                    if count % ROWS == 0:
                        progress(count)
            return max(count - 1, 0)
    except psycopg.Error as wrong:
        raise _unread(where, table, str(wrong)) from None


def _column(sql: Any, name: str, kind: int, wanted: bool, plan: Plan) -> Any:
    """The column as text: numbers with the mapping's decimal sign, moments in ISO 8601."""
    named = sql.Identifier(name)
    if not wanted:
        return sql.SQL("null as {}").format(named)
    if kind in NUMERIC and plan.decimal != ".":
        return sql.SQL("replace({}::text, '.', {}) as {}").format(named, sql.Literal(plan.decimal), named)
    return named


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _unread(where: Address, table: str, why: str) -> IntakeError:
    what = f"the table {table} cannot be read: {(why.strip().splitlines() or ['no answer'])[0]}"
    return IntakeError(
        "unread-table", what, where=where.shown, do="mend the address, the name or the rights of the user"
    )
