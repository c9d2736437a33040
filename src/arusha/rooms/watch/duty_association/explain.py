"""How a unit's or an officer's association with a group is shown: against chance, and shift by shift."""

from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext as _

from arusha.flow.inbox.panels import FindingView, Panel
from arusha.flow.inbox.pictures import against_chance, crossings_over_time
from arusha.flow.inbox.signals import explains

DRAWS = 2000
SEED = 20030627  # any fixed number, so that the picture is the same at every look


@explains("duty-association")
def panels(view: FindingView) -> Iterator[Panel]:
    """The null in a picture, then the group's crossings beside the duty shifts that the finding rests on."""
    told = view.reasons.get("on-lane") or view.reasons.get("on-duty")
    if told:
        yield _chance(view, times=told["times"], of=told.get("on", told.get("of", 0)), expected=told["expected"])
    crossings = view.evidence("crossings").to_pylist()
    shifts = view.evidence("roster").to_pylist()
    officers = list(dict.fromkeys(shift["officer_id"] for shift in shifts))[:12]
    if crossings:
        during = [shift for shift in shifts if shift["officer_id"] in officers]
        yield crossings_over_time(view, [*view.members("traveller"), *officers], crossings, during)


def _chance(view: FindingView, *, times: int, of: int, expected: float) -> Panel:
    """As many joint crossings, each falling to the officer or the unit with the mean chance that the null gives."""
    draws = np.random.default_rng(SEED).binomial(of, min(1.0, expected / max(of, 1)), DRAWS)
    if view.finding.kind == "officer":
        counted = _("Joint crossings on the officer's lane")
        how = _("%(n)d joint crossings, each with the mean chance that other travellers' lanes give it.") % {"n": of}
    else:
        counted = _("Joint crossings while the unit was on duty")
        how = _("%(n)d joint crossings, each with the mean chance that the roster gives it in other weeks.") % {"n": of}
    return against_chance(view, draws.tolist(), observed=times, expected=expected, counted=counted, how=how)
