"""Checkpoints: a signed sentence that the journal's chain had this hash at this link, to be kept on another machine.

The file is one flat JSON object, small enough to be printed and typed in again:

    format        "arusha-checkpoint/1"
    installation  the installation's id, 1 to 80 printable ASCII characters
    link          number of the link vouched for
    last_seq      the last entry that this link covers
    link_hash     its hash, 64 hexadecimal digits
    at            when it was signed, UTC, such as 2026-03-01T08:00:00Z
    key_id        the first 16 hexadecimal digits of SHA-256 of the 32 raw bytes of the public key
    signature     Ed25519 (RFC 8032), 128 hexadecimal digits

What is signed is the canonical JSON (see chain.py) of all of these but `signature`, so spaces and line breaks in the
file do not matter. The fingerprint is the first 40 hexadecimal digits of SHA-256 of those signed bytes, in groups of
four: long enough that even the holder of the key cannot make two checkpoints that read alike on paper.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from arusha.lib.seal.chain import Link, canonical

FORMAT = "arusha-checkpoint/1"

_SHAPES = {
    "installation": (r"[\x20-\x7e]{1,80}", "1 to 80 printable ASCII characters"),
    "link_hash": (r"[0-9a-f]{64}", "64 lower-case hexadecimal digits"),
    "at": (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?Z", "UTC such as 2026-03-01T08:00:00Z"),
    "key_id": (r"[0-9a-f]{16}", "16 lower-case hexadecimal digits"),
}


class CheckpointError(ValueError):
    """The checkpoint is unreadable, or not signed by this key; the message says which."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The statement itself. Raises ValueError, naming the field, if one does not have the shape given above."""

    installation: str
    link: int
    last_seq: int
    link_hash: str
    at: str
    key_id: str

    def __post_init__(self) -> None:
        for name, (pattern, shape) in _SHAPES.items():
            value = getattr(self, name)
            if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
                raise ValueError(f"{name} is {value!r}; it has to be {shape}")
        datetime.fromisoformat(self.at)
        for name in ("link", "last_seq"):
            value = getattr(self, name)
            if type(value) is not int or not 1 <= value < 2**64:
                raise ValueError(f"{name} is {value!r}; it has to be a whole number from 1 on")


def checkpoint_of(link: Link, *, installation: str, at: str, key_id: str) -> Checkpoint:
    """The statement that vouches for `link` and, through it, for every entry up to `link.last_seq`."""
    return Checkpoint(installation, link.number, link.last_seq, link.hash.hex(), at, key_id)


def signed_bytes(checkpoint: Checkpoint) -> bytes:
    """Exactly what the signature covers."""
    return canonical({"format": FORMAT} | asdict(checkpoint))


def sign(checkpoint: Checkpoint, private_key: Ed25519PrivateKey) -> bytes:
    """The checkpoint's file. Raises ValueError if the checkpoint names another key than this one."""
    own = key_id(private_key.public_key())
    if checkpoint.key_id != own:
        raise ValueError(f"the checkpoint names the key {checkpoint.key_id}, but is being signed with {own}")
    signature = private_key.sign(signed_bytes(checkpoint)).hex()
    return json.dumps({"format": FORMAT} | asdict(checkpoint) | {"signature": signature}, indent=1).encode() + b"\n"


def check(signed: bytes, public_key: Ed25519PublicKey) -> Checkpoint:
    """The statement in a checkpoint's file, once its signature holds. Raises CheckpointError otherwise."""
    try:
        fields = dict(json.loads(signed))
        found, signature = fields.pop("format"), bytes.fromhex(fields.pop("signature"))
        checkpoint = Checkpoint(**fields)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CheckpointError(f"this is not a checkpoint's file: {error}") from None
    if found != FORMAT:
        raise CheckpointError(f"the checkpoint has the format {found!r}; this version reads {FORMAT!r}")
    if checkpoint.key_id != key_id(public_key):
        raise CheckpointError(f"the checkpoint was signed by the key {checkpoint.key_id}, not by {key_id(public_key)}")
    try:
        public_key.verify(signature, signed_bytes(checkpoint))
    except InvalidSignature:
        raise CheckpointError("the signature does not fit: the checkpoint was altered after it was signed") from None
    return checkpoint


def fingerprint(checkpoint: Checkpoint) -> str:
    """Ten groups of four hexadecimal digits, for paper and telephone."""
    digits = sha256(signed_bytes(checkpoint)).hexdigest()
    return " ".join(digits[i : i + 4] for i in range(0, 40, 4))


def new_key() -> Ed25519PrivateKey:
    """A new signing key from the operating system's randomness."""
    return Ed25519PrivateKey.generate()


def key_id(public_key: Ed25519PublicKey) -> str:
    """The first 16 hexadecimal digits of SHA-256 of the 32 raw bytes of the public key."""
    return sha256(public_key.public_bytes_raw()).hexdigest()[:16]


def private_pem(private_key: Ed25519PrivateKey, passphrase: bytes | None = None) -> bytes:
    """PKCS #8 PEM, encrypted if there is a passphrase."""
    lock = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return private_key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


def public_pem(public_key: Ed25519PublicKey) -> bytes:
    """SubjectPublicKeyInfo PEM: what an auditor is given."""
    return public_key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def load_private(pem: bytes, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """The signing key in a PEM. Raises ValueError if it is none, not Ed25519, or its passphrase is wrong or missing."""
    try:
        key = serialization.load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"cannot read the signing key: {error}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the signing key is of another kind than Ed25519; make one with new_key()")
    return key


def load_public(pem: bytes) -> Ed25519PublicKey:
    """The public key in a PEM. Raises ValueError if it is none or not Ed25519."""
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"cannot read the public key: {error}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("the public key is of another kind than Ed25519; take the one that signs the checkpoints")
    return key
