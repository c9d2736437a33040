"""The demonstration as its command makes it, with what it told; and the answers, which no process of it ever reads."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.support.program import Program

ROWS, SEED = 60_000, 7


@dataclass(frozen=True)
class Demonstration:
    """An installation, what `arusha demo` said when it made it, and what was planted in its data."""

    program: Program
    said: str

    @cached_property
    def password(self) -> str:
        """The password that the command told for all its sign-ins."""
        told = re.search(r"with the password (\S+):", self.said)
        assert told is not None
        return told[1]

    @property
    def sign_ins(self) -> list[str]:
        """The sign-in names that the command told, in its order."""
        return re.findall(r"^  ([a-z]+) {2,}\S", self.said.partition("Sign-ins of the demonstration")[2], re.MULTILINE)

    @cached_property
    def flagship(self) -> dict[str, Any]:
        """The planted ring that works with an officer on the officer's own lane, with that officer."""
        ring = next(ring for ring in self._answers("rings") if ring["band"] == "flagship")
        officer = next(one for one in self._answers("officers") if one["ring_id"] == ring["ring_id"])
        return {**ring, "officer": officer["officer_id"]}

    def copy(self, folder: Path) -> "Demonstration":
        """The same once more, to be altered."""
        return Demonstration(self.program.copy(folder), self.said)

    def _answers(self, table: str) -> list[dict[str, Any]]:
        return pq.read_table(self.program.home / "demo-source" / "key" / f"{table}.parquet").to_pylist()


def made(folder: Path) -> Demonstration:
    """The demonstration in a folder; made there, unless that was done before."""
    program, told = Program(folder / "made"), folder / "said.txt"
    if not told.exists():
        said = program.run("demo", "--rows", ROWS, "--seed", SEED).said
        told.write_text(said)
    return Demonstration(program, told.read_text())
