"""Keeping the answer key from a process that looks for what is in it."""

import os
import sys
from pathlib import Path
from typing import Any

from arusha.lib.synth.key import MARKER

WATCHED = frozenset({"open", "os.listdir", "os.scandir"})

_guarded = False


def refuse_key_path(path: str | os.PathLike[str]) -> Path:
    """The path as given, if it leads to no answer key; for inputs that are opened outside of Python (Arrow, DuckDB).

    Raises
    ------
    PermissionError
        where the path, its links followed, is a folder with an answer key or lies below one.
    """
    folder = _key_folder(os.fspath(path))
    if folder is not None:
        raise PermissionError(
            f"{os.fspath(path)} lies in the answer key {folder}: a process that runs a detector may not read it. "
            "Give the data folder beside it."
        )
    return Path(path)


def forbid_key_folders() -> None:
    """From now on this process cannot open a file below an answer key, nor list its folders, by Python's own means.

    It is an audit hook: it holds until the process ends and cannot be taken off. Libraries that open files by
    themselves are not seen by it: give their paths to `refuse_key_path`. Calling it twice is the same as once.
    """
    global _guarded  # noqa: PLW0603 - a hook is for the whole process and for good
    if not _guarded:
        _guarded = True
        sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in WATCHED and arguments and isinstance(arguments[0], str | bytes | os.PathLike):
        refuse_key_path(os.fsdecode(arguments[0]))


def _key_folder(path: str) -> str | None:
    """The answer key that holds the path, if one does. It asks only whether files exist, which no hook sees."""
    place = os.path.realpath(path)
    while True:
        if os.path.lexists(os.path.join(place, MARKER)):  # noqa: PTH118 - called on every open, before anything is opened
            return place
        above = os.path.dirname(place)  # noqa: PTH120
        if above == place:
            return None
        place = above
