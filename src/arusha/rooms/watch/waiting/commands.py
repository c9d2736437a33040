"""Waiting on the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

import typer

from arusha.ui.terminal import fail, say, say_json


@dataclass(frozen=True, slots=True)
class Asked:
    """Which hours are asked for; days are inclusive."""

    port: str
    terminal: str
    since: date | None
    until: date | None


def add(app: typer.Typer, ready: Callable[[], Any]) -> None:
    """Offer `waiting mean`."""
    waiting = typer.Typer(help="How long passengers waited.", no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(waiting, name="waiting")

    @waiting.callback()
    def of_waiting() -> None:
        """How long passengers waited."""

    @waiting.command()
    def mean(
        port: Annotated[str, typer.Option(help="only this port")] = "",
        terminal: Annotated[str, typer.Option(help="only this terminal")] = "",
        since: Annotated[str, typer.Option("--from", help="from this day on, YYYY-MM-DD")] = "",
        until: Annotated[str, typer.Option("--to", help="up to this day, itself included, YYYY-MM-DD")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="the figures as JSON")] = False,
    ) -> None:
        """The mean wait, weighted by passengers, of all hours received or of those named."""
        asked = Asked(port, terminal, _day("--from", since), _day("--to", until))
        with ready():
            tell(asked, as_json=as_json)


def tell(asked: Asked, *, as_json: bool) -> None:
    """Say the mean of the hours asked for, as a sentence or as JSON."""
    from pathlib import Path

    from django.conf import settings

    from arusha.lib.intake import Lake
    from arusha.rooms.watch.waiting import waits

    stop = asked.until + timedelta(days=1) if asked.until else None
    table = Lake(Path(settings.ARUSHA_HOME)).read("waiting").data
    told = waits.whole(waits.chosen(table, port=asked.port, terminal=asked.terminal, start=asked.since, stop=stop))
    if as_json:
        say_json({"minutes": told.mean, "hours": told.hours, "passengers": told.passengers})
    elif told.mean is None:
        received = (
            f"{table.num_rows:,} hours were received, none of them fits" if table.num_rows else "nothing received"
        )
        say(f"No passenger waited: {received}.")
    else:
        say(f"{told.mean:.2f} minutes over {told.hours:,} hours and {told.passengers:,} passengers")


def _day(option: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fail(f"{option} {text}: give a day as YYYY-MM-DD.")
