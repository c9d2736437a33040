"""The one place that reads the clock. Pages and commands pass the moment on as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware and in UTC."""
    return datetime.now(UTC)
