"""Long columns of identifiers as numbers, plain, in pieces and dictionary-encoded."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.detect.codes import codes_of
from arusha.lib.detect.texts import frequent, hashes_of
from arusha.lib.detect.threads import in_threads, stretches

WORDS = st.lists(st.sampled_from(["", "a", "ab", "abcdefgh", "abcdefgi", "abcdefghi", "é", "Ω" * 40]), max_size=60)


def forms(words: list[str]) -> list[pa.ChunkedArray]:
    half = len(words) // 2
    plain = pa.chunked_array([pa.array(words[:half], pa.string()), pa.array(words[half:], pa.string())])
    whole = pa.array(["skipped", *words], pa.string())[1:]
    return [plain, pa.chunked_array([whole]), plain.dictionary_encode(), plain.cast(pa.large_string())]


@settings(max_examples=50, deadline=None)
@given(WORDS)
def test_equal_texts_have_equal_hashes_however_the_column_lies(words):
    first, *others = (hashes_of(form) for form in forms(words))
    assert all((first == other).all() for other in others)
    assert len(set(first.tolist())) == len(set(words))


@settings(max_examples=50, deadline=None)
@given(WORDS, st.integers(1, 4))
def test_the_frequent_are_numbered_and_none_of_them_is_missed(words, least):
    codes, firsts = frequent(hashes_of(forms(words)[0]), least)
    for word, times in Counter(words).items():
        mine = {int(code) for code, other in zip(codes, words, strict=True) if other == word}
        assert len(mine) == 1
        assert times < least or (min(mine) >= 0 and words[firsts[min(mine)]] == word)


def test_many_texts_outgrow_the_first_table():
    words = [f"token-{i % 9000}" for i in range(20_000)]
    codes, firsts = frequent(hashes_of(pa.chunked_array([pa.array(words)])), 2)
    assert len(firsts) == 9000 and [words[row] for row in firsts[codes]] == words


@pytest.mark.parametrize("encoded", [False, True])
def test_codes_leave_out_what_is_empty(encoded):
    column = pa.chunked_array([pa.array(["x", None]), pa.array(["y", "x"])])
    codes = codes_of(column.dictionary_encode() if encoded else column)
    texts = codes.texts.to_pylist()
    assert [texts[code] if code >= 0 else None for code in codes.codes] == ["x", None, "y", "x"]
    assert len(codes_of(pa.chunked_array([], pa.string())).codes) == 0


def test_threads_answer_in_the_order_of_the_pieces():
    assert in_threads(lambda piece: piece * 2, list(range(50))) == [2 * i for i in range(50)]
    assert (
        stretches(10, 3) == [(0, 3), (3, 6), (6, 10)] and stretches(0, 3) == [] and stretches(2, 5) == [(0, 1), (1, 2)]
    )
    assert np.array_equal(in_threads(len, ["a"]), [1])
