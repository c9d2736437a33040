"""What other parts of the flow show on the page of a case: they bring it, the case doesn't know them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from arusha.flow.cases.models import Case


@dataclass(frozen=True, slots=True)
class Beside:
    """A table with a heading, and what may be added to it; made for one reader."""

    title: "str | Promise"
    headers: Sequence[Any]
    rows: Sequence[Sequence[Any]]
    empty: "str | Promise"
    add: "str | Promise" = ""
    href: str = ""


BESIDE: list[Callable[[Case, Any, date], Iterable[Beside]]] = []
"""Functions from a case, its reader and today to tables; each folder adds its own."""
