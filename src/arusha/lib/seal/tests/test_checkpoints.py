import json
from dataclasses import asdict, replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from arusha.lib.seal.checkpoints import (
    Checkpoint,
    CheckpointError,
    check,
    checkpoint_of,
    fingerprint,
    key_id,
    load_private,
    load_public,
    new_key,
    private_pem,
    public_pem,
    sign,
    signed_bytes,
)
from arusha.lib.seal.tests.journals import AT, KEY, OTHER_KEY, journal

LINK = journal().chain[4]
PUBLIC = KEY.public_key()
STATEMENT = checkpoint_of(LINK, installation="demo", at=AT, key_id=key_id(PUBLIC))


def test_the_key_id_of_a_known_key() -> None:
    raw = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")
    assert PUBLIC.public_bytes_raw() == raw
    assert key_id(PUBLIC) == sha256(raw).hexdigest()[:16] == "56475aa75463474c"


def test_the_signed_bytes_and_the_fingerprint_are_as_documented() -> None:
    written = (
        f'{{"at":"2026-03-01T08:00:00Z","format":"arusha-checkpoint/1","installation":"demo",'
        f'"key_id":"56475aa75463474c","last_seq":50,"link":5,"link_hash":"{LINK.hash.hex()}"}}'
    ).encode()
    assert signed_bytes(STATEMENT) == written
    digits = sha256(written).hexdigest()
    groups = fingerprint(STATEMENT).split(" ")
    assert [len(group) for group in groups] == [4] * 10
    assert "".join(groups) == digits[:40]
    PUBLIC.verify(bytes.fromhex(json.loads(sign(STATEMENT, KEY))["signature"]), written)


def test_the_file_is_small_flat_and_printable() -> None:
    file = sign(STATEMENT, KEY)
    assert len(file) < 600
    assert max(len(line) for line in file.splitlines()) < 150
    assert all(isinstance(value, str | int) for value in json.loads(file).values())
    assert file.isascii()
    assert file.endswith(b"}\n")


def test_a_checkpoint_typed_in_again_from_paper_still_holds() -> None:
    fields = json.loads(sign(STATEMENT, KEY))
    typed = json.dumps(dict(reversed(fields.items())), indent=7)
    assert check(typed.encode(), PUBLIC) == STATEMENT


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=80),
    st.integers(1, 2**64 - 1),
    st.integers(1, 2**64 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_what_is_signed_is_what_is_read(installation: str, link: int, last: int, hashed: bytes) -> None:
    statement = Checkpoint(installation, link, last, hashed.hex(), AT, key_id(PUBLIC))
    assert check(sign(statement, KEY), PUBLIC) == statement


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("installation", "Demo"),
        ("link", 6),
        ("last_seq", 51),
        ("link_hash", "0" * 64),
        ("at", "2026-03-01T08:00:01Z"),
        ("signature", "0" * 128),
    ],
)
def test_any_altered_field_breaks_the_signature(field: str, value: object) -> None:
    altered = json.dumps(json.loads(sign(STATEMENT, KEY)) | {field: value}).encode()
    with pytest.raises(CheckpointError) as raised:
        check(altered, PUBLIC)
    assert str(raised.value) == "the signature does not fit: the checkpoint was altered after it was signed"


def test_another_key_is_named() -> None:
    other = replace(STATEMENT, key_id=key_id(OTHER_KEY.public_key()))
    with pytest.raises(CheckpointError) as raised:
        check(sign(other, OTHER_KEY), PUBLIC)
    says = f"the checkpoint was signed by the key {other.key_id}, not by 56475aa75463474c"
    assert str(raised.value) == says


def test_naming_our_key_does_not_make_it_our_signature() -> None:
    forged = {"format": "arusha-checkpoint/1"} | asdict(STATEMENT)
    forged |= {"signature": OTHER_KEY.sign(signed_bytes(STATEMENT)).hex()}
    with pytest.raises(CheckpointError, match="the signature does not fit"):
        check(json.dumps(forged).encode(), PUBLIC)


def test_one_does_not_sign_in_another_keys_name() -> None:
    with pytest.raises(ValueError) as raised:
        sign(STATEMENT, OTHER_KEY)
    other = key_id(OTHER_KEY.public_key())
    assert str(raised.value) == f"the checkpoint names the key 56475aa75463474c, but is being signed with {other}"


@pytest.mark.parametrize(
    ("field", "value", "shape"),
    [
        ("installation", "", "1 to 80 printable ASCII characters"),
        ("installation", "é", "1 to 80 printable ASCII characters"),
        ("installation", "a\n", "1 to 80 printable ASCII characters"),
        ("installation", "a" * 81, "1 to 80 printable ASCII characters"),
        ("link_hash", "A" * 64, "64 lower-case hexadecimal digits"),
        ("link_hash", b"a" * 64, "64 lower-case hexadecimal digits"),
        ("link_hash", "a" * 63, "64 lower-case hexadecimal digits"),
        ("at", "2026-03-01T08:00:00+03:00", "UTC such as 2026-03-01T08:00:00Z"),
        ("at", "2026-03-01 08:00:00Z", "UTC such as 2026-03-01T08:00:00Z"),
        ("at", "٢٠٢٦-03-01T08:00:00Z", "UTC such as 2026-03-01T08:00:00Z"),
        ("key_id", "56475aa75463474", "16 lower-case hexadecimal digits"),
        ("link", 0, "a whole number from 1 on"),
        ("link", True, "a whole number from 1 on"),
        ("last_seq", "50", "a whole number from 1 on"),
        ("last_seq", 2**64, "a whole number from 1 on"),
    ],
)
def test_a_field_of_the_wrong_shape_is_named(field: str, value: object, shape: str) -> None:
    with pytest.raises(ValueError) as raised:
        Checkpoint(**(asdict(STATEMENT) | {field: value}))
    assert str(raised.value) == f"{field} is {value!r}; it has to be {shape}"


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="day is out of range"):
        replace(STATEMENT, at="2026-02-30T08:00:00Z")


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (b"", "this is not a checkpoint's file: Expecting value"),
        (b"[]", "this is not a checkpoint's file: 'format'"),
        (b"7", "this is not a checkpoint's file: 'int' object is not iterable"),
        (b"\xff", "this is not a checkpoint's file: 'utf-8' codec can't decode"),
        (b'{"format":"arusha-checkpoint/1"}', "this is not a checkpoint's file: 'signature'"),
    ],
)
def test_what_is_not_a_checkpoint(file: bytes, says: str) -> None:
    with pytest.raises(CheckpointError) as raised:
        check(file, PUBLIC)
    assert str(raised.value).startswith(says)


def test_missing_unknown_and_later_fields_are_refused() -> None:
    fields = json.loads(sign(STATEMENT, KEY))
    later = json.dumps(fields | {"format": "arusha-checkpoint/2"}).encode()
    with pytest.raises(CheckpointError, match="has the format 'arusha-checkpoint/2'; this version reads 'arusha-check"):
        check(later, PUBLIC)
    for wrong in (fields | {"note": "x"}, {name: v for name, v in fields.items() if name != "at"}):
        with pytest.raises(CheckpointError, match="this is not a checkpoint's file"):
            check(json.dumps(wrong).encode(), PUBLIC)


@pytest.mark.parametrize("passphrase", [None, b"three words long"])
def test_keys_travel_as_pem(passphrase: bytes | None) -> None:
    key = new_key()
    pem = private_pem(key, passphrase)
    assert load_private(pem, passphrase).private_bytes_raw() == key.private_bytes_raw()
    assert load_public(public_pem(key.public_key())) == key.public_key()
    assert (b"ENCRYPTED" in pem) == bool(passphrase)
    assert new_key().private_bytes_raw() != key.private_bytes_raw()


def test_keys_that_can_not_be_used_say_why() -> None:
    locked = private_pem(KEY, b"secret")
    curve = ec.generate_private_key(ec.SECP256R1())
    other = curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    other_public = curve.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for pem, passphrase in ((locked, None), (locked, b"wrong"), (b"nothing", None), (public_pem(PUBLIC), None)):
        with pytest.raises(ValueError, match="cannot read the signing key: "):
            load_private(pem, passphrase)
    with pytest.raises(ValueError, match="cannot read the public key: "):
        load_public(b"nothing")
    with pytest.raises(ValueError, match="the signing key is of another kind than Ed25519; make one with new_key"):
        load_private(other)
    with pytest.raises(ValueError, match="the public key is of another kind than Ed25519; take the one that signs"):
        load_public(other_public)
