"""Withdrawing a received file, and undoing it. The file stays as it is; a record beside it says that it does not count.

The record is the database's. What reads the lake without one finds it written down beside the files, by `settle`, which
every run does first: a kill between the act and that file is mended then.
"""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.journal.acts import Act, Condition, Done, Locked, Why, act
from arusha.core.journal.effects import Effects, create
from arusha.core.journal.refusals import Refused, refuse_if
from arusha.core.people.roles import SYSTEM, role
from arusha.flow.runs.sources.models import Withdrawal
from arusha.flow.runs.turns import turn
from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, Manifest
from arusha.lib.intake.returning import clash
from arusha.lib.intake.standing import write_withdrawn

RECEIVERS = SYSTEM | role("integrity-officer", "analyst", "risk-officer")
STANDS = Condition(
    "source-restored", lambda row: row.restored_at is None, gettext_lazy("This withdrawal is undone already.")
)


@act("source.withdrawn", why=Why.REQUIRED, may=RECEIVERS)
def _withdraw(manifest: Manifest, *, act: Act) -> Effects:
    """A received file does not count any more."""
    now = in_force(manifest.dataset)
    refuse_if(manifest.manifest in now, "source-withdrawn", gettext_lazy("This file is withdrawn already."))
    _refuse_clash(manifest, {*now, manifest.manifest})
    return create(
        Withdrawal(
            id=act.new_id(),
            dataset=manifest.dataset,
            manifest=manifest.manifest,
            file=manifest.file[:200],
            withdrawn_at=act.at,
            withdrawn_by=act.by.ref,
        )
    )


@act("source.restored", why=Why.REQUIRED, may=RECEIVERS, when=(STANDS,))
def _restore(row: Locked[Withdrawal], manifest: Manifest, *, act: Act) -> Effects:
    """A withdrawn file counts again."""
    _refuse_clash(manifest, set(in_force(manifest.dataset)) - {manifest.manifest})
    return row.set(restored_at=act.at, restored_by=act.by.ref)


def withdraw(dataset: str, name: str, *, act: Act, waiting: Callable[[object], None] | None = None) -> Done:
    """Let a received file count no more. Its rows stay; what was concluded from them is judged anew by the next run.

    `name`: its name in the lake, or its start. `waiting` is called where a run is under way, and then that is waited
    for; without it the act is refused. Refused, too, where a file that would count again holds rows that another holds.
    """
    home = Path(settings.ARUSHA_HOME)
    with turn(home, waiting or _busy):
        done = _withdraw(named(dataset, name), act=act)
        settle(home)
    return done


def restore(dataset: str, name: str, *, act: Act, waiting: Callable[[object], None] | None = None) -> Done:
    """Let a withdrawn file count again; refused where a file that was received since holds the same rows."""
    home = Path(settings.ARUSHA_HOME)
    with turn(home, waiting or _busy):
        manifest = named(dataset, name)
        row = Withdrawal.objects.filter(dataset=dataset, manifest=manifest.manifest).order_by("-withdrawn_at").first()
        refuse_if(row is None, "source-not-withdrawn", gettext_lazy("This file is not withdrawn."))
        assert row is not None
        done = _restore(row.pk, manifest, act=act)
        settle(home)
    return done


def named(dataset: str, name: str) -> Manifest:
    """The received file of that name, or Refused."""
    try:
        return Lake(Path(settings.ARUSHA_HOME)).named(dataset, name)
    except IntakeError as wrong:
        raise Refused(wrong.kind, str(wrong)) from None


def in_force(dataset: str) -> list[str]:
    """The names of the files of a dataset that are withdrawn now."""
    rows = Withdrawal.objects.filter(dataset=dataset, restored_at=None)
    return sorted(rows.values_list("manifest", flat=True))


def settle(home: Path) -> None:
    """Write down beside the files which of them are withdrawn, as the record has it."""
    lake = Lake(home)
    for dataset in DATASETS:
        write_withdrawn(lake.folder(dataset), in_force(dataset))


def _refuse_clash(manifest: Manifest, withdrawn: set[str]) -> None:
    found = clash(Lake(Path(settings.ARUSHA_HOME)), manifest.dataset, withdrawn)
    if found is not None:
        told = {"back": found.back.file, "rows": found.rows, "other": found.other.file, "since": found.other.said_at}
        said = _(
            "%(rows)s rows of %(back)s, which would count again, are in %(other)s too, received on %(since)s: they "
            "would count twice. Withdraw that one first."
        )
        raise Refused("source-clash", said % told)


def _busy(told: object) -> None:
    del told
    raise Refused("source-busy", gettext_lazy("Data is being received or looked at just now. Try again in a moment."))
