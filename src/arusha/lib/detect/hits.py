"""What a detector says: a hit, its reasons as typed facts, its evidence, and the table hits travel in."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

import pyarrow as pa

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
    rows = [_row(detector, hit) for hit in hits]
    rows.sort(key=lambda row: (row["q_value"], row["p_value"], row["hit_id"]))
    return pa.Table.from_pylist(rows, schema=HITS)


def _row(detector: str, hit: Hit) -> dict[str, object]:
    return {
        "hit_id": hit_id(detector, hit.kind, hit.subjects),
        "detector": detector,
        "kind": hit.kind,
        "subjects": list(hit.subjects),
        "group_id": hit.group_id,
        "first_at": hit.span[0],
        "last_at": hit.span[1],
        "support": hit.support,
        "expected": hit.expected,
        "p_value": hit.p,
        "q_value": hit.q,
        "marks": sorted(hit.marks),
        "reasons": json.dumps([reason_facts(reason) for reason in hit.reasons], sort_keys=True, ensure_ascii=False),
        "evidence": [{"manifest": ref.manifest, "row": row} for ref in hit.evidence for row in ref.rows],
    }


def reason_facts(reason: object) -> dict[str, object]:
    """A reason as plain facts: its declared name under `reason`, then its fields."""
    name = getattr(type(reason), "reason", None)
    if name is None:
        raise TypeError(f"{type(reason).__name__} is not declared with @reason")
    if not fields(reason):  # type: ignore[arg-type]
        return {"reason": name}
    return {"reason": name, **asdict(reason)}  # type: ignore[call-overload]
