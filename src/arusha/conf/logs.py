"""What the program says of itself while it serves: one JSON object a line on standard error, with nothing of people.

Time, level, logger, event, request id, route, method, status, milliseconds. A line is made of words that stand in the
code: the pattern of a route and never its path, the type of an exception and the places it went through and never its
text, the template of another library's message and never what was put into it. So no value can come in by mistake.
"""

import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

FACTS = ("method", "route", "status", "ms", "count")
"""What one of our own lines may tell beside its event."""
DEEPEST = 40
"""Frames told of an exception, the innermost."""

_request: ContextVar[str] = ContextVar("request", default="")
_log = logging.getLogger("arusha.requests")


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Ours by its event and facts; another library's by its template, or by its place where it has none."""
        ours = record.name.partition(".")[0] == "arusha"
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": at, "level": record.levelname.lower(), "logger": record.name}
        if ours:
            line["event"] = record.msg
        else:
            line["at"] = f"{_place(record.pathname)}:{record.lineno}"
            # Without arguments a message may have been filled in already.
            line |= {"says": record.msg} if record.args and isinstance(record.msg, str) else {}
        line |= {"request": _request.get()} if _request.get() else {}
        line |= {name: record.__dict__[name] for name in FACTS if ours and name in record.__dict__}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = list(_told(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)


def told(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Middleware, the outermost: a request has an id, which its answer bears, and is one line once it is answered."""

    def middleware(request: Any) -> Any:
        began, mark = time.monotonic(), _request.set(uuid4().hex[:16])
        try:
            response = get_response(request)
            response.headers["X-Request-Id"] = _request.get()
            facts = {"method": _method(request), "route": _route(request), "status": response.status_code}
            _log.info("answered", extra=facts | {"ms": round((time.monotonic() - began) * 1000)})
            return response
        finally:
            _request.reset(mark)

    return middleware


def begin() -> None:
    """Let warnings and whatever nobody caught be lines as well: called by what runs for long."""
    logging.captureWarnings(True)
    unforeseen = logging.getLogger("arusha.unforeseen")
    sys.excepthook = lambda kind, wrong, trace: unforeseen.critical("stopped", exc_info=(kind, wrong, trace))
    threading.excepthook = lambda args: unforeseen.critical(
        "thread-stopped", exc_info=(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
    )


def _method(request: Any) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return request.method if request.method in known else "other"


def _route(request: Any) -> str:
    """The pattern of the page that answered, such as `cases/<uuid:pk>/`."""
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return str(match.route)
    return "static" if request.path_info.startswith("/static/") else "unknown"


def _told(wrong: BaseException) -> Iterator[str]:
    """The places an exception went through, then its type; what led to it first, as a traceback has it."""
    before = wrong.__cause__ or (None if wrong.__suppress_context__ else wrong.__context__)
    if before is not None:
        yield from _told(before)
    for frame in traceback.extract_tb(wrong.__traceback__)[-DEEPEST:]:
        yield f"{_place(frame.filename)}:{frame.lineno} {frame.name}"
    yield f"{type(wrong).__module__}.{type(wrong).__qualname__}"


def _place(file: str) -> str:
    """A file by its last parts, below the package it belongs to: nothing of where the program is installed."""
    parts = Path(file).parts
    below = next((i + 1 for i in range(len(parts) - 1, -1, -1) if parts[i] in ("site-packages", "src")), len(parts) - 2)
    return "/".join(parts[max(below, 0) :])
