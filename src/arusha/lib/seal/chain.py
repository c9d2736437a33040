"""The bytes of the journal: an entry's digest, and the links that chain entries in batches.

Enough to write a second implementation in any language. `||` joins bytes, u64 is eight bytes, the most significant
first; SHA-256 is FIPS 180-4.

    body          canonical JSON of one entry, UTF-8, without a newline; stored, and from then on never re-serialised
    entry digest  SHA-256(00 || body)
    batch digest  SHA-256(03 || entry digest || entry digest || …), in order of seq
    link hash     SHA-256(01 || previous link's hash || u64 number || u64 first_seq || u64 count || batch digest)

Entries and links are numbered from 1 without gaps, a link covers between 1 and 65,536 entries, and the first link's
previous hash is 32 zero bytes. A link's line in an export is canonical JSON with the keys count, digest, first_seq,
hash, number and previous, hashes in lower-case hexadecimal.

Canonical JSON: the keys of an object in order of their code points, no space, no line break, nothing escaped but `"`,
`\\` and the control characters below U+0020 (`\\b \\t \\n \\f \\r` where JSON has a short form, else `\\u00xx` in lower
case). Fractions do not exist: engines print them differently, so amounts are minor units and shares are text.
"""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

DIGEST_BYTES = 32
GENESIS = bytes(DIGEST_BYTES)
MOST_PER_LINK = 65_536  # so that a verifier needs at most 2 MB per link, whatever an export claims
DEEPEST = 64

_LINK = struct.Struct(">B32sQQQ32s")


@dataclass(frozen=True, slots=True)
class Link:
    """A batch of `count` entries from `first_seq` on, chained to the link before; hashes are 32 raw bytes."""

    number: int
    first_seq: int
    count: int
    previous: bytes
    digest: bytes
    hash: bytes

    @property
    def last_seq(self) -> int:
        return self.first_seq + self.count - 1


def canonical(obj: object) -> bytes:
    """The one way to write `obj` (None, bool, int, str, list, tuple, dict with text keys) as JSON bytes.

    Raises TypeError for anything else and ValueError for a lone surrogate or more than 64 levels; both name the place
    as a path such as `$.subjects[2].score`.
    """
    _refuse(obj, "$", 0)
    return json.dumps(obj, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _refuse(obj: object, path: str, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError(f"{path[:80]}…: nested deeper than {DEEPEST} levels, or holds itself")
    match obj:
        case None | bool() | int():
            pass
        case str():
            _refuse_surrogate(obj, path)
        case dict():
            for key, value in obj.items():
                if not isinstance(key, str):
                    raise TypeError(f"{path}: the key {key!r} is {type(key).__name__}; a key has to be text")
                _refuse_surrogate(key, path)
                _refuse(value, f"{path}.{key}", depth + 1)
        case list() | tuple():
            for place, value in enumerate(obj):
                _refuse(value, f"{path}[{place}]", depth + 1)
        case float():
            raise TypeError(f"{path}: {obj!r} is a float; write whole minor units or text instead")
        case _:
            raise TypeError(f"{path}: {type(obj).__name__} has no canonical form; turn it into text or numbers first")


def _refuse_surrogate(text: str, path: str) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"{path}: character {error.start} is half of a surrogate pair (U+{ord(text[error.start]):04X}), "
            "which no text may hold; the source was decoded wrongly"
        ) from None


def entry_digest(body: bytes) -> bytes:
    """SHA-256(00 || body), 32 bytes. Raises ValueError if the body holds a newline, which would split its line."""
    if b"\n" in body:
        raise ValueError(f"the body holds a newline at byte {body.index(10)}; write it with canonical()")
    return sha256(b"\x00" + body).digest()


def batch_digest(digests: Sequence[bytes]) -> bytes:
    """SHA-256(03 || entry digests in order), 32 bytes."""
    return sha256(b"\x03" + b"".join(digests)).digest()


def link_hash(number: int, first_seq: int, count: int, previous: bytes, digest: bytes) -> bytes:
    """SHA-256 over the 89 bytes 01 || previous || u64 number || u64 first_seq || u64 count || digest."""
    return sha256(_LINK.pack(1, previous, number, first_seq, count, digest)).digest()


def next_link(previous: Link | None, digests: Sequence[bytes]) -> Link:
    """The link that covers the entries right after `previous` (None: from entry 1), given their digests in order.

    Raises ValueError if there are none or more than 65,536, if one is not 32 bytes, or if `previous` does not hash to
    the hash it carries: a damaged chain is to be looked at, not built upon.
    """
    if not 1 <= len(digests) <= MOST_PER_LINK:
        raise ValueError(f"a link covers between 1 and {MOST_PER_LINK} entries, not {len(digests)}")
    for place, digest in enumerate(digests):
        if len(digest) != DIGEST_BYTES:
            raise ValueError(f"digest {place} of the batch has {len(digest)} bytes; an entry digest has {DIGEST_BYTES}")
    if previous is None:
        number, first, before = 1, 1, GENESIS
    else:
        p = previous
        if link_hash(p.number, p.first_seq, p.count, p.previous, p.digest) != p.hash:
            raise ValueError(
                f"link {p.number} does not hash to the hash it carries: verify the journal before chaining"
            )
        number, first, before = p.number + 1, p.last_seq + 1, p.hash
    batch = batch_digest(digests)
    return Link(number, first, len(digests), before, batch, link_hash(number, first, len(digests), before, batch))


def link_line(link: Link) -> bytes:
    """The link as its line of `links.jsonl`, without the newline."""
    return canonical(
        {
            "number": link.number,
            "first_seq": link.first_seq,
            "count": link.count,
            "previous": link.previous.hex(),
            "digest": link.digest.hex(),
            "hash": link.hash.hex(),
        }
    )
