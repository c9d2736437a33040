"""Who did what with a detector, with the reasons that were given: whoever decides reads why it was proposed."""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from arusha.core.journal.models import Entry
from arusha.flow.cases.timeline import names_of, reasons_of
from arusha.flow.runs.models import DetectorChange

TOLD = {
    "detector.proposed": (_("Change %(number)s proposed"), "caution"),
    "detector.put-in-force": (_("Change %(number)s put in force"), "good"),
    "detector.declined": (_("Change %(number)s declined"), "neutral"),
    "detector.first-run": (_("First run with change %(number)s"), "info"),
}
SHOWN = 50


def events(changes: Sequence[DetectorChange]) -> list[dict[str, Any]]:
    """The latest entries about these changes, the newest first."""
    numbers = {f"detectorchange:{change.pk}": change.number for change in changes}
    found = Entry.objects.filter(about__in=numbers, act__in=TOLD).order_by("-seq")
    entries = list(found[:SHOWN])
    bodies = [json.loads(bytes(entry.body)) for entry in entries]
    names, reasons = names_of(entries, bodies), reasons_of(entries, bodies)
    return [
        {
            "title": str(TOLD[entry.act][0]) % {"number": numbers[entry.about]},
            "when": entry.at,
            "by": names.get(entry.by, ""),
            "text": reasons.get(str(entry.id)),
            "tone": TOLD[entry.act][1],
        }
        for entry in entries
    ]
