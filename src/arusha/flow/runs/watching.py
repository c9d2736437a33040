"""Running detectors over the lake as recorded runs: fixed inputs, one file of hits, each hit a signal.

A kill between any two steps loses nothing: asked again, a run that stands at `computed` posts what was not yet posted,
since posting a hit twice is one finding.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.db.models import Q

from arusha.core.journal.acts import Act
from arusha.core.people.roles import System
from arusha.flow.inbox import hits as hit_files
from arusha.flow.inbox import rejudging
from arusha.flow.inbox.sightings import seen_of, sight
from arusha.flow.runs import expected, runs, standing
from arusha.flow.runs.inputs import givers, inputs_of, tables_of
from arusha.flow.runs.models import Run
from arusha.flow.runs.sources.withdrawing import settle
from arusha.flow.runs.turns import turn
from arusha.lib.datasets import DATASETS
from arusha.lib.detect import Detector
from arusha.lib.detect.files import write_hits
from arusha.lib.intake import Lake

STEPS = ("asked", "computed", "posted", "ended")
"""The checkpoints of a run of a detector, in order."""
MACHINE = System("watch")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one detector: `state` is done, past, unchanged, failed, off or not-offered; `needs` says why.

    `off`: two people switched it off, or have not switched it on. `past`: the hits are those of an earlier day than the
    inbox tells of, and stand in the run's file only.
    """

    detector: str
    state: str
    run: str = ""
    hits: int = 0
    new: int = 0
    seconds: float = 0.0
    needs: tuple[str, ...] = field(default=())


def watch(
    detectors: Sequence[Detector],
    *,
    by: Any,
    at: datetime,
    as_of: date | None = None,
    progress: Callable[[object], None],
    step: Callable[[str, str], None] = lambda detector, step: None,
) -> Iterator[Outcome]:
    """Run each detector on what the lake holds, those whose hits another takes first.

    `as_of`: rows of that day and later are left out; where a run of a later day is done, the inbox stays as it is.
    Each outcome is yielded as it comes.
    """
    home = Path(settings.ARUSHA_HOME)
    with turn(home, progress):
        settle(home)
        standing.begin([detector.name for detector in detectors], act=Act(by=MACHINE, at=at))
        for detector in in_order(detectors):
            progress(detector.name)
            yield _one(detector, Lake(home), by, at, as_of, step)


def in_order(detectors: Sequence[Detector]) -> list[Detector]:
    """Those that others take hits of come before these."""
    waiting, done = list(detectors), list[Detector]()
    names = {detector.name for detector in detectors}
    while waiting:
        ready = [d for d in waiting if not ({*givers(d).values()} & names) - {x.name for x in done}]
        if not ready:
            raise ValueError(f"detectors wait for one another's hits: {', '.join(d.name for d in waiting)}")
        done += ready
        waiting = [d for d in waiting if d not in ready]
    return done


def _one(
    detector: Detector, lake: Lake, by: Any, at: datetime, as_of: date | None, step: Callable[[str, str], None]
) -> Outcome:
    ruling = standing.in_force(detector.name)
    if ruling is None or not ruling.on:
        return Outcome(detector.name, "off", needs=standing.why_off(ruling))
    inputs, needs = inputs_of(detector, lake, as_of)
    if needs:
        if as_of is None:
            _rejudge(detector, lake, None, at)
        return Outcome(detector.name, "not-offered", needs=needs)
    try:
        detector.settings(ruling.settings)
    except ValueError as unfit:
        return Outcome(detector.name, "failed", needs=(f"the settings in force do not fit it: {unfit}",))
    params = {"number": ruling.number, "settings": ruling.settings}
    what = {"version": detector.version, "inputs": inputs, "as_of": as_of.isoformat() if as_of else None} | params
    mark = runs.fingerprint("detect", detector.name, what)
    run = Run.objects.filter(fingerprint=mark, state__in=("running", "done")).order_by("-asked_at").first()
    if run is not None and run.state == "done" and as_of is None and not _is_latest(run):
        run = None  # what was withdrawn since is restored: the inbox tells of another run, and has to hear this again
    if run is not None and run.state == "done" and hit_files.digest_of(run.pk) == run.output:
        return Outcome(detector.name, "unchanged", str(run.pk), run.counts.get("hits", 0))
    if run is None or run.state == "done":
        act = Act(by=by, at=at)
        asked = runs.ask("detect", detector.name, mark, params=params, inputs=inputs, as_of=as_of, act=act)
        run = Run.objects.get(pk=asked.id)
    step(detector.name, "asked")
    try:
        return _carried_out(detector, lake, run, at, step)
    except (ValueError, OSError, MemoryError) as wrong:
        runs.fail(run.pk, f"{type(wrong).__name__}: {wrong}", act=Act(by=MACHINE, at=at))
        return Outcome(detector.name, "failed", str(run.pk), needs=(str(wrong),))


def _carried_out(detector: Detector, lake: Lake, run: Run, at: datetime, step: Callable[[str, str], None]) -> Outcome:
    began = time.monotonic()
    if not run.output or hit_files.digest_of(run.pk) != run.output:
        tables = tables_of(detector, lake, run.inputs, run.as_of)
        hits = detector.run(tables, detector.settings(run.params.get("settings", {})))
        path = hit_files.path_of(run.pk)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_hits(hits, path)
        output = hit_files.digest_of(run.pk)
        runs.computed(run.pk, output, {"hits": hits.num_rows}, act=Act(by=MACHINE, at=at))
    step(detector.name, "computed")
    new = 0
    rows = pq.read_table(hit_files.path_of(run.pk)).to_pylist()
    past = _of_the_past(run)
    for hit in [] if past else rows:
        done = sight(seen_of(hit, run.pk), act=Act(by=MACHINE, at=at, once=f"{run.pk}:{hit['hit_id']}"))
        new += done.created
    step(detector.name, "posted")
    if run.as_of is None:
        _rejudge(detector, lake, run, at)
    seconds = round(time.monotonic() - began, 3)
    runs.end(run.pk, {"hits": len(rows), "new": new, "past": past}, seconds, act=Act(by=MACHINE, at=at))
    if not past:
        expected.hold(run, len(rows), act=Act(by=MACHINE, at=at))
    step(detector.name, "ended")
    return Outcome(detector.name, "past" if past else "done", str(run.pk), len(rows), new, seconds)


def _is_latest(run: Run) -> bool:
    done = Run.objects.filter(kind="detect", name=run.name, state="done", as_of=None)
    return done.order_by("-asked_at").values_list("pk", flat=True).first() == run.pk


def _rejudge(detector: Detector, lake: Lake, run: Run | None, at: datetime) -> None:
    """Findings that rested on rows of files that do not count any more say what became of them."""
    gone = {name: by for dataset in DATASETS for name, by in lake.gone(dataset).items()}
    if not gone:
        return
    done = Run.objects.filter(kind="detect", name=detector.name, as_of=None).exclude(output="")
    rested = [pk for pk, inputs in done.values_list("pk", "inputs") if _manifests_of(inputs) & gone.keys()]
    for shaken in list(rejudging.shaken(detector.name, rested, gone, run.pk if run else None)):
        rejudging.rejudge(shaken, run.pk if run else None, act=Act(by=MACHINE, at=at))


def _manifests_of(inputs: Mapping[str, Any]) -> set[str]:
    return {name for told in inputs.values() if isinstance(told, list) for name in told}


def _of_the_past(run: Run) -> bool:
    """Whether a run that read later days is done: what the inbox tells is not set back to an earlier one."""
    if run.as_of is None:
        return False
    done = Run.objects.filter(kind="detect", name=run.name, state="done").exclude(pk=run.pk)
    return done.filter(Q(as_of=None) | Q(as_of__gt=run.as_of)).exists()
