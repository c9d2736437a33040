"""A definition as one question to DuckDB: groups of rows with their measure, their times, and the rows themselves.

Every name in the text is a declared column; every value that someone typed is a parameter.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa

from arusha.lib.datasets import DATASETS
from arusha.rooms.watch.supervision.definition import Condition, Definition, column_of, value_of

SIGNS = {"=": "=", "≠": "<>", "<": "<", "≤": "<=", ">": ">", "≥": ">="}
ROW = "_row"
MEMORY = "4GB"
OURS, THEIRS = "ours", "theirs"


@dataclass(slots=True)
class Question:
    """The text of a question and its parameters, in order."""

    text: str = ""
    given: list[object] = field(default_factory=list)


def groups(asked: Definition, tables: Mapping[str, pa.Table], *, seconds: float | None = None) -> pa.Table:
    """What the definition makes of the tables, one row a subject and period.

    Columns: `s0`, `s1` the subjects; `peer0` … the peers' columns; `period` its first day, null where the whole is
    one; `n` rows; `met` rows that meet the conditions of a share, else null; `value` the measure, null where nothing
    could be measured; `first_at`, `last_at` of our table's time; `ours`, `theirs` the 0-based rows of both tables.
    Rows in which a subject is empty belong to nobody and are left out.

    Raises
    ------
    TimeoutError
        where it takes longer than `seconds`.
    MemoryError
        where it needs more than `MEMORY`: a join on a column with few values pairs nearly all rows with all.
    """
    question = written(asked)
    with duckdb.connect(config={"enable_external_access": False, "memory_limit": MEMORY}) as con:
        for name, side in zip(asked.tables, (OURS, THEIRS), strict=False):
            con.register(side, _numbered(asked, name, tables[name]))
        late = threading.Timer(seconds, con.interrupt) if seconds else None
        if late:
            late.start()
        try:
            return con.execute(question.text, question.given).to_arrow_table()
        except duckdb.InterruptException:
            raise TimeoutError(seconds) from None
        except duckdb.OutOfMemoryException as full:
            raise MemoryError(str(full)) from None
        finally:
            if late:
                late.cancel()


def _numbered(asked: Definition, name: str, table: pa.Table) -> pa.Table:
    kept = table.select(asked.columns(name))
    return kept.append_column(ROW, pa.array(np.arange(table.num_rows)))


def written(asked: Definition) -> Question:
    """The question's text and parameters."""
    question = Question()
    rows = _rows(asked, question)
    where = _all(asked.where, question)
    filled = [f'"{name}" IS NOT NULL' for name in asked.subjects]
    measured = _measure(asked, question)
    period = f"CAST(date_trunc('{asked.period}', moment) AS DATE)" if asked.period != "whole" else "CAST(NULL AS DATE)"
    names = [f'"{name}" AS s{i}' for i, name in enumerate(asked.subjects)]
    peers = [f'"{name}" AS peer{i}' for i, name in enumerate(asked.peers)]
    by = [*(f'"{name}"' for name in dict.fromkeys((*asked.subjects, *asked.peers))), "period"]
    theirs = "list(DISTINCT theirs ORDER BY theirs)" if _both(asked) else "[]::BIGINT[]"
    question.text = f"""
        WITH found AS ({rows}), kept AS (SELECT *, {period} AS period FROM found WHERE {" AND ".join(filled + where)})
        SELECT {", ".join([*names, *peers])}, period, {measured},
               min(moment) AS first_at, max(moment) AS last_at,
               list(DISTINCT ours ORDER BY ours) AS ours, {theirs} AS theirs
        FROM kept GROUP BY {", ".join(by)} ORDER BY {", ".join(by)}"""
    return question


def _both(asked: Definition) -> bool:
    return asked.join is not None and asked.join.found


def _rows(asked: Definition, question: Question) -> str:
    time = DATASETS[asked.table].time
    chosen = [f'{OURS}."{name}" AS "{asked.table}.{name}"' for name in asked.columns(asked.table)]
    chosen += [f"{OURS}.{ROW} AS ours", f'{OURS}."{time}" AS moment' if time else "CAST(NULL AS TIMESTAMPTZ) AS moment"]
    if asked.join is None:
        return f"SELECT {', '.join(chosen)} FROM {OURS}"
    on = [f'{OURS}."{ours}" = {THEIRS}."{theirs}"' for ours, theirs in asked.join.on]
    if asked.join.within is not None:
        other = DATASETS[asked.join.table].time
        apart = f'{THEIRS}."{other}" - {OURS}."{time}"'
        seconds = f"epoch({apart})" if column_of(f"{asked.table}.{time}").kind == "instant" else f"({apart}) * 86400"
        on.append(f"abs({seconds}) <= ?")
        question.given.append(asked.join.within * 3600)
    if not asked.join.found:
        return f"SELECT {', '.join(chosen)} FROM {OURS} ANTI JOIN {THEIRS} ON {' AND '.join(on)}"
    chosen += [f'{THEIRS}."{name}" AS "{asked.join.table}.{name}"' for name in asked.columns(asked.join.table)]
    chosen.append(f"{THEIRS}.{ROW} AS theirs")
    return f"SELECT {', '.join(chosen)} FROM {OURS} JOIN {THEIRS} ON {' AND '.join(on)}"


def _all(conditions: Iterable[Condition], question: Question) -> list[str]:
    return [_condition(condition, question) for condition in conditions]


def _condition(condition: Condition, question: Question) -> str:
    name = f'"{condition.column}"'
    if condition.test in ("empty", "filled"):
        return f"{name} IS {'NOT ' if condition.test == 'filled' else ''}NULL"
    if condition.than:
        return f'{name} {SIGNS[condition.test]} "{condition.than}"'
    question.given.append(value_of(column_of(condition.column), condition.value))
    return f"{name} {SIGNS[condition.test]} ?"


def _measure(asked: Definition, question: Question) -> str:
    """The expressions `n`, `met` and `value`: a row that a join finds several times counts once in each."""
    share = f" FILTER (WHERE {' AND '.join(_all(asked.share, question))})" if asked.measure == "share" else ""
    met = f"count(DISTINCT ours){share}" if share else "CAST(NULL AS BIGINT)"
    return f"count(DISTINCT ours) AS n, {met} AS met, CAST({_value(asked)} AS DOUBLE) AS value"


def _value(asked: Definition) -> str:
    match asked.measure:
        case "count":
            return "count(DISTINCT ours)"
        case "share":
            return "met / n"
        case "distinct":
            return f'count(DISTINCT "{asked.of}")'
    if not _both(asked):
        return f'{asked.measure}("{asked.of}")'
    owner = "ours" if asked.of.partition(".")[0] == asked.table else "theirs"
    once = f'list(DISTINCT {{row: {owner}, told: "{asked.of}"}}) FILTER (WHERE "{asked.of}" IS NOT NULL)'
    over = {"sum": "list_sum", "mean": "list_avg"}[asked.measure]
    return f"{over}(list_transform({once}, lambda one: one.told))"
