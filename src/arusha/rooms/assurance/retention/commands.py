"""Retention on the command line: what is kept for how long, and what is over."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from arusha.ui.terminal import say, say_json


def add(app: typer.Typer, ready: Callable[[], Any]) -> None:
    """Offer `retention`."""

    @app.command("retention")
    def retention(as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
        """What is kept for how long, and how many things are past their term; the worker erases them."""
        with ready() as here:
            lines = sorts(here.now())
        if as_json:
            say_json(lines)
            return
        for line in lines:
            term = f"{line['months']} months" if line["months"] else "without end"
            say(f"{line['kept']:<10} {term:<12} {line['to_go']:>7,} to go {line['held_back']:>7,} held back")


def sorts(at: Any) -> list[dict[str, Any]]:
    """Every sort of thing that can have a term."""
    from arusha.core.people.roles import System
    from arusha.core.retention import terms
    from arusha.core.retention.kept import KEPT
    from arusha.rooms.assurance.retention.showing import counted

    told = []
    for name, one in sorted(KEPT.items()):
        if one.ended is None:
            continue
        term = terms.in_force(name)
        over, back = counted(one, term.months, System("command"), at) if term else (0, 0)
        told.append({"kept": name, "months": term.months if term else None, "to_go": over, "held_back": back})
    return told
