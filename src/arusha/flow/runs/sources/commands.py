"""Received files on the command line: which count, withdrawing and restoring one, the rows that wait."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from arusha.ui.terminal import fail, progress, say, say_aside, say_json, table

SET_ASIDE = "set-aside"
FILE = "its name as the receipt tells it, or its first letters"


def add(app: typer.Typer, ready: Callable[[], Any]) -> None:
    """Offer `source`."""
    source = typer.Typer(help="Received files: which of them count, withdraw or restore one, rows to correct.")
    app.add_typer(source, name="source")

    @source.command("list")
    def list_(
        dataset: Annotated[str, typer.Argument(help="of this dataset only")] = "",
        as_json: Annotated[bool, typer.Option("--json")] = False,
    ) -> None:
        """Every received file, and whether it counts."""
        with ready():
            rows = files(dataset)
        if as_json:
            say_json(rows)
        else:
            table(list(rows[0]) if rows else [], [list(row.values()) for row in rows])

    @source.command()
    def withdraw(
        dataset: str, file: Annotated[str, typer.Argument(help=FILE)], why: Annotated[str, typer.Option()]
    ) -> None:
        """Let a received file count no more; run `arusha watch` then, to judge anew what was concluded from it."""
        _act(ready, "withdraw", dataset, file, why)
        say(f"{file} of {dataset} does not count any more. Run arusha watch to judge anew what was concluded from it.")

    @source.command()
    def restore(
        dataset: str, file: Annotated[str, typer.Argument(help=FILE)], why: Annotated[str, typer.Option()]
    ) -> None:
        """Let a withdrawn file count again."""
        _act(ready, "restore", dataset, file, why)
        say(f"{file} of {dataset} counts again.")

    @source.command(SET_ASIDE)
    def set_aside(
        dataset: str,
        file: Annotated[str, typer.Argument(help=FILE)],
        out: Annotated[Path, typer.Option(help="where to write the CSV; it is not written over")],
    ) -> None:
        """Write the rows set aside that wait, as they were given, with what is wrong beside each."""
        with ready() as here:
            count = _written(here, dataset, file, out)
        say_aside(f"{count:,} rows. Correct them there, then: arusha receive {dataset} {out} --corrects {file}")


def files(dataset: str = "") -> list[dict[str, Any]]:
    """Every received file as plain facts, the newest first."""
    from django.conf import settings

    from arusha.lib.datasets import DATASETS
    from arusha.lib.intake import Lake

    lake, rows = Lake(Path(settings.ARUSHA_HOME)), []
    for name in [dataset] if dataset else DATASETS:
        gone = lake.gone(name)
        for one in sorted(lake.received(name), key=lambda one: one.received_at, reverse=True):
            state = "counts" if one.manifest not in gone else gone[one.manifest][:12] or "withdrawn"
            rows.append(
                {
                    "dataset": name,
                    "name": one.manifest[:12],
                    "file": one.file,
                    "received": one.said_at,
                    "rows": one.received,
                    "accepted": one.accepted,
                    "set aside": one.rejected,
                    "state": state if state in ("counts", "withdrawn") else f"replaced by {state}",
                }
            )
    return rows


def _act(ready: Callable[[], Any], name: str, dataset: str, file: str, why: str) -> None:
    with ready() as here:
        from arusha.core.journal.acts import Act
        from arusha.core.people.roles import System
        from arusha.flow.runs.sources import withdrawing

        act = Act(by=System("command"), at=here.now(), why=why)
        with progress(name) as told:
            getattr(withdrawing, name)(dataset, file, act=act, waiting=told)


def _written(here: Any, dataset: str, file: str, out: Path) -> int:
    from arusha.core.people.roles import System
    from arusha.flow.runs.sources.correcting import take

    if out.exists():
        fail(f"{out} is there already: name another file.")
    with out.open("x", encoding="utf-8-sig", newline="") as written:
        return take(dataset, file, written, by=System("command"), at=here.now())
