"""Files of the store whose last holder was erased are removed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from arusha.core.files import store

HOLDERS: list[Callable[[str], bool]] = []
"""Of every folder that keeps files, what tells whether a row that was not erased still names one."""
SETTLED = timedelta(days=1)
"""A file that was put there later stays for now: the act that takes it may not be committed yet."""


def holds_files(holder: Callable[[str], bool]) -> Callable[[str], bool]:
    """Declare who may still need a file."""
    HOLDERS.append(holder)
    return holder


def remove_unneeded(kept: str, at: datetime) -> bool:
    """Remove a file that no row needs any more; whether it is gone. The worker asks again where it is not yet."""
    if not kept or any(holder(kept) for holder in HOLDERS):
        return False
    try:
        age = at.timestamp() - store.path_of(kept).stat().st_mtime
    except FileNotFoundError:
        return True
    return age > SETTLED.total_seconds() and store.remove(kept)
