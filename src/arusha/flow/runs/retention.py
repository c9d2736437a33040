"""How long the files of hits are kept that runs of detectors left: from their run, while no finding rests on them.

Once one is gone, its run cannot be held against another: the manifest and the hash of what it wrote stay.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act
from arusha.core.journal.effects import Effects
from arusha.core.retention.kept import Ref, kept, stays, written_by
from arusha.core.retention.models import not_gone
from arusha.flow.inbox import hits
from arusha.flow.inbox.models import Finding
from arusha.flow.runs.models import Run


def _ended(before: datetime) -> "QuerySet[Any]":
    return Run.objects.filter(kind="detect", state__in=("done", "failed"), finished_at__lt=before)


def _touches(keys: Iterable[Any]) -> dict[str, set[Ref]]:
    """What findings rest on the run is about many; a hold on one of them keeps the finding, and so the file."""
    return {str(key): set() for key in keys}


def _erase(row: Any, told: bytes, act: Act) -> Effects:
    del row, told, act
    return Effects()


def _gone(key: Any, at: datetime) -> None:
    del at
    hits.path_of(key).unlink(missing_ok=True)


def _rested_on(keys: Iterable[Any]) -> set[Any]:
    resting = not_gone(Finding.objects.filter(run__in=list(keys)), "finding")
    return set(resting.values_list("run", flat=True))


kept(
    "hits",
    title=_("Files of hits of detectors"),
    since=_("the end of their run"),
    named_by=_("the identifier of its run"),
    model=Run,
    ended=_ended,
    erase=_erase,
    touches=_touches,
    find=lambda text: written_by(Run, text),
    gone=_gone,
)
stays("hits", _rested_on)
