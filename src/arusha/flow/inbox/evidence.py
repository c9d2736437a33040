"""The rows a finding rests on, fetched from the lake by manifest and row."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from django.conf import settings

from arusha.flow.inbox.hits import hit_of
from arusha.flow.inbox.models import Finding
from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake


@dataclass(frozen=True, slots=True)
class Rested:
    """Row numbers by dataset and manifest. Rows are fetched when they are shown."""

    rows: dict[str, dict[str, list[int]]]

    def datasets(self) -> list[str]:
        """The datasets it rests on, the one with the most rows first."""
        return sorted(self.rows, key=lambda name: (-self.count(name), name))

    def manifests(self) -> list[str]:
        """The input files it rests on, by their hash."""
        return sorted({manifest for held in self.rows.values() for manifest in held})

    def count(self, dataset: str) -> int:
        """How many rows of the dataset."""
        return sum(len(numbers) for numbers in self.rows.get(dataset, {}).values())

    def table(self, dataset: str) -> pa.Table:
        """All rows of the dataset, in order of its time, with `_row` and `manifest`."""
        lake = Lake(settings.ARUSHA_HOME)
        parts = []
        for manifest, numbers in self.rows.get(dataset, {}).items():
            part = lake.rows(dataset, manifest, numbers)
            parts.append(part.append_column("manifest", pa.array([manifest] * part.num_rows, pa.string())))
        if not parts:
            return DATASETS[dataset].schema.empty_table()
        whole = pa.concat_tables(parts)
        return whole.sort_by(DATASETS[dataset].time) if DATASETS[dataset].time else whole

    def slice(self, dataset: str, start: int, count: int) -> list[dict[str, Any]]:
        """Some of the rows, as dicts."""
        if not dataset:
            return []
        rows: list[dict[str, Any]] = self.table(dataset).slice(start, count).to_pylist()
        return rows


def rested(finding: Finding) -> Rested:
    """What the finding's latest hit names as evidence; empty where its run left none or it is gone."""
    hit = hit_of(finding.run, finding.hit_id)
    by_manifest: dict[str, list[int]] = defaultdict(list)
    for ref in hit["evidence"] if hit else []:
        by_manifest[ref["manifest"]].append(ref["row"])
    lake = Lake(settings.ARUSHA_HOME)
    rows: dict[str, dict[str, list[int]]] = {}
    for manifest, numbers in by_manifest.items():
        for dataset in DATASETS:
            try:
                found = lake.find(dataset, manifest)
            except IntakeError:
                found = None
            if found is not None:
                rows.setdefault(dataset, {})[manifest] = numbers
                break
    return Rested(rows)
