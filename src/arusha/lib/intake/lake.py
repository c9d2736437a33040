"""What was received, as detectors and pages read it. The lake is below `home/lake`: dataset, then manifest."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arusha.lib.datasets import DATASETS, Dataset
from arusha.lib.detect import Source, Table
from arusha.lib.intake import standing, store
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
        """The received files of the dataset that count, in the order of `received`."""
        received = self.received(dataset)
        gone = standing.gone(received, standing.withdrawn(self.folder(dataset)))
        return tuple(one for one in received if one.manifest not in gone)

    def gone(self, dataset: str) -> Mapping[str, str]:
        """The received files that do not count, each with the file that replaces it, or "" where it is withdrawn."""
        return standing.gone(self.received(dataset), standing.withdrawn(self.folder(dataset)))

    def received(self, dataset: str) -> tuple[Manifest, ...]:
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

    def named(self, dataset: str, start: str) -> Manifest:
        """The received file whose name starts so (eight characters at least); IntakeError where there is none, or
        several."""
        found = [one for one in self.received(dataset) if len(start) >= 8 and one.manifest.startswith(start)]
        if len(found) != 1:
            what = f"{len(found) or 'no'} file{'s' * (len(found) > 1)} of {dataset} whose name starts with {start!r}"
            raise IntakeError("no-such-manifest", what, do="give its whole name, as the receipt tells it")
        return found[0]

    def read(
        self,
        dataset: str,
        columns: Sequence[str] | None = None,
        *,
        manifests: Iterable[str] | None = None,
        start: date | datetime | None = None,
        stop: date | datetime | None = None,
    ) -> Table[object]:
        """The accepted rows of the manifests that count, or of those named, as a detector takes them; texts
        dictionary-encoded. A duplicate of a row that is held by none of them is among the rows of its own file.

        `columns`: these only, in the declared order. `start`, `stop`: rows whose time is within [start, stop), with
        the dataset's own kind of time. Raises IntakeError for a manifest that was not received.
        """
        declared = _declared(dataset)
        names = [name for name in declared.schema.names if columns is None or name in columns]
        if columns is not None and set(columns) - set(names):
            raise IntakeError("unknown-column", f"{dataset} has no column {sorted(set(columns) - set(names))}")
        within = _within(declared, start, stop)
        parts, sources = [], []
        chosen = self._chosen(dataset, manifests)
        stepping = self._stepping(dataset, chosen)
        for one in chosen:
            part = self._part(declared, one.manifest, [*names, ROW], within)
            if one.manifest in stepping:
                more = self._stepped(declared, stepping[one.manifest], [*names, ROW], within)
                part = pa.concat_tables([part, *more]).unify_dictionaries().sort_by(ROW)
            whole = part.num_rows == one.received
            rows = None if whole else part.column(ROW).to_numpy()
            sources.append(Source(one.manifest, part.num_rows, rows))
            parts.append(part.select(names))
        if not parts:
            parts = [_encoded_schema(declared, names).empty_table()]
        return Table(pa.concat_tables(parts).unify_dictionaries(), tuple(sources))

    def rows(self, dataset: str, manifest: str, rows: Iterable[int]) -> pa.Table:
        """These rows (0-based in the file as given) of one manifest, in order of row, with `_row`; a duplicate says
        what the row says that it repeats. Raises IntakeError naming rows that were not accepted.
        """
        wanted = sorted(set(rows))
        self._chosen(dataset, [manifest])
        path = self.folder(dataset) / manifest / ROWS
        among = pc.field(ROW).isin(pa.array(wanted, pa.int64()))
        found = pq.read_table(path, filters=among, partitioning=None).sort_by(ROW)
        if found.num_rows != len(wanted):
            again = self.duplicates(dataset, manifest).rename_columns(standing.STEPPED.names)
            again = again.filter(pc.is_in(again.column("row"), value_set=pa.array(wanted, pa.int64())))
            found = pa.concat_tables([found, *self._held(_declared(dataset), again)]).sort_by(ROW)
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
        if names is None:
            return self.manifests(dataset)
        there, wanted = self.received(dataset), set(names)
        lacking = sorted(wanted - {one.manifest for one in there})
        if lacking:
            raise IntakeError("no-such-manifest", f"{dataset} {', '.join(lacking)} was not received")
        return tuple(one for one in there if one.manifest in wanted)

    def stepping_in(self, dataset: str, without: Iterable[str] = ()) -> tuple[tuple[str, pa.Table], ...]:
        """The rows that step in where those `without` are gone beside those that are: by the file that holds their
        values, with the number they have in it as `_row`."""
        chosen = tuple(one for one in self.manifests(dataset) if one.manifest not in set(without))
        rows = list(self._stepping(dataset, chosen).values())
        if not rows:
            return ()
        whole = pa.concat_tables(rows)
        as_held = whole.set_column(0, "row", whole.column("of_row"))
        holders = sorted(set(as_held.column("holder").to_pylist()))
        told = [as_held.filter(pc.equal(as_held.column("holder"), holder)) for holder in holders]
        return tuple(
            (holder, pa.concat_tables(self._held(_declared(dataset), rows)))
            for holder, rows in zip(holders, told, strict=True)
        )

    def _stepping(self, dataset: str, chosen: tuple[Manifest, ...]) -> Mapping[str, pa.Table]:
        if len(chosen) == len(self.received(dataset)):
            return {}
        return standing.stepping_in(self.folder(dataset), chosen)

    def _stepped(
        self, dataset: Dataset, rows: pa.Table, names: list[str], within: pc.Expression | None
    ) -> list[pa.Table]:
        texts = _encoded_schema(dataset, names)
        return [part.select(names).cast(texts) for part in self._held(dataset, rows, within)]

    def _held(self, dataset: Dataset, rows: pa.Table, within: pc.Expression | None = None) -> list[pa.Table]:
        """The values of rows as in `STEPPED`, a table for each file that holds some, with the numbers of `row`."""
        parts = []
        for holder in sorted(set(rows.column("holder").to_pylist())):
            mine = rows.filter(pc.equal(rows.column("holder"), holder)).sort_by("of_row")
            among = pc.field(ROW).isin(mine.column("of_row").combine_chunks())
            path = self.folder(dataset.name) / holder / ROWS
            held = pq.read_table(path, filters=among if within is None else among & within, partitioning=None)
            at = np.searchsorted(mine.column("of_row").to_numpy(), held.column(ROW).to_numpy())
            numbers = mine.column("row").take(pa.array(at))
            parts.append(held.set_column(held.schema.get_field_index(ROW), held.schema.field(ROW), numbers))
        return parts

    def _part(self, dataset: Dataset, manifest: str, names: list[str], within: pc.Expression | None) -> pa.Table:
        path = self.folder(dataset.name) / manifest / ROWS
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
    parts = dict.fromkeys((*PARTS, *manifest.files))
    told = [f"{place / name}: does not belong here" for name in sorted(found - {MANIFEST, *parts})]
    for name in parts:
        if name not in found:
            told.append(f"{place / name}: is missing")
        elif store.sha256_of(place / name) != manifest.files.get(name):
            told.append(f"{place / name}: was altered since it was received on {manifest.received_at}")
    return told
