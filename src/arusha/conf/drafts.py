"""Folders for what is in clear only while a backup or a restore is under way; a kill leaves one, and it is swept.

Whoever works in a draft holds its lock, which goes with the process: a draft that nobody holds was left.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BACKUP, RESTORING = ".backup-", ".restoring-"
MOVING = ".moving.json"
"""In a draft whose files are being moved to their places beside it: their names."""
LAST = "installation.json"
"""Moved last: where it is, everything is."""


@contextmanager
def draft(folder: Path, prefix: str) -> Iterator[Path]:
    """A folder below `folder`, gone when the block ends."""
    while True:
        made = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
        held = _held(made)
        if held is not None and made.exists():
            break
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(held)


def left(folder: Path) -> list[Path]:
    """The drafts that a killed backup or restore left there."""
    found = []
    for path in _drafts(folder):
        held = _held(path)
        if held is not None:
            os.close(held)
            found.append(path)
    return found


def sweep(folder: Path) -> list[Path]:
    """Remove them, with what a killed restore had moved to its place before it was whole; the drafts removed."""
    swept = []
    for path in _drafts(folder):
        held = _held(path)
        if held is None:
            continue
        try:
            _take_back(path)
            shutil.rmtree(path)
            swept.append(path)
        finally:
            os.close(held)
    return swept


def move_out(draft: Path, folder: Path) -> None:
    """Move everything in the draft to its place beside it; until the last is there a kill is taken back by `sweep`."""
    names = sorted((path.name for path in draft.iterdir()), key=lambda name: (name == LAST, name))
    listed = draft / MOVING
    with listed.open("w") as file:
        json.dump(names, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        for name in names:
            (draft / name).rename(folder / name)
    except BaseException:
        _take_back(draft)
        raise
    _synced(folder)


def _take_back(path: Path) -> None:
    """Remove what was moved out of the draft, unless its last file is in place: then the restore was whole."""
    try:
        names = json.loads((path / MOVING).read_text())
    except (OSError, ValueError):
        return
    if not names or not (path / names[-1]).exists():
        return
    for name in names:
        there = path.parent / name
        if (path / name).exists():
            continue
        if there.is_dir():
            shutil.rmtree(there)
        else:
            there.unlink(missing_ok=True)


def _drafts(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.name.startswith((BACKUP, RESTORING)) and path.is_dir())


def _held(path: Path) -> int | None:
    """A handle that holds the draft's lock, or None where another process does."""
    with suppress(FileNotFoundError):
        handle = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        return handle
    return None


def _synced(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
