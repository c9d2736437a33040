"""Questions in SQL over what was received: read only, bounded, and answered in a process of its own.

The process sees the files that count and nothing else: DuckDB opens no other path, fetches nothing, loads nothing and
keeps its settings; the system lets it write no file and take no more memory or time than it was given.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import arusha
from arusha.lib.datasets import DATASETS
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.lake import Lake
from arusha.lib.intake.manifest import ROWS

LONGEST = 20_000
GRACE = 5
"""Seconds beyond its own limit after which a process that does not stop is ended."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes of memory and rows that an answer may take."""

    seconds: int = 20
    memory: int = 1 << 30
    rows: int = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gave: the first rows, how many there were in all, and the files of each table it named.

    `more`: not all rows were counted in the time given, so that there are more than `count`.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    count: int
    more: bool
    seconds: float
    tables: Mapping[str, tuple[str, ...]]


def digest(sql: str) -> str:
    """SHA-256 of a question in hexadecimal."""
    return hashlib.sha256(sql.strip().encode()).hexdigest()


def named(sql: str) -> tuple[str, ...]:
    """The tables that a question seems to name."""
    words = set(re.findall(r"\w+", sql.casefold()))
    return tuple(name for name in DATASETS if name in words)


def ask(lake: Lake, sql: str, limits: Limits = Limits()) -> Answer:
    """Answer one SELECT over the tables received, by their declared names.

    Raises IntakeError where it is no single SELECT, DuckDB refuses it, or it would go beyond its limits.
    """
    if len(sql) > LONGEST:
        raise IntakeError("question", f"the question is longer than {LONGEST:,} characters", do="make it shorter")
    with tempfile.TemporaryDirectory() as beside:
        told = _answered({"sql": sql, "tables": _files(lake, Path(beside)), "limits": asdict(limits)}, limits)
    if "refused" in told:
        raise IntakeError("question", told["refused"], do=told.get("do", ""))
    counting = {name: tuple(one.manifest for one in lake.manifests(name)) for name in named(sql)}
    rows = tuple(tuple(row) for row in told["rows"])
    return Answer(tuple(told["columns"]), rows, told["count"], told["more"], told["seconds"], counting)


def _files(lake: Lake, beside: Path) -> dict[str, dict[str, list[str]]]:
    """Of each table the columns with their kinds, and the files that hold its rows; what steps in is written beside."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, dataset in DATASETS.items():
        folder = lake.folder(name)
        paths = [folder / one.manifest / ROWS for one in lake.manifests(name)]
        for number, (_holder, rows) in enumerate(lake.stepping_in(name)):
            place = beside / f"{name}-{number}.parquet"
            pq.write_table(rows, place)
            paths.append(place)
        columns = [f"{column.name} {column.kind}" for column in dataset.columns]
        found[name] = {"columns": columns, "paths": [str(path.absolute()) for path in paths]}
    return found


def _answered(question: Mapping[str, object], limits: Limits) -> dict[str, Any]:
    command = [sys.executable, "-s", "-P", "-m", "arusha.lib.intake.answering"]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=limits.seconds + GRACE,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(Path(arusha.__file__).parents[1])},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refused": f"it was stopped after {limits.seconds} seconds", "do": "ask for fewer rows or tables"}
    if done.returncode or not done.stdout:
        return {"refused": f"it was stopped: it wanted more than {limits.memory >> 20:,} MB of memory or a file",
                "do": "ask for fewer rows or shorter texts"}  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
