"""The one door by which data comes in."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import arusha
from arusha.lib.datasets import Dataset
from arusha.lib.intake.binding import Bound, bind
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.flaws import REJECTS
from arusha.lib.intake.lake import Lake
from arusha.lib.intake.manifest import DUPLICATES, MANIFEST, PARTS, REJECTED, ROWS, Manifest
from arusha.lib.intake.mapping import Plan
from arusha.lib.intake.reading import Opened, Survey, opened, survey
from arusha.lib.intake.receipt import Receipt
from arusha.lib.intake.repeats import REPEATS, repeats
from arusha.lib.intake.store import Rows, commit, locked, settle, sha256_of, staging
from arusha.lib.intake.validate import ROW, check, stored_schema

STEPS = ("read", "validated", "compared", "written", "committed")
"""The checkpoints of `receive`, in order. A file that was received before passes the first only."""

STAGED = "staged.parquet"


@dataclass(slots=True)
class _Tally:
    received: int = 0
    rejected: int = 0
    duplicates: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, rejects: pa.Table, rows: int) -> None:
        """Count the lines of `rejects`, which concern so many rows."""
        self.rejected += rows
        for reason in rejects.column("reason").value_counts().to_pylist():
            self.reasons[reason["values"]] += reason["counts"]


def receive(
    lake: Lake,
    path: Path,
    plan: Plan,
    *,
    at: datetime,
    name: str | None = None,
    step: Callable[[str], None] = lambda _: None,
    progress: Callable[[int], None] = lambda _: None,
) -> Receipt:
    """Receive one file into the lake: every row is accepted, set aside with its reasons, or told to be a duplicate.

    `at`: now, aware. `name`: what the file is called, if not by its path. `step` is called with each of `STEPS` when
    it is reached, `progress` with the rows validated so far, after every batch and while the file is first read.
    Receiving the same bytes again by the same mapping changes nothing.

    Raises IntakeError, and leaves the lake as it was, for a file that cannot be read as a whole, one whose columns do
    not meet the plan, one that was received by another mapping, and a disk that cannot be written.
    """
    if at.tzinfo is None:
        raise ValueError("`at` has to be aware")
    seen = survey(path, plan.encoding, lambda: progress(0))
    step("read")
    folder = lake.folder(plan.dataset.name)
    with opened(path, seen, plan) as source, locked(folder):
        before = lake.find(plan.dataset.name, seen.sha256)
        if before is not None and not _all_set_aside(before):
            _refuse_other_mapping(before, plan)
            return lake.receipt(before, already=True)
        bound = bind(plan, source.names, source.header, path.name, lake.codes)
        with staging(folder, seen.sha256) as place:
            tally = _filled(lake, place, path, source, seen, bound, step, progress)
            manifest = _manifest(place, seen, bound, tally, name or path.name, at)
            (place / MANIFEST).write_bytes(manifest.body())
            settle(place)
            step("written")
            commit(place, folder, seen.sha256)
        step("committed")
    return lake.receipt(manifest, already=False)


def _filled(
    lake: Lake,
    place: Path,
    path: Path,
    source: Opened,
    seen: Survey,
    bound: Bound,
    step: Callable[[str], None],
    progress: Callable[[int], None],
) -> _Tally:
    """Writes the rows, the rejects and the duplicates."""
    with _part(place / REJECTED, REJECTS) as rejects:
        tally = _validated(place, source, bound, rejects, progress)
        _refuse_changed(path, seen)
        step("validated")
        _compared(lake, place, seen, bound, tally, rejects)
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


def _validated(place: Path, source: Opened, bound: Bound, rejects: Rows, progress: Callable[[int], None]) -> _Tally:
    tally = _Tally()
    with _part(place / STAGED, stored_schema(bound.plan.dataset)) as staged:
        for batch in source.batches(bound.wanted):
            checked = check(batch, bound)
            staged.write(checked.accepted)
            rejects.write(checked.rejects)
            tally.received += len(batch.rows) + len(batch.broken)
            tally.add(checked.rejects, checked.rejected)
            progress(tally.received)
    return tally


def _compared(lake: Lake, place: Path, seen: Survey, bound: Bound, tally: _Tally, rejects: Rows) -> None:
    """Writes the rows that are new and the duplicates; what contradicts joins the rejects."""
    dataset = bound.plan.dataset
    found = repeats(dataset, place / STAGED, seen.sha256, _overlapping(lake, place / STAGED, dataset))
    if found.num_rows:
        with _part(place / ROWS, stored_schema(dataset)) as rows:
            gone = found.column("row").to_numpy()
            for batch in pq.ParquetFile(place / STAGED).iter_batches():
                fresh = ~np.isin(batch.column(ROW).to_numpy(), gone)
                rows.write(pa.Table.from_batches([batch.filter(pa.array(fresh))]))
        (place / STAGED).unlink()
    else:
        (place / STAGED).rename(place / ROWS)
    alike = pc.equal(found.column("differs"), "")
    same = found.filter(alike)
    with _part(place / DUPLICATES, REPEATS.remove(3)) as duplicates:
        duplicates.write(same.drop_columns("differs"))
    conflicts = _conflicts(found.filter(pc.invert(alike)), seen.sha256)
    tally.add(conflicts, conflicts.num_rows)
    rejects.write(conflicts)
    tally.duplicates += same.num_rows


def _conflicts(found: pa.Table, manifest: str) -> pa.Table:
    """Repeats that do not say the same, as rejects."""
    count = found.num_rows
    inside = pc.equal(found.column("manifest"), manifest)
    texts = [pc.cast(found.column(name), pa.string()) for name in ("differs", "manifest", "of_row")]
    # canonical JSON: neither names of columns nor hashes need escaping
    here = pc.binary_join_element_wise('{"differs":"', texts[0], '","row":', texts[2], "}", "")
    there = pc.binary_join_element_wise(
        '{"differs":"', texts[0], '","manifest":"', texts[1], '","row":', texts[2], "}", ""
    )
    reasons = pc.if_else(inside, pa.scalar("conflicts-in-file"), pa.scalar("conflicts-with"))
    nothing = pa.nulls(count, pa.string())
    return pa.table([found.column("row"), nothing, nothing, reasons, pc.if_else(inside, here, there)], schema=REJECTS)


def _overlapping(lake: Lake, staged: Path, dataset: Dataset) -> dict[str, Path]:
    """The rows of the lake among which a key of this file may be: where time is in the key, those of its span."""
    span = _span(staged, dataset) if dataset.time in dataset.key else None
    return {
        one.manifest: lake.folder(dataset.name) / one.manifest / ROWS
        for one in lake.manifests(dataset.name)
        if one.accepted and (span is None or (one.span and one.span[0] <= span[1] and span[0] <= one.span[1]))
    }


def _span(rows: Path, dataset: Dataset) -> tuple[str, str] | None:
    if dataset.time is None:
        return None
    ends = pc.min_max(pq.read_table(rows, columns=[dataset.time], partitioning=None).column(0)).as_py()
    return (_iso(ends["min"]), _iso(ends["max"])) if ends["min"] is not None else None


def _iso(when: object) -> str:
    """Fixed width, so that order of text is order of time."""
    return when.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(when, datetime) else str(when)


def _manifest(place: Path, seen: Survey, bound: Bound, tally: _Tally, name: str, at: datetime) -> Manifest:
    plan, accepted = bound.plan, pq.read_metadata(place / ROWS).num_rows
    if accepted + tally.rejected + tally.duplicates != tally.received:
        raise AssertionError(f"{accepted} accepted and {tally} do not add up")
    return Manifest(
        dataset=plan.dataset.name,
        manifest=seen.sha256,
        file=name,
        size=seen.size,
        received_at=_iso(at),
        mapping=plan.text,
        mapping_sha256=plan.digest,
        received=tally.received,
        accepted=accepted,
        rejected=tally.rejected,
        duplicates=tally.duplicates,
        span=_span(place / ROWS, plan.dataset),
        reasons=dict(sorted(tally.reasons.items())),
        not_taken=bound.not_taken,
        unchecked=bound.unchecked,
        version=arusha.__version__,
        files={part: sha256_of(place / part) for part in PARTS},
    )


def _all_set_aside(before: Manifest) -> bool:
    """Whether nothing of the file came in, as by a wrong mapping: then it is received anew, and its paper replaced."""
    return 0 < before.received == before.rejected


def _refuse_other_mapping(before: Manifest, plan: Plan) -> None:
    if before.mapping_sha256 != plan.digest:
        what = f"this file was received on {before.said_at} as {before.manifest} by another mapping"
        raise IntakeError("other-mapping", what, where=before.file, do="receive it by that one, or ask for a new file")


def _refuse_changed(path: Path, seen: Survey) -> None:
    if path.stat().st_size != seen.size or (path.stat().st_mtime_ns != seen.changed):
        what = "the file changed while it was being read"
        raise IntakeError("changed", what, where=path.name, do="receive it again when its writer is done")
