"""Chaining what acts have written, signing checkpoints, exporting, verifying.

The window: an entry is hashed when it is written and chained when `chain` next runs (the worker: every few seconds).
Until a checkpoint has left the machine, whoever owns the database file could rewrite it all; afterwards not unnoticed.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Cast, Concat, Replace

from arusha.core.journal.keys import JOURNAL_PUBLIC, journal_key
from arusha.core.journal.models import Entry, Link
from arusha.core.journal.writing import writing
from arusha.lib.seal import chain as seal
from arusha.lib.seal.checkpoints import checkpoint_of, key_id, sign
from arusha.lib.seal.diagnose import MOST_FAULTS, Fault, Report, verify

BATCH = 1000


def chain_new() -> int:
    """Chain every entry that is not yet; the number chained. Two at once take turns."""
    chained = 0
    while True:
        with writing():
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
    _write(folder / "digests.bin", map(_bytes, digests.iterator(BATCH)), end=b"")
    _write(folder / JOURNAL_PUBLIC, iter([(keys / JOURNAL_PUBLIC).read_bytes()]), end=b"")
    return entries


def check(signed: bytes | None = None) -> Report:
    """The report over the database's own bytes, against a checkpoint where one is given."""
    key = journal_key().public_key() if signed else None
    beside: dict[int, Fault] = {}
    with _one_moment():
        report = verify(_compared(beside), link_lines(), checkpoint=signed, public_key=key, digests=_digests)
    doubted = [fault.entries for fault in report.faults if fault.entries]
    more = [
        fault for seq, fault in beside.items() if not any(lo <= seq <= hi for lo, hi in doubted)
    ]  # else said already
    return replace(report, faults=(*report.faults, *more))


@contextmanager
def _one_moment() -> Iterator[None]:
    """One moment of the database for entries and links alike, whoever writes meanwhile.

    SQLite gives it while a query is being read, and a transaction would keep its writers out.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _compared(beside: dict[int, Fault]) -> Iterator[bytes]:
    """The stored bytes; an entry whose columns, which pages show, tell other than its bytes is put into `beside`."""
    rows = Entry.objects.order_by("seq").values_list("seq", "body", _head(), Cast("id", TextField()))
    for seq, stored, head, own in rows.iterator(BATCH):
        body = stored if type(stored) is bytes else _bytes(stored)
        yield body
        # JSON is read only of an entry that does not plainly begin as its columns say: there may be millions.
        place = body.rfind(b'"id":"') + 6
        told = body[place : place + 36].replace(b"-", b"")
        plain = body.startswith(head.encode()) and told == own.replace("-", "").encode()
        if not plain and len(beside) < MOST_FAULTS and _differs(body, seq):
            says = "the columns beside it, which pages show, tell other than its bytes: they were altered"
            beside[seq] = Fault("columns-altered", f"entry {seq}", (seq, seq), says)


def _head() -> Concat:
    """How an entry begins, by its columns."""
    return Concat(
        *(Value('{"about":"'), "about", Value('","act":"'), "act", Value('","at":"')),
        *(_moment(), Value('+00:00","by":"'), "by", Value('","facts":')),
        output_field=TextField(),
    )


def _moment() -> Func:
    """The column `at` as the entry's bytes write it: without a fraction of a second where there is none."""
    if connection.vendor == "postgresql":
        utc = "%(expressions)s AT TIME ZONE 'UTC'"
        whole = f"to_char({utc}, 'YYYY-MM-DD\"T\"HH24:MI:SS')"
        parts = f"to_char({utc}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
        told = f"CASE WHEN date_trunc('second', %(expressions)s) = %(expressions)s THEN {whole} ELSE {parts} END"
        return Func(F("at"), template=told, output_field=TextField())
    return Replace(Cast("at", TextField()), Value(" "), Value("T"))


def _differs(body: bytes, seq: int) -> bool:
    """Whether an entry tells other than its columns; one that cannot be read does not, and its digest tells that."""
    try:
        row = Entry.objects.get(seq=seq)
    except ValueError:  # a column holds what it cannot
        return True
    try:
        said = json.loads(body)
        told = (UUID(said["id"]), said["about"], said["act"], datetime.fromisoformat(said["at"]), said["by"])
    except (ValueError, TypeError, KeyError):
        return False
    return told != (row.id, row.about, row.act, row.at, row.by)


def _bytes(stored: object) -> bytes:
    """A column's bytes. Whoever altered it by hand may have left text or a number, which hashes to something else."""
    if isinstance(stored, bytes):
        return stored
    return bytes(stored) if isinstance(stored, memoryview) else str(stored).encode("utf-8", "surrogateescape")


def _digests(first: int, count: int) -> bytes:
    stored = (
        Entry.objects.filter(seq__gte=first, seq__lt=first + count).order_by("seq").values_list("digest", flat=True)
    )
    return b"".join(map(_bytes, stored))


def bodies() -> Iterator[bytes]:
    """The stored bytes of every entry, in order."""
    for body in Entry.objects.order_by("seq").values_list("body", flat=True).iterator(BATCH):
        yield _bytes(body)


def link_lines() -> Iterator[bytes]:
    """Every link, as its line in an export."""
    for row in Link.objects.order_by("number").iterator(BATCH):
        yield seal.link_line(_link(row))


def _last() -> seal.Link | None:
    row = Link.objects.order_by("-number").first()
    return _link(row) if row else None


def _link(row: Link) -> seal.Link:
    return seal.Link(row.number, row.first_seq, row.count, *map(_bytes, (row.previous, row.digest, row.hash)))


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
