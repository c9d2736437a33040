"""Supervision models on the command line."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from arusha.ui.terminal import fail, progress, say, say_json


def add(app: typer.Typer, ready: Callable[[], Any]) -> None:
    """Offer `models list` and `models try`."""
    models = typer.Typer(help="Supervision models that people composed.", no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(models, name="models")

    @models.callback()
    def of_models() -> None:
        """Supervision models that people composed."""

    @models.command("list")
    def listed(as_json: Annotated[bool, typer.Option("--json", help="the models as JSON")] = False) -> None:
        """Every model with its versions and their states."""
        with ready():
            lines = versions()
        if as_json:
            say_json(lines)
            return
        for line in lines:
            say(f"{line['model']:<24} version {line['version']}  {line['state']:<9} {line['title']}")
        if not lines:
            say("No model is composed yet: an analyst does so on the page of models.")

    @models.command("try")
    def try_(slug: Annotated[str, typer.Argument(help="the short name of the model")]) -> None:
        """Try the newest version on what was received, as long as it takes; nothing becomes a finding."""
        with ready() as here:
            attempt(slug, here.now())


def versions() -> list[dict[str, Any]]:
    """Every version of every model, the newest of each first."""
    from arusha.rooms.watch.supervision.models import Version

    found = Version.objects.select_related("of").order_by("of__slug", "-number")
    return [
        {"model": v.of.slug, "title": v.of.title, "version": v.number, "state": v.state, "digest": v.digest}
        for v in found
    ]


def attempt(slug: str, at: Any) -> None:
    """Try the newest version of a model, keep what came where it is a draft or proposed, and say it."""
    from pathlib import Path

    from django.conf import settings

    from arusha.core.journal.acts import Act
    from arusha.core.people.roles import System
    from arusha.rooms.watch.supervision import composing, trying
    from arusha.rooms.watch.supervision.definition import read
    from arusha.rooms.watch.supervision.models import Version

    version = Version.objects.filter(of__slug=slug).order_by("-number").first()
    if version is None:
        fail(f"There is no model {slug!r}: see arusha models list.", 1)
    try:
        with progress(f"trying {slug}") as told:
            told(f"version {version.number}")
            facts = trying.tried(read(version.definition), Path(settings.ARUSHA_HOME), seconds=None)
    except MemoryError:
        fail("The tables have too many pairs of rows: join them by more columns, or by fewer hours.", 1)
    except ValueError as lacking:
        fail(f"Nothing has been received of the table {lacking}: arusha receive {lacking} FILE", 1)
    if version.state in ("draft", "proposed"):
        composing.keep_trial(version.pk, facts, act=Act(by=System("command"), at=at))
    say(f"{facts['hits']:,} findings, from {facts['judged']:,} judged, over {facts['rows']:,} rows")
    for than, hits in facts["ladder"]:
        say(f"  threshold {than:>12}: {hits:,}")
