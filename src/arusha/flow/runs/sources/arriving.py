"""A file that arrives by page: brought, mapped, asked to be received, and received at once or by the worker."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Effects, create
from arusha.core.journal.refusals import Refused, refuse_if
from arusha.core.people.roles import SYSTEM, System
from arusha.flow.runs import receiving
from arusha.flow.runs.sources.models import Arrival
from arusha.flow.runs.sources.withdrawing import RECEIVERS
from arusha.lib.intake import IntakeError, Lake, parse_mapping
from arusha.lib.intake.proposing import as_yaml, propose

LARGEST = 1 << 30
AT_ONCE = 20 << 20
"""Bytes of a file that is received while its bearer waits; larger ones are the worker's."""
KEPT = timedelta(days=7)
MACHINE = System("receive")
DRAFT = Condition("arrival-past", lambda row: row.state in ("draft", "failed"), _("This file is received already."))


@act("source.arrived", may=RECEIVERS)
def _arrived(row: Arrival, *, act: Act) -> Effects:
    """A file was brought, to be mapped and received."""
    del act
    return create(row)


@act("source.mapped", may=RECEIVERS, when=(DRAFT,))
def save_mapping(row: Locked[Arrival], mapping: str, *, act: Act) -> Effects:
    """Change how its columns are read."""
    del act
    return row.set(mapping=mapping, state="draft", error="")


@act("source.receive-asked", why=Why.OPTIONAL, may=RECEIVERS, when=(DRAFT,))
def ask(row: Locked[Arrival], *, replaces: str = "", beside: bool = False, act: Act) -> Effects:
    """Ask for it to be received as it is mapped."""
    del act
    return row.set(state="asked", replaces=replaces, beside=beside, error="")


@act("source.received", may=SYSTEM)
def _received(row: Locked[Arrival], manifest: str, *, act: Act) -> Effects:
    """It is in the lake."""
    del act
    return row.set(state="received", manifest=manifest, error="")


@act("source.failed", may=SYSTEM)
def _failed(row: Locked[Arrival], error: str, *, act: Act) -> Effects:
    """It could not be received, and why; its mapping can be changed."""
    del act
    return row.set(state="failed", error=error[:2000])


@act("source.dropped", may=RECEIVERS | SYSTEM, when=(DRAFT,))
def _dropped(row: Locked[Arrival], *, act: Act) -> Effects:
    """It is thrown away without being received."""
    del act
    return row.set(state="dropped")


def arrive(dataset: str, file: Any, *, corrects: str = "", act: Act) -> str:
    """Keep a file that somebody brought, with a mapping proposed; gives the id of the arrival.

    Refused where the file cannot be read at all, in the words of the intake.
    """
    refuse_if(
        file.size > LARGEST, "arrival-large", _("The file is too large for a page. Receive it on the command line.")
    )
    refuse_if(not RECEIVERS(act.by, None), "not-allowed", _("You are not allowed to do this."))
    key = act.new_id()
    place = path_of(key)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with place.open("wb") as kept:
            place.chmod(0o600)
            shutil.copyfileobj(file, kept)
        named = place.with_name(Path(file.name).name[:120] or "file")
        mapping = "" if corrects else _proposed(dataset, place, named.name)
        row = Arrival(id=key, dataset=dataset, file=named.name, size=file.size, mapping=mapping, corrects=corrects,
                      arrived_at=act.at, arrived_by=act.by.ref)  # fmt: skip
        done = _arrived(row, act=act)
    except (Refused, OSError):
        place.unlink(missing_ok=True)
        raise
    if done.repeated:
        place.unlink(missing_ok=True)
    return done.id


def drop(row: Arrival, *, act: Act) -> None:
    """Throw it away."""
    _dropped(row.pk, act=act)
    path_of(row.pk).unlink(missing_ok=True)


def carry_out(row: Arrival, at: datetime) -> None:
    """Receive what was asked for; what goes wrong stands on the arrival, and it may be mapped anew."""
    act, place = Act(by=MACHINE, at=at), path_of(row.pk)
    mapping = place.with_suffix(".yaml")
    how = receiving.Beside((row.replaces,) if row.replaces else (), row.beside, row.corrects)
    try:
        mapping.write_text(row.mapping, "utf-8")
        receipt = receiving.receive(
            row.dataset,
            place,
            None if row.corrects else mapping,
            by=MACHINE,
            at=at,
            progress=lambda told: None,
            name=row.file,
            beside=how,
        )
    except (IntakeError, OSError) as wrong:
        _failed(row.pk, str(wrong).replace(place.name, row.file), act=act)
    else:
        _received(row.pk, receipt.manifest.manifest, act=act)
        place.unlink(missing_ok=True)
    finally:
        mapping.unlink(missing_ok=True)


def path_of(key: Any) -> Path:
    """Where the file of an arrival waits."""
    return Path(settings.ARUSHA_HOME) / "arriving" / f"{key}.part"


def _proposed(dataset: str, place: Path, name: str) -> str:
    """The mapping of the last file that had all columns it needs, or one proposed anew."""
    from arusha.lib.datasets import DATASETS

    try:
        plan = propose(place, DATASETS[dataset])
        names = {take.source for take in plan.columns.values()} | _names(place, plan)
    except IntakeError as wrong:
        if wrong.kind in ("which-sheet", "too-many-columns", "same-name"):
            return f"dataset: {dataset}\n"
        raise Refused(wrong.kind, str(wrong).replace(place.name, name)) from None
    lake = Lake(Path(settings.ARUSHA_HOME))
    for one in sorted(lake.received(dataset), key=lambda one: one.received_at, reverse=True):
        before = parse_mapping(one.mapping) if one.mapping else None
        needed = {take.source for take in before.columns.values() if take.source} if before else set()
        if before and needed and needed <= names:
            return one.mapping
    return as_yaml(plan)


def _names(place: Path, plan: Any) -> set[str]:
    from arusha.lib.intake.proposing import first_values

    return set(first_values(place, plan)[0])
