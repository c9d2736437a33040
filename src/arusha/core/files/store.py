"""The content-addressed store: a file lies under its SHA-256. The same file twice is one file; a name tells nothing.

`evidence/ab/abcd…` below the installation's data. A file appears there whole or not at all.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from django.conf import settings

LIMIT = 50 * 1024 * 1024
"""The largest file that is taken, in bytes."""
PIECE = 1024 * 1024

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Readable(Protocol):
    """Whatever gives bytes piece by piece: an open file, an upload."""

    def read(self, size: int = ..., /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


class StoreError(Exception):
    """A file could not be kept or given; the message says which and why."""


class TooLargeError(StoreError):
    """More bytes than the limit allows."""


class EmptyError(StoreError):
    """No bytes at all."""


class MissingError(StoreError):
    """No file is kept under this hash."""


class AlteredError(StoreError):
    """What lies under a hash does not have that hash any more."""


class Stored(NamedTuple):
    """What was kept: its hash as hexadecimal text, and its size in bytes."""

    sha256: str
    size: int


def put(stream: Readable, limit: int = LIMIT) -> Stored:
    """Keep what the stream gives. It is written under a passing name, made durable, then renamed to its hash."""
    folder = _root() / ".incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, passing = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            stored = _copy(stream, out, limit)
        target = path_of(stored.sha256)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Renaming over a file of the same hash changes nothing, and heals one that was altered on the disk.
        Path(passing).replace(target)
        _sync_folder(target.parent)
    except BaseException:
        Path(passing).unlink(missing_ok=True)
        raise
    return stored


def open_(sha256: str) -> BinaryIO:
    """The file of that hash, open for reading, once it is sure that it still has it."""
    try:
        file = path_of(sha256).open("rb")
    except FileNotFoundError:
        raise MissingError(f"no file is kept under {sha256}") from None
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != sha256:
        file.close()
        raise AlteredError(f"the file kept under {sha256} now has the hash {digest}: restore it from a backup")
    file.seek(0)
    return file


def path_of(sha256: str) -> Path:
    """Where the file of that hash lies, whether it is there or not."""
    if not _SHA256.fullmatch(sha256):
        raise MissingError(f"{sha256!r} is not a SHA-256 in lower-case hexadecimal")
    return _root() / sha256[:2] / sha256


def _root() -> Path:
    return Path(settings.ARUSHA_HOME) / "evidence"


def _copy(stream: Readable, out: BinaryIO, limit: int) -> Stored:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > limit:
            raise TooLargeError(f"the file is larger than {limit} bytes")
        digest.update(piece)
        out.write(piece)
    if not size:
        raise EmptyError("the file is empty")
    out.flush()
    os.fsync(out.fileno())
    return Stored(digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
