"""What two people were told to expect, held against what the first run with their change found."""

from math import sqrt

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.core.journal.acts import Act, Locked, act
from arusha.core.journal.effects import Effects
from arusha.core.notices.notices import SENTENCES, Notify
from arusha.core.people.roles import SYSTEM
from arusha.flow.inbox.sightings import Seen, raise_signal
from arusha.flow.inbox.signals import SameKey, signal
from arusha.flow.runs.models import DetectorChange, Run
from arusha.lib.factors import Factor

FEW = 5
"""Findings more or fewer that nobody is warned of, however few were expected."""
UNEXPECTED = signal(
    "detector-unexpected",
    factor=Factor.AUTOMATION,
    match=SameKey("detector", "change"),
    title={"detector": pgettext_lazy("signal", "A detector finds far from what was expected")},
    subjects={"detector": ("detector", "detector")},
)
SENTENCES["detector-unexpected"] = _(
    "%(detector)s found %(found)s where %(expected)s were expected when its change was put in force."
)


def far(expected: int, found: int) -> bool:
    """Whether a count is far from the expected one.

    It is where it is beyond half and twice of it, differs by more than three standard errors of a Poisson count, 3·√e,
    and by more than `FEW`.
    """
    beyond = found > 2 * expected or 2 * found < expected
    return beyond and abs(found - expected) > max(FEW, 3 * sqrt(expected))


def hold(run: Run, found: int, *, act: Act) -> None:
    """Hold a run's hits against what its change was expected to make, the first time; far from it is a signal."""
    number = run.params.get("number", 0)
    change = DetectorChange.objects.filter(detector=run.name, number=number, seen={}).first()
    if change is None or "hits" not in change.expected:
        return
    _held(change.pk, str(run.pk), found, act=Act(by=act.by, at=act.at, once=f"held:{change.pk}"))
    if not far(change.expected["hits"], found):
        return
    told = {"detector": run.name, "change": number, "expected": change.expected["hits"], "found": found}
    seen = Seen(
        signal=UNEXPECTED.name,
        kind="detector",
        subjects=(("detector", run.name),),
        reasons=[{"reason": UNEXPECTED.name, **told}],
        support=found,
        expected=float(change.expected["hits"]),
        first_at=act.at,
        last_at=act.at,
        key=f"{run.name}:{number}",
    )
    raise_signal(seen, act=Act(by=act.by, at=act.at, once=f"unexpected:{change.pk}"))


@act("detector.first-run", may=SYSTEM)
def _held(change: Locked[DetectorChange], run: str, found: int, *, act: Act) -> Effects:
    """Note what the first run found; both people are told where it is far from what they expected."""
    del act
    effects = change.set(seen={"run": run, "hits": found})
    if not far(change.expected["hits"], found):
        return effects
    facts = {"detector": change.detector, "found": found, "expected": change.expected["hits"]}
    for person in {change.proposed_by_id, change.decided_by_id} - {None}:
        effects += Notify(person, "detector-unexpected", f"/supervision/detectors/{change.detector}/", facts)
    return effects
