"""Rows set aside leave the house to be corrected: that is recorded."""

from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from django.conf import settings

from arusha.core.journal.acts import Act, act
from arusha.core.journal.effects import Effects, Remember
from arusha.flow.runs.sources.withdrawing import RECEIVERS, named
from arusha.lib.intake import Lake, Manifest
from arusha.lib.intake.correcting import write_left


@act("source.rows-taken", may=RECEIVERS)
def _taken(manifest: Manifest, count: int, *, act: Act) -> Effects:
    """Rows that were set aside were taken to be corrected."""
    del act
    facts = {"dataset": manifest.dataset, "manifest": manifest.manifest, "rows": count}
    return Effects((Remember(facts),), about=f"source:{manifest.manifest}")


def take(dataset: str, name: str, file: TextIO, *, by: Any, at: datetime, language: str = "en") -> int:
    """Write the rows that wait to be corrected, and record that they were taken; tells how many."""
    manifest = named(dataset, name)
    count = write_left(Lake(Path(settings.ARUSHA_HOME)), manifest, file, language)
    _taken(manifest, count, act=Act(by=by, at=at))
    return count
