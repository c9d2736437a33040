"""What the worker does about retention: what has reached its term goes."""

from datetime import datetime

from arusha.core.retention import erasures


def due(at: datetime) -> None:
    """Let go what has reached its term."""
    erasures.fall_due(at)
