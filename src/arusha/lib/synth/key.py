"""The answer key: who truly moves together and as what, where rings were planted, which officer works with one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MARKER = "ANSWER-KEY"
MARKER_TEXT = (
    "This folder holds the answers to an invented world: which groups, rings and officers were planted in it.\n"
    "Whatever looks for them must not read here.\n"
)

TEXTS = pa.list_(pa.string())

RINGS = pa.schema(
    [
        ("ring_id", pa.string()),
        ("band", pa.string()),
        ("members", TEXTS),  # the lookout first, where there is one
        ("lookout", pa.string()),
        ("size", pa.int64()),
        ("crossings", pa.int64()),  # joint crossings planted
        ("rows", pa.int64()),  # rows of crossings that they make
        ("own_rows", pa.int64()),  # the members' crossings alone
        ("spread_minutes", pa.float64()),
        ("presence", pa.float64()),
        ("ports", TEXTS),
        ("first_at", pa.timestamp("us", tz="UTC")),
        ("last_at", pa.timestamp("us", tz="UTC")),
        ("parameters", pa.string()),  # the plan, as JSON
    ]
)
RING_ROWS = pa.schema(
    [
        ("ring_id", pa.string()),
        ("event", pa.int64()),  # number of the joint crossing within the ring
        ("row", pa.int64()),  # 0-based row of crossings as written
        ("person_token", pa.string()),
    ]
)
GROUPS = pa.schema(
    [
        ("group_id", pa.string()),
        ("kind", pa.string()),
        ("size", pa.int64()),
        ("together", pa.bool_()),  # false for those who keep the same hours, each alone
        ("registered", pa.bool_()),  # known to the register of households
    ]
)
MEMBERS = pa.schema(
    [("person_token", pa.string()), ("group_id", pa.string()), ("kind", pa.string()), ("together", pa.bool_())]
)
OFFICERS = pa.schema(
    [
        ("officer_id", pa.string()),
        ("unit_id", pa.string()),
        ("ring_id", pa.string()),
        ("how", pa.string()),
        ("effort", pa.float64()),
        ("weeks", pa.float64()),
    ]
)
SERVED = pa.schema(
    [
        ("ring_id", pa.string()),
        ("officer_id", pa.string()),
        ("unit_id", pa.string()),
        ("served", pa.int64()),  # joint crossings of which half the members or more passed on the officer's lane
        ("rows", pa.int64()),  # rows on the officer's lane
        ("crossings", pa.int64()),  # the ring's joint crossings
        ("expected_served", pa.float64()),  # by the officer's share of the open lanes of port, direction, kind of shift
        ("expected_absences", pa.float64()),  # crossings minus expected_served
    ]
)
HOURS = pa.schema(
    [
        ("port_code", pa.string()),
        ("terminal", pa.string()),
        ("day", pa.date32()),
        ("hour", pa.int64()),
        ("factor", pa.float64()),  # how many times the usual wait
    ]
)
IMPORTERS = pa.schema([("importer_id", pa.string()), ("factor", pa.float64())])  # declared price, of the true one
FAVOURS = pa.schema(
    [
        ("officer_id", pa.string()),
        ("subject", pa.string()),  # importer_id of a trader, person_token of a traveller
        ("of", pa.string()),  # 'trader' or 'traveller'
        ("band", pa.string()),
        ("how", pa.string()),  # 'search' or 'penalty'
        ("cases", pa.int64()),  # that the officer has of them
        ("favoured", pa.int64()),
    ]
)
ALIKE = pa.schema(
    [
        ("kind", pa.string()),  # 'lenient', 'easy', 'green-desk', 'absent'
        ("officer_id", pa.string()),
        ("subject", pa.string()),
    ]
)

SCHEMAS: Mapping[str, pa.Schema] = {
    "rings": RINGS,
    "ring_rows": RING_ROWS,
    "groups": GROUPS,
    "members": MEMBERS,
    "officers": OFFICERS,
    "served": SERVED,
    "hours": HOURS,
    "importers": IMPORTERS,
    "favours": FAVOURS,
    "alike": ALIKE,
}


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """What was planted. A pair moves together if both are members of one group whose `together` is true.

    rings, ring_rows : the rings, and the rows of their joint crossings.
    groups, members : everybody who is one by a cause, rings among them (kind 'ring'); a ring's group has its ring_id.
    officers : who works with which ring.
    served : every officer by every ring of which they served a crossing.
    hours : waiting hours made unusual.
    importers : those who declare less than they paid.
    favours : officers and those whom they favour in inspections and searches.
    alike : officers, traders, travellers who only look as if they favoured or were favoured.
    about : scenario, rows, seed.
    """

    rings: pa.Table
    ring_rows: pa.Table
    groups: pa.Table
    members: pa.Table
    officers: pa.Table
    served: pa.Table
    hours: pa.Table
    importers: pa.Table
    favours: pa.Table
    alike: pa.Table
    about: Mapping[str, object]

    def tables(self) -> dict[str, pa.Table]:
        """The tables by name."""
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "about"}


def read_key(folder: Path) -> AnswerKey:
    """The key that `write` put into a folder.

    Raises
    ------
    FileNotFoundError
        where the folder does not hold a key.
    """
    if not (folder / MARKER).is_file():
        raise FileNotFoundError(f"{folder} holds no answer key: it has no file {MARKER}")
    tables = {name: pq.read_table(folder / f"{name}.parquet", schema=schema) for name, schema in SCHEMAS.items()}
    return AnswerKey(**tables, about=json.loads((folder / "about.json").read_text("utf-8")))
