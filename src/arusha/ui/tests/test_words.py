"""Are the French and the Arabic of the shell those of its sentences, with the same blanks to fill?"""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation import templatize

UI = Path(__file__).resolve().parents[1]
KEYWORDS = {"gettext": None, "gettext_lazy": None, "_": None, "ngettext": (1, 2)}
KEYWORDS |= dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))


def sentences():
    found = set()
    for path in sorted(UI.rglob("*.py")) + sorted(UI.rglob("*.html")):
        if "tests" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        source = templatize(source) if path.suffix == ".html" else source
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            found.add((context, message[0] if isinstance(message, tuple) else message))
    return found


@pytest.fixture(params=["fr", "ar"])
def catalogue(request):
    return read_po(io.BytesIO((UI / "words" / f"{request.param}.po").read_bytes()), locale=request.param)


def key(message):
    return message.context, message.id[0] if isinstance(message.id, tuple) else message.id


def test_no_translation_is_left_over(catalogue):
    """That every sentence has one, here or in the folder that says it too, `tests/rules/test_words.py` holds."""
    assert {key(message) for message in catalogue if message.id} - sentences() == set()


def test_no_translation_is_empty_or_uncertain(catalogue):
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert not message.fuzzy


def test_the_blanks_are_the_same(catalogue):
    for message in catalogue:
        if not message.id:
            continue
        blanks = set(re.findall(r"%\(\w+\)s", key(message)[1]))
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in strings:
            assert set(re.findall(r"%\(\w+\)s", text)) == blanks, message.id
