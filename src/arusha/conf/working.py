"""What the worker does: chain the journal every few seconds, what people wait for, and once an hour what falls due."""

import fcntl
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from arusha.conf import discovery, logs
from arusha.core.journal.chain import chain_new
from arusha.core.journal.refusals import Refused
from arusha.ui.terminal import say_aside

SECONDS = 5
"""The window: an entry is chained at most about this long after it was written."""
_log = logging.getLogger("arusha.worker")
HOURLY = 3600 // SECONDS
TURNS = {"worker": 0x4152555348410002, "soon": 0x4152555348410003}
"""The advisory locks of what one worker does at a time: "ARUSHA", 2 and 3."""


def work(here: Any, *, once: bool) -> None:
    """Work until stopped, or one round. Of several workers one works at a time, and another goes on where it ends.

    A database that is away for a while is waited for.
    """
    if once:
        _work_once(here)
        return
    logs.begin()
    _log.info("worker-begun")
    stop, helper, rounds, away = threading.Event(), threading.Thread(), 0, False
    while True:
        if not helper.is_alive() and not away:
            helper = threading.Thread(target=_apart, args=(here,), daemon=True)
            helper.start()
        try:
            with turn("worker") as mine:
                if mine:
                    _round(here, due=rounds % HOURLY == 0)
            rounds, away = rounds + 1, False
        except (OperationalError, InterfaceError, Refused):
            if not away:
                _log.warning("database-away")
            away = True
            connection.close()
        stop.wait(SECONDS)


def _work_once(here: Any) -> None:
    with turn("worker") as mine:
        if not mine:
            say_aside("Another worker is at work just now.")
            return
        chained = chain_new()
        with turn("soon") as ours:
            if ours:
                wait_for(here.now())
        chained += _round(here, due=True)
    say_aside(f"{chained:,} entries chained.")


def _round(here: Any, *, due: bool) -> int:
    chained = chain_new()
    if due:
        fall_due(here.now())
        chained += chain_new()
    return chained


@contextmanager
def turn(what: str) -> Iterator[bool]:
    """Whether it is this worker's turn: a lock that goes with its process; PostgreSQL's holds between machines too."""
    if connection.vendor != "postgresql":
        with (settings.ARUSHA_HOME / f"{what}.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [TURNS[what]])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [TURNS[what]])


def fall_due(at: datetime) -> None:
    """Call `due(at)` of every folder that has a `due.py`: watches that end, actions that are overdue."""
    for module in discovery.modules("due"):
        module.due(at)


def wait_for(at: datetime) -> None:
    """Call `soon(at)` of every folder that has a `soon.py`: what somebody asked for on a page and waits for."""
    for module in discovery.modules("soon"):
        module.soon(at)


def _apart(here: Any) -> None:
    """The same beside the chaining of the journal, whose window it must not hold up; what fails is tried again."""
    from arusha.core.journal.guard import guarded

    try:
        with guarded(), turn("soon") as mine:
            if mine:
                wait_for(here.now())
    except Exception:
        _log.exception("worker-soon-failed")
    finally:
        connection.close()
