"""What happened to a journal that does not verify: the program's own report, with every fault named by kind and place.

Whether a link or a checkpoint holds is decided by `verify_journal.py`, the file that outsiders read. This one says
more: altered, removed, inserted or moved, up to 20 faults; and it goes on after alterations that moved no line.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, islice
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from arusha.lib.seal.chain import GENESIS, MOST_PER_LINK, Link, batch_digest, link_hash
from arusha.lib.seal.checkpoints import key_id
from arusha.lib.seal.verify_journal import Broken, canonical, read_checkpoint, read_link

MOST_FAULTS = 20
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
    """What was found. `entries` counts all there are; the first `chained` of them were examined under `links` links.

    `head` is the last examined link's hash; `vouched` counts the entries up to the checkpoint's link if that link
    stands in this chain with that very hash, else 0; `complete` is False if a fault kept the rest from being examined;
    `checkpoint` is what the checkpoint states, once its signature holds.
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


@dataclass
class _Walk:
    entries: Iterator[bytes]
    digests: Digests | None
    wanted: int
    met: Link | None = None
    read: int = 0
    links: int = 0
    chained: int = 0
    head: bytes = GENESIS
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
    try:
        raw = read_link(line, walk.links + 1, walk.chained + 1, walk.head)
    except Broken:
        walk.faults.append(_link_fault(line, walk))
        return False
    digest, own = bytes.fromhex(raw["digest"]), bytes.fromhex(raw["hash"])
    link = Link(raw["number"], raw["first_seq"], raw["count"], walk.head, digest, own)
    found = [sha256(b"\x00" + body).digest() for body in islice(walk.entries, link.count)]
    walk.read += len(found)
    if len(found) < link.count or batch_digest(found) != link.digest:
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


def _link_fault(line: bytes, walk: _Walk) -> Fault:
    """Why the verifier does not accept this line."""
    number, first = walk.links + 1, walk.chained + 1
    unreadable = "this line of links.jsonl is not a link: it was damaged, or is of another format"
    try:
        raw = json.loads(line)
        numbers = [raw[name] for name in ("number", "first_seq", "count")]
        hashes = [bytes.fromhex(raw[name]) for name in ("previous", "digest", "hash")]
        if not all(type(n) is int and 0 < n < 2**63 for n in numbers) or {len(h) for h in hashes} != {32}:
            raise ValueError("a number or a hash has the wrong size")
        link = Link(*numbers, *hashes)
    except (ValueError, TypeError, KeyError, RecursionError):
        return Fault("link-unreadable", f"link {number}", None, unreadable)
    if link.number != number:
        how = "dropped or reordered" if link.number > number else "inserted or reordered"
        kind, says = "link-order", f"line {number} of links.jsonl holds link {link.number}: links were {how}"
    elif link_hash(link.number, link.first_seq, link.count, link.previous, link.digest) != link.hash:
        kind, says = "link-altered", "it does not hash to the hash it carries: the link was altered"
    elif link.previous != walk.head:
        kind = "link-previous"
        says = f"it does not follow link {number - 1} as that stands here: something up to this link was rewritten"
    elif link.first_seq != first or link.count > MOST_PER_LINK:
        kind, most = "link-range", f"it may cover {MOST_PER_LINK} at most, from {first}"
        says = f"it covers {link.count} entries from {link.first_seq}; {most}"
    else:
        return Fault("link-unreadable", f"link {number}", None, unreadable)
    return Fault(kind, f"link {number}", (first, max(first, link.last_seq)), says)


def _name(link: Link, found: list[bytes], digests: Digests | None) -> tuple[Fault, bool]:
    """The fault among this link's entries, and whether what follows still stands on its own line.

    `found` reaches up to one link's length beyond the link, so that a shift across its end can be told.
    """
    n, first, last = link.count, link.first_seq, link.last_seq
    stored = digests(first, 2 * n) if digests else b""
    want = [stored[i : i + 32] for i in range(0, len(stored), 32)]
    known = batch_digest(want[:n]) == link.digest
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


def _statement(file: bytes, key: Ed25519PublicKey | None) -> tuple[dict[str, Any] | None, Fault | None]:
    if key is None:
        raise ValueError("a checkpoint proves nothing without the public key to check it with")
    try:
        return read_checkpoint(file, key), None
    except Broken:
        named, own = ascii(str(json.loads(file).get("key_id")))[1:-1], key_id(key)  # unsigned: it may hold anything
        if named != own:
            says = f"it was signed by another key: it names {named[:80]}, the public key given is {own}"
            return None, Fault("checkpoint-key", "checkpoint", None, says)
        says = "its signature does not fit: it was altered after it was signed"
        return None, Fault("checkpoint-signature", "checkpoint", None, says)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"the checkpoint cannot be read: {type(error).__name__}: {error}") from None


def _against(statement: dict[str, Any], walk: _Walk, entries: int, complete: bool) -> Fault | None:
    link, last = statement["link"], statement["last_seq"]
    if walk.met and walk.met.hash.hex() != statement["link_hash"]:
        kind, says = "rewritten", f"link {link} has another hash here than the one vouched for: entries were rewritten"
    elif walk.met and walk.met.last_seq != last:
        kind, says = "checkpoint-seq", f"it puts the end of link {link} at entry {last}, not {walk.met.last_seq}"
    elif not walk.met and entries < last:
        kind = "cut"
        says = f"the record was cut: the checkpoint vouches for {last} entries, the export holds {entries}"
    elif not walk.met and complete and link > walk.links:
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
        digits = sha256(canonical(report.checkpoint).encode()).hexdigest()
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
