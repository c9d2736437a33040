"""A protected text in its column: encrypted under a master key, bound to its place.

    01 || key id (8 bytes) || nonce (12 random bytes) || AES-256-GCM(master key, nonce, text as UTF-8, data = context)
    02 || when and by which decision it was erased, as UTF-8

Nothing at all is an empty text. The context names table, column and row, so that a text moved elsewhere does not open.
NIST SP 800-38D, 8.3, allows 2**32 texts under one key with random nonces: rotate it long before.
"""

import os
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from arusha.lib.seal.sealed_file import ID_BYTES, NONCE_BYTES, id_of

SEALED, ERASED = b"\x01", b"\x02"
HEAD = 1 + ID_BYTES


class SealedColumnError(ValueError):
    """The text cannot be read, and the message says why."""


def seal(text: str, master: bytes, context: bytes, random: Callable[[int], bytes] = os.urandom) -> bytes:
    """The bytes to store for a text; none for an empty one. `random` as in `sealed_text`."""
    if not text:
        return b""
    nonce = random(NONCE_BYTES)
    return SEALED + id_of(master) + nonce + AESGCM(master).encrypt(nonce, text.encode(), context)


def opened(stored: bytes, keys: Mapping[bytes, bytes], context: bytes) -> str:
    """The text. Raises SealedColumnError where the key is not there, or it was altered or belongs elsewhere."""
    if not stored:
        return ""
    known = stored[1:HEAD]
    if not stored.startswith(SEALED) or len(stored) < HEAD + NONCE_BYTES + 16:
        raise SealedColumnError("what is stored is no sealed text: it was altered, or erased")
    if known not in keys:
        raise SealedColumnError(f"it is sealed under the key {known.hex()}, which is not among the keys that are here")
    try:
        plain = AESGCM(keys[known]).decrypt(stored[HEAD:][:NONCE_BYTES], stored[HEAD + NONCE_BYTES :], context)
    except InvalidTag:
        raise SealedColumnError("it was altered, or sealed for another place") from None
    return plain.decode()


def erased(told: str) -> bytes:
    """What stands in the place of a text that was erased: when, and by which decision."""
    return ERASED + told.encode()


def told_of_erasure(stored: bytes) -> str | None:
    """When and by which decision the text was erased; None where it was not."""
    return stored[1:].decode() if stored.startswith(ERASED) else None
