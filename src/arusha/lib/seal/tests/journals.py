"""A small journal with its chain, keys and checkpoints, for the tests to damage."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from arusha.lib.seal.chain import Link, canonical, entry_digest, link_line, next_link
from arusha.lib.seal.checkpoints import checkpoint_of, key_id, public_pem, sign
from arusha.lib.seal.diagnose import Report, verify
from arusha.lib.seal.verify_journal import Broken, read_checkpoint
from arusha.lib.seal.verify_journal import verify as verify_alone

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
AT = "2026-03-01T08:00:00Z"
NO_CHECKPOINT = {"link": 0, "last_seq": 0}


def body(seq: int, act: str = "gift.disposed") -> bytes:
    return canonical({"seq": seq, "act": act, "why": "échue après 30 jours"})


@dataclass
class Journal:
    """What an export holds: lines without newlines, and the digests as stored at insert."""

    bodies: list[bytes]
    links: list[bytes]
    digests: bytes
    chain: Sequence[Link]

    def stored(self, first: int, count: int) -> bytes:
        return self.digests[32 * (first - 1) : 32 * (first - 1 + count)]

    def write(self, folder: Path) -> Path:
        (folder / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in self.bodies))
        (folder / "links.jsonl").write_bytes(b"".join(line + b"\n" for line in self.links))
        (folder / "digests.bin").write_bytes(self.digests)
        return folder


def chained(bodies: Sequence[bytes], batches: Sequence[int]) -> list[Link]:
    links: list[Link] = []
    for size in batches:
        done = links[-1].last_seq if links else 0
        digests = [entry_digest(b) for b in bodies[done : done + size]]
        links.append(next_link(links[-1] if links else None, digests))
    return links


def journal(batches: Sequence[int] = (10, 10, 10, 10, 10), unchained: int = 0, act: str = "gift.disposed") -> Journal:
    bodies = [body(seq, act) for seq in range(1, sum(batches) + unchained + 1)]
    links = chained(bodies, batches)
    return Journal(bodies, [link_line(link) for link in links], b"".join(map(entry_digest, bodies)), links)


def signed(link: Link, key: Ed25519PrivateKey = KEY) -> bytes:
    statement = checkpoint_of(link, installation="demo", at=AT, key_id=key_id(key.public_key()))
    return sign(statement, key)


def signed_as(**changes: object) -> bytes:
    """A checkpoint's file for link 5 of the plain journal, validly signed although its fields may be nonsense."""
    fields = json.loads(signed(journal().chain[4])) | changes
    del fields["signature"]
    return json.dumps(fields | {"signature": KEY.sign(canonical(fields)).hex()}).encode()


def examine(found: Journal, checkpoint: bytes | None = None, named: bool = True) -> Report:
    """The diagnosis; the verifier that outsiders run has to come to the same verdict, whatever was done."""
    report = verify(
        found.bodies,
        found.links,
        checkpoint=checkpoint,
        public_key=KEY.public_key(),
        digests=found.stored if named else None,
    )
    assert report.ok == (said_alone(found, checkpoint, named) is None)
    return report


def said_alone(found: Journal, checkpoint: bytes | None = None, named: bool = True) -> str | None:
    """What the stand-alone verifier says is broken, if anything."""
    with TemporaryDirectory() as folder:
        digests = Path(folder) / "digests.bin"
        if named:
            digests.write_bytes(found.digests)
        try:
            stated = NO_CHECKPOINT if checkpoint is None else read_checkpoint(checkpoint, KEY.public_key())
            verify_alone(iter(found.bodies), found.links, stated, digests)
        except Broken as broken:
            return str(broken)
    return None


def keep(folder: Path, checkpoint: bytes) -> list[str]:
    """The checkpoint and the public key on the auditor's own machine, and the options that name them."""
    (folder / "kept.json").write_bytes(checkpoint)
    (folder / "key.pem").write_bytes(public_pem(KEY.public_key()))
    return ["--checkpoint", str(folder / "kept.json"), "--public-key", str(folder / "key.pem")]
