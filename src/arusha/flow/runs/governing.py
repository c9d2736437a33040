"""What two people do with a detector: one proposes how it should stand, having seen what it would make; one decides."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Effects, Set, create
from arusha.core.journal.refusals import refuse_if
from arusha.core.notices.notices import SENTENCES, Notify
from arusha.core.people.roles import May, role
from arusha.flow.inbox.offered import DETECTORS
from arusha.flow.runs.models import DetectorChange, Run
from arusha.lib.detect.settings import checked

READERS = role("analyst", "risk-officer", "integrity-officer", "auditor", "head-of-office")
PROPOSER = role("analyst", "risk-officer", "integrity-officer")
STATES: dict[str, "str | Promise"] = {
    "proposed": pgettext_lazy("state of a change", "Proposed"),
    "in-force": pgettext_lazy("state of a change", "In force"),
    "declined": pgettext_lazy("state of a change", "Declined"),
    "replaced": pgettext_lazy("state of a change", "Replaced"),
}
SENTENCES["detector-put-in-force"] = _("The change that you proposed for %(detector)s is in force.")
SENTENCES["detector-declined"] = _("The change that you proposed for %(detector)s was declined.")


def _someone_else(actor: Any, change: Any) -> bool:
    return change is None or str(change.proposed_by_id) != str(actor.person)


SECOND = role("analyst", "risk-officer", "integrity-officer") & May("not who proposed it", _someone_else)
PROPOSED = Condition(
    "change-decided", lambda change: change.state == "proposed", _("This change has been decided already.")
)


@act("detector.proposed", why=Why.REQUIRED, may=PROPOSER)
def propose(name: str, on: bool, settings: Mapping[str, str], trial: Any, *, act: Act) -> Effects:
    """Propose how a detector should stand. `trial`: the run that tried these settings; none where it is to be off."""
    detector = DETECTORS.get(name)
    refuse_if(detector is None, "detector-unknown", lambda: _("There is no detector %s that is governed here.") % name)
    assert detector is not None
    rows = DetectorChange.objects.filter(detector=name)
    waiting = rows.filter(state="proposed").exists()
    refuse_if(waiting, "change-waiting", _("Another change of this detector waits to be decided: decide that first."))
    ruling = rows.filter(state="in-force").first()
    settings = checked(detector, settings)
    same = ruling is not None and (ruling.on, ruling.settings) == (on, settings)
    refuse_if(same, "change-nothing", _("This is how the detector stands already."))
    tried = _tried(name, settings, trial)
    refuse_if(
        on and tried is None, "change-untried", _("Try these settings on the data first: both of you see what comes.")
    )
    change = DetectorChange(
        id=act.new_id(),
        detector=name,
        number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1,
        on=on,
        settings=settings,
        state="proposed",
        expected=_expected(tried) if on and tried else {},
        proposed_at=act.at,
        proposed_by_id=act.by.person,
    )
    return create(change)


def _tried(name: str, settings: Mapping[str, str], trial: Any) -> Run | None:
    run = Run.objects.filter(pk=trial, kind="try", name=name, state="done").first() if trial else None
    return run if run and run.params["settings"] == settings else None


def _expected(tried: Run) -> dict[str, Any]:
    told = {key: tried.counts[key] for key in ("hits", "ordinary", "new", "gone")}
    return {**told, "run": str(tried.pk), "at": tried.asked_at.isoformat()}


@act("detector.put-in-force", why=Why.REQUIRED, may=SECOND, when=(PROPOSED,))
def put_in_force(change: Locked[DetectorChange], *, act: Act) -> Effects:
    """Let it hold from the next run on, as someone else than who proposed it; what held before is replaced."""
    before = DetectorChange.objects.select_for_update().filter(detector=change.detector, state="in-force")
    replaced = tuple(Set(old, {"state": "replaced"}) for old in before)
    new = Set(change, {"state": "in-force", "decided_at": act.at, "decided_by_id": act.by.person})
    told = _tell(change, "detector-put-in-force")
    return Effects((*replaced, new, told), f"detectorchange:{change.pk}")


@act("detector.declined", why=Why.REQUIRED, may=PROPOSER, when=(PROPOSED,))
def decline(change: Locked[DetectorChange], *, act: Act) -> Effects:
    """Say why it is not put in force, or take one's own proposal back."""
    declined = change.set(state="declined", decided_at=act.at, decided_by_id=act.by.person)
    return declined + _tell(change, "detector-declined")


def _tell(change: DetectorChange, kind: str) -> Notify:
    address = f"/supervision/detectors/{change.detector}/"
    return Notify(change.proposed_by_id, kind, address, {"detector": change.detector})
