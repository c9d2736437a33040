"""Chaining what acts have written, signing checkpoints, exporting, verifying.

The window: an entry is hashed when it is written and chained when `chain` next runs (the worker: every few seconds).
Until a checkpoint has left the machine, whoever owns the database file could rewrite it all; afterwards not unnoticed.
"""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from arusha.core.journal.guard import acting
from arusha.core.journal.keys import JOURNAL_PUBLIC, journal_key
from arusha.core.journal.models import Entry, Link
from arusha.lib.seal import chain as seal
from arusha.lib.seal.checkpoints import checkpoint_of, key_id, sign
from arusha.lib.seal.diagnose import Report, verify

BATCH = 1000


def chain_new() -> int:
    """Chain every entry that is not yet; the number chained. Two at once take turns."""
    chained = 0
    while True:
        with transaction.atomic(), acting():
            last = _last()
            after = last.last_seq if last else 0
            fresh = list(Entry.objects.filter(seq__gt=after).order_by("seq").values_list("seq", "digest")[:BATCH])
            if not fresh:
                return chained
            link = seal.next_link(last, [bytes(digest) for _, digest in fresh])
            Link(
                number=link.number,
                first_seq=link.first_seq,
                count=link.count,
                previous=link.previous,
                digest=link.digest,
                hash=link.hash,
            ).save(force_insert=True)
        chained += len(fresh)


def checkpoint(*, installation: str, at: datetime) -> bytes | None:
    """A signed checkpoint over the last link, to be kept on another machine; None while nothing is chained."""
    last = _last()
    if last is None:
        return None
    key = journal_key()
    told = f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    return sign(checkpoint_of(last, installation=installation, at=told, key_id=key_id(key.public_key())), key)


def export(folder: Path, keys: Path) -> int:
    """Write entries, links and the public key as the stand-alone verifier reads them; the number of entries.

    Each file is written whole beside its place and then moved there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries = _write(folder / "entries.jsonl", bodies())
    _write(folder / "links.jsonl", link_lines())
    digests = Entry.objects.order_by("seq").values_list("digest", flat=True)
    _write(folder / "digests.bin", (bytes(digest) for digest in digests.iterator(BATCH)), end=b"")
    _write(folder / JOURNAL_PUBLIC, iter([(keys / JOURNAL_PUBLIC).read_bytes()]), end=b"")
    return entries


def check(signed: bytes | None = None) -> Report:
    """The report over the database's own bytes, against a checkpoint where one is given."""
    key = journal_key().public_key() if signed else None
    return verify(bodies(), link_lines(), checkpoint=signed, public_key=key, digests=_digests)


def _digests(first: int, count: int) -> bytes:
    stored = (
        Entry.objects.filter(seq__gte=first, seq__lt=first + count).order_by("seq").values_list("digest", flat=True)
    )
    return b"".join(bytes(digest) for digest in stored)


def bodies() -> Iterator[bytes]:
    """The stored bytes of every entry, in order."""
    for body in Entry.objects.order_by("seq").values_list("body", flat=True).iterator(BATCH):
        yield bytes(body)


def link_lines() -> Iterator[bytes]:
    """Every link, as its line in an export."""
    for row in Link.objects.order_by("number").iterator(BATCH):
        yield seal.link_line(_link(row))


def _last() -> seal.Link | None:
    row = Link.objects.order_by("-number").first()
    return _link(row) if row else None


def _link(row: Link) -> seal.Link:
    return seal.Link(row.number, row.first_seq, row.count, bytes(row.previous), bytes(row.digest), bytes(row.hash))


def _write(path: Path, chunks: Iterator[bytes], end: bytes = b"\n") -> int:
    draft = path.with_suffix(path.suffix + ".part")
    count = 0
    with draft.open("wb") as out:
        for chunk in chunks:
            out.write(chunk + end)
            count += 1
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    return count
