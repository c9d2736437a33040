"""The toolkit of the one `arusha` command: progress, refusals, tables, JSON."""

import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

EVERY = 1.8
"""Seconds between lines of progress: whatever takes longer than two says so at least every two."""


class Progress:
    """What is being done just now, told by a heartbeat on standard error."""

    def __init__(self, label: str) -> None:
        """Start with a label and nothing done."""
        self.label = label
        self.told = ""

    def __call__(self, told: object) -> None:
        """Say how far it is; the heartbeat prints the latest."""
        self.told = f"{told:,} rows" if isinstance(told, int) else str(told)


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Print a line at least every two seconds while the block runs, on standard error."""
    state, started, ended = Progress(label), time.monotonic(), threading.Event()

    def beat() -> None:
        while not ended.wait(EVERY):
            passed = time.monotonic() - started
            say_aside(f"… {state.label}{': ' if state.told else ''}{state.told} ({passed:.0f} s)")

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        ended.set()
        thread.join()


def say(text: str = "") -> None:
    """A line on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_aside(text: str) -> None:
    """A line on standard error, which a pipe does not take."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def say_json(value: Any) -> None:
    """A value as JSON on standard output."""
    say(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def fail(text: str, code: int = 2) -> NoReturn:
    """Say what is wrong on standard error and leave: 2 where a request cannot be carried out, 1 where a check fails."""
    say_aside(text)
    raise SystemExit(code)


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Rows under headers, in columns as wide as they need; numbers to the right."""
    if not rows:
        return
    texts = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(header), *(len(row[i]) for row in texts)) for i, header in enumerate(headers)]
    right = [all(isinstance(row[i], int | float) or row[i] is None for row in rows) for i in range(len(headers))]
    for line in (list(headers), *texts):
        parts = [text.rjust(w) if r else text.ljust(w) for text, w, r in zip(line, widths, right, strict=True)]
        say("  ".join(parts).rstrip())


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case int():
            return f"{value:,}"
        case float():
            return f"{value:.4g}"
    return str(value)
