"""What was received, as detectors and pages read it. The lake is below `home/lake`: dataset, then manifest."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arusha.lib.datasets import DATASETS, Dataset
from arusha.lib.detect import Source, Table
from arusha.lib.intake import store
from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.manifest import DUPLICATES, MANIFEST, PARTS, REJECTED, ROWS, Manifest, read_manifest
from arusha.lib.intake.receipt import Receipt, Reject
from arusha.lib.intake.validate import ROW, stored_schema

FIRST = 20  # rejects told in a receipt


@dataclass(frozen=True, slots=True)
class Lake:
    """The received files below `home`. Nothing in it is ever changed, so what is read once stays true."""

    home: Path

    def folder(self, dataset: str) -> Path:
        """Where the manifests of a dataset lie."""
        return self.home / "lake" / _declared(dataset).name

    def manifests(self, dataset: str) -> tuple[Manifest, ...]:
        """Every received file of the dataset, by the first moment in it and then by name: the same whatever the order
        in which they came."""
        folder = self.folder(dataset)
        names = sorted(path.name for path in folder.iterdir() if path.name[0] != ".") if folder.is_dir() else []
        found = [read_manifest(folder / name) for name in names]
        return tuple(sorted(found, key=lambda one: (one.span[0] if one.span else "", one.manifest)))

    def find(self, dataset: str, manifest: str) -> Manifest | None:
        """The manifest of that name, None where it was not received."""
        folder = self.folder(dataset) / manifest
        return read_manifest(folder) if folder.is_dir() else None

    def read(
        self,
        dataset: str,
        columns: Sequence[str] | None = None,
        *,
        manifests: Iterable[str] | None = None,
        start: date | datetime | None = None,
        stop: date | datetime | None = None,
    ) -> Table[object]:
        """The accepted rows of all manifests, or of those named, as a detector takes them; texts dictionary-encoded.

        `columns`: these only, in the declared order. `start`, `stop`: rows whose time is within [start, stop), with
        the dataset's own kind of time. Raises IntakeError for a manifest that was not received.
        """
        declared = _declared(dataset)
        names = [name for name in declared.schema.names if columns is None or name in columns]
        if columns is not None and set(columns) - set(names):
            raise IntakeError("unknown-column", f"{dataset} has no column {sorted(set(columns) - set(names))}")
        within = _within(declared, start, stop)
        parts, sources = [], []
        for one in self._chosen(dataset, manifests):
            part = self._part(declared, one, [*names, ROW], within)
            whole = part.num_rows == one.received
            rows = None if whole else part.column(ROW).to_numpy()
            sources.append(Source(one.manifest, part.num_rows, rows))
            parts.append(part.select(names))
        if not parts:
            parts = [_encoded_schema(declared, names).empty_table()]
        return Table(pa.concat_tables(parts).unify_dictionaries(), tuple(sources))

    def rows(self, dataset: str, manifest: str, rows: Iterable[int]) -> pa.Table:
        """These rows (0-based in the file as given) of one manifest, in order of row, with `_row`.

        Raises IntakeError naming rows that were not accepted.
        """
        wanted = sorted(set(rows))
        self._chosen(dataset, [manifest])
        path = self.folder(dataset) / manifest / ROWS
        among = pc.field(ROW).isin(pa.array(wanted, pa.int64()))
        found = pq.read_table(path, filters=among, partitioning=None).sort_by(ROW)
        if found.num_rows != len(wanted):
            lacking = sorted(set(wanted) - set(found.column(ROW).to_pylist()))
            raise IntakeError("no-such-row", f"rows {lacking[:10]} were not accepted", where=f"{dataset} {manifest}")
        return found

    def rejects(self, dataset: str, manifest: str, first: int | None = None) -> tuple[Reject, ...]:
        """The flaws found in one file, in order of row; at most `first` of them where that is given."""
        table = pq.read_table(self.folder(dataset) / manifest / REJECTED, partitioning=None)
        table = table.sort_by([("row", "ascending"), ("column", "ascending"), ("reason", "ascending")])
        lines = (table if first is None else table.slice(0, first)).to_pylist()
        return tuple(Reject(**{**line, "facts": json.loads(line["facts"])}) for line in lines)

    def duplicates(self, dataset: str, manifest: str) -> pa.Table:
        """Rows of one file that say what was there: `row`, and the `manifest` and `of_row` that said it first."""
        return pq.read_table(self.folder(dataset) / manifest / DUPLICATES, partitioning=None)

    def codes(self, name: str) -> tuple[str, ...] | None:
        """The codes of a list (ports, lanes, …) in the received dataset `codes`; None where there is no such list."""
        table = self.read("codes", ("list", "code")).data
        found = table.filter(pc.equal(table.column("list").cast(pa.string()), name)).column("code")
        return tuple(sorted(set(found.cast(pa.string()).to_pylist()))) or None

    def receipt(self, manifest: Manifest, already: bool) -> Receipt:
        """The receipt for a file that is in the lake."""
        first = self.rejects(manifest.dataset, manifest.manifest, FIRST)
        return Receipt(manifest, already, first, hashlib.sha256(manifest.body()).hexdigest())

    def verify(self) -> tuple[str, ...]:
        """What is not as it was received, one sentence a file; empty where all is."""
        wrong: list[str] = []
        for dataset in DATASETS:
            folder = self.folder(dataset)
            for place in sorted(folder.iterdir()) if folder.is_dir() else []:
                if not place.name.startswith("."):
                    wrong += _differences(place)
        return tuple(wrong)

    def _chosen(self, dataset: str, names: Iterable[str] | None) -> tuple[Manifest, ...]:
        there = self.manifests(dataset)
        if names is None:
            return there
        wanted = set(names)
        lacking = sorted(wanted - {one.manifest for one in there})
        if lacking:
            raise IntakeError("no-such-manifest", f"{dataset} {', '.join(lacking)} was not received")
        return tuple(one for one in there if one.manifest in wanted)

    def _part(self, dataset: Dataset, one: Manifest, names: list[str], within: pc.Expression | None) -> pa.Table:
        path = self.folder(dataset.name) / one.manifest / ROWS
        texts = [name for name in names if name != ROW and dataset.column(name).arrow == pa.string()]
        part = pq.read_table(path, columns=names, filters=within, read_dictionary=texts, partitioning=None)
        return part.cast(_encoded_schema(dataset, names))


def _declared(name: str) -> Dataset:
    if name not in DATASETS:
        raise IntakeError("unknown-dataset", f"no dataset {name!r}", do=f"name one of {', '.join(DATASETS)}")
    return DATASETS[name]


def _encoded_schema(dataset: Dataset, names: Sequence[str]) -> pa.Schema:
    stored = stored_schema(dataset)
    encoded = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            pa.field(name, encoded if stored.field(name).type == pa.string() else stored.field(name).type)
            for name in names
        ]
    )


def _within(dataset: Dataset, start: date | datetime | None, stop: date | datetime | None) -> pc.Expression | None:
    if start is None and stop is None:
        return None
    if dataset.time is None:
        raise IntakeError("no-time", f"{dataset.name} has no time to choose by")
    time, kind = pc.field(dataset.time), dataset.column(dataset.time).arrow
    sides = [time >= pa.scalar(start, kind)] if start is not None else []
    sides += [time < pa.scalar(stop, kind)] if stop is not None else []
    return sides[0] if len(sides) == 1 else sides[0] & sides[1]


def _differences(place: Path) -> list[str]:
    try:
        manifest = read_manifest(place)
    except IntakeError as wrong:
        return [str(wrong)]
    found = {path.name for path in place.iterdir()}
    told = [f"{place / name}: does not belong here" for name in sorted(found - {MANIFEST, *PARTS})]
    for name in PARTS:
        if name not in found:
            told.append(f"{place / name}: is missing")
        elif store.sha256_of(place / name) != manifest.files.get(name):
            told.append(f"{place / name}: was altered since it was received on {manifest.received_at}")
    return told
