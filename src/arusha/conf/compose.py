"""Bringing together what the folders declare, once Django is loaded: signals, figures, what waits, pages, what
is kept, detectors."""

from functools import cache

from arusha.conf import discovery


@cache
def compose() -> None:
    """Load every declaration. A detector that is found is offered; a signal that is declared is known."""
    for name in ("capability", "figures", "explain", "home", "pages", "retention", "api"):
        list(discovery.modules(name))
    from arusha.flow.inbox.offered import DETECTORS

    DETECTORS.update(discovery.detectors())
