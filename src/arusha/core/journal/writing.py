"""One writer at a time, on either database.

What a rule read before it wrote ("the number is free", "an administrator is left", "one more than the largest") holds
still when it is committed, and entries get their places in the order in which they are committed, without gaps. SQLite
has one writer by itself (BEGIN IMMEDIATE); on PostgreSQL each writer takes an advisory lock first, which ends with its
transaction. See docs/adr/0006.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.guard import acting
from arusha.core.journal.refusals import Refused

TURN = 0x4152555348410001
"""The advisory lock of whoever writes: "ARUSHA", 1."""
WAITED_TOO_LONG = "55P03"  # lock_not_available, PostgreSQL's Appendix A
DISK_FULL = "53100"  # disk_full, likewise
FULL = ("database or disk is full", "disk I/O error")
"""What SQLite says where the disk takes no more: the second where its index of the write-ahead log cannot grow."""


@contextmanager
def writing() -> Iterator[None]:
    """A transaction in which state may change, once it is this writer's turn; within one, a savepoint of it.

    Raises Refused("busy") where others write for longer than a writer waits (`conf.database.PATIENCE`), and
    Refused("full") where the disk takes no more; nothing has changed then.
    """
    try:
        with transaction.atomic(), acting():
            _take_turn()
            yield
    except OperationalError as wrong:
        if _waited_too_long(wrong):
            raise Refused("busy", _("Others are writing just now. Nothing was changed: try again.")) from None
        if is_full(wrong):
            said = _("The disk takes no more. Nothing was changed: tell your system administrator.")
            raise Refused("full", said) from None
        raise


def is_full(wrong: OperationalError) -> bool:
    """Whether the database could not write because its disk is full."""
    cause = wrong.__cause__
    return getattr(cause, "sqlstate", None) == DISK_FULL or str(cause or wrong) in FULL


def _take_turn() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])


def _waited_too_long(wrong: OperationalError) -> bool:
    cause = wrong.__cause__
    return getattr(cause, "sqlstate", None) == WAITED_TOO_LONG or "database is locked" in str(cause)
