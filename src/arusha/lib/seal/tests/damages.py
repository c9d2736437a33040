"""Every way we could think of to damage a journal, and what the diagnosis says of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from arusha.lib.seal.chain import GENESIS, link_hash, link_line
from arusha.lib.seal.tests.journals import Journal, body, journal

Damage = Callable[[Journal], Any]
Case = tuple[Damage, str, str, tuple[int, int], str]  # the damage, then the fault's kind, place, entries and words


def put(*lines: int) -> Damage:
    """Entry lines altered in place."""

    def damage(j: Journal) -> None:
        for line in lines:
            j.bodies[line - 1] = body(line, "gift.returned")

    return damage


def drop(first: int, last: int) -> Damage:
    def damage(j: Journal) -> None:
        del j.bodies[first - 1 : last]

    return damage


def insert(line: int, *bodies: bytes) -> Damage:
    def damage(j: Journal) -> None:
        j.bodies[line - 1 : line - 1] = bodies

    return damage


def swap(one: int, other: int) -> Damage:
    def damage(j: Journal) -> None:
        j.bodies[one - 1], j.bodies[other - 1] = j.bodies[other - 1], j.bodies[one - 1]

    return damage


def copy(source: int, over: int) -> Damage:
    def damage(j: Journal) -> None:
        j.bodies[over - 1] = j.bodies[source - 1]

    return damage


def relink(number: int, rehash: bool = False, **changes: Any) -> Damage:
    """A link with changed fields, its hash made to fit or not."""

    def damage(j: Journal) -> None:
        link = replace(j.chain[number - 1], **changes)
        if rehash:
            fitting = link_hash(link.number, link.first_seq, link.count, link.previous, link.digest)
            link = replace(link, hash=fitting)
        j.links[number - 1] = link_line(link)

    return damage


def rehashed(**changes: Any) -> bytes:
    j = journal()
    relink(3, rehash=True, **changes)(j)
    return j.links[2]


ENTRIES: list[Case] = [
    (put(17), "entry-altered", "entry 17", (17, 17), "not the bytes that were written: line 17"),
    (put(1), "entry-altered", "entry 1", (1, 1), "not the bytes that were written: line 1"),
    (put(50), "entry-altered", "entry 50", (50, 50), "not the bytes that were written: line 50"),
    (put(49, 50), "entry-altered", "entry 49", (49, 50), "not the bytes that were written: line 49, 50"),
    (put(13, 17), "entry-altered", "entry 13", (13, 17), "not the bytes that were written: line 13, 17"),
    (copy(19, over=17), "entry-altered", "entry 17", (17, 17), "not the bytes that were written: line 17"),
    (copy(12, over=17), "entry-altered", "entry 17", (17, 17), "not the bytes that were written: line 17"),
    (drop(17, 17), "entry-removed", "entry 17", (17, 17), "entries 17 to 17 were removed: line 17 holds entry 18"),
    (
        drop(20, 20),
        "entry-removed",
        "entry 20",
        (20, 20),
        "entries 20 to 20 were removed: line 20 holds entry 21, if digests.bin is right about the next link",
    ),
    (
        drop(18, 25),
        "entry-removed",
        "entry 18",
        (18, 25),
        "entries 18 to 25 were removed: line 18 holds entry 26, if digests.bin is right about the next link",
    ),
    (
        drop(11, 20),
        "entry-removed",
        "entry 11",
        (11, 20),
        "entries 11 to 20 were removed: line 11 holds entry 21, if digests.bin is right about the next link",
    ),
    (drop(45, 45), "entry-removed", "entry 45", (45, 45), "entries 45 to 45 were removed: line 45 holds entry 46"),
    (
        insert(17, b"{}"),
        "entry-inserted",
        "entry 17",
        (17, 17),
        "lines 17 to 17 were inserted: entry 17 stands on line 18",
    ),
    (
        insert(20, b"{}", b"{}"),
        "entry-inserted",
        "entry 20",
        (20, 21),
        "lines 20 to 21 were inserted: entry 20 stands on line 22",
    ),
    (
        insert(17, body(12)),
        "entry-inserted",
        "entry 17",
        (17, 17),
        "lines 17 to 17 were inserted: entry 17 stands on line 18",
    ),
    (swap(13, 17), "entry-moved", "entry 13", (13, 13), "it stands on line 17: entries were reordered"),
    (
        drop(37, 50),
        "entries-missing",
        "link 4",
        (37, 40),
        "it covers entries 31 to 40, but the export ends after entry 36",
    ),
    (
        drop(41, 50),
        "entries-missing",
        "link 5",
        (41, 50),
        "it covers entries 41 to 50, but the export ends after entry 40",
    ),
    (
        relink(5, rehash=True, count=11),
        "entries-missing",
        "link 5",
        (51, 51),
        "it covers entries 41 to 51, but the export ends after entry 50",
    ),
]

LINKS: list[Case] = [
    (
        relink(3, digest=b"x" * 32),
        "link-altered",
        "link 3",
        (21, 30),
        "it does not hash to the hash it carries: the link was altered",
    ),
    (
        relink(3, count=11),
        "link-altered",
        "link 3",
        (21, 31),
        "it does not hash to the hash it carries: the link was altered",
    ),
    (
        relink(3, hash=b"x" * 32),
        "link-altered",
        "link 3",
        (21, 30),
        "it does not hash to the hash it carries: the link was altered",
    ),
    (
        relink(3, rehash=True, previous=GENESIS),
        "link-previous",
        "link 3",
        (21, 30),
        "it does not follow link 2 as that stands here: something up to this link was rewritten",
    ),
    (
        relink(1, rehash=True, previous=b"x" * 32),
        "link-previous",
        "link 1",
        (1, 10),
        "it does not follow link 0 as that stands here: something up to this link was rewritten",
    ),
    (
        relink(3, rehash=True, first_seq=22),
        "link-range",
        "link 3",
        (21, 31),
        "it covers 10 entries from 22; it may cover 65536 at most, from 21",
    ),
    (
        relink(3, rehash=True, count=65_537),
        "link-range",
        "link 3",
        (21, 65_557),
        "it covers 65537 entries from 21; it may cover 65536 at most, from 21",
    ),
    (
        lambda j: j.links.pop(2),
        "link-order",
        "link 3",
        (21, 40),
        "line 3 of links.jsonl holds link 4: links were dropped or reordered",
    ),
    (
        lambda j: j.links.pop(0),
        "link-order",
        "link 1",
        (1, 20),
        "line 1 of links.jsonl holds link 2: links were dropped or reordered",
    ),
    (
        lambda j: j.links.insert(2, j.links[1]),
        "link-order",
        "link 3",
        (21, 21),
        "line 3 of links.jsonl holds link 2: links were inserted or reordered",
    ),
]

NOT_LINKS: list[bytes] = [
    b"",
    b"null",
    b"[1]",
    b"{}",
    b"\xff",
    b"[" * 100_000,
    journal().links[2].replace(b'"number":3', b'"number":true'),
    journal().links[2].replace(b'"number":3', b'"number":3.0'),
    journal().links[2].replace(b'"count":10', b'"count":0'),
    journal().links[2].replace(b'"count":10', b'"count":99999999999999999999'),
    journal().links[2].replace(b'"hash":"', b'"hash":"00'),
    journal().links[2].replace(b'"hash":"', b'"hash":"x'),
    journal().links[2].replace(b'"digest"', b'"digests"'),
    # their hashes fit
    rehashed(digest=journal().chain[2].digest[:31]),
    rehashed(digest=journal().chain[2].digest + b"x"),
    rehashed().replace(b'"digest":"', b'"digest":" '),
    rehashed().replace(journal().chain[2].digest.hex().encode(), journal().chain[2].digest.hex().upper().encode()),
    rehashed().replace(b",", b", "),
    rehashed().replace(b"}", b',"z":1}'),
]
