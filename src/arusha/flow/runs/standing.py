"""How each detector stands: on or off, and the settings in force.

What an installation begins with is written down by one declared entry, before the first run: every detector that is
there then is on with the settings it was shipped with, unless its signal says that it begins off. Whatever comes later,
with a new release or a new folder, is off until two people switch it on. A detector that people of the installation
made (`offered.MADE`) is called `family:member`, and is governed where it is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, act
from arusha.core.journal.effects import CreateMany, Effects, Remember
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.roles import SYSTEM
from arusha.flow.inbox.offered import detectors
from arusha.flow.inbox.signals import signal_of
from arusha.flow.runs.models import DetectorChange
from arusha.lib.detect.settings import texts

BEGUN = "detectors:begun"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a run goes by: `number` is that of the change in force, 0 where the detector is governed elsewhere."""

    on: bool
    number: int = 0
    settings: dict[str, str] = field(default_factory=dict)


def governed(name: str) -> bool:
    """Whether two people govern the detector here; one that people made is governed where it is made."""
    return ":" not in name


def in_force(name: str) -> Standing | None:
    """How the detector stands; None where nobody ever switched it on."""
    if not governed(name):
        return Standing(on=True)
    row = DetectorChange.objects.filter(detector=name, state="in-force").first()
    return Standing(row.on, row.number, row.settings) if row else None


def why_off(standing: Standing | None) -> tuple[str, ...]:
    """Why a detector does not run, in a word or two."""
    return (
        ("two people have yet to switch it on",) if standing is None else (f"switched off by change {standing.number}",)
    )


def begin(more: Iterable[str] = (), *, act: Act) -> None:
    """Write down what the installation begins with, once: all detectors offered now, and `more` of the caller's."""
    if not DetectorChange.objects.exists():
        _begin(sorted({*detectors(), *more}), act=Act(by=act.by, at=act.at, once=BEGUN))


@act("detectors.begun", may=SYSTEM)
def _begin(names: Iterable[str], *, act: Act) -> Effects:
    """Declare that these detectors are on with the settings they were shipped with."""
    refuse_if(DetectorChange.objects.exists(), "detectors-begun", _("The detectors have begun already."))
    known = detectors()
    rows = [
        DetectorChange(
            id=act.new_id(),
            detector=name,
            number=1,
            on=signal is None or signal.begins,
            settings=texts(known[name].params()) if name in known else {},
            state="in-force",
            proposed_at=act.at,
            decided_at=act.at,
        )
        for name in names
        if governed(name)
        for signal in [signal_of(name)]
    ]
    on = sorted(row.detector for row in rows if row.on)
    return Effects((CreateMany(rows), Remember({"on": on})), about="detectors:all")
