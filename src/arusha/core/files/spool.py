"""Where an upload waits until it is decided on: a little in memory, more in a file without a name, encrypted.

The file is unlinked as soon as it is made, so that a kill leaves nothing; its key is never written, so that the blocks
on the disk tell nothing afterwards. AES-256 in counter mode: it only has to be secret until it is gone, not believed.
"""

import os
import tempfile
from io import SEEK_CUR, SEEK_END, SEEK_SET, FileIO, RawIOBase
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

BLOCK = 16


class Spool(RawIOBase):
    """Bytes that are added at the end and read anywhere."""

    def __init__(self, folder: Path) -> None:
        """Nothing in it yet; `folder` is on the disk whose room the upload may take."""
        super().__init__()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, passing = tempfile.mkstemp(dir=folder)
        Path(passing).unlink()
        self._file = FileIO(handle, "r+b")
        self._key, self._size, self._at = os.urandom(32), 0, 0

    def add(self, piece: bytes) -> None:
        """Add bytes at the end."""
        self._file.seek(self._size)
        sealed = memoryview(self._crypted(piece, self._size))
        while sealed:
            sealed = sealed[self._file.write(sealed) :]
        self._size += len(piece)

    @property
    def size(self) -> int:
        """The number of bytes in it."""
        return self._size

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Go to a place."""
        self._at = max(0, offset + {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._size}[whence])
        return self._at

    def tell(self) -> int:
        """Where reading goes on."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next."""
        self._file.seek(self._at)
        piece = self._file.read(len(buffer)) or b""
        buffer[: len(piece)] = self._crypted(piece, self._at)
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Let it go."""
        self._file.close()
        super().close()

    def _crypted(self, piece: bytes, at: int) -> bytes:
        """The piece as it stands at that place of the key stream; the same way there and back."""
        block, skipped = divmod(at, BLOCK)
        stream = Cipher(AES(self._key), CTR(block.to_bytes(BLOCK, "big"))).encryptor()
        return stream.update(bytes(skipped) + piece)[skipped:]
