"""Every reason has a sentence in every language, with the places that its facts fill."""

import re
from pathlib import Path

import pytest

from arusha.lib.intake import consistency, words

SOURCES = Path(words.__file__).parent
LANGUAGES = sorted(path.stem for path in words.WORDS.glob("*.po"))


def told() -> set[str]:
    """Every reason that the code can give."""
    text = "".join(path.read_text() for path in SOURCES.glob("*.py"))
    found = re.findall(r'Bad\(\s*"([a-z-]+)"', text)
    whole_row = re.findall(
        r'"(conflicts-[a-z-]+|stray-quote|wrong-number-[a-z-]+|formula-without-value|cell-error|date-out-of-range|no-such-row-waits)"',
        text,
    )
    return {*found, *whole_row, "ambiguous-date", "not-a-date", "clock-change", "nonexistent-time"}


def test_every_reason_has_its_sentence() -> None:
    assert LANGUAGES == ["en", "fr"]
    reasons = told()
    assert len(reasons) > 20
    for language in LANGUAGES:
        known = {key for context, key in words.catalogue(language) if context == "reject"}
        assert known == reasons
        for rules in consistency.RULES.values():
            assert {rule.name for rule in rules} <= {k for c, k in words.catalogue(language) if c == "consistency"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_have_the_same_places(language: str) -> None:
    english = words.catalogue("en")
    assert words.catalogue(language).keys() == english.keys()
    for entry, text in words.catalogue(language).items():
        assert sorted(set(re.findall(r"{(\w+)}", text))) == sorted(set(re.findall(r"{(\w+)}", english[entry]))), entry


def test_a_sentence_in_french() -> None:
    assert words.sentence("reject", "too-small", {"column": "hour", "value": "-1", "least": "0"}, "fr") == (
        "hour : « -1 » est inférieur à 0."
    )
