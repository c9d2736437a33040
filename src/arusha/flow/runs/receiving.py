"""Receiving a file as a recorded run: the lake's commit makes it whole, the run says who, when and what came of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from arusha.core.journal.acts import Act
from arusha.core.people.roles import System
from arusha.flow.runs import runs
from arusha.flow.runs.sources.withdrawing import settle
from arusha.flow.runs.turns import turn
from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, Plan, Receipt, read_mapping
from arusha.lib.intake import receive as receive_file
from arusha.lib.intake.correcting import plan_of
from arusha.lib.intake.source_tables import Address, extract


@dataclass(frozen=True, slots=True)
class Beside:
    """How a file stands beside those received before it: what it `replaces` (names, or their starts), whether it is
    taken `anyway` where it seems to restate one, which file's rows set aside it `corrects`."""

    replaces: tuple[str, ...] = ()
    anyway: bool = True
    corrects: str = ""


BESIDE = Beside()
EXTRACT = ".table-being-received.csv"
"""Where the rows of a table lie below the home while they are being received."""


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
    name: str = "",
    beside: Beside = BESIDE,
) -> Receipt:
    """Receive one file. Again after a kill it goes on where it was; the same file twice changes nothing.

    `name`: what the file is called, if not by its path. A correction is read by the mapping of the file it corrects.
    """
    home = Path(settings.ARUSHA_HOME)
    lake, name = Lake(home), name or path.name
    with turn(home, progress):
        settle(home)
        plan = plan_of(lake.named(dataset, beside.corrects)) if beside.corrects else plan_for(dataset, mapping)

        def carry_out() -> Receipt:
            return receive_file(
                lake,
                path,
                plan,
                at=at,
                name=name,
                replaces=beside.replaces,
                beside=beside.anyway,
                corrects=beside.corrects,
                step=step,
                progress=progress,
            )

        return _recorded(dataset, name, plan, by, at, carry_out)


def receive_table(
    dataset: str,
    where: Address,
    table: str,
    mapping: Path | None,
    *,
    by: Any,
    at: datetime,
    progress: Callable[[object], None],
    step: Callable[[str], None] = lambda step: None,
    beside: Beside = BESIDE,
) -> Receipt:
    """Receive a table of a SQL database as it stands now, through the same checks as a file."""
    plan, home = plan_for(dataset, mapping), Path(settings.ARUSHA_HOME)
    name = f"{table} of {where.shown}"
    place = home / EXTRACT  # one run at a time: what a killed one left is written over

    def through_a_file() -> Receipt:
        try:
            plain, _ = extract(where, table, plan, place, progress)
            return receive_file(
                Lake(home),
                place,
                plain,
                at=at,
                name=name,
                replaces=beside.replaces,
                beside=beside.anyway,
                step=step,
                progress=progress,
            )
        finally:
            place.unlink(missing_ok=True)

    with turn(home, progress):
        settle(home)
        return _recorded(dataset, name, plan, by, at, through_a_file)


def _recorded(dataset: str, name: str, plan: Plan, by: Any, at: datetime, carry_out: Callable[[], Receipt]) -> Receipt:
    """Carry it out as a run that says who asked and what came of it."""
    began = time.monotonic()
    what = {"file": name, "mapping": plan.digest, "at": at.isoformat()}
    mark = runs.fingerprint("receive", dataset, what)
    asked = runs.ask("receive", dataset, mark, inputs={"file": name}, act=Act(by=by, at=at))
    machine = System("receive")
    try:
        receipt = carry_out()
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
        **({"replaces": list(m.replaces)} if m.replaces else {}),
        **({"corrects": m.corrects} if m.corrects else {}),
        "span": list(m.span) if m.span else None,
    }
