"""Governing detectors on the command line."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from arusha.ui.terminal import fail, progress, say, say_aside, say_json, table

NAME = Annotated[str, typer.Argument(metavar="name", help="a detector of `arusha detectors list`")]
SET = Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE, a setting; the others stay as they are")]
WHY = Annotated[str, typer.Option("--why", help="the reason: whoever decides reads it")]
USER = Annotated[str, typer.Option("--user", help="who acts; the password is asked for")]


def add(app: typer.Typer, ready: Callable[[], Any]) -> None:
    """Offer `detectors list`, `show`, `try`, `propose`, `approve` and `decline`."""
    group = typer.Typer(help="How the detectors stand, and changing it.", no_args_is_help=True, rich_markup_mode=None)
    app.add_typer(group, name="detectors")
    _reading(group, ready)
    _deciding(group, ready)


def _reading(group: typer.Typer, ready: Callable[[], Any]) -> None:
    @group.command("list")
    def listed(as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
        """Every detector: on or off, by which change, since when."""
        with ready():
            rows = standings()
        if as_json:
            say_json(rows)
        else:
            columns = ("detector", "state", "change", "since", "proposed")
            table(columns, [tuple(str(row[column]) for column in columns) for row in rows])

    @group.command("show")
    def show(name: NAME) -> None:
        """One detector: its settings, the change that waits, and the changes before."""
        with ready():
            shown(name)

    @group.command("try")
    def try_(
        name: NAME,
        settings: SET = None,
        vary: Annotated[str, typer.Option(help="a setting of which other values are tried too")] = "",
    ) -> None:
        """Try other settings on the data as it stands: how many findings there would be, never whom."""
        with ready() as here:
            attempt(name, settings or [], vary, here.now())


def _deciding(group: typer.Typer, ready: Callable[[], Any]) -> None:
    @group.command("propose")
    def propose(
        name: NAME,
        why: WHY,
        user: USER,
        settings: SET = None,
        off: Annotated[bool, typer.Option("--off", help="propose to switch it off")] = False,
    ) -> None:
        """Propose the settings that were tried last, or those of --set; somebody else decides."""
        with ready() as here:
            proposed(name, settings or [], off, here.now(), user, why)

    @group.command("approve")
    def approve(name: NAME, why: WHY, user: USER) -> None:
        """Put the change that waits in force, as somebody else than who proposed it."""
        with ready() as here:
            decided(name, True, here.now(), user, why)

    @group.command("decline")
    def decline(name: NAME, why: WHY, user: USER) -> None:
        """Decline the change that waits, or take one's own proposal back."""
        with ready() as here:
            decided(name, False, here.now(), user, why)


def standings() -> list[dict[str, Any]]:
    """How every detector stands, as plain facts."""
    from arusha.flow.inbox.offered import detectors
    from arusha.flow.runs.models import DetectorChange
    from arusha.flow.runs.standing import governed

    held = {(c.detector, c.state): c for c in DetectorChange.objects.filter(state__in=("in-force", "proposed"))}
    rows = []
    for name in detectors():
        ruling, waits = held.get((name, "in-force")), held.get((name, "proposed"))
        on = "on" if ruling and ruling.on else "off"
        rows.append(
            {
                "detector": name,
                "state": on if governed(name) else "on: a model",
                "change": ruling.number if ruling else "-",
                "since": ruling.decided_at.date().isoformat() if ruling and ruling.decided_at else "-",
                "settings": ruling.settings if ruling else {},
                "proposed": waits.number if waits else "-",
            }
        )
    return rows


def shown(name: str) -> None:
    """Say how a detector stands and what was changed."""
    from arusha.flow.runs.models import DetectorChange

    row = _governed(name)
    changes = DetectorChange.objects.filter(detector=name).order_by("-number")
    stands = "on" if row.standing and row.standing.on else "off"
    by = f"change {row.standing.number}" if row.standing else "never switched on"
    say(f"{name}: {stands}, {by}\n")
    table(("setting", "value"), list(row.settings.items()))
    for change in changes:
        told = f", {change.expected['hits']:,} findings expected" if change.expected else ""
        found = f", {change.seen['hits']:,} found by the first run" if change.seen else ""
        stands = "on" if change.on else "off"
        say(f"change {change.number}: {change.state}, {stands}, of {change.proposed_at:%Y-%m-%d}{told}{found}")


def attempt(name: str, given: list[str], vary: str, at: Any) -> None:
    """Try settings now, and say what came; the worker would do the same for a page."""
    from uuid import UUID

    from arusha.core.journal.acts import Act
    from arusha.core.people.roles import System
    from arusha.flow.runs import trying

    row = _governed(name)
    if vary and vary not in row.settings:
        fail(f"{name} has no setting {vary!r}; it has {', '.join(row.settings)}.")
    done = trying.ask(name, row.settings | _pairs(given), vary, act=Act(by=System("command"), at=at))
    with progress(f"trying {name}") as told:
        run = trying.carry_out(UUID(done.id), at=at, progress=told)
    if run.state != "done":
        fail(f"The trial did not end well: {run.error or run.state}", 1)
    c = run.counts
    say(f"{c['hits']:,} findings, {c['ordinary']:,} of them with an ordinary explanation; {c['new']:,} are new.")
    say(f"{c['gone']:,} findings that are open would not be found again; they stay.")
    for value, hits in c.get("values", []):
        say(f"  {run.params['vary']} = {value}: {hits:,}")


def proposed(name: str, given: list[str], off: bool, at: Any, user: str, why: str) -> None:
    """Propose what was tried last, or the settings given, which have to have been tried."""
    from arusha.flow.detectors.offers import proposed as propose
    from arusha.flow.runs.models import Run
    from arusha.lib.detect.settings import checked

    row = _governed(name)
    tried = Run.objects.filter(kind="try", name=name, state="done").order_by("-asked_at")
    trial = None if off else tried.first()
    settings = trial.params["settings"] if trial else row.settings
    if given:
        settings = checked(row.detector, row.settings | _pairs(given))
        trial = next((run for run in tried[:50] if run.params["settings"] == settings), None)
    act = _as(user, at, why)
    propose(name, not off, settings, trial.pk if trial else None, act)
    say(f"Proposed. Somebody else decides: arusha detectors approve {name}, or the page of the detector.")


def decided(name: str, agreed: bool, at: Any, user: str, why: str) -> None:
    """Put the change that waits in force, or decline it."""
    from arusha.flow.runs import governing
    from arusha.flow.runs.models import DetectorChange

    _governed(name)
    change = DetectorChange.objects.filter(detector=name, state="proposed").first()
    if change is None:
        fail(f"No change of {name} waits to be decided: see arusha detectors show {name}.", 1)
    if change.expected:
        say_aside(f"{change.expected['hits']:,} findings expected, {change.expected['new']:,} of them new.")
    act = _as(user, at, why)
    if agreed:
        governing.put_in_force(change.pk, act=act)
    else:
        governing.decline(change.pk, act=act)
    say(f"Change {change.number} of {name} is {'in force: it holds from the next run' if agreed else 'declined'}.")


def _as(user: str, at: Any, why: str) -> Any:
    """An act by the person of that name, once they have given their password."""
    from arusha.core.journal.acts import Act
    from arusha.core.people.at_terminal import signed_in

    actor = signed_in(user, typer.prompt(f"Password of {user}", hide_input=True, err=True), at)
    if actor is None:
        fail("This name and password do not go together, or the name is locked out.", 1)
    return Act(by=actor, at=at, why=why)


def _governed(name: str) -> Any:
    from arusha.flow.detectors.forms import Governed
    from arusha.flow.inbox.offered import DETECTORS, detectors
    from arusha.flow.runs.standing import governed, in_force

    if name not in DETECTORS or not governed(name):
        if name in detectors():
            fail(f"{name} was made here and is governed as a model: see arusha models list.")
        fail(f"There is no detector {name!r}; there are {', '.join(DETECTORS)}.")
    return Governed(DETECTORS[name], in_force(name))


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key or not value:
            fail(f"--set {text}: give it as NAME=VALUE.")
        pairs[key] = value
    return pairs
