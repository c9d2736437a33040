"""Skips, expected failures, ignored types and silenced rules are counted and cannot rise."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COUNTED = {
    "skips": r"pytest\.skip\(|mark\.skip",
    "expected_failures": r"mark\.xfail|pytest\.xfail",
    "ignored_types": r"#\s*type:\s*ignore",
    "silenced_rules": r"#\s*noqa",
}


def count(pattern: str) -> int:
    here = Path(__file__)
    texts = [p.read_text() for top in ("src", "tests", "benchmarks") for p in (ROOT / top).rglob("*.py") if p != here]
    return sum(len(re.findall(pattern, text)) for text in texts)


@pytest.mark.parametrize("what", COUNTED)
def test_what_is_set_aside_does_not_rise(what):
    allowed = tomllib.loads((ROOT / "tests" / "rules" / "counts.toml").read_text())[what]
    assert count(COUNTED[what]) == allowed, f"{what}: change tests/rules/counts.toml if it fell; say why if it rose"
