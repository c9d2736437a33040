import json
from dataclasses import replace
from enum import IntEnum
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arusha.lib.seal.chain import (
    GENESIS,
    MOST_PER_LINK,
    Link,
    batch_digest,
    canonical,
    entry_digest,
    link_hash,
    link_line,
    next_link,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)

ENTRY_DIGESTS = (
    "b119a77a4864308c481efb947ff723d6bd4ea1e7fab902eb8ca98bd759e46aee",
    "d3e0a62a8f7a9256c8beb715afded83e4326d2c47379d259b1709a840ad2f11d",
    "dbcc42d7596b3d629f1861d1e2097b97b5462eccae789dfcf997fea9b0690899",
)
FIRST_HASH = "b379272e2c716edf4a86b9cf780723d0baaff6c54e4cb76f399ed536b3283c02"
SECOND_HASH = "b6c8d13eb9c115245336c32599287e46a931a34e995c45bf936d098b4daff821"


class Size(IntEnum):
    SMALL = 3


@pytest.mark.parametrize(
    ("obj", "written"),
    [
        ({"b": 1, "a": [True, None, -7]}, b'{"a":[true,null,-7],"b":1}'),
        ({"é": "Дело/ملف", "z": "", "Z": ()}, '{"Z":[],"z":"","é":"Дело/ملف"}'.encode()),
        ('"\\/\n\t\r\b\f\x00\x1f\x7f\u2028', b'"\\"\\\\/\\n\\t\\r\\b\\f\\u0000\\u001f\x7f\xe2\x80\xa8"'),
        ({"\U0001f600": 1, "\uffee": 2}, '{"\uffee":2,"\U0001f600":1}'.encode()),
        ("e\u0301", b'"e\xcc\x81"'),
        (2**70, b"1180591620717411303424"),
        (Size.SMALL, b"3"),
        ({}, b"{}"),
    ],
)
def test_canonical_bytes(obj: object, written: bytes) -> None:
    assert canonical(obj) == written


@given(JSON)
def test_canonical_reads_back_is_stable_and_is_one_line(obj: object) -> None:
    written = canonical(obj)
    assert json.loads(written) == obj
    assert canonical(json.loads(written)) == written
    assert b"\n" not in written


@given(st.dictionaries(TEXT, st.integers(), min_size=2, max_size=6), st.randoms())
def test_the_order_in_which_keys_were_set_does_not_matter(obj: dict[str, int], random: object) -> None:
    shuffled = list(obj.items())
    random.shuffle(shuffled)
    assert canonical(dict(shuffled)) == canonical(obj)


@pytest.mark.parametrize(
    ("obj", "error", "says"),
    [
        (
            {"subjects": [{}, {"score": 0.5}]},
            TypeError,
            "$.subjects[1].score: 0.5 is a float; write whole minor units or text instead",
        ),
        ([float("nan")], TypeError, "$[0]: nan is a float; write whole minor units or text instead"),
        ({"a": {1: "x"}}, TypeError, "$.a: the key 1 is int; a key has to be text"),
        ({None: "x"}, TypeError, "$: the key None is NoneType; a key has to be text"),
        ({"a": b"x"}, TypeError, "$.a: bytes has no canonical form; turn it into text or numbers first"),
        ({"a": {1, 2}}, TypeError, "$.a: set has no canonical form; turn it into text or numbers first"),
        (
            {"why": "ab\ud800"},
            ValueError,
            "$.why: character 2 is half of a surrogate pair (U+D800), which no text may hold; "
            "the source was decoded wrongly",
        ),
        (
            {"\udfff": 1},
            ValueError,
            "$: character 0 is half of a surrogate pair (U+DFFF), which no text may hold; "
            "the source was decoded wrongly",
        ),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(obj: object, error: type[Exception], says: str) -> None:
    with pytest.raises(error) as raised:
        canonical(obj)
    assert str(raised.value) == says


def test_an_object_that_holds_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="nested deeper than 64 levels, or holds itself"):
        canonical(loop)


def test_known_bytes_of_a_chain_of_two_links() -> None:
    """Spelled out by hand, so that a change of layout cannot pass unseen."""
    one, two, three = (bytes.fromhex(h) for h in ENTRY_DIGESTS)
    assert [entry_digest(b) for b in (b'{"seq":1}', b'{"seq":2}', b'{"seq":3}')] == [one, two, three]
    assert one == sha256(b'\x00{"seq":1}').digest()

    first = next_link(None, [one, two])
    packed = b"\x01" + bytes(32) + bytes(7) + b"\x01" + bytes(7) + b"\x01" + bytes(7) + b"\x02"
    assert first == Link(
        1, 1, 2, bytes(32), sha256(b"\x03" + one + two).digest(), sha256(packed + first.digest).digest()
    )
    assert first.hash.hex() == FIRST_HASH

    second = next_link(first, [three])
    packed = b"\x01" + first.hash + bytes(7) + b"\x02" + bytes(7) + b"\x03" + bytes(7) + b"\x01"
    assert second == Link(
        2, 3, 1, first.hash, sha256(b"\x03" + three).digest(), sha256(packed + second.digest).digest()
    )
    assert second.hash.hex() == SECOND_HASH
    assert link_line(second).decode() == (
        f'{{"count":1,"digest":"{second.digest.hex()}","first_seq":3,"hash":"{SECOND_HASH}","number":2,'
        f'"previous":"{FIRST_HASH}"}}'
    )


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_links_leave_no_gap_and_each_names_the_one_before(sizes: list[int]) -> None:
    link, covered = None, 0
    for number, size in enumerate(sizes, 1):
        before = link
        link = next_link(before, [bytes([number]) * 32] * size)
        assert (link.number, link.first_seq, link.count) == (number, covered + 1, size)
        assert link.previous == (before.hash if before else GENESIS)
        covered = link.last_seq
    assert covered == sum(sizes)


def test_every_field_of_a_link_changes_its_hash() -> None:
    plain = link_hash(1, 1, 2, GENESIS, b"d" * 32)
    others = {
        link_hash(2, 1, 2, GENESIS, b"d" * 32),
        link_hash(1, 2, 2, GENESIS, b"d" * 32),
        link_hash(1, 1, 3, GENESIS, b"d" * 32),
        link_hash(1, 1, 2, b"g" * 32, b"d" * 32),
        link_hash(1, 1, 2, GENESIS, b"e" * 32),
    }
    assert len(others | {plain}) == 6


def test_a_batch_can_not_pass_for_an_entry() -> None:
    digest = b"\x00" + b"d" * 31
    assert batch_digest([digest]) not in (entry_digest(digest), entry_digest(digest[1:]), sha256(digest).digest())


@pytest.mark.parametrize(
    ("digests", "says"),
    [
        ([], "a link covers between 1 and 65536 entries, not 0"),
        ([bytes(32)] * (MOST_PER_LINK + 1), "a link covers between 1 and 65536 entries, not 65537"),
        ([bytes(32), b"short"], "digest 1 of the batch has 5 bytes; an entry digest has 32"),
    ],
)
def test_a_batch_that_cannot_be_a_link(digests: list[bytes], says: str) -> None:
    with pytest.raises(ValueError) as raised:
        next_link(None, digests)
    assert str(raised.value) == says


def test_the_largest_batch_is_a_link() -> None:
    assert next_link(None, [bytes(32)] * MOST_PER_LINK).last_seq == MOST_PER_LINK


def test_nothing_is_chained_to_a_damaged_link() -> None:
    damaged = replace(next_link(None, [bytes(32)] * 3), count=2)
    with pytest.raises(ValueError) as raised:
        next_link(damaged, [bytes(32)])
    assert str(raised.value) == "link 1 does not hash to the hash it carries: verify the journal before chaining"


def test_a_body_with_a_newline_is_refused() -> None:
    with pytest.raises(ValueError) as raised:
        entry_digest(b'{"a":\n1}')
    assert str(raised.value) == "the body holds a newline at byte 5; write it with canonical()"
