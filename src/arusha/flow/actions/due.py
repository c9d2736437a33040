"""What falls due among the actions: each one past its date is a signal, once a day."""

from datetime import datetime

from arusha.flow.actions.overdue import raise_overdue


def due(at: datetime) -> None:
    """Raise a signal for every overdue action."""
    raise_overdue(at)
