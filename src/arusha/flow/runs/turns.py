"""One run at a time in an installation: a second waits its turn."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def turn(home: Path, waiting: Callable[[object], None]) -> Iterator[None]:
    """Hold the installation's run lock. The lock goes with the process, so that a kill leaves nothing to tidy."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "runs.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting("another run is under way; waiting for it to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
