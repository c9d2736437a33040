"""The process that answers one question and ends. It reads the question from its input, as `asking` puts it."""

import json
import math
import re
import resource
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import duckdb

SQL_KINDS = {"token": "varchar", "text": "varchar", "integer": "bigint", "number": "double", "flag": "boolean",
             "date": "date", "instant": "timestamptz"}  # fmt: skip
SHOWN = 2_000
"""Characters of one value that are told."""
PIECE = 2_048
OPENS = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:select|with|from|values|describe|summarize|show|\()", re.I | re.S)
"""How a question opens: DuckDB takes a PRAGMA for a SELECT too."""
OWN = 3 << 30
"""Address space that Python, Arrow and DuckDB take before a question is asked."""


def main() -> None:
    """Answer the question on the standard input."""
    question = json.load(sys.stdin)
    limits = question["limits"]
    for what, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, limits["memory"] + OWN),
        (resource.RLIMIT_CPU, 4 * limits["seconds"] + 5),
    ):
        resource.setrlimit(what, (most, most))
    began = time.monotonic()
    try:
        told = answered(question["sql"], question["tables"], limits)
    except (duckdb.Error, MemoryError, RuntimeError, ValueError, OverflowError) as wrong:
        told = refused(wrong, limits)
    told["seconds"] = round(time.monotonic() - began, 3)
    sys.stdout.write(json.dumps(told))


def answered(sql: str, tables: Mapping[str, Mapping[str, Sequence[str]]], limits: Mapping[str, int]) -> dict[str, Any]:
    """The answer as plain facts; errors of DuckDB go through."""
    base = duckdb.connect(":memory:", config={"threads": 2})
    for name, table in tables.items():
        base.execute(f'create view "{name}" as {view(table)}')
    paths = [path for table in tables.values() for path in table["paths"]]
    closed = {
        "python_enable_replacements": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "memory_limit": f"{limits['memory'] >> 20}MiB",
        "temp_directory": "",
        "timezone": "UTC",
        "allowed_paths": paths,
        "enable_external_access": False,
        "lock_configuration": True,
    }
    for setting, value in closed.items():
        base.execute(f"set {setting} = {literal(value)}")
    statements = base.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT or not OPENS.match(sql):
        return {"refused": "only one SELECT is answered", "do": "nothing can be changed, made or loaded here"}
    timer = threading.Timer(limits["seconds"], base.interrupt)
    timer.daemon = True
    timer.start()
    return fetched(base.execute(statements[0]), limits["rows"])


def fetched(result: Any, most: int) -> dict[str, Any]:
    """The first rows, and how many there are in all; where the time runs out while they are counted, so it says."""
    columns = [column[0] for column in result.description]
    rows: list[list[Any]] = []
    count, more = 0, False
    try:
        while piece := result.fetchmany(PIECE):
            rows += [[plain(value) for value in row] for row in piece[: max(0, most - len(rows))]]
            count += len(piece)
    except duckdb.InterruptException:
        if len(rows) < most:
            raise
        more = True
    return {"columns": columns, "rows": rows, "count": count, "more": more}


def refused(wrong: BaseException, limits: Mapping[str, int]) -> dict[str, Any]:
    """What is said of an error."""
    if isinstance(wrong, duckdb.InterruptException):
        return {"refused": f"it was stopped after {limits['seconds']} seconds", "do": "ask for fewer rows or tables"}
    if isinstance(wrong, duckdb.OutOfMemoryException | MemoryError):
        said = f"it was stopped: it wanted more than {limits['memory'] >> 20:,} MB of memory"
        return {"refused": said, "do": "ask for fewer rows or shorter texts"}
    return {"refused": str(wrong)[:1_000]}


def view(table: Mapping[str, Sequence[str]]) -> str:
    """The rows of a table: those of its files, or none under its columns."""
    columns = [told.split(" ") for told in table["columns"]]
    if table["paths"]:
        names = ", ".join(f'"{name}"' for name, _kind in columns)
        return f"select {names} from read_parquet({literal(list(table['paths']))})"
    nothing = ", ".join(f'cast(null as {SQL_KINDS[kind]}) as "{name}"' for name, kind in columns)
    return f"select {nothing} where false"


def literal(value: object) -> str:
    """A value as SQL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return "'" + str(value).replace("'", "''") + "'"


def plain(value: Any) -> Any:
    """A value as JSON has it, cut where it is very long."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    text = value.isoformat() if isinstance(value, datetime | date) else str(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


if __name__ == "__main__":
    main()
