"""Is everything that this folder says to people said in French and in Arabic too?"""

from pathlib import Path

import pytest
from tests.support import words

FOLDER = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_word_is_translated(language):
    said = dict(words.used(FOLDER))
    assert len(said) > 40
    have = words.translated(language)
    assert {word: place for word, place in said.items() if word not in have} == {}
