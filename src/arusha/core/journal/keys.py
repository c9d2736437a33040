"""The keys of an installation. They lie in their own folder, which is not the one they protect."""

import os
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from arusha.lib.seal.checkpoints import load_private, new_key, private_pem, public_pem
from arusha.lib.seal.sealed_file import id_of

REASONS = "reasons.key"
DATA = "data.keys"
"""Master keys of files and protected texts, `<id> <key>` in hexadecimal, one a line; the last is the one of now."""
NAMES = "names.key"
"""Names files in the store: without it nobody can ask whether a file that they know is kept."""
JOURNAL = "journal.pem"
JOURNAL_PUBLIC = "journal.pub.pem"


class KeysMissing(RuntimeError):
    """A key is not where it should be; the message says which and where."""


def make_keys(folder: Path) -> None:
    """Make whatever key is missing: files of mode 0600 in a folder of mode 0700."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / REASONS).exists():
        _write(folder / REASONS, os.urandom(32))
    if not (folder / NAMES).exists():
        _write(folder / NAMES, os.urandom(32))
    if not (folder / DATA).exists():
        _write(folder / DATA, _line(os.urandom(32)))
    if not (folder / JOURNAL).exists():
        key = new_key()
        _write(folder / JOURNAL, private_pem(key))
        _write(folder / JOURNAL_PUBLIC, public_pem(key.public_key()))


def reasons_key() -> bytes:
    """The 32-byte key under which reasons are encrypted."""
    return _bytes(str(settings.ARUSHA_KEYS), REASONS)


def names_key() -> bytes:
    """The 32-byte key of the keyed hash under which a file is kept."""
    return _bytes(str(settings.ARUSHA_KEYS), NAMES)


def data_keys() -> dict[bytes, bytes]:
    """The master keys by their ids, the one of now last."""
    path = Path(settings.ARUSHA_KEYS) / DATA
    try:
        changed = path.stat().st_mtime_ns  # another process may have rotated them
    except OSError:
        changed = 0
    return _ring(str(settings.ARUSHA_KEYS), changed)


def data_key() -> bytes:
    """The master key that new files and texts are sealed under."""
    return list(data_keys().values())[-1]


def add_data_key() -> bytes:
    """Make another master key, which is the one of now from here on; its id."""
    made = os.urandom(32)
    _replace_data_keys([*data_keys().values(), made])
    return id_of(made)


def retire_data_keys() -> int:
    """Drop every master key but the one of now; how many. Whatever is sealed under one of them is lost."""
    kept = data_keys()
    _replace_data_keys([data_key()])
    return len(kept) - 1


def _replace_data_keys(keys: list[bytes]) -> None:
    folder = Path(settings.ARUSHA_KEYS)
    draft = folder / f"{DATA}.part"
    draft.unlink(missing_ok=True)
    _write(draft, b"".join(map(_line, keys)))
    draft.replace(folder / DATA)


def _line(key: bytes) -> bytes:
    return f"{id_of(key).hex()} {key.hex()}\n".encode()


@cache
def _ring(folder: str, changed: int) -> dict[bytes, bytes]:
    del changed
    _bytes.cache_clear()
    try:
        lines = [line.split() for line in _bytes(folder, DATA).decode().splitlines()]
        ring = {bytes.fromhex(known): bytes.fromhex(key) for known, key in lines}
    except ValueError:
        ring = {}
    if not ring or any(len(key) != 32 or id_of(key) != known for known, key in ring.items()):
        raise KeysMissing(f"{DATA} in {folder} is damaged: restore it from a backup of the keys")
    return ring


def journal_key() -> Ed25519PrivateKey:
    """The key that signs checkpoints."""
    return load_private(_bytes(str(settings.ARUSHA_KEYS), JOURNAL))


@cache
def _bytes(folder: str, name: str) -> bytes:
    try:
        return (Path(folder) / name).read_bytes()
    except OSError as wrong:
        raise KeysMissing(
            f"the key {name} cannot be read in {folder} ({wrong.strerror}): set ARUSHA_KEYS to the folder "
            "that holds it, or run `arusha init` where there has never been one"
        ) from None


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
