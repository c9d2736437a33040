"""No write outside an act: a database wrapper that refuses one, but for a short declared list of tables."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

EXEMPT = frozenset(
    {
        "django_session",  # a signed-in browser
        "axes_accessattempt",  # lock-outs
        "axes_accessattemptexpiration",
        "axes_accesslog",
        "axes_accessfailurelog",
        "django_migrations",  # the schema's own record
        "django_content_type",
        "auth_permission",
    }
)
"""Tables that may be written without an act."""

_VERB = (
    r"(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE(?:\s+ONLY)?|DELETE\s+FROM(?:\s+ONLY)?|REPLACE\s+INTO|MERGE\s+INTO"
    r"|TRUNCATE(?:\s+TABLE)?(?:\s+ONLY)?|COPY)"
)
_WRITE = re.compile(rf'\s*(?:WITH\b.*?\b)?{_VERB}\s+"?(\w+)"?', re.IGNORECASE | re.DOTALL)
_acting: ContextVar[bool] = ContextVar("acting", default=False)


class WriteOutsideAct(RuntimeError):
    """Something tried to change state without an act, hence without an entry."""


@contextmanager
def acting() -> Iterator[None]:
    """Writes are part of an act from here on; only `acts` and the journal's own chain enter this."""
    token = _acting.set(True)
    try:
        yield
    finally:
        _acting.reset(token)


def refuse_write(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """A database execute wrapper (see Django's 'Database instrumentation') that refuses a write outside an act."""
    if not _acting.get():
        written = _WRITE.match(sql)
        if written and written[1] not in EXEMPT:
            raise WriteOutsideAct(f"a write to {written[1]} outside an act: {sql[:120]}")
    return execute(sql, params, many, context)


@contextmanager
def guarded() -> Iterator[None]:
    """Every statement of this thread's connection goes past the guard."""
    with connection.execute_wrapper(refuse_write):
        yield
