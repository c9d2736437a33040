"""Pairs are judged by the key: the same officer with the same person, and what the others only look like."""

from datetime import UTC, datetime

import pyarrow as pa

from arusha.lib.detect import HITS
from arusha.lib.synth import AnswerKey, pooled_favours, score_favours
from arusha.lib.synth.key import ALIKE, FAVOURS, SCHEMAS
from arusha.lib.synth.score import Share

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def key() -> AnswerKey:
    tables = {name: schema.empty_table() for name, schema in SCHEMAS.items()}
    planted = [("O1", "T1", "trader", "often"), ("O1", "P1", "traveller", "seldom"), ("O2", "T2", "trader", "often")]
    favours = [dict(zip(("officer_id", "subject", "of", "band"), row, strict=True)) for row in planted]
    rows = [{"how": "search", "cases": 9, "favoured": 8, **row} for row in favours]
    alike = [("lenient", "O7", None), ("easy", None, "T7"), ("absent", "O8", "T8")]
    tables["favours"] = pa.Table.from_pylist(rows, schema=FAVOURS)
    tables["alike"] = pa.Table.from_pylist([dict(zip(ALIKE.names, row, strict=True)) for row in alike], schema=ALIKE)
    return AnswerKey(**tables, about={})


def hits(*pairs: tuple[str, str, str]) -> pa.Table:
    same = {"detector": "d", "group_id": None, "first_at": NOON, "last_at": NOON, "support": 9, "expected": 1.0}
    same |= {"p_value": 0.0, "q_value": 0.0, "marks": [], "reasons": "[]", "evidence": []}
    rows = [{"hit_id": str(n), "kind": kind, "subjects": [o, s], **same} for n, (kind, o, s) in enumerate(pairs)]
    return pa.Table.from_pylist(rows, schema=HITS)


def test_a_pair_is_right_with_its_officer_its_subject_and_its_kind_only() -> None:
    report = score_favours(
        hits(
            ("officer-trader", "O1", "T1"),
            ("officer-traveller", "O1", "P1"),
            ("officer-trader", "O1", "T2"),
            ("officer-trader", "O1", "P1"),
            ("officer-trader", "O7", "T9"),
            ("officer-traveller", "O9", "T7"),
            ("officer-trader", "O8", "T8"),
            ("officer-trader", "O8", "T9"),
            ("group", "O2", "T2"),
        ),
        key(),
    )
    assert report.found == {"often": Share(1, 2), "seldom": Share(1, 1)}
    assert report.false == Share(6, 8)
    assert report.false_as == {"nobody": 3, "lenient": 1, "easy": 1, "absent": 1}


def test_worlds_are_pooled() -> None:
    one = score_favours(hits(("officer-trader", "O1", "T1")), key())
    both = pooled_favours([one, score_favours(hits(("officer-trader", "O7", "T1")), key())])
    assert both.found == {"often": Share(1, 4), "seldom": Share(0, 2)}
    assert both.false == Share(1, 2) and both.false_as == {"lenient": 1} and 0.9 < both.false_limit < 1
