"""Receiving a file as a recorded run: the lake's commit makes it whole, the run says who, when and what came of it."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from arusha.core.journal.acts import Act
from arusha.core.people.roles import System
from arusha.flow.runs import runs
from arusha.flow.runs.turns import turn
from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, Plan, Receipt, read_mapping
from arusha.lib.intake import receive as receive_file


def plan_for(dataset: str, mapping: Path | None) -> Plan:
    """The plan by which a file is read: the mapping's, or columns under their declared names.

    Raises IntakeError where the dataset is not declared, or the mapping is for another.
    """
    if dataset not in DATASETS:
        do = f"name one of {', '.join(DATASETS)}"
        raise IntakeError("unknown-dataset", f"there is no dataset {dataset!r}", do=do)
    if mapping is None:
        return Plan(DATASETS[dataset])
    plan = read_mapping(mapping)
    if plan.dataset.name != dataset:
        what = f"is for {plan.dataset.name}, not for {dataset}"
        raise IntakeError("other-dataset", what, where=str(mapping), do="name the dataset that it is for")
    return plan


def receive(
    dataset: str,
    path: Path,
    mapping: Path | None,
    *,
    by: Any,
    at: datetime,
    progress: Callable[[object], None],
    step: Callable[[str], None] = lambda step: None,
) -> Receipt:
    """Receive one file. Again after a kill it goes on where it was; the same file twice changes nothing."""
    plan = plan_for(dataset, mapping)
    home = Path(settings.ARUSHA_HOME)
    began = time.monotonic()
    with turn(home, progress):
        what = {"file": path.name, "mapping": plan.digest, "at": at.isoformat()}
        mark = runs.fingerprint("receive", dataset, what)
        asked = runs.ask("receive", dataset, mark, inputs={"file": path.name}, act=Act(by=by, at=at))
        machine = System("receive")
        try:
            receipt = receive_file(Lake(home), path, plan, at=at, step=step, progress=progress)
        except (IntakeError, OSError) as wrong:
            runs.fail(asked.id, str(wrong), act=Act(by=machine, at=at))
            raise
        seconds = round(time.monotonic() - began, 3)
        runs.end(asked.id, counts_of(receipt), seconds, act=Act(by=machine, at=at))
    return receipt


def counts_of(receipt: Receipt) -> dict[str, Any]:
    """What a run keeps of a receipt."""
    m = receipt.manifest
    return {
        "manifest": m.manifest,
        "manifest_sha256": receipt.manifest_sha256,
        "already": receipt.already,
        "received": m.received,
        "accepted": m.accepted,
        "rejected": m.rejected,
        "duplicates": m.duplicates,
        "span": list(m.span) if m.span else None,
    }
