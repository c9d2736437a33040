from dataclasses import dataclass, field
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from arusha.lib.seal.chain import canonical, entry_digest, link_line
from arusha.lib.seal.sealed_text import Sealed, SealedTextError, open_text, seal_text
from arusha.lib.seal.tests.journals import Journal, chained, examine, signed

KEY = bytes(range(32))
ENTRY = b"0195f2a1-7c3e-7000-8000-000000000001"
ALTERED = "the text was sealed under another key or for another entry, or has been altered"
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@dataclass
class Counting:
    """A source of known bytes that remembers how many were asked for."""

    asked: list[int] = field(default_factory=list)

    def __call__(self, count: int) -> bytes:
        self.asked.append(count)
        return bytes([len(self.asked)]) * count


@given(TEXT)
def test_what_was_sealed_opens(text: str) -> None:
    sealed = seal_text(text, KEY, ENTRY)
    assert open_text(sealed.ciphertext, KEY, ENTRY, sealed.commitment) == text
    assert len(sealed.ciphertext) == len(text.encode()) + 60


def test_known_bytes() -> None:
    random = Counting()
    sealed = seal_text("motif: erreur de saisie", KEY, ENTRY, random)
    assert random.asked == [32, 12]
    salt, nonce, text = b"\x01" * 32, b"\x02" * 12, b"motif: erreur de saisie"
    assert sealed.commitment == sha256(b"\x02" + salt + text).digest()
    assert sealed.ciphertext == nonce + AESGCM(KEY).encrypt(nonce, salt + text, ENTRY)
    assert sealed.commitment.hex() == "0cb8bab653e1d91973838d1abbb7ce6e559687548bb3f8fa894efebcb8c1ec5b"


def test_the_same_text_never_looks_the_same() -> None:
    sealed = [seal_text("see the file", KEY, ENTRY) for _ in range(20)]
    assert len({s.ciphertext for s in sealed}) == len({s.commitment for s in sealed}) == 20
    assert all(b"see the file" not in s.ciphertext for s in sealed)


@given(st.data())
def test_one_altered_bit_is_noticed(data: st.DataObject) -> None:
    sealed = seal_text("a reason", KEY, ENTRY)
    bit = data.draw(st.integers(0, 8 * len(sealed.ciphertext) - 1))
    altered = bytearray(sealed.ciphertext)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealedTextError, match=ALTERED):
        open_text(bytes(altered), KEY, ENTRY, sealed.commitment)


@pytest.mark.parametrize(("key", "context"), [(bytes(32), ENTRY), (KEY, ENTRY[:-1] + b"2"), (KEY, ENTRY + b"\x00")])
def test_another_key_or_entry_does_not_open_it(key: bytes, context: bytes) -> None:
    sealed = seal_text("a reason", KEY, ENTRY)
    with pytest.raises(SealedTextError) as raised:
        open_text(sealed.ciphertext, key, context, sealed.commitment)
    assert str(raised.value) == ALTERED


def test_a_holder_of_the_key_can_not_exchange_the_text() -> None:
    committed, exchanged = (seal_text(text, KEY, ENTRY) for text in ("he asked for it", "nobody asked"))
    with pytest.raises(SealedTextError) as raised:
        open_text(exchanged.ciphertext, KEY, ENTRY, committed.commitment)
    assert str(raised.value) == "the text opens, but is not the one that its entry commits to: one of them was replaced"


def test_salt_and_text_can_not_trade_bytes_unseen() -> None:
    sealed = seal_text("ab", KEY, ENTRY, Counting())
    assert sealed.commitment != seal_text("b", KEY, ENTRY, Counting()).commitment


@pytest.mark.parametrize("length", [0, 59])
def test_an_erased_or_cut_ciphertext_says_so(length: int) -> None:
    with pytest.raises(SealedTextError) as raised:
        open_text(bytes(length), KEY, ENTRY, bytes(32))
    says = f"the ciphertext has {length} bytes, fewer than any sealed text: it was cut or erased"
    assert str(raised.value) == says


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_only_256_bit_keys(length: int) -> None:
    for use in (lambda: seal_text("x", bytes(length), ENTRY), lambda: open_text(b"", bytes(length), ENTRY, b"")):
        with pytest.raises(ValueError) as raised:
            use()
        assert str(raised.value) == f"the key has {length} bytes; AES-256 takes 32"


def test_no_context_is_refused() -> None:
    with pytest.raises(ValueError) as raised:
        seal_text("x", KEY, b"")
    assert str(raised.value) == "the context is empty; give the id of the entry that the text belongs to"


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(ValueError) as raised:
        seal_text("ab\udc80", KEY, ENTRY)
    assert str(raised.value) == "character 2 of the text is half of a surrogate pair; it was decoded wrongly"


def test_erasing_every_text_leaves_the_chain_whole() -> None:
    """The right to be forgotten and the record that can't be: the entry keeps the commitment, the text goes."""
    beside: dict[int, Sealed] = {n: seal_text(f"about person {n}", KEY, b"entry %d" % n) for n in range(1, 9)}
    bodies = [canonical({"seq": n, "why": sealed.commitment.hex()}) for n, sealed in beside.items()]
    links = chained(bodies, (5, 3))
    kept = Journal(bodies, [link_line(link) for link in links], b"".join(map(entry_digest, bodies)), links)
    before = examine(kept, signed(links[1]))

    beside.clear()

    assert examine(kept, signed(links[1])) == before
    assert before.ok
    assert before.vouched == 8
    assert not any(b"person" in line for line in kept.bodies)
