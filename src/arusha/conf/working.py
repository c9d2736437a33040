"""What the worker does: chain the journal every few seconds, and once an hour what falls due."""

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
    if not once:
        logs.begin()
        _log.info("worker-begun")
    while True:
        chained = chain_new()
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
