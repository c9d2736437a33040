"""Findings whose rows were withdrawn or restated: after the next run each says what became of it, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arusha.core.journal.acts import Act, Locked, act
from arusha.core.journal.effects import Effects
from arusha.core.people.roles import SYSTEM
from arusha.flow.inbox.hits import path_of
from arusha.flow.inbox.models import Finding, Sighting

STANDS_OPEN = ("confirmed", "watching")
"""Disposals that rest on the rows having been right: the finding is open again. The others hold."""


@dataclass(frozen=True, slots=True)
class Shaken:
    """A finding that rested, when it was sighted before, on rows of files that are `gone`; and the numbers of then."""

    finding: UUID
    gone: tuple[str, ...]
    support: int
    q: float | None


def shaken(signal: str, runs: Sequence[UUID], gone: Mapping[str, str], now: UUID | None) -> Iterator[Shaken]:
    """The findings of a signal whose latest sighting but for the run of `now` is of one of these `runs`, and rests on
    rows of files that are gone (by name)."""
    sightings = Sighting.objects.filter(finding__signal=signal).order_by("at")
    if now is not None:
        sightings = sightings.exclude(run=now)
    latest = {finding: (run, hit) for finding, run, hit in sightings.values_list("finding", "run", "hit_id")}
    for run in runs:
        if not path_of(run).exists():
            continue
        hits = pq.read_table(path_of(run), columns=["hit_id", "evidence", "support", "q_value"])
        wanted = {hit: finding for finding, (of, hit) in latest.items() if of == run}
        mine = pc.is_in(hits.column("hit_id"), value_set=pa.array(wanted, pa.string()))
        for hit in hits.filter(mine).to_pylist():
            rested = sorted({ref["manifest"] for ref in hit["evidence"]} & gone.keys())
            if rested:
                yield Shaken(wanted[hit["hit_id"]], tuple(rested), hit["support"], hit["q_value"])


def rejudge(shaken: Shaken, now: UUID | None, *, act: Act) -> bool:
    """Say on the finding what the run of `now` (None: no data is left to run on) made of it; whether that is news."""
    finding = Finding.objects.get(pk=shaken.finding)
    again = now is not None and finding.run == now
    before = finding.changed or {}
    if not again and (before.get("gone"), before.get("found")) == (list(shaken.gone), False):
        return False
    if again and (finding.support, finding.q) == (shaken.support, shaken.q):
        return False
    _rejudged(finding.pk, shaken, again, act=act)
    return True


@act("finding.rejudged", may=SYSTEM)
def _rejudged(finding: Locked[Finding], shaken: Shaken, again: bool, *, act: Act) -> Effects:
    """The rows it rested on do not count any more: it is not found, or with other numbers."""
    del act
    told: dict[str, Any] = {"was": finding.state, **(finding.changed or {}), "gone": list(shaken.gone), "found": again}
    if again:
        told |= {"support": [shaken.support, finding.support], "q": [shaken.q, finding.q]}
    fields: dict[str, Any] = {"changed": told}
    if finding.state in STANDS_OPEN:
        fields |= {"state": "open", "watch_until": None}
    return finding.set(**fields)
