"""The rows of a file beside those that the lake holds: what is new, what was said before, what contradicts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arusha.lib.datasets import Dataset
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.flaws import REJECTS
from arusha.lib.intake.lake import Lake
from arusha.lib.intake.manifest import ROWS
from arusha.lib.intake.repeats import Others, repeats
from arusha.lib.intake.validate import ROW

RESTATES = 0.5
"""From which share of the smaller file's rows on a file that contradicts another is asked whether it restates it."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Rows that repeat a key, as in `REPEATS` with other content left out; and those that contradict, as rejects."""

    gone: pa.Array
    same: pa.Table
    conflicts: pa.Table

    def fresh(self, staged: Path) -> Iterator[pa.Table]:
        """The rows of `staged` that nothing said before."""
        gone = self.gone.to_numpy()
        for batch in pq.ParquetFile(staged).iter_batches():
            new = ~np.isin(batch.column(ROW).to_numpy(), gone)
            yield pa.Table.from_batches([batch.filter(pa.array(new))])


def compared(
    lake: Lake, staged: Path, dataset: Dataset, manifest: str, replaces: tuple[str, ...], beside: bool
) -> Compared:
    """Compare the rows of `staged` with one another and with what counts in the lake but for the files it `replaces`.

    Raises IntakeError where it seems to restate a file, unless it is said to stand `beside` what is there.
    """
    found = repeats(dataset, staged, manifest, _overlapping(lake, staged, dataset, replaces))
    alike = pc.equal(found.column("differs"), "")
    conflicts = found.filter(pc.invert(alike))
    if not beside:
        _ask(lake, dataset, staged, found, conflicts, manifest)
    return Compared(
        found.column("row").combine_chunks(),
        found.filter(alike).drop_columns("differs"),
        _as_rejects(conflicts, manifest),
    )


def span_of(rows: Path, dataset: Dataset) -> tuple[str, str] | None:
    """The first and last value of the dataset's time, as a manifest says them."""
    if dataset.time is None:
        return None
    ends = pc.min_max(pq.read_table(rows, columns=[dataset.time], partitioning=None).column(0)).as_py()
    return (iso(ends["min"]), iso(ends["max"])) if ends["min"] is not None else None


def iso(when: object) -> str:
    """Fixed width, so that order of text is order of time."""
    return when.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(when, datetime) else str(when)


def _overlapping(lake: Lake, staged: Path, dataset: Dataset, replaces: tuple[str, ...]) -> Others:
    """The rows of the lake among which a key of this file may be: where time is in the key, those of its span; and
    those that step in for files that are gone, written beside `staged`."""
    span = span_of(staged, dataset) if dataset.time in dataset.key else None
    found = [
        (one.manifest, lake.folder(dataset.name) / one.manifest / ROWS)
        for one in lake.manifests(dataset.name)
        if one.manifest not in replaces
        and one.accepted
        and (span is None or (one.span and one.span[0] <= span[1] and span[0] <= one.span[1]))
    ]
    for number, (holder, rows) in enumerate(lake.stepping_in(dataset.name, replaces)):
        place = staged.parent / f"stepping-in-{number}.parquet"
        pq.write_table(rows, place)
        found.append((holder, place))
    return found


def _ask(lake: Lake, dataset: Dataset, staged: Path, found: pa.Table, conflicts: pa.Table, manifest: str) -> None:
    """IntakeError where most rows of this file, or of another, have a key that the other has, and some contradict."""
    rows = pq.read_metadata(staged).num_rows
    keys = {one["values"]: one["counts"] for one in found.column("manifest").value_counts().to_pylist()}
    for one in lake.manifests(dataset.name):
        other = conflicts.filter(pc.equal(conflicts.column("manifest"), one.manifest)).num_rows
        shared = keys.get(one.manifest, 0)
        if one.manifest != manifest and other and shared >= RESTATES * min(rows, max(one.accepted, 1)):
            what = f"{shared:,} of its {rows:,} rows are in {one.file}, received on {one.said_at}, {other:,} otherwise"
            do = f"say --replaces {one.manifest[:12]} if it restates that file, or --beside to set those rows aside"
            raise IntakeError("restates", what, where=manifest[:12], do=do)


def _as_rejects(found: pa.Table, manifest: str) -> pa.Table:
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
