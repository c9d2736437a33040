"""Who is at work in an installation: an upgrade is alone, everybody else is there together.

The locks go with their processes, so that a kill leaves nothing to tidy.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = "program.lock"


@contextmanager
def present(home: Path, waiting: Callable[[str], None]) -> Iterator[None]:
    """Be there with the others; wait, and say so, while an upgrade is under way."""
    with (home / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting("an upgrade is under way; waiting for it to end")
            fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Be there alone; ValueError where somebody is there."""
    with (home / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                "the installation is in use: stop `arusha serve`, `arusha worker` and what else runs, and try again"
            ) from None
        yield
