"""The free text of a reason: encrypted beside its entry, which holds only a commitment to it.

    plaintext    salt (32 random bytes) || text as UTF-8
    ciphertext   nonce (12 random bytes) || AES-256-GCM(key, nonce, plaintext, associated data = context) with its tag
    commitment   SHA-256(02 || salt || text as UTF-8)

The salt travels inside the ciphertext only: once that is erased, nobody can test a guessed text against the commitment,
and the chain stays whole because it never held more than the commitment. The context is the entry's id, so a
ciphertext moved beside another entry does not open. AES-GCM is NIST SP 800-38D, whose section 8.3 allows 2**32 texts
under one key with random nonces. The length of a ciphertext tells the length of its text: 60 bytes more.
"""

import os
from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES, SALT_BYTES = 32, 12, 32


class SealedTextError(ValueError):
    """The text cannot be shown, and the message says why."""


class Sealed(NamedTuple):
    """The ciphertext to keep beside the entry, and the 32-byte commitment to write into it."""

    ciphertext: bytes
    commitment: bytes


def seal_text(text: str, key: bytes, context: bytes, random: Callable[[int], bytes] = os.urandom) -> Sealed:
    """Encrypt `text` under a 32-byte key for the entry whose id is `context`.

    `random(n)` gives n unpredictable bytes; give another source in tests only. Raises ValueError for a key of another
    length, an empty context, or text that has no UTF-8 form.
    """
    cipher = _cipher(key, context)
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"character {error.start} of the text is half of a surrogate pair; it was decoded wrongly"
        ) from None
    salt, nonce = random(SALT_BYTES), random(NONCE_BYTES)
    return Sealed(nonce + cipher.encrypt(nonce, salt + encoded, context), _commit(salt, encoded))


def open_text(ciphertext: bytes, key: bytes, context: bytes, commitment: bytes) -> str:
    """The text sealed for `context`, checked against the commitment its entry holds.

    Raises SealedTextError if key, entry or ciphertext are not those of the sealing, or if the text is not the one
    committed to; ValueError for a key of another length or an empty context.
    """
    cipher = _cipher(key, context)
    if len(ciphertext) < NONCE_BYTES + SALT_BYTES + 16:
        raise SealedTextError(
            f"the ciphertext has {len(ciphertext)} bytes, fewer than any sealed text: it was cut or erased"
        )
    try:
        plain = cipher.decrypt(ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], context)
    except InvalidTag:
        raise SealedTextError(
            "the text was sealed under another key or for another entry, or has been altered"
        ) from None
    salt, encoded = plain[:SALT_BYTES], plain[SALT_BYTES:]
    if not compare_digest(_commit(salt, encoded), commitment):
        raise SealedTextError("the text opens, but is not the one that its entry commits to: one of them was replaced")
    return encoded.decode()


def _cipher(key: bytes, context: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key has {len(key)} bytes; AES-256 takes {KEY_BYTES}")
    if not context:
        raise ValueError("the context is empty; give the id of the entry that the text belongs to")
    return AESGCM(key)


def _commit(salt: bytes, encoded: bytes) -> bytes:
    return sha256(b"\x02" + salt + encoded).digest()
