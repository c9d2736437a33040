"""What the worker does: chain the journal every few seconds, what people wait for, and once an hour what falls due."""

import logging
import threading
from datetime import datetime
from typing import Any

from arusha.conf import discovery, logs
from arusha.core.journal.chain import chain_new
from arusha.ui.terminal import say_aside

SECONDS = 5
"""The window: an entry is chained at most about this long after it was written."""
_log = logging.getLogger("arusha.worker")
HOURLY = 3600 // SECONDS


def work(here: Any, *, once: bool) -> None:
    """Work until stopped, or one round."""
    stop = threading.Event()
    rounds = 0
    helper = threading.Thread()
    if not once:
        logs.begin()
        _log.info("worker-begun")
    while True:
        chained = chain_new()
        if once:
            wait_for(here.now())
        elif not helper.is_alive():
            helper = threading.Thread(target=_apart, args=(here,), daemon=True)
            helper.start()
        if rounds % HOURLY == 0:
            fall_due(here.now())
            chained += chain_new()
        if once:
            say_aside(f"{chained:,} entries chained.")
            return
        rounds += 1
        stop.wait(SECONDS)


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
    from django.db import connection

    from arusha.core.journal.guard import guarded

    try:
        with guarded():
            wait_for(here.now())
    except Exception:
        _log.exception("worker-soon-failed")
    finally:
        connection.close()
