"""A file at rest: encrypted in pieces, so that one of any size is written and read as a stream.

    header   ARUSHAF1 || key id (8 bytes) || nonce (12 random bytes) || AES-256-GCM(master key, nonce, file key,
             associated data = ARUSHAF1 || key id || context)
    piece    AES-256-GCM(file key, counter (11 bytes, big-endian) || 1 for the last piece, else 0, 65,536 bytes of text)

The pieces are the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, CRYPTO 2015), as age uses it: a piece that
was altered, moved, dropped or added does not open, and a file cut at the end of a piece is known by its last piece.
Each file has a random key of its own, so the counter may begin at 0; the key is wrapped by a master key that lies
elsewhere, and a new master key rewraps a file by its header alone. The context is the file's name in its store: a file
that was put in the place of another does not open there.
"""

import os
from collections.abc import Callable, Mapping
from hashlib import sha256
from io import RawIOBase
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"ARUSHAF1"
KEY_BYTES, ID_BYTES, NONCE_BYTES, TAG_BYTES = 32, 8, 12, 16
HEADER = len(MAGIC) + ID_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES
PIECE = 1 << 16
SEALED_PIECE = PIECE + TAG_BYTES

Keys = Mapping[bytes, bytes]
"""Master keys of 32 bytes by their ids."""


class SealedFileError(ValueError):
    """The file cannot be read as it was written, and the message says what is wrong with it."""


def id_of(key: bytes) -> bytes:
    """The id of a master key: 8 bytes that tell it from others and nothing about it."""
    return sha256(b"arusha key id\x00" + key).digest()[:ID_BYTES]


class Sealing:
    """Writes what it is given, encrypted, to a file that is open for writing at its beginning.

    The header is written by `finish`, since a file's name may depend on what is in it. Without `finish` nothing opens.
    """

    def __init__(self, out: BinaryIO, random: Callable[[int], bytes] = os.urandom) -> None:
        """Begin. `random(n)` gives n unpredictable bytes; give another source in tests only."""
        self._out, self._random = out, random
        self._key = random(KEY_BYTES)
        self._cipher = AESGCM(self._key)
        self._held, self._count = bytearray(), 0
        out.write(bytes(HEADER))

    def write(self, piece: bytes) -> None:
        """Add bytes."""
        self._held += piece
        while len(self._held) > PIECE:  # the last piece, which may be a whole one, waits for the end
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]

    def finish(self, master: bytes, context: bytes) -> None:
        """Write the last piece, and the header that lets whoever has the master key open it under this context."""
        self._put(bytes(self._held), last=True)
        self._held.clear()
        self._out.seek(0)
        self._out.write(_header(master, self._key, context, self._random))
        self._out.seek(0, os.SEEK_END)

    def _put(self, plain: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._count, last), plain, None))
        self._count += 1


class Opened(RawIOBase):
    """The plain bytes of a sealed file, decrypted as they are read, from beginning to end; `rewind` begins again."""

    def __init__(self, file: BinaryIO, keys: Keys, context: bytes) -> None:
        """Read the header. Raises SealedFileError where it is none, the key is not there, or another file is."""
        super().__init__()
        self._file = file
        self._cipher = AESGCM(file_key(file, keys, context))
        self._size = _plain_size(os.fstat(file.fileno()).st_size)
        self._held, self._count, self._ended = b"", 0, False

    @property
    def size(self) -> int:
        """The number of plain bytes."""
        return self._size

    def readable(self) -> bool:
        """It is."""
        return True

    def rewind(self) -> None:
        """Begin again."""
        self._file.seek(HEADER)
        self._held, self._count, self._ended = b"", 0, False

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next. Raises SealedFileError at the first piece that is not as written."""
        if not self._held and not self._ended:
            self._held = self._next()
        taken = min(len(buffer), len(self._held))
        buffer[:taken] = self._held[:taken]
        self._held = self._held[taken:]
        return taken

    def close(self) -> None:
        """Close the file below as well."""
        self._file.close()
        super().close()

    def _next(self) -> bytes:
        sealed = self._file.read(SEALED_PIECE)
        last = self._file.tell() == os.fstat(self._file.fileno()).st_size
        try:
            plain = self._cipher.decrypt(_nonce(self._count, last), sealed, None)
        except (InvalidTag, ValueError):
            raise SealedFileError(self._wrong(sealed, last)) from None
        self._count, self._ended = self._count + 1, last
        return plain

    def _wrong(self, sealed: bytes, last: bool) -> str:
        """Whether the piece would open as one of the other kind: then the file's length is wrong and not its bytes."""
        try:
            self._cipher.decrypt(_nonce(self._count, not last), sealed, None)
        except (InvalidTag, ValueError):
            cut = last and len(sealed) < SEALED_PIECE
            return f"piece {self._count + 1} of it was altered{', or it was cut short within it' if cut else ''}"
        return "it was cut short" if last else "something was added to its end"


def file_key(file: BinaryIO, keys: Keys, context: bytes) -> bytes:
    """The key of a file open at its beginning, which is left at its first piece. Raises SealedFileError."""
    head = file.read(HEADER)
    if len(head) < HEADER or not head.startswith(MAGIC):
        raise SealedFileError("it does not begin as a sealed file does: it was overwritten, or is not of this program")
    known, at = head[len(MAGIC) :][:ID_BYTES], len(MAGIC) + ID_BYTES
    if known not in keys:
        raise SealedFileError(f"it is sealed under the key {known.hex()}, which is not among the keys that are here")
    nonce, wrapped = head[at:][:NONCE_BYTES], head[at + NONCE_BYTES :]
    try:
        return AESGCM(keys[known]).decrypt(nonce, wrapped, MAGIC + known + context)
    except InvalidTag:
        raise SealedFileError("it was put in the place of another file, or its header was altered") from None


def key_id_in(file: BinaryIO) -> bytes:
    """The id of the master key that a file open at its beginning is sealed under; empty where it is no sealed file."""
    head = file.read(HEADER)
    return head[len(MAGIC) :][:ID_BYTES] if len(head) == HEADER and head.startswith(MAGIC) else b""


def header_for(master: bytes, file_key: bytes, context: bytes) -> bytes:
    """Another header for a file whose key is known: the pieces stay as they are."""
    return _header(master, file_key, context, os.urandom)


def _header(master: bytes, file_key: bytes, context: bytes, random: Callable[[int], bytes]) -> bytes:
    if not context:
        raise ValueError("the context is empty; give the name that the file has in its store")
    nonce, known = random(NONCE_BYTES), id_of(master)
    return MAGIC + known + nonce + AESGCM(master).encrypt(nonce, file_key, MAGIC + known + context)


def _nonce(count: int, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _plain_size(stored: int) -> int:
    body = stored - HEADER
    return body - -(-body // SEALED_PIECE) * TAG_BYTES
