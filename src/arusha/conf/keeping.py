"""One file that holds an installation, encrypted for whoever may restore it; and the way back.

The file is an age file (X25519 recipients, age-encryption.org/v1) around a tar: the database as of one moment (the file
of SQLite, or the rows of PostgreSQL: `tables`), `installation.json`, the lake, the evidence and the runs, and last
`contents.json`, which lists every other file with its size and SHA-256: a file that was cut short has no list, and is
known by that. The keys are not in it: they go into a file of their own, for another pair of hands.
"""

import hashlib
import json
import os
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from arusha.conf import drafts

FORMAT = 1
CONTENTS = "contents.json"
DATABASE = "arusha.sqlite3"
LEFT_OUT = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")
PASSING = (".lock", ".part", ".tmp")
PIECE = 1 << 20

Told = Callable[[object], None]
Piece = tuple[str, Path | bytes]
"""A name in the backup, and the file or the bytes that go under it."""
Copied = AbstractContextManager[Iterable[Piece]]
"""The database of one moment, to be read within the block."""


class KeepingError(ValueError):
    """What is wrong with a backup, its place or its key, and what to do; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup: `name` is its path below the folder it came from."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds. `what` is `data` or `keys`."""

    format: int
    what: str
    installation: str
    name: str
    at: str
    files: tuple[Kept, ...]


Fill = Callable[[Path, Contents], object]


def recipient_of(text: str) -> Any:
    """An age recipient (`age1…`); KeepingError where it is none."""
    import pyrage

    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        raise KeepingError(f"{text!r} is not an age recipient: it begins with age1 (`age-keygen` makes one)") from None


def make_identity(out: Path) -> str:
    """Write a new identity, as `age-keygen` does, for its owner's eyes only; its recipient."""
    import pyrage

    made = pyrage.x25519.Identity.generate()
    recipient = str(made.to_public())
    try:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as wrong:
        raise KeepingError(f"{out} cannot be written: {wrong.strerror}") from None
    with os.fdopen(handle, "w") as file:
        file.write(f"# public key: {recipient}\n{made}\n")
    return recipient


def identities_in(path: Path) -> list[Any]:
    """The secret age identities in a file as `age-keygen` writes it; KeepingError where there is none."""
    import pyrage

    lines = [line.strip() for line in path.read_text().splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise KeepingError(f"{path} holds no age identity: a line that begins with AGE-SECRET-KEY-1")
    return found


def keep_data(
    out: Path, recipients: list[Any], home: Path, database: Copied, *, about: dict[str, str], told: Told
) -> Contents:
    """Write the data of the installation in `home` to `out`, while it is in use.

    The database is copied first: whatever it names is in the other files, which are only ever added. `about` gives
    installation, name and at. Raises KeepingError, and leaves no file, where `out` is there or cannot be written.
    """
    with database as pieces:
        files = ((path.relative_to(home).as_posix(), path) for path in _files(home))
        return _keep(out, recipients, "data", chain(pieces, files), about, told)


@contextmanager
def sqlite_copy(home: Path) -> Iterator[Iterable[Piece]]:
    """The database of an installation on SQLite, copied within its folder for as long as the block lasts."""
    with drafts.draft(home, drafts.BACKUP) as folder:
        _copy_database(home / DATABASE, folder / DATABASE)
        yield [(DATABASE, folder / DATABASE)]


def keep_keys(out: Path, recipients: list[Any], keys: Path, *, about: dict[str, str], told: Told) -> Contents:
    """Write the keys of the installation to `out`, without the passwords of its database. Raises as `keep_data`."""
    return _keep(
        out, recipients, "keys", ((path.name, path) for path in _files(keys) if path.suffix != ".password"), about, told
    )


def restore(
    backup: Path, identities: list[Any], into: Path, *, what: str, told: Told, fill: Fill = lambda draft, contents: None
) -> Contents:
    """Put the backup's files into the folder `into`, which is empty or not there: all of them, or none.

    `fill` is given the folder in which everything is unpacked and checked, before anything is in its place; it may
    take files out, and what it raises leaves nothing. Raises KeepingError where the folder holds something, the
    identity does not open the file, or the file was cut short, altered, or holds something else than `what`.
    """
    drafts.sweep(into)
    if into.exists() and any(into.iterdir()):
        raise KeepingError(f"{into} is not empty: restore into an empty folder, and look at what is there first")
    made = not into.exists()
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # Below the folder itself, which may be a disk of its own.
        with drafts.draft(into, drafts.RESTORING) as draft:
            with _opened(backup, identities) as stream:
                contents = _extract(stream, draft, backup, told)
            if contents.what != what:
                raise KeepingError(f"{backup} holds {contents.what}, not {what}")
            fill(draft, contents)
            drafts.move_out(draft, into)
    except BaseException:
        if made:
            with suppress(OSError):
                into.rmdir()
        raise
    return contents


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy_database(source: Path, copy: Path) -> None:
    """SQLite's own online copy: one moment of the database, whoever writes meanwhile."""
    with sqlite3.connect(source) as here, sqlite3.connect(copy) as there:
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE")
    here.close()
    there.close()
    copy.chmod(0o600)


def _files(folder: Path) -> Iterator[Path]:
    """Every file that lasts, in order; no links, locks, drafts or the database, which is copied."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        passing = path.name.endswith(PASSING) or any(part.startswith(".") for part in name.parts)
        if path.is_file() and not path.is_symlink() and not passing and str(name) not in LEFT_OUT:
            yield path


def _keep(
    out: Path, recipients: list[Any], what: str, pieces: Iterable[Piece], about: dict[str, str], told: Told
) -> Contents:
    if out.exists():
        raise KeepingError(f"{out} is there already: name another file")
    import pyrage

    draft = out.with_name(out.name + ".part")
    try:
        with _sealed(draft, recipients) as stream, tarfile.open(fileobj=stream, mode="w|") as tar:
            kept = tuple(_add(tar, name, piece, told) for name, piece in pieces)
            contents = Contents(FORMAT, what, **about, files=kept)
            body = json.dumps(asdict(contents)).encode()
            last = tarfile.TarInfo(CONTENTS)
            last.size = len(body)
            tar.addfile(last, BytesIO(body))
        draft.rename(out)
    except (OSError, pyrage.EncryptError) as wrong:
        raise KeepingError(f"{out} cannot be written: {getattr(wrong, 'strerror', None) or wrong}") from None
    finally:
        with suppress(OSError):
            draft.unlink()
    return contents


def _add(tar: tarfile.TarFile, name: str, piece: Path | bytes, told: Told) -> Kept:
    """Add bytes, or a file as long as it is now, hashed as it is read."""
    with BytesIO(piece) if isinstance(piece, bytes) else _readable(piece) as file:
        entry = tarfile.TarInfo(name)
        entry.size = len(piece) if isinstance(piece, bytes) else os.fstat(file.fileno()).st_size
        entry.mode = 0o600
        reading: Any = _Hashed(file)
        tar.addfile(entry, reading)
    told(name)
    return Kept(name, entry.size, reading.sha256.hexdigest())


def _readable(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as wrong:
        raise KeepingError(f"{path} cannot be read: {wrong.strerror}") from None


class _Hashed:
    """A file that remembers the SHA-256 of what was read of it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        """At most `size` bytes."""
        piece = self._file.read(size)
        self.sha256.update(piece)
        return piece


@contextmanager
def _sealed(path: Path, recipients: list[Any]) -> Iterator[BinaryIO]:
    """A stream to write to, whose bytes arrive in the file encrypted; nothing in clear touches the disk."""
    import pyrage

    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        with _piped(lambda plain: pyrage.encrypt_io(plain, file, recipients), into=True) as stream:
            yield stream
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _opened(path: Path, identities: list[Any]) -> Iterator[BinaryIO]:
    """A stream to read the decrypted bytes of the file from."""
    import pyrage

    with path.open("rb") as file:
        try:
            with _piped(lambda plain: pyrage.decrypt_io(file, plain, identities), into=False) as stream:
                yield stream
                while stream.read(PIECE):  # to the end, where age says whether the file is whole
                    pass
        except pyrage.DecryptError as wrong:
            if "No matching keys" in str(wrong):
                raise KeepingError(f"{path} does not open: give the identity that it was made for") from None
            raise KeepingError(f"{path} is no backup, or was cut short or altered ({wrong})") from None
        except OSError as wrong:
            if wrong.errno is not None:  # the disk, and not the file
                raise KeepingError(f"what is in {path} cannot be written: {wrong.strerror}") from None
            raise KeepingError(f"{path} was cut short or altered: take another copy of it") from None


@contextmanager
def _piped(work: Callable[[BinaryIO], None], *, into: bool) -> Iterator[BinaryIO]:
    """One end of a pipe, while `work` has the other in a thread; what `work` raises is raised here."""
    read, write = os.pipe()
    ends: list[Any] = [os.fdopen(read, "rb"), os.fdopen(write, "wb")]
    theirs, ours = ends if into else ends[::-1]
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work(theirs)
        except BaseException as wrong:  # told by the thread that waits
            failed.append(wrong)
        finally:
            theirs.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield ours
    except BaseException:
        before = failed[:]  # what ended the pipe, and so this side; not what the end of this side does to the other
        _end(ours, thread)
        if before:
            raise before[0] from None
        raise
    _end(ours, thread)
    if failed:
        raise failed[0]


def _end(ours: BinaryIO, thread: threading.Thread) -> None:
    with suppress(OSError):  # the other end may be gone, and tells why
        ours.close()
    thread.join()


def _extract(stream: BinaryIO, draft: Path, backup: Path, told: Told) -> Contents:
    """Write every file of the tar below `draft`, and hold all of them against the list that comes last."""
    found: dict[str, Kept] = {}
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for entry in tar:
                file = tar.extractfile(entry)
                if entry.name == CONTENTS and file is not None:
                    return _checked(json.loads(file.read()), found, backup)
                if file is None or not _lies_below(entry.name):
                    raise KeepingError(f"{backup} holds {entry.name!r}, which is no file below its folder")
                found[entry.name] = _written(draft / entry.name, entry.name, file)
                told(entry.name)
    except (tarfile.TarError, EOFError) as wrong:
        raise KeepingError(f"{backup} was cut short or altered ({wrong}): take another copy of it") from None
    raise KeepingError(f"{backup} was cut short: the list of its contents is missing; take another copy of it")


def _lies_below(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and path.parts != ()


def _written(path: Path, name: str, file: Any) -> Kept:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return Kept(name, size, digest.hexdigest())


def _checked(said: dict[str, Any], found: dict[str, Kept], backup: Path) -> Contents:
    if said.get("format") != FORMAT:
        raise KeepingError(f"{backup} is of format {said.get('format')}, which this version does not read")
    contents = Contents(**{**said, "files": tuple(Kept(**kept) for kept in said["files"])})
    listed = {kept.name: kept for kept in contents.files}
    if listed != found:
        differ = sorted(name for name in listed.keys() | found.keys() if listed.get(name) != found.get(name))
        raise KeepingError(f"{backup} does not hold what its list says: {differ[0]}; take another copy of it")
    return contents
