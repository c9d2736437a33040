"""The store: a file lies encrypted under a keyed hash of what is in it. The same file twice is one file.

`evidence/ab/abcd…` below the installation's data. Its name tells nothing: a plain SHA-256 would tell whoever holds a
file, and not the keys, that it is kept here. A file appears there whole or not at all.
"""

import hashlib
import hmac
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from django.conf import settings

from arusha.core.journal.keys import data_key, data_keys, names_key
from arusha.lib.seal import sealed_file

LIMIT = 50 * 1024 * 1024
"""The largest file that is taken, in bytes."""
LIMIT_TOGETHER = 2 * 1024 * 1024 * 1024
"""The most that one case or action holds, in bytes."""
PIECE = 1024 * 1024
INCOMING = ".incoming"

_NAME = re.compile(r"[0-9a-f]{64}")


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
    """No file is kept under this name."""


class AlteredError(StoreError):
    """What lies under a name is not what was put there."""


class Stored(NamedTuple):
    """What was kept: its name in the store, its SHA-256 (both as hexadecimal text), and its size in bytes."""

    kept: str
    sha256: str
    size: int


def put(stream: Readable, limit: int | None = None) -> Stored:
    """Keep what the stream gives. It is written encrypted under a passing name, made durable, then moved to its own.

    Raises TooLargeError past `limit` (LIMIT where none is given), EmptyError, or OSError; nothing is left then.
    """
    folder = _root() / INCOMING
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, passing = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            stored = _sealed(stream, out, LIMIT if limit is None else limit)
        target = path_of(stored.kept)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Over a file of the same name it changes nothing, and heals one that was altered on the disk.
        Path(passing).replace(target)
        _sync_folder(target.parent)
    except BaseException:
        Path(passing).unlink(missing_ok=True)
        raise
    return stored


def open_(kept: str) -> BinaryIO:
    """The plain bytes of the file of that name, decrypted as they are read, once it is sure that all of it opens.

    Raises MissingError, or AlteredError where it was altered, cut short, or put in the place of another.
    """
    try:
        file = path_of(kept).open("rb")
    except FileNotFoundError:
        raise MissingError(f"no file is kept under {kept}") from None
    try:
        plain = sealed_file.Opened(file, data_keys(), bytes.fromhex(kept))
        while plain.read(PIECE):
            pass
        plain.rewind()
    except sealed_file.SealedFileError as wrong:
        file.close()
        raise AlteredError(f"the file kept under {kept} does not open: {wrong}") from None
    return BufferedReader(plain, PIECE)


def remove(kept: str) -> bool:
    """Remove the file of that name; whether it was there."""
    path = path_of(kept)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    _sync_folder(path.parent)
    return True


def names() -> Iterator[str]:
    """The name of every file that is kept."""
    for path in sorted(_root().glob("[0-9a-f][0-9a-f]/*")):
        if _NAME.fullmatch(path.name):
            yield path.name


def rewrap(kept: str) -> bool:
    """Give the file a header under the master key of now, and leave its pieces; whether it had another."""
    path, context = path_of(kept), bytes.fromhex(kept)
    with path.open("rb") as file:
        if sealed_file.key_id_in(file) == sealed_file.id_of(data_key()):
            return False
        file.seek(0)
        try:
            key = sealed_file.file_key(file, data_keys(), context)
        except sealed_file.SealedFileError as wrong:
            raise AlteredError(f"the file kept under {kept} does not open: {wrong}") from None
        folder = _root() / INCOMING
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, passing = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(sealed_file.header_for(data_key(), key, context))
                shutil.copyfileobj(file, out, PIECE)
                _durable(out)
            Path(passing).replace(path)
        except BaseException:
            Path(passing).unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)
    return True


def path_of(kept: str) -> Path:
    """Where the file of that name lies, whether it is there or not."""
    if not _NAME.fullmatch(kept):
        raise MissingError(f"{kept!r} is not a name of 64 hexadecimal digits in lower case")
    return _root() / kept[:2] / kept


def _root() -> Path:
    return Path(settings.ARUSHA_HOME) / "evidence"


def _sealed(stream: Readable, out: BinaryIO, limit: int) -> Stored:
    digest, name, size = hashlib.sha256(), hmac.new(names_key(), digestmod=hashlib.sha256), 0
    sealing = sealed_file.Sealing(out)
    while piece := stream.read(PIECE):
        size += len(piece)
        if size > limit:
            raise TooLargeError(f"the file is larger than {limit} bytes")
        digest.update(piece)
        name.update(piece)
        sealing.write(piece)
    if not size:
        raise EmptyError("the file is empty")
    sealing.finish(data_key(), name.digest())
    _durable(out)
    return Stored(name.hexdigest(), digest.hexdigest(), size)


def _durable(out: BinaryIO) -> None:
    out.flush()
    os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
