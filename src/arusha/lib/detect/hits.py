"""What a detector says: a hit, its reasons as typed facts, its evidence, and the table hits travel in."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from arusha.lib.detect.codes import places_of

MARKS = ("household", "tour", "crew", "shared-transport")
"""What can make a group benign; told where the data tells it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows of one input: the hash of the input as given, and 0-based row numbers in it."""

    manifest: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a detector found.

    `subjects`: texts; for `unit` and `officer` its own id first, then the group's members. `span`: first and last
    moment of the evidence. `support`: what was counted; `expected`: the same under the null. `p`, `q`: NaN where the
    detector has none. `reasons`: instances of classes declared with `reason`.
    """

    kind: str
    subjects: tuple[str, ...]
    span: tuple[datetime, datetime]
    support: int
    expected: float
    p: float
    q: float
    reasons: tuple[object, ...]
    evidence: tuple[Evidence, ...]
    marks: tuple[str, ...] = ()
    group_id: str | None = None


HITS = pa.schema(
    [
        pa.field("hit_id", pa.string(), nullable=False),
        pa.field("detector", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("subjects", pa.list_(pa.string()), nullable=False),
        pa.field("group_id", pa.string()),
        pa.field("first_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("last_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("support", pa.int64(), nullable=False),
        pa.field("expected", pa.float64(), nullable=False),
        pa.field("p_value", pa.float64(), nullable=False),
        pa.field("q_value", pa.float64(), nullable=False),
        pa.field("marks", pa.list_(pa.string()), nullable=False),
        pa.field("reasons", pa.string(), nullable=False),
        pa.field(
            "evidence",
            pa.list_(pa.struct([pa.field("manifest", pa.string()), pa.field("row", pa.int64())])),
            nullable=False,
        ),
    ]
)
"""The columns of a file of hits; `reasons` is a JSON list of {reason, …facts}."""


def hit_id(detector: str, kind: str, subjects: Sequence[str]) -> str:
    """The first 32 hex digits of SHA-256 over detector, kind and sorted subjects, separated by NUL.

    The same people found again have the same id, on any machine and in any order.
    """
    return hashlib.sha256("\0".join((detector, kind, *sorted(subjects))).encode()).hexdigest()[:32]


def hits_table(detector: str, hits: Iterable[Hit]) -> pa.Table:
    """Hits as a table of schema `HITS`, most certain first, ties by id, so that two runs give the same bytes."""
    told = [(hit.q, hit.p, hit_id(detector, hit.kind, hit.subjects), hit) for hit in hits]
    told.sort(key=lambda line: line[:3])
    kept = [hit for *_, hit in told]
    columns: dict[str, object] = {
        "hit_id": [name for _, _, name, _ in told],
        "detector": [detector] * len(kept),
        "kind": [hit.kind for hit in kept],
        "subjects": [list(hit.subjects) for hit in kept],
        "group_id": [hit.group_id for hit in kept],
        "first_at": [hit.span[0] for hit in kept],
        "last_at": [hit.span[1] for hit in kept],
        "support": [hit.support for hit in kept],
        "expected": [hit.expected for hit in kept],
        "p_value": [hit.p for hit in kept],
        "q_value": [hit.q for hit in kept],
        "marks": [sorted(hit.marks) for hit in kept],
        "reasons": [_as_json(hit.reasons) for hit in kept],
        "evidence": _evidence([hit.evidence for hit in kept]),
    }
    arrays = [
        column if isinstance(column, pa.Array) else pa.array(column, HITS.field(name).type)
        for name, column in columns.items()
    ]
    return pa.Table.from_arrays(arrays, schema=HITS)


JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False)  # one for all hits: making it costs as much as using it


def _as_json(reasons: tuple[object, ...]) -> str:
    return JSON.encode([reason_facts(reason) for reason in reasons])


def _evidence(given: Sequence[tuple[Evidence, ...]]) -> pa.Array:
    """Lists of {manifest, row}, made from whole columns: there can be millions."""
    refs = [ref for each in given for ref in each]
    manifests = sorted({ref.manifest for ref in refs})
    place = {manifest: i for i, manifest in enumerate(manifests)}
    lengths = [len(ref.rows) for ref in refs]
    codes = np.repeat(np.array([place[ref.manifest] for ref in refs], np.int64), lengths)
    rows = np.fromiter(chain.from_iterable(ref.rows for ref in refs), np.int64, sum(lengths))
    ends = np.cumsum([0, *(sum(len(ref.rows) for ref in each) for each in given)], dtype=np.int32)
    kind = HITS.field("evidence").type.value_type
    items = pa.StructArray.from_arrays(
        [pa.array(manifests, pa.string()).take(places_of(codes)), places_of(rows)], fields=list(kind)
    )
    offsets = pa.Array.from_buffers(pa.int32(), len(ends), [None, pa.py_buffer(ends)])
    return pa.ListArray.from_arrays(offsets, items).cast(HITS.field("evidence").type)


def reason_facts(reason: object) -> dict[str, object]:
    """A reason as plain facts: its declared name under `reason`, then its fields."""
    kind: Any = type(reason)
    name = getattr(kind, "reason", None)
    if name is None:
        raise TypeError(f"{type(reason).__name__} is not declared with @reason")
    return {"reason": name, **{fact: getattr(reason, fact) for fact in _facts(kind)}}


@cache
def _facts(reason: type) -> tuple[str, ...]:
    """The names of a reason's fields; read once a class, since there can be a hundred thousand reasons."""
    return tuple(field.name for field in fields(reason))
