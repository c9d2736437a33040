"""Findings on the command line."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from arusha.ui.terminal import say, say_json


def add(app: typer.Typer, ready: Callable[[], Any]) -> None:
    """Offer `findings`."""

    @app.command()
    def findings(
        first: Annotated[int, typer.Option(help="how many", min=1)] = 20,
        state: Annotated[str, typer.Option(help="open, watching, confirmed, explained or duplicate")] = "open",
        as_json: Annotated[bool, typer.Option("--json", help="the findings as JSON, all facts told")] = False,
    ) -> None:
        """The findings, most certain first, as sentences."""
        with ready():
            rows = listed(first, state)
            if as_json:
                say_json([facts(row) for row in rows])
                return
            for row in rows:
                tell(row)
            if not rows:
                say("No findings.")


def listed(first: int, state: str, **narrowed: str) -> list[Any]:
    """The first findings in that state, most certain first; ordinary groups, those with a mark, come last."""
    from arusha.flow.inbox.models import Finding

    rows = Finding.objects.filter(**narrowed)
    if state:
        rows = rows.filter(state=state)
    unmarked = rows.filter(ordinary=False).order_by("sure", "-support", "number")
    marked = rows.filter(ordinary=True).order_by("sure", "-support", "number")
    found = list(unmarked[:first])
    return found + list(marked[: first - len(found)])


def tell(row: Any) -> None:
    """A finding in a few lines."""
    from html import unescape

    from django.utils.html import strip_tags

    from arusha.flow.inbox.listing import MARKS, certainty, title_of
    from arusha.flow.inbox.words import sentences
    from arusha.lib.ids import spoken

    marks = f" [{', '.join(str(MARKS.get(mark, mark)) for mark in row.marks)}]" if row.marks else ""
    say(f"{spoken('F', row.number)}  {title_of(row)}{marks}  q {certainty(row.q)}")
    for said in sentences(row.reasons):
        say(f"    {unescape(strip_tags(said))}")


def facts(row: Any) -> dict[str, Any]:
    """A finding as plain facts."""
    from arusha.lib.ids import spoken

    return {
        "number": spoken("F", row.number),
        "signal": row.signal,
        "kind": row.kind,
        "state": row.state,
        "subjects": [{"kind": s.kind, "id": s.ref} for s in row.subjects.filter(current=True).order_by("place")],
        "support": row.support,
        "expected": row.expected,
        "p": row.p,
        "q": row.q,
        "marks": row.marks,
        "reasons": row.reasons,
        "first_at": row.first_at,
        "last_at": row.last_at,
        "run": row.run,
        "hit_id": row.hit_id,
    }
