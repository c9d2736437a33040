"""A dry run: how many findings a detector would make with other settings, and how many of them are new; never whom.

A trial is a run of the kind `try`: asked for by a person, carried out by the worker or on the command line, and gone on
with after a kill: each value that was tried is written down before the next.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Done
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.roles import System
from arusha.flow.inbox.identity import match
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.offered import DETECTORS
from arusha.flow.inbox.signals import signal_of
from arusha.flow.runs import runs
from arusha.flow.runs.inputs import inputs_of, tables_of
from arusha.flow.runs.models import Run
from arusha.flow.runs.turns import turn
from arusha.lib.detect import Detector
from arusha.lib.detect.settings import checked, varied
from arusha.lib.intake import Lake

TIMES = (0.25, 0.5, 2.0, 4.0)
"""Other values that are tried of the setting that is varied, as multiples of the proposed one."""
MACHINE = System("trial")


def ask(name: str, settings: Mapping[str, str], vary: str, *, act: Act) -> Done:
    """Ask for a trial on the data as it stands. `vary`: the setting of which other values are tried too, or nothing.

    Raises ValueError as `checked` does, and Refused where the detector lacks data.
    """
    detector = DETECTORS.get(name)
    refuse_if(detector is None, "detector-unknown", lambda: _("There is no detector %s that is governed here.") % name)
    assert detector is not None
    texts = checked(detector, settings)
    inputs, needs = inputs_of(detector, Lake(Path(django_settings.ARUSHA_HOME)))
    refuse_if(bool(needs), "trial-nothing", lambda: _("It cannot be tried: it needs %s.") % ", ".join(needs))
    others = varied(detector, texts, vary, TIMES) if vary in texts else []
    params = {"settings": texts, "vary": vary if others else "", "values": others}
    mark = runs.fingerprint("try", name, {"version": detector.version, "inputs": inputs, "params": params})
    under_way = Run.objects.filter(fingerprint=mark, state="running").first()
    if under_way is not None:
        return Done(f"run:{under_way.pk}", under_way.pk, repeated=True)
    return runs.ask("try", name, mark, params=params, inputs=inputs, act=act)


def waiting() -> list[Run]:
    """Trials that were asked for and are not done, the oldest first."""
    return list(Run.objects.filter(kind="try", state="running").order_by("asked_at"))


def carry_out(pk: UUID, *, at: datetime, progress: Callable[[object], None]) -> Run:
    """Try what was asked, value by value; a trial that was called off meanwhile stops before the next."""
    home = Path(django_settings.ARUSHA_HOME)
    act = Act(by=MACHINE, at=at)
    with turn(home, progress):
        run = Run.objects.get(pk=pk)
        detector = DETECTORS.get(run.name)
        if detector is None:
            runs.fail(pk, f"{run.name} is no longer offered", act=act)
            return Run.objects.get(pk=pk)
        began = time.monotonic()
        try:
            _tried(detector, run, Lake(home), act, progress)
        except (ValueError, OSError, MemoryError) as wrong:
            runs.fail(pk, f"{type(wrong).__name__}: {wrong}", act=act)
        else:
            if Run.objects.get(pk=pk).state == "running":
                runs.end(pk, {"steps": None}, round(time.monotonic() - began, 3), act=act)
    return Run.objects.get(pk=pk)


def _tried(detector: Detector, run: Run, lake: Lake, act: Act, progress: Callable[[object], None]) -> None:
    """Fill the run's counts: `hits`, `ordinary` with a mark, `new`, `gone`, and `values` of [value, hits]."""
    values: list[str] = run.params["values"]
    counts = dict(run.counts)
    told: list[list[Any]] = counts.get("values", [])
    steps = 1 + len([value for value in values if value != run.params["settings"].get(run.params["vary"])])
    tables: dict[str, object] = {}

    def hits(settings: Mapping[str, str], step: int) -> Any:
        progress(f"{detector.name}: {step} of {steps}")
        tables.update(tables or tables_of(detector, lake, run.inputs))
        return detector.run(tables, detector.settings(settings))

    if "hits" not in counts:
        began = time.monotonic()
        counts |= against_inbox(detector.name, hits(run.params["settings"], 1).to_pylist())
        counts |= {"steps": [1, steps], "each": round(time.monotonic() - began, 1)}
        runs.go_on(run.pk, counts, act=act)
    for value in values[len(told) :]:
        if Run.objects.get(pk=run.pk).state != "running":
            return
        settings = run.params["settings"] | {run.params["vary"]: value}
        same = settings == run.params["settings"]
        done = counts["steps"][0] + (not same)
        told.append([value, counts["hits"] if same else hits(settings, done).num_rows])
        counts |= {"values": told, "steps": [done, steps]}
        runs.go_on(run.pk, counts, act=act)


def against_inbox(name: str, hits: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many findings these hits would be, held against the inbox by the rule of their signal. No subject is kept.

    `new` are not known yet; `gone` are open now and would not be found again, though nothing closes them.
    """
    signal = signal_of(name)
    assert signal is not None, name
    counts = {"hits": 0, "ordinary": 0, "new": 0}
    taken: set[UUID] = set()
    for hit in hits:
        leading, others = signal.subject_kinds(hit["kind"])
        subjects = [(leading if place == 0 else others, ref) for place, ref in enumerate(hit["subjects"])]
        found = match(signal, hit["kind"], subjects, "")
        fits = [one for one in (found.finding, *found.also) if one is not None and one not in taken]
        taken.update(fits[:1])  # what one run tells apart stays apart
        counts["hits"] += 1
        counts["ordinary"] += bool(hit["marks"])
        counts["new"] += not fits
    standing = set(Finding.objects.filter(signal=name, state="open").values_list("pk", flat=True))
    return counts | {"gone": len(standing - taken)}
