"""The acts of a run: it is asked for, its result stands, it ends or fails. Each can be done twice without harm."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from arusha import __version__
from arusha.core.journal.acts import Act, Condition, Locked, act
from arusha.core.journal.effects import Effects, create
from arusha.core.people.roles import SYSTEM, role
from arusha.flow.runs.models import Run
from arusha.lib.seal.chain import canonical

RUNNERS = SYSTEM | role("integrity-officer", "analyst", "risk-officer")
UNDER_WAY = Condition("run-over", lambda run: run.state == "running", _("It is over already."))


def fingerprint(kind: str, name: str, what: Mapping[str, Any]) -> str:
    """SHA-256 over kind, name, the program's version and everything the outcome depends on."""
    return hashlib.sha256(canonical({"kind": kind, "name": name, "software": __version__, **what})).hexdigest()


@act("run.asked", may=RUNNERS)
def ask(
    kind: str,
    name: str,
    mark: str,
    *,
    params: Mapping[str, Any] | None = None,
    inputs: Mapping[str, Any] | None = None,
    as_of: date | None = None,
    act: Act,
) -> Effects:
    """Begin a run; everything it depends on is fixed from here on."""
    return create(
        Run(
            id=act.new_id(),
            kind=kind,
            name=name,
            fingerprint=mark,
            params=dict(params or {}),
            inputs=dict(inputs or {}),
            as_of=as_of,
            software=__version__,
            asked_at=act.at,
            asked_by=act.by.ref,
        )
    )


@act("run.computed", may=SYSTEM)
def computed(run: Locked[Run], output: str, counts: Mapping[str, Any], *, act: Act) -> Effects:
    """What it computed is written down and has this hash; a resumed run goes on from here."""
    del act
    return run.set(output=output, counts=dict(counts))


@act("run.went-on", may=SYSTEM)
def go_on(run: Locked[Run], counts: Mapping[str, Any], *, act: Act) -> Effects:
    """How far it has come; a resumed run goes on from here."""
    del act
    return run.set(counts=dict(counts))


@act("run.called-off", may=RUNNERS, when=(UNDER_WAY,))
def call_off(run: Locked[Run], *, act: Act) -> Effects:
    """Let it end before it is done; what it had come to stays told."""
    return run.set(state="called-off", finished_at=act.at)


@act("run.ended", may=SYSTEM)
def end(run: Locked[Run], counts: Mapping[str, Any], seconds: float, *, act: Act) -> Effects:
    """It is done."""
    return run.set(state="done", counts={**run.counts, **counts}, seconds=seconds, finished_at=act.at, error="")


@act("run.failed", may=SYSTEM)
def fail(run: Locked[Run], error: str, *, act: Act) -> Effects:
    """It could not go on, and why; asking again tries again."""
    return run.set(state="failed", error=error[:2000], finished_at=act.at)
