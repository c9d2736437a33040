"""The keys of an installation. They lie in their own folder, which is not the one they protect."""

import os
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from arusha.lib.seal.checkpoints import load_private, new_key, private_pem, public_pem

REASONS = "reasons.key"
JOURNAL = "journal.pem"
JOURNAL_PUBLIC = "journal.pub.pem"


class KeysMissing(RuntimeError):
    """A key is not where it should be; the message says which and where."""


def make_keys(folder: Path) -> None:
    """Make whatever key is missing: files of mode 0600 in a folder of mode 0700."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / REASONS).exists():
        _write(folder / REASONS, os.urandom(32))
    if not (folder / JOURNAL).exists():
        key = new_key()
        _write(folder / JOURNAL, private_pem(key))
        _write(folder / JOURNAL_PUBLIC, public_pem(key.public_key()))


def reasons_key() -> bytes:
    """The 32-byte key under which reasons are encrypted."""
    return _bytes(str(settings.ARUSHA_KEYS), REASONS)


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
