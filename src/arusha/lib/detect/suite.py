"""What every detector must pass, whatever it looks for.

Each check takes tables by input name, as a detector's `run` does, and raises AssertionError with what it saw. Tests of
a detector call them on a small world; the long proofs call the same with more worlds.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.datasets import DATASETS
from arusha.lib.detect.detector import Detector
from arusha.lib.detect.hits import HITS, hit_id
from arusha.lib.detect.nulls import Null
from arusha.lib.detect.tables import table_of

Tables = Mapping[str, pa.Table]
Names = Mapping[str, str]
DAY_US = 86_400_000_000
CLOSE = 1e-12  # relative; sums are made in a fixed order
CODES = ("direction", "kind", "detector", "hs_code")  # words with a meaning, which no renaming may touch


def deterministic(detector: Detector, tables: Tables) -> pa.Table:
    """Two runs give the same table, byte for byte. Returns it."""
    first, second = detector.run(tables), detector.run(tables)
    assert _bytes(first) == _bytes(second), f"{detector.name}: two runs on the same tables differ"
    assert first.schema.equals(HITS), f"{detector.name}: its hits have another schema"
    return first


def _bytes(table: pa.Table) -> bytes:
    """As it would be sent: where a detector has no p there is NaN, which equals nothing."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def finds(hits: pa.Table, planted: Iterable[Sequence[str]], *, share: float = 1.0, kind: str = "group") -> None:
    """At least `share` of what was planted is found: one hit holds three of its members (or all) and half is of it."""
    seen = [set(row["subjects"]) for row in hits.filter(pc.equal(hits["kind"], kind)).to_pylist()]
    sought = [set(group) for group in planted]
    found = [any(len(g & s) >= min(3, len(g)) and 2 * len(g & s) >= len(s) for s in seen) for g in sought]
    assert sum(found) >= share * len(sought), f"{sum(found)} of {len(sought)} planted were found, {share:.0%} wanted"


def whatever_the_order(detector: Detector, tables: Tables, rng: np.random.Generator) -> None:
    """The order of the rows does not matter; evidence points at the same rows, wherever they are now."""
    orders = {name: rng.permutation(table.num_rows) for name, table in tables.items()}
    moved = {name: table.take(orders[name]) for name, table in tables.items()}
    places = {name: np.argsort(order) for name, order in orders.items()}
    for name, table in moved.items():
        if table.schema.equals(HITS):
            moved[name] = _rewritten(table, {}, places.get("crossings"))
    before, after = detector.run(tables), detector.run(moved)
    same_hits(before, after)
    inputs = {
        table_of(DATASETS[name], table).sources[0].manifest: name for name, table in tables.items() if name in DATASETS
    }
    rows = {key: _rows(row) for key, row in _by_subjects(after).items()}
    for key, row in _by_subjects(before).items():
        there = sorted(int(places[inputs[ref["manifest"]]][ref["row"]]) for ref in row["evidence"])
        assert rows[key] == there, f"{detector.name}: evidence of {key} points elsewhere once rows are in another order"


def whatever_the_names(detector: Detector, tables: Tables, rng: np.random.Generator) -> None:
    """Every id and code renamed, and the renaming undone in the hits: the same hits."""
    names = _new_names(tables, rng)
    renamed = {name: _renamed(name, table, names) for name, table in tables.items()}
    back = {new: old for old, new in names.items()}
    same_hits(detector.run(tables), _rewritten(detector.run(renamed), back, None))


def whenever(detector: Detector, tables: Tables, days: int = 91) -> None:
    """All dates moved by whole weeks, the calendar with them, in a zone without daylight saving: the same hits."""
    moved = {name: _moved(table, days) for name, table in tables.items()}
    same_hits(detector.run(tables), detector.run(moved))


def empty_or_one_row(detector: Detector, tables: Tables) -> None:
    """Every input empty, and every input of one row: no hits and no error."""
    for rows in (0, 1):
        hits = detector.run({name: table.slice(0, rows if name != "groups" else 0) for name, table in tables.items()})
        assert hits.num_rows == 0, f"{detector.name}: {hits.num_rows} hits in tables of {rows} rows"


def dirty(detector: Detector, tables: Tables) -> None:
    """Rows twice, optional columns missing: an answer. Required values missing: a ValueError that names them."""
    detector.run({name: pa.concat_tables([table, table.slice(0, 50)]) for name, table in tables.items()})
    detector.run({name: _without_optional(detector, name, table) for name, table in tables.items()})
    for given in detector.inputs:
        if given.dataset is None or given.name not in tables:
            continue
        for column in (c for c in given.dataset.columns if not c.optional):
            try:
                detector.run({**tables, given.name: _with_a_hole(tables[given.name], column.name)})
            except ValueError as told:
                assert column.name in str(told), f"{detector.name}: {told} does not name {column.name}"
            else:
                raise AssertionError(f"{detector.name}: a missing {given.name}.{column.name} passed without a word")


def reports_in(
    detector: Detector, tables: Tables, draws: int, rng: np.random.Generator, null: Null | None = None
) -> int:
    """In how many of so many worlds drawn from the null anything is reported, at the detector's own settings."""
    drawn = (null or detector.null).draw
    return sum(detector.run(drawn(tables, rng)).num_rows > 0 for _ in range(draws))


def same_hits(before: pa.Table, after: pa.Table) -> None:
    """The same subjects, counts and marks, and floats that agree to 1e-12 relative; rows and ids may differ."""
    one, other = _by_subjects(before), _by_subjects(after)
    gone, come = sorted(set(one) - set(other))[:3], sorted(set(other) - set(one))[:3]
    assert not gone and not come, f"{before.num_rows} hits became {after.num_rows}; gone: {gone}; come: {come}"
    for key, row in one.items():
        for name in ("support", "marks"):
            assert row[name] == other[key][name], f"{key}: {name} was {row[name]}, is {other[key][name]}"
        for name in ("expected", "p_value", "q_value"):
            was, now = row[name], other[key][name]
            same = abs(was - now) <= CLOSE * abs(was) or was == now or (math.isnan(was) and math.isnan(now))
            assert same, f"{key}: {name} was {was}, is {now}"


def _by_subjects(hits: pa.Table) -> dict[tuple[str, ...], dict[str, Any]]:
    found = {}
    for row in hits.to_pylist():
        first = () if row["kind"] == "group" else tuple(row["subjects"][:1])
        found[(row["kind"], *first, *sorted(row["subjects"][len(first) :]))] = row
    return found


def _rows(hit: Mapping[str, Any]) -> list[int]:
    return sorted(ref["row"] for ref in hit["evidence"])


def _new_names(tables: Tables, rng: np.random.Generator) -> Names:
    olds = sorted({text for name, table in tables.items() for text in _texts(name, table)})
    numbers = rng.permutation(len(olds))
    return {old: f"{'ZYXW'[number % 4]}{number:07d}" for old, number in zip(olds, numbers, strict=True)}


def _nameable(dataset: str, table: pa.Table) -> list[str]:
    """The columns of texts that are names: not of words with a meaning, nor of those that the dataset lists."""
    listed = {c.name for c in DATASETS[dataset].columns if c.allowed} if dataset in DATASETS else set()
    texts = [name for name in table.column_names if pa.types.is_string(table[name].type)]
    return [name for name in texts if name not in CODES and name not in listed]


def _texts(dataset: str, table: pa.Table) -> set[str]:
    found: set[str] = set()
    if table.schema.equals(HITS):
        return {text for subjects in table["subjects"].to_pylist() for text in subjects}
    for name in _nameable(dataset, table):
        found |= set(pc.unique(table[name]).drop_null().to_pylist())
    return found


def _renamed(dataset: str, table: pa.Table, names: Names) -> pa.Table:
    if table.schema.equals(HITS):
        return _rewritten(table, names, None)
    for name in _nameable(dataset, table):
        at = table.column_names.index(name)
        column = pa.array([names.get(text) if text is not None else None for text in table[name].to_pylist()])
        table = table.set_column(at, table.schema.field(at), column.cast(pa.string()))
    return table


def _rewritten(hits: pa.Table, names: Names, places: NDArray[np.int64] | None) -> pa.Table:
    """Hits with other names for their subjects, and other rows for their evidence."""
    rows = hits.to_pylist()
    for row in rows:
        row["subjects"] = [names.get(text, text) for text in row["subjects"]]
        if row["kind"] == "group":
            row["subjects"].sort()
        row["hit_id"] = hit_id(row["detector"], row["kind"], row["subjects"])
        if places is not None:
            row["evidence"] = [{**ref, "row": int(places[ref["row"]])} for ref in row["evidence"]]
    return pa.Table.from_pylist(rows, schema=HITS)


def _moved(table: pa.Table, days: int) -> pa.Table:
    for at, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            step = pa.scalar(days * DAY_US, pa.duration("us"))
            table = table.set_column(at, field, pc.add(table[field.name], step).cast(field.type))
        elif pa.types.is_date32(field.type):
            moved = pc.add(table[field.name].cast(pa.int32()), pa.scalar(days, pa.int32()))
            table = table.set_column(at, field, moved.cast(field.type))
    return table


def _without_optional(detector: Detector, name: str, table: pa.Table) -> pa.Table:
    declared = next(given.dataset for given in detector.inputs if given.name == name)
    if declared is None:
        return table
    return table.drop_columns([c.name for c in declared.columns if c.optional and c.name in table.column_names])


def _with_a_hole(table: pa.Table, name: str) -> pa.Table:
    """The table with the value in its second row missing."""
    at = table.column_names.index(name)
    hole = pa.array(np.arange(table.num_rows) == 1)
    column = pc.if_else(hole, pa.scalar(None, table[name].type), table[name])
    return table.set_column(at, pa.field(name, table[name].type), column)
