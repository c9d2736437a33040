"""Verify an export of the journal against a checkpoint that was kept elsewhere. Needs Python and `cryptography` only.

    python verify_journal.py EXPORT_DIR --checkpoint kept-elsewhere.json --public-key key.pem

Line n of `entries.jsonl` is entry n as it was stored, line n of `links.jsonl` is link n. A link carries the digest of the
entries it covers and the hash of the link before it; the checkpoint is a signed statement that a link has a certain hash.
Hence no entry up to that link can be altered, removed, inserted or moved without another hash there. The bytes:

    entry digest  SHA-256(00 || line without its newline)
    batch digest  SHA-256(03 || entry digest || entry digest || …)
    link hash     SHA-256(01 || previous link's hash || u64 number || u64 first_seq || u64 count || batch digest)
    checkpoint    Ed25519 over its JSON without `signature`: keys sorted, no spaces, UTF-8; so is a link's line written
    key id        first 16 hexadecimal digits of SHA-256(raw public key)

u64 is big-endian, numbers start at 1, the first previous hash is 32 zero bytes, a link covers at most 65,536 entries.
`digests.bin`, which may be absent, has 32 bytes an entry; it can name the line at fault, and never decides whether one is.
Exit code 0: whole. 1: broken; examining stops there. 2: something could not be read, so nothing was decided.
"""

import argparse
import json
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

MOST_PER_LINK, FORMAT = 65_536, "arusha-checkpoint/1"
DONE = "altered, removed, inserted or moved"


class Broken(Exception):
    """Something is not as it was written: where, and what."""


@dataclass
class Found:
    """How far the record is whole, link by link; `vouched` is the last entry vouched for, once its link was met."""

    entries: int = 0
    links: int = 0
    chained: int = 0
    head: bytes = bytes(32)
    vouched: int = 0
    faults: list[str] = field(default_factory=list)


def canonical(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_checkpoint(file: bytes) -> tuple[dict[str, Any], bytes]:
    """What the checkpoint states, and its signature. Raises ValueError if this is no checkpoint."""
    try:
        stated = dict(json.loads(file))
        signature, form = bytes.fromhex(stated.pop("signature")), stated["format"]
        whole = all(type(stated[name]) is int and stated[name] > 0 for name in ("link", "last_seq"))
        named = all(type(stated[name]) is str for name in ("link_hash", "key_id", "at"))
        canonical(stated)
        if form != FORMAT or not whole or not named or not all(str(value).isprintable() for value in stated.values()):
            raise ValueError(f"it is not of the format {FORMAT}")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"the checkpoint cannot be read: {type(error).__name__}: {error}") from None
    return stated, signature


def check_signature(stated: dict[str, Any], signature: bytes, key: Ed25519PublicKey) -> None:
    own = sha256(key.public_bytes_raw()).hexdigest()[:16]
    if stated["key_id"] != own:
        says = f"it was signed by another key: it names {stated['key_id']}, the public key given is {own}"
        raise Broken("checkpoint", says)
    try:
        key.verify(signature, canonical(stated))
    except InvalidSignature:
        raise Broken("checkpoint", "its signature does not fit: it was altered after it was signed") from None


def read_link(line: bytes, number: int, first: int, previous: bytes) -> dict[str, Any]:
    """The link on this line, once it is what has to stand here after the hash `previous`, from entry `first` on."""
    where = f"link {number}, from entry {first} on"
    try:
        link = json.loads(line)
        count, digest = link["count"], bytes.fromhex(link["digest"])
        if type(count) is not int or not 1 <= count <= MOST_PER_LINK or len(digest) != 32:
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Broken(where, f"line {number} of links.jsonl is not a link: damaged, or of another format") from None
    packed = struct.pack(">B32sQQQ32s", 1, previous, number, first, count, digest)
    right = {"number": number, "first_seq": first, "count": count, "previous": previous.hex(), "digest": digest.hex()}
    right["hash"] = sha256(packed).hexdigest()
    if line != canonical(right):
        wrong = [name for name in right if link.get(name) != right[name]] or ["spelling"]
        raise Broken(where, f"wrong {', '.join(wrong)} on line {number} of links.jsonl: a link was {DONE}")
    return right
