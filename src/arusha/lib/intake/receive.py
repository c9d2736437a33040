"""The one door by which data comes in."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

import arusha
from arusha.lib.intake.binding import Bound, bind
from arusha.lib.intake.comparing import compared, iso, span_of
from arusha.lib.intake.correcting import NUMBER, PAIRS, WRONG, left, matched
from arusha.lib.intake.drifting import first_of, shape
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.flaws import REJECTS
from arusha.lib.intake.lake import Lake
from arusha.lib.intake.manifest import CORRECTED, DUPLICATES, MANIFEST, PARTS, REJECTED, ROWS, SET_ASIDE, Manifest
from arusha.lib.intake.mapping import Plan
from arusha.lib.intake.reading import Opened, Survey, opened, survey
from arusha.lib.intake.receipt import Receipt
from arusha.lib.intake.repeats import REPEATS
from arusha.lib.intake.store import Rows, commit, locked, settle, sha256_of, staging
from arusha.lib.intake.validate import as_given, aside_schema, check, stored_schema

STEPS = ("read", "validated", "compared", "written", "committed")
"""The checkpoints of `receive`, in order. A file that was received before passes the first only."""

STAGED = "staged.parquet"


@dataclass(slots=True)
class _Tally:
    received: int = 0
    rejected: int = 0
    duplicates: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    first: dict[str, list[str]] = field(default_factory=dict)
    contradict: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    def add(self, rejects: pa.Table, rows: int) -> None:
        """Count the lines of `rejects`, which concern so many rows."""
        self.rejected += rows
        for reason in rejects.column("reason").value_counts().to_pylist():
            self.reasons[reason["values"]] += reason["counts"]


@dataclass(slots=True)
class _Asked:
    """What is received, by which plan, and beside what."""

    lake: Lake
    path: Path
    seen: Survey
    plan: Plan
    bound: Bound
    replaces: tuple[str, ...]
    beside: bool
    corrects: Manifest | None
    pairs: list[pa.Table] = field(default_factory=list)

    @contextmanager
    def opened(self) -> Iterator[Opened]:
        """The file from its start; of a correction, without the columns that are ours."""
        self.pairs.clear()
        with opened(self.path, self.seen, self.plan) as source:
            if self.corrects is None:
                yield source
            else:
                yield matched(source, left(self.lake, self.corrects).rows, self.path.name, self.pairs)


def receive(
    lake: Lake,
    path: Path,
    plan: Plan,
    *,
    at: datetime,
    name: str | None = None,
    replaces: Sequence[str] = (),
    beside: bool = True,
    corrects: str = "",
    step: Callable[[str], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Receipt:
    """Receive one file into the lake: every row is accepted, set aside with its reasons, or told to be a duplicate.

    `at`: now, aware. `name`: what the file is called, if not by its path. `replaces`: files that this one restates, by
    name or its start: they do not count while this one does. `beside`: where not, a file that seems to restate another
    is refused with the question. `corrects`: the file whose rows set aside this one gives again; `plan` is then its
    own (`correcting.plan_of`). `step` is called with each of `STEPS` when it is reached, `progress` with the rows
    validated so far, after every batch and while the file is first read.
    Receiving the same bytes again by the same mapping changes nothing.

    Raises IntakeError, and leaves the lake as it was, for a file that cannot be read as a whole, one whose columns do
    not meet the plan, one that was received by another mapping, and a disk that cannot be written.
    """
    if at.tzinfo is None:
        raise ValueError("`at` has to be aware")
    dataset = plan.dataset.name
    seen = survey(path, plan.encoding, lambda: progress(0))
    step("read")
    folder = lake.folder(dataset)
    with locked(folder):
        before = lake.find(dataset, seen.sha256)
        if before is not None and not _all_set_aside(before):
            _refuse_other_mapping(before, plan)
            _refuse_gone(lake, before)
            return lake.receipt(before, already=True)
        asked = _asked(lake, path, seen, plan, tuple(replaces), beside, corrects)
        with staging(folder, seen.sha256) as place:
            tally = _filled(asked, place, step, progress)
            manifest = _manifest(place, asked, tally, name or path.name, at)
            (place / MANIFEST).write_bytes(manifest.body())
            settle(place)
            step("written")
            commit(place, folder, seen.sha256)
        step("committed")
    return lake.receipt(manifest, already=False)


def _asked(
    lake: Lake, path: Path, seen: Survey, plan: Plan, replaces: tuple[str, ...], beside: bool, corrects: str
) -> _Asked:
    """What is asked for, once it is known that the file can be read by the plan and what it names is there."""
    named = tuple(lake.named(plan.dataset.name, one).manifest for one in replaces)
    corrected = lake.named(plan.dataset.name, corrects) if corrects else None
    if corrected is not None and corrected.corrects:
        do = f"correct the file that it corrects: {corrected.corrects}"
        raise IntakeError("is-a-correction", f"{corrected.file} is a correction itself", do=do)
    with opened(path, seen, plan) as source:
        names = tuple(name for name in source.names if corrected is None or name not in (NUMBER, WRONG))
        bound = bind(plan, names, source.header, path.name, lake.codes)
    return _Asked(lake, path, seen, plan, bound, named, beside, corrected)


def _filled(asked: _Asked, place: Path, step: Callable[[str], None], progress: Callable[[int], None]) -> _Tally:
    """Writes the rows, the rejects, the duplicates, and the rows set aside as they were given."""
    schema = aside_schema(asked.bound.wanted)
    with _part(place / REJECTED, REJECTS) as rejects, _part(place / SET_ASIDE, schema) as aside:
        with asked.opened() as source:
            tally = _validated(place, source, asked.bound, rejects, aside, progress)
        if asked.corrects is not None:
            pq.write_table(pa.concat_tables([PAIRS.empty_table(), *asked.pairs]), place / CORRECTED)
        _refuse_changed(asked.path, asked.seen)
        step("validated")
        _compared(asked, place, tally, rejects)
        _keep_contradictions(asked, aside, tally)
    if not tally.rejected:
        (place / SET_ASIDE).unlink()
    step("compared")
    return tally


@contextmanager
def _part(path: Path, schema: pa.Schema) -> Iterator[Rows]:
    part = Rows(path, schema)
    try:
        yield part
    except BaseException:
        with suppress(Exception):  # the first error tells more than that the footer could not be written either
            part.close()
        raise
    part.close()


def _validated(
    place: Path,
    source: Opened,
    bound: Bound,
    rejects: Rows,
    aside: Rows,
    progress: Callable[[int], None],
) -> _Tally:
    tally = _Tally()
    with _part(place / STAGED, stored_schema(bound.plan.dataset)) as staged:
        for batch in source.batches(bound.wanted):
            checked = check(batch, bound)
            staged.write(checked.accepted)
            rejects.write(checked.rejects)
            aside.write(checked.aside)
            tally.first = tally.first or first_of(batch)
            tally.received += len(batch.rows) + len(batch.broken)
            tally.add(checked.rejects, checked.rejected)
            progress(tally.received)
    return tally


def _compared(asked: _Asked, place: Path, tally: _Tally, rejects: Rows) -> None:
    """Writes the rows that are new and the duplicates; what contradicts joins the rejects."""
    dataset, seen, staged = asked.bound.plan.dataset, asked.seen, place / STAGED
    found = compared(asked.lake, staged, dataset, seen.sha256, asked.replaces, asked.beside)
    for beside in place.glob("stepping-in-*"):
        beside.unlink()
    if len(found.gone):
        with _part(place / ROWS, stored_schema(dataset)) as rows:
            for fresh in found.fresh(staged):
                rows.write(fresh)
        staged.unlink()
    else:
        staged.rename(place / ROWS)
    with _part(place / DUPLICATES, REPEATS.remove(3)) as duplicates:
        duplicates.write(found.same)
    tally.add(found.conflicts, found.conflicts.num_rows)
    rejects.write(found.conflicts)
    tally.contradict = found.conflicts.column("row").to_numpy()
    tally.duplicates += found.same.num_rows


def _keep_contradictions(asked: _Asked, aside: Rows, tally: _Tally) -> None:
    """The rows that contradict are set aside as they were given: they are read a second time."""
    if len(tally.contradict):
        with asked.opened() as source:
            for batch in source.batches(asked.bound.wanted):
                again = replace(batch, broken=())
                aside.write(as_given(again, asked.bound.wanted, np.isin(batch.rows, tally.contradict)))


def _manifest(place: Path, asked: _Asked, tally: _Tally, name: str, at: datetime) -> Manifest:
    seen, bound = asked.seen, asked.bound
    plan, accepted = bound.plan, pq.read_metadata(place / ROWS).num_rows
    if accepted + tally.rejected + tally.duplicates != tally.received:
        raise AssertionError(f"{accepted} accepted and {tally} do not add up")
    return Manifest(
        dataset=plan.dataset.name,
        manifest=seen.sha256,
        file=name,
        size=seen.size,
        received_at=iso(at),
        mapping=plan.text,
        mapping_sha256=plan.digest,
        received=tally.received,
        accepted=accepted,
        rejected=tally.rejected,
        duplicates=tally.duplicates,
        span=span_of(place / ROWS, plan.dataset),
        reasons=dict(sorted(tally.reasons.items())),
        not_taken=bound.not_taken,
        unchecked=bound.unchecked,
        version=arusha.__version__,
        files={part: sha256_of(place / part) for part in (*PARTS, SET_ASIDE, CORRECTED) if (place / part).exists()},
        replaces=asked.replaces,
        corrects=asked.corrects.manifest if asked.corrects else "",
        columns={**{name: {"kind": ""} for name in bound.not_taken}, **shape(tally.first, bound.telling)},
    )


def _all_set_aside(before: Manifest) -> bool:
    """Whether nothing of the file came in, as by a wrong mapping: then it is received anew, and its paper replaced."""
    return 0 < before.received == before.rejected


def _refuse_other_mapping(before: Manifest, plan: Plan) -> None:
    if before.mapping_sha256 != plan.digest:
        what = f"this file was received on {before.said_at} as {before.manifest} by another mapping"
        raise IntakeError("other-mapping", what, where=before.file, do="receive it by that one, or ask for a new file")


def _refuse_gone(lake: Lake, before: Manifest) -> None:
    """The same bytes again bring nothing back: that is an act of its own."""
    gone = lake.gone(before.dataset)
    if before.manifest in gone:
        by = gone[before.manifest]
        what = f"this file was received on {before.said_at} and " + (f"is replaced by {by}" if by else "is withdrawn")
        do = (
            f"withdraw {by[:12]} to let it count again"
            if by
            else f"restore it: arusha source restore {before.manifest[:12]}"
        )
        raise IntakeError("gone", what, where=before.file, do=do)


def _refuse_changed(path: Path, seen: Survey) -> None:
    if path.stat().st_size != seen.size or (path.stat().st_mtime_ns != seen.changed):
        what = "the file changed while it was being read"
        raise IntakeError("changed", what, where=path.name, do="receive it again when its writer is done")
