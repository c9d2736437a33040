"""What a detector reads: the manifests, or the run whose hits it takes, fixed before it runs; and those tables."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from datetime import time as clock_time
from typing import Any

import pyarrow.parquet as pq

from arusha.flow.inbox import hits as hit_files
from arusha.flow.inbox.signals import signal_of
from arusha.flow.runs.models import Run
from arusha.lib.datasets import DATASETS
from arusha.lib.detect import Detector, Table
from arusha.lib.intake import Lake


def givers(detector: Detector) -> Mapping[str, str]:
    """For each input that takes hits, the detector whose they are."""
    signal = signal_of(detector.name)
    return signal.hits_of if signal else {}


def inputs_of(detector: Detector, lake: Lake, as_of: date | None = None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What the run will read: manifests by input, or the run whose hits it takes; and what is lacking."""
    inputs: dict[str, Any] = {}
    needs = []
    for wanted in detector.inputs:
        if wanted.dataset is not None:
            found: Any = [manifest.manifest for manifest in lake.manifests(wanted.dataset.name)]
        else:
            giver = givers(detector).get(wanted.name, "")
            gave = Run.objects.filter(kind="detect", name=giver, state="done", as_of=as_of)
            last = gave.order_by("-asked_at").first()
            found = {"run": str(last.pk), "hits": last.output} if last else None
        if found:
            inputs[wanted.name] = found
        elif not wanted.optional:
            needs.append(wanted.name)
    if detector.one_of and not set(detector.one_of) & set(inputs):
        needs.append(" or ".join(detector.one_of))
    if signal_of(detector.name) is None:
        needs.append("a declared signal")
    return inputs, tuple(needs)


def tables_of(
    detector: Detector, lake: Lake, inputs: Mapping[str, Any], as_of: date | None = None
) -> dict[str, object]:
    """The tables that these inputs name, rows of `as_of` and later left out."""
    tables: dict[str, object] = {}
    for wanted in detector.inputs:
        told = inputs.get(wanted.name)
        if told is None:
            continue
        if wanted.dataset is None:
            tables[wanted.name] = pq.read_table(hit_files.path_of(told["run"]))
        else:
            tables[wanted.name] = _read(lake, wanted.dataset.name, told, as_of)
    return tables


def _read(lake: Lake, dataset: str, manifests: Sequence[str], as_of: date | None) -> Table[object]:
    time_column = DATASETS[dataset].time
    if as_of is None or time_column is None:
        return lake.read(dataset, manifests=manifests)
    instant = DATASETS[dataset].column(time_column).kind == "instant"
    stop = datetime.combine(as_of, clock_time(0), UTC) if instant else as_of
    return lake.read(dataset, manifests=manifests, stop=stop)
