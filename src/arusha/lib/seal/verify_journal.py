"""Verify an export of the journal against a checkpoint that was kept elsewhere. Needs Python and `cryptography` only.

    python verify_journal.py EXPORT_DIR --checkpoint kept-elsewhere.json --public-key key.pem

The export holds `entries.jsonl` (line n is entry n: the stored bytes, hashed as they stand), `links.jsonl` (line n is
link n) and perhaps `digests.bin` (32 bytes an entry, as stored when each was written), which serves only to name the
entry at fault and is believed only where it fits the chain. The bytes:

    entry digest  SHA-256(00 || line without its newline)
    batch digest  SHA-256(03 || entry digest || entry digest || …)
    link hash     SHA-256(01 || previous link's hash || u64 number || u64 first_seq || u64 count || batch digest)
    checkpoint    Ed25519 over its JSON without `signature`: keys sorted, no spaces, UTF-8
    key id        first 16 hexadecimal digits of SHA-256(raw public key)

u64 is big-endian, numbers start at 1, the first previous hash is 32 zero bytes, a link covers at most 65,536 entries.
Exit code 0: whole. 1: broken, and each fault is named. 2: something could not be read, so nothing was decided.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

MOST_PER_LINK, MOST_FAULTS, FORMAT = 65_536, 20, "arusha-checkpoint/1"
Digests = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a stable word for programs, the place, the entries in doubt, a sentence for people."""

    kind: str
    where: str
    entries: tuple[int, int] | None
    text: str


@dataclass(frozen=True)
class Report:
    """What was found. `entries` counts the export; the first `chained` of them were examined under `links` links.

    `head` is the last examined link's hash; `vouched` counts the entries up to the checkpoint's link if that link
    stands in this chain with that very hash, else 0; `complete` is False if a fault kept the rest from being examined.
    """

    entries: int
    links: int
    chained: int
    head: bytes
    vouched: int
    complete: bool
    checkpoint: dict[str, Any] | None
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class _Link:
    number: int
    first_seq: int
    count: int
    previous: bytes
    digest: bytes
    hash: bytes

    @property
    def last_seq(self) -> int:
        return self.first_seq + self.count - 1


@dataclass
class _Walk:
    entries: Iterator[bytes]
    digests: Digests | None
    wanted: int
    met: _Link | None = None
    read: int = 0
    links: int = 0
    chained: int = 0
    head: bytes = bytes(32)
    faults: list[Fault] = field(default_factory=list)


def verify(
    bodies: Iterable[bytes],
    links: Iterable[bytes],
    *,
    checkpoint: bytes | None = None,
    public_key: Ed25519PublicKey | None = None,
    digests: Digests | None = None,
) -> Report:
    """Check every entry's stored bytes against the chain, and the chain against the checkpoint.

    `bodies` are the entries in order of seq and `links` the lines of links.jsonl, both without newlines; `checkpoint`
    is the bytes of its file; `digests(first, count)` gives the stored digests of up to `count` entries from `first` on,
    joined. One pass, and memory for one link. Raises ValueError if the checkpoint cannot be read or has no key.
    """
    statement, fault = (None, None) if checkpoint is None else _statement(checkpoint, public_key)
    walk = _Walk(iter(bodies), digests, wanted=statement["link"] if statement else 0)
    complete = all(_step(walk, line) for line in links)
    entries = walk.read + sum(1 for _ in walk.entries)
    if statement and not fault:
        fault = _against(statement, walk, entries, complete)
    vouched = statement["last_seq"] if statement and walk.met and not fault else 0
    faults = (*walk.faults, *([fault] if fault else []))
    return Report(entries, walk.links, walk.chained, walk.head, vouched, complete, statement, faults)


def _step(walk: _Walk, line: bytes) -> bool:
    """Take one link and its entries; False if what follows can no longer be judged."""
    link = _read_link(line, walk)
    if isinstance(link, Fault):
        walk.faults.append(link)
        return False
    found = [sha256(b"\x00" + body).digest() for body in islice(walk.entries, link.count)]
    walk.read += len(found)
    if sha256(b"\x03" + b"".join(found)).digest() != link.digest:
        ahead = list(islice(walk.entries, link.count))
        walk.entries = chain(ahead, walk.entries)
        found += [sha256(b"\x00" + body).digest() for body in ahead]
        fault, aligned = _name(link, found, walk.digests)
        walk.faults.append(fault)
        if not aligned:
            return False
    walk.links, walk.chained, walk.head = link.number, link.last_seq, link.hash
    walk.met = link if link.number == walk.wanted else walk.met
    return len(walk.faults) < MOST_FAULTS


def _read_link(line: bytes, walk: _Walk) -> _Link | Fault:
    try:
        raw = json.loads(line)
        numbers = [raw[name] for name in ("number", "first_seq", "count")]
        hashes = [bytes.fromhex(raw[name]) for name in ("previous", "digest", "hash")]
        if not all(type(n) is int and 0 < n < 2**63 for n in numbers) or {len(h) for h in hashes} != {32}:
            raise ValueError("a number or a hash has the wrong size")
    except (ValueError, TypeError, KeyError, RecursionError):
        says = "this line of links.jsonl is not a link: it was damaged, or is of another format"
        return Fault("link-unreadable", f"link {walk.links + 1}", None, says)
    link = _Link(*numbers, *hashes)
    return _misplaced(link, walk) or link


def _misplaced(link: _Link, walk: _Walk) -> Fault | None:
    number, first = walk.links + 1, walk.chained + 1
    packed = struct.pack(">B32sQQQ32s", 1, link.previous, link.number, link.first_seq, link.count, link.digest)
    if link.number != number:
        how = "dropped or reordered" if link.number > number else "inserted or reordered"
        kind, says = "link-order", f"line {number} of links.jsonl holds link {link.number}: links were {how}"
    elif sha256(packed).digest() != link.hash:
        kind, says = "link-altered", "it does not hash to the hash it carries: the link was altered"
    elif link.previous != walk.head:
        kind = "link-previous"
        says = f"it does not follow link {number - 1} as that stands here: something up to this link was rewritten"
    elif link.first_seq != first or link.count > MOST_PER_LINK:
        kind = "link-range"
        says = (
            f"it covers {link.count} entries from {link.first_seq}; it may cover {MOST_PER_LINK} at most, from {first}"
        )
    else:
        return None
    return Fault(kind, f"link {number}", (first, max(first, link.last_seq)), says)


def _name(link: _Link, found: list[bytes], digests: Digests | None) -> tuple[Fault, bool]:
    """The fault among this link's entries, and whether what follows still stands on its own line.

    `found` reaches up to one link's length beyond the link, so that a shift across its end can be told.
    """
    n, first, last = link.count, link.first_seq, link.last_seq
    stored = digests(first, 2 * n) if digests else b""
    want = [stored[i : i + 32] for i in range(0, len(stored), 32)]
    known = sha256(b"\x03" + b"".join(want[:n])).digest() == link.digest
    odd = [i for i, (a, b) in enumerate(zip(found, want[:n], strict=False)) if a != b] if known else []
    if odd:
        return _classify(found, want, odd, first, n)
    if len(found) < n:
        says = f"it covers entries {first} to {last}, but the export ends after entry {first + len(found) - 1}"
        return Fault("entries-missing", f"link {link.number}", (first + len(found) * known, last), says), False
    why = "digests.bin does not fit this link" if digests else "there is no digests.bin"
    says = (
        f"the break lies between entry {first} and entry {last}: at least one was altered, removed, inserted or moved"
    )
    return Fault("entries-differ", f"link {link.number}", (first, last), f"{says}; which, cannot be told: {why}"), False


def _classify(found: list[bytes], want: list[bytes], odd: list[int], first: int, n: int) -> tuple[Fault, bool]:
    i, beyond = odd[0], list(zip(found[n - 1 :], want[n - 1 :], strict=False))
    aligned = len(found) >= n and (found[n:] == want[n:] or any(is_ == was for is_, was in beyond))
    later, displaced = found[i] in want[i + 1 :], want[i] in found[i + 1 :]
    at = end = first + i
    if displaced and later:
        kind, says = "entry-moved", f"it stands on line {first + found.index(want[i], i)}: entries were reordered"
    elif displaced:
        end = first + found.index(want[i], i) - 1
        kind, says = "entry-inserted", f"lines {at} to {end} were inserted: entry {at} stands on line {end + 1}"
    elif later and not aligned:
        end = first + want.index(found[i], i) - 1
        kind, says = "entry-removed", f"entries {at} to {end} were removed: line {at} holds entry {end + 1}"
        # digests of the next link are not checked against it here, and may be a forger's
        says += ", if digests.bin is right about the next link" if end + 1 >= first + n else ""
    else:
        altered = [first + j for j in odd] if aligned else [at]
        end = altered[-1]
        more = f" and {len(altered) - 10} more" if len(altered) > 10 else ""
        kind, says = "entry-altered", f"not the bytes that were written: line {', '.join(map(str, altered[:10]))}{more}"
    return Fault(kind, f"entry {at}", (at, end), says), aligned


def _signed(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _statement(file: bytes, key: Ed25519PublicKey | None) -> tuple[dict[str, Any], Fault | None]:
    if key is None:
        raise ValueError("a checkpoint proves nothing without the public key to check it with")
    try:
        fields = dict(json.loads(file))
        signature, message = bytes.fromhex(fields.pop("signature")), _signed(fields)
        named, _, form = str(fields["key_id"]), fields["link_hash"], fields["format"]
        whole = type(fields["link"]) is int and type(fields["last_seq"]) is int
        if form != FORMAT or not whole or not all(str(value).isprintable() for value in fields.values()):
            raise ValueError(f"it is not of the format {FORMAT}")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"the checkpoint cannot be read: {type(error).__name__}: {error}") from None
    own = sha256(key.public_bytes_raw()).hexdigest()[:16]
    if named != own:
        says = f"it was signed by another key: it names {named}, the public key given is {own}"
        return fields, Fault("checkpoint-key", "checkpoint", None, says)
    try:
        key.verify(signature, message)
    except InvalidSignature:
        says = "its signature does not fit: it was altered after it was signed"
        return fields, Fault("checkpoint-signature", "checkpoint", None, says)
    return fields, None


def _against(statement: dict[str, Any], walk: _Walk, entries: int, complete: bool) -> Fault | None:
    link, last = statement["link"], statement["last_seq"]
    if walk.met and walk.met.hash.hex() != statement["link_hash"]:
        kind, says = "rewritten", f"link {link} has another hash here than the one vouched for: entries were rewritten"
    elif walk.met and walk.met.last_seq != last:
        kind, says = "checkpoint-seq", f"it puts the end of link {link} at entry {last}, not {walk.met.last_seq}"
    elif not walk.met and entries < last:
        kind = "cut"
        says = f"the record was cut: the checkpoint vouches for {last} entries, the export holds {entries}"
    elif not walk.met and complete:
        kind = "links-cut"
        says = f"links were dropped: the checkpoint vouches for link {link}, the chain here ends at link {walk.links}"
    else:
        return None
    return Fault(kind, "checkpoint", (1, last), says)


def describe(report: Report) -> Iterator[str]:
    """The report as lines for a person."""
    total, chained, vouched = report.entries, report.chained, report.vouched
    yield from (f"BROKEN  {fault.where}: {fault.text}" for fault in report.faults)
    yield f"{'OK' if report.ok else 'NOT OK'}  {total} entries, {chained} of them under {report.links} links examined"
    if report.checkpoint:
        digits = sha256(_signed(report.checkpoint)).hexdigest()
        mark = " ".join(digits[i : i + 4] for i in range(0, 40, 4))
        yield f"Checkpoint signed at {report.checkpoint.get('at')}, fingerprint {mark}"
        whole = "" if report.ok else ", save what is named above"
        yield f"Vouched for by the checkpoint: {f'entries 1 to {vouched}{whole}' if vouched else 'nothing'}"
    if not report.complete:
        yield f"Nothing after entry {chained} could be relied on, or was examined"
    elif total > chained:
        yield f"Not chained yet: {total - chained} entries, {chained + 1} to {total}; nothing here protects them"
    if report.complete and 0 < vouched < chained:
        yield f"Chained, but not yet vouched for: entries {vouched + 1} to {chained}; a later checkpoint covers them"


def _lines(file: BinaryIO, name: str, torn: list[Fault]) -> Iterator[bytes]:
    for number, line in enumerate(file, 1):
        if not line.endswith(b"\n"):
            says = "no newline at its end: the writing stopped half-way, or the file was cut; this line was left out"
            torn.append(Fault("torn", f"{name}, line {number}", None, says))
            return
        yield line[:-1]


def _stored_digests(path: Path) -> Digests | None:
    def read(first: int, count: int) -> bytes:
        with path.open("rb") as file:
            file.seek(32 * (first - 1))
            return file.read(32 * count)

    return read if path.exists() else None


def verify_export(folder: Path, checkpoint: Path, public_key: Path) -> Report:
    """The report on an export's folder. Raises OSError or ValueError if a file cannot be read."""
    try:
        key = load_pem_public_key(public_key.read_bytes())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{public_key} is not a public key in PEM: {error}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(f"{public_key} holds a key of another kind than Ed25519")
    torn: list[Fault] = []
    with (folder / "entries.jsonl").open("rb") as entries, (folder / "links.jsonl").open("rb") as links:
        report = verify(
            _lines(entries, "entries.jsonl", torn),
            _lines(links, "links.jsonl", torn),
            checkpoint=checkpoint.read_bytes(),
            public_key=key,
            digests=_stored_digests(folder / "digests.bin"),
        )
    return replace(report, faults=(*torn, *report.faults))


def main(arguments: list[str] | None = None) -> int:
    """Print the report; the exit codes are those of the module's docstring."""
    parser = argparse.ArgumentParser(description="Verify an export of the journal against a checkpoint kept elsewhere.")
    parser.add_argument("export", type=Path, help="the folder with entries.jsonl and links.jsonl")
    parser.add_argument("--checkpoint", type=Path, required=True, help="a checkpoint that was kept on another machine")
    parser.add_argument("--public-key", type=Path, required=True, help="the PEM that was handed over with it")
    given = parser.parse_args(arguments)
    try:
        report = verify_export(given.export, given.checkpoint, given.public_key)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"UNREADABLE  {error}\n")
        return 2
    sys.stdout.writelines(f"{line}\n" for line in describe(report))
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
