"""Verify an export of the journal against a checkpoint that was kept elsewhere. Needs Python and `cryptography` only.

    python verify_journal.py EXPORT_DIR --checkpoint kept-elsewhere.json --public-key key.pem

Line n of `entries.jsonl` is entry n as it was stored, line n of `links.jsonl` is link n. A link holds a digest of the
entries it covers and the hash of the link before it; the checkpoint is a signed statement that a link has a certain
hash. So no entry up to that link can be altered, removed, inserted or moved without giving it another. The bytes:

    entry digest  SHA-256(00 || line without its newline)
    batch digest  SHA-256(03 || entry digest || entry digest || …)
    link hash     SHA-256(01 || previous link's hash || u64 number || u64 first_seq || u64 count || batch digest)
    checkpoint    Ed25519 over its JSON without `signature`: keys sorted, no spaces, UTF-8 (so is a link's line written)

u64 is big-endian, numbers start at 1, the first previous hash is 32 zero bytes, a link covers at most 65,536 entries.
`digests.bin`, which may be absent, has 32 bytes an entry: it can name the line at fault, and never decides if one is.
Exit code 0: whole. 1: broken at the place named, and not examined after it. 2: could not be read; nothing was decided.
"""

import argparse
import json
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class Broken(Exception):
    """Something is not as it was written; the message says where, and what."""


def read_checkpoint(file: bytes, key: Ed25519PublicKey) -> dict[str, Any]:
    """What the checkpoint states. Raises Broken if this key did not sign just that, another error if it is none."""
    stated = dict(json.loads(file))
    try:
        key.verify(bytes.fromhex(stated.pop("signature")), canonical(stated).encode())
    except InvalidSignature:
        raise Broken("checkpoint: altered after it was signed, or signed with another key than the one given") from None
    form = [stated["format"], *(type(stated[name]) for name in ("link", "last_seq", "link_hash", "at"))]
    if form != ["arusha-checkpoint/1", int, int, str, str] or not stated["at"].isprintable():
        raise ValueError("it is not of the format arusha-checkpoint/1")
    return stated


def read_link(line: bytes, number: int, first: int, previous: bytes) -> dict[str, Any]:
    """The link on this line, if it is link `number`, covers entries from `first` on and follows the hash `previous`."""
    with suppress(ValueError, TypeError, KeyError, RecursionError, struct.error):  # the line may be anything
        count, digest = (json.loads(line)[name] for name in ("count", "digest"))
        packed = struct.pack(">B32sQQQ32s", 1, previous, number, first, count, bytes.fromhex(digest))
        right = {"number": number, "first_seq": first, "count": count, "previous": previous.hex()}
        right |= {"digest": bytes.fromhex(digest).hex(), "hash": sha256(packed).hexdigest()}
        if line == canonical(right).encode() and type(count) is int and 1 <= count <= 65_536 and len(digest) == 64:
            return right
    raise Broken(f"link {number}, from entry {first} on: line {number} of links.jsonl is not the link due there")


def explain(link: dict[str, Any], found: list[bytes], digests: Path) -> str:
    """What is wrong with a link's entries. digests.bin is believed if it fits the link, and then names the line."""
    first, stored = link["first_seq"], [b""]
    if digests.exists():
        with digests.open("rb") as file:
            file.seek(32 * (first - 1))
            stored = [file.read(32) for _ in range(link["count"])]
    wrong = [seq for seq, (is_, was) in enumerate(zip(found, stored, strict=False), first) if is_ != was]
    if wrong and sha256(b"\x03" + b"".join(stored)).hexdigest() == link["digest"]:
        return f"line {wrong[0]} is not entry {wrong[0]} as it was written"
    if len(found) < link["count"]:
        return f"cut: the export ends after entry {first - 1 + len(found)}"
    return "at least one was altered, removed, inserted or moved; no fitting digests.bin tells which"


def verify(entries: Iterator[bytes], links: Iterable[bytes], stated: dict[str, Any], digests: Path) -> tuple[int, int]:
    """How many entries there are, and how many of them are chained. Raises Broken at the first thing that is wrong."""
    number, last, head, vouched = 0, 0, bytes(32), stated["last_seq"]
    for number, line in enumerate(links, 1):
        link = read_link(line, number, last + 1, head)
        first, last, head = last + 1, last + link["count"], bytes.fromhex(link["hash"])
        found = [sha256(b"\x00" + entry).digest() for entry in islice(entries, link["count"])]
        if len(found) < link["count"] or sha256(b"\x03" + b"".join(found)).hexdigest() != link["digest"]:
            raise Broken(f"link {number}, entries {first} to {last}: {explain(link, found, digests)}")
        if number == stated["link"] and (link["hash"], last) != (stated["link_hash"], vouched):
            raise Broken(f"link {number}, entries 1 to {last}: rewritten: the checkpoint has another hash or end here")
    total = last + sum(1 for _ in entries)
    if number < stated["link"]:
        raise Broken(f"cut: the checkpoint vouches for {vouched} entries, the export holds {total} ({last} chained)")
    return total, last


def lines(file: BinaryIO) -> Iterator[bytes]:
    for number, line in enumerate(file, 1):
        if not line.endswith(b"\n"):
            raise Broken(f"{Path(file.name).name}, line {number}: no newline at its end: the file was cut there")
        yield line[:-1]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verify an export of the journal against a checkpoint kept elsewhere.")
    parser.add_argument("export", type=Path, help="the folder with entries.jsonl and links.jsonl")
    parser.add_argument("--checkpoint", type=Path, required=True, help="a checkpoint that was kept on another machine")
    parser.add_argument("--public-key", type=Path, required=True, help="the PEM that was handed over with it")
    given = parser.parse_args(arguments)
    try:
        key = load_pem_public_key(given.public_key.read_bytes())
        assert isinstance(key, Ed25519PublicKey), "the public key is of another kind than Ed25519"
        stated = read_checkpoint(given.checkpoint.read_bytes(), key)
        vouched, mark = stated["last_seq"], sha256(canonical(stated).encode()).digest()[:20].hex(" ", 2)
        sys.stdout.write(f"Checkpoint of {stated['at']}, fingerprint {mark}: vouches for {vouched} entries\n")
        with (given.export / "entries.jsonl").open("rb") as entries, (given.export / "links.jsonl").open("rb") as links:
            total, chained = verify(lines(entries), lines(links), stated, given.export / "digests.bin")
    except Broken as broken:
        sys.stdout.write(f"BROKEN  {broken}\n")
        return 1
    except Exception as error:  # whatever else went wrong, nothing was decided
        sys.stderr.write(f"UNREADABLE  {type(error).__name__}: {error}\n")
        return 2
    sys.stdout.write(f"OK  {total} entries, {total - chained} of them not chained yet: nothing here protects these\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
