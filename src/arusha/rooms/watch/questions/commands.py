"""Asking on the command line."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from arusha.ui.terminal import fail, progress, say, say_aside, say_json, table


def add(app: typer.Typer, ready: Callable[[], Any]) -> None:
    """Offer `ask`."""

    @app.command()
    def ask(
        sql: Annotated[str, typer.Argument(help="one SELECT over the tables received")] = "",
        saved: Annotated[str, typer.Option(help="the title of a saved question")] = "",
        seconds: Annotated[int, typer.Option(min=1, max=3600, help="when to stop it")] = 60,
        rows: Annotated[int, typer.Option(min=1, max=1_000_000, help="how many rows to tell at most")] = 1_000,
        as_csv: Annotated[bool, typer.Option("--csv", help="the rows as CSV, safe to open in a spreadsheet")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="the answer as JSON")] = False,
    ) -> None:
        """Ask a question in SQL over what was received: read only, bounded, and recorded."""
        if bool(sql) == bool(saved):
            fail("Give a question, or --saved with the title of one.")
        with ready() as here:
            from arusha.core.journal.acts import Act
            from arusha.core.people.roles import System
            from arusha.lib.intake.asking import Limits
            from arusha.rooms.watch.questions import questions
            from arusha.rooms.watch.questions.models import Question

            of = Question.objects.filter(title=saved, state="kept").first() if saved else None
            if saved and of is None:
                fail(f"There is no saved question {saved!r}.")
            act = Act(by=System("command"), at=here.now())
            limits = Limits(seconds=seconds, memory=2 << 30, rows=rows)
            with progress("asking"):
                answer = questions.ask(of.sql if of else sql, of=of, limits=limits, act=act)
        tell(answer, as_csv, as_json)


def tell(answer: Any, as_csv: bool, as_json: bool) -> None:
    """The answer, and beside it how many rows there were in all."""
    if as_json:
        say_json({"columns": answer.columns, "rows": answer.rows, "count": answer.count, "more": answer.more})
    elif as_csv:
        from arusha.ui.exports import csv_pieces

        for piece in csv_pieces(answer.columns, answer.rows):
            say(piece.rstrip("\r\n"))
    else:
        table(list(answer.columns), [list(row) for row in answer.rows])
    more = "more than " if answer.more else ""
    say_aside(f"{more}{answer.count:,} rows, {len(answer.rows):,} told, {answer.seconds:.1f} s")
