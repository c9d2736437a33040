"""Rows that were set aside, as a file to correct, and that file coming back: row by row, and nothing counted twice."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from arusha.lib.datasets import DATASETS
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.lake import Lake
from arusha.lib.intake.manifest import CORRECTED, REJECTED, SET_ASIDE, Manifest
from arusha.lib.intake.mapping import Plan, parse_mapping
from arusha.lib.intake.reading import Batch, Broken, Opened
from arusha.lib.intake.validate import LINE, ROW
from arusha.lib.intake.words import reject_sentence

NUMBER, WRONG = "row set aside", "what is wrong"
"""The columns of a file to correct that are not the source's: a row's number in its own file, and its flaws."""
CUT = "'"
RISKY = ("=", "+", "-", "@", "\t", "\r")
PAIRS = pa.schema([pa.field("row", pa.int64(), nullable=False), pa.field("of_row", pa.int64(), nullable=False)])
"""Rows of a correction, and the rows of the corrected file that they give again."""


@dataclass(frozen=True, slots=True)
class Left:
    """What of a file's rows set aside no correction has brought in: their numbers (n,), and how many there were."""

    rows: NDArray[np.int64]
    of: int


def left(lake: Lake, manifest: Manifest) -> Left:
    """The rows of a file that wait to be corrected: those set aside but for those that corrections brought in."""
    folder = lake.folder(manifest.dataset)
    aside = pc.unique(pq.read_table(folder / manifest.manifest / REJECTED, columns=["row"]).column("row")).to_numpy()
    done = [_brought_in(folder / one.manifest) for one in _corrections(lake, manifest)]
    return Left(np.setdiff1d(aside, np.concatenate(done) if done else np.empty(0, np.int64)), len(aside))


def plan_of(manifest: Manifest) -> Plan:
    """The plan that reads a correction: the file's own, on the texts of the file to correct."""
    plan = parse_mapping(manifest.mapping) if manifest.mapping else Plan(DATASETS[manifest.dataset])
    return replace(plan, separator=",", encoding="utf-8", sheet="")


def write_left(lake: Lake, manifest: Manifest, file: TextIO, language: str = "en") -> int:
    """Write the rows that wait as CSV, as they were last given, with what is wrong beside each; tells how many.

    A value that a spreadsheet would take for a formula has an apostrophe before it, which is taken away when the file
    comes back. Raises IntakeError where the rows were not kept, as by a version before corrections.
    """
    place = lake.folder(manifest.dataset) / manifest.manifest / SET_ASIDE
    if manifest.rejected and not place.exists():
        what = "its rows were not kept as they were given, for it was received by an older version"
        raise IntakeError("not-kept", what, where=manifest.file, do="receive the corrected rows as a file of their own")
    waiting = left(lake, manifest).rows
    wrong: dict[int, list[str]] = {}
    for reject in lake.rejects(manifest.dataset, manifest.manifest):
        wrong.setdefault(reject.row, []).append(reject_sentence(reject, language))
    writer = csv.writer(file, lineterminator="\r\n")
    if not len(waiting):
        return 0
    given = pq.read_table(place, filters=pc.field(ROW).isin(pa.array(waiting)), partitioning=None).sort_by(ROW)
    names = [name for name in given.column_names if name not in (ROW, LINE)]
    writer.writerow([NUMBER, WRONG, *names])
    for row in given.to_pylist():
        line = f" [{row[LINE]}]" if row[LINE] else ""
        cells = [row[name] or "" for name in names]
        writer.writerow([row[ROW], _safe(" ".join(wrong.get(row[ROW], [])) + line), *map(_safe, cells)])
    return len(waiting)


def matched(source: Opened, waiting: NDArray[np.int64], where: str, pairs: list[pa.Table]) -> Opened:
    """A file to correct that comes back, without our two columns: a row that says no row that waits, or one that was
    said before, is broken. Adds to `pairs`, as in `PAIRS`, the others.

    Raises IntakeError where the file has lost the column that numbers its rows.
    """
    if NUMBER not in source.names:
        do = "correct the file that the rows set aside were downloaded as, and leave its first column as it is"
        raise IntakeError("no-numbers", f"there is no column {NUMBER!r}", where=where, do=do)
    names = tuple(name for name in source.names if name not in (NUMBER, WRONG))
    open_now = set(waiting.tolist())

    def batches(wanted: tuple[str, ...]) -> Iterator[Batch]:
        for batch in source.batches((*wanted, NUMBER)):
            yield _matched(batch, wanted, open_now, pairs)

    return Opened(names, None, batches)


def _matched(batch: Batch, wanted: tuple[str, ...], open_now: set[int], pairs: list[pa.Table]) -> Batch:
    said = [text.strip() if text else "" for text in batch.columns[NUMBER].cast(pa.string()).to_pylist()]
    good, of, broken = [], [], list(batch.broken)
    for place, text in enumerate(said):
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1
        if number in open_now:
            open_now.discard(number)
            good.append(place)
            of.append(number)
        else:
            broken.append(Broken(int(batch.rows[place]), text, "no-such-row-waits", {"number": text}))
    rows, chosen = batch.rows[good], pa.array(good, pa.int64())
    pairs.append(pa.table([rows, np.array(of, np.int64)], schema=PAIRS))
    columns = {name: _unsafe(batch.columns[name].take(chosen)) for name in wanted}
    return Batch(rows, columns, tuple(sorted(broken, key=lambda one: one.row)))


def _brought_in(place: Path) -> NDArray[np.int64]:
    """The rows of the corrected file that a correction brought in, be it as new or as told before."""
    pairs = pq.read_table(place / CORRECTED, partitioning=None)
    again = pq.read_table(place / REJECTED, columns=["row"], partitioning=None).column("row")
    kept = pairs.filter(pc.invert(pc.is_in(pairs.column("row"), value_set=again.combine_chunks())))
    found: NDArray[np.int64] = kept.column("of_row").to_numpy()
    return found


def _corrections(lake: Lake, manifest: Manifest) -> list[Manifest]:
    return [one for one in lake.manifests(manifest.dataset) if one.corrects == manifest.manifest]


def _safe(text: str) -> str:
    return CUT + text if text.startswith((*RISKY, CUT)) else text


def _unsafe(texts: pa.Array) -> pa.Array:
    """Without the apostrophe that `_safe` put there."""
    plain = texts.cast(pa.string())
    return pc.if_else(pc.starts_with(plain, CUT), pc.utf8_slice_codeunits(plain, 1), plain)
