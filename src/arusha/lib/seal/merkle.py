"""Merkle trees of RFC 6962 section 2.1: one hash for a list, and a short proof that an item stands in it.

A leaf is SHA-256(00 || item), a node SHA-256(01 || left || right), the empty tree SHA-256 of nothing. Pairing level by
level and carrying an odd last node up unchanged gives the same tree as the RFC's split at the largest power of two.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256


def leaf_hash(item: bytes) -> bytes:
    """SHA-256(00 || item), 32 bytes."""
    return sha256(b"\x00" + item).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(01 || left || right), 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


def _levels(items: Iterable[bytes]) -> Iterator[list[bytes]]:
    level = [leaf_hash(item) for item in items]
    yield level
    while len(level) > 1:
        above = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = above + level[2 * len(above) :]
        yield level


def root(items: Iterable[bytes]) -> bytes:
    """The hash of the whole list, 32 bytes; of no items, SHA-256 of nothing."""
    *_, top = _levels(items)
    return top[0] if top else sha256(b"").digest()


def inclusion_proof(items: Sequence[bytes], index: int) -> list[bytes]:
    """The sibling hashes from item `index` (from 0) up to the root, as RFC 6962 section 2.1.1 orders them.

    Raises IndexError if there is no such item.
    """
    if not 0 <= index < len(items):
        raise IndexError(f"there is no item {index} in a list of {len(items)}")
    proof = []
    for level in _levels(items):
        if (sibling := index ^ 1) < len(level):
            proof.append(level[sibling])
        index //= 2
    return proof


def verify_inclusion(item: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether `proof` shows that `item` is number `index` (from 0) of the `size` items under `expected_root`.

    The walk of RFC 9162 section 2.1.3.2; a proof that is too short, too long or out of range is simply not one.
    """
    if not 0 <= index < size:
        return False
    hashed, place, last = leaf_hash(item), index, size - 1
    steps = iter(proof)
    while last:
        if place % 2 or place < last:
            sibling = next(steps, None)
            if sibling is None:
                return False
            hashed = node_hash(sibling, hashed) if place % 2 else node_hash(hashed, sibling)
        place, last = place // 2, last // 2
    return next(steps, None) is None and hashed == expected_root
