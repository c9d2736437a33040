"""Whether files that would count again say what others have said since: then their rows would be counted twice."""

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import standing
from arusha.lib.intake.lake import Lake
from arusha.lib.intake.manifest import ROWS, Manifest
from arusha.lib.intake.repeats import repeats


@dataclass(frozen=True, slots=True)
class Clash:
    """So many rows of the file that would come `back` have the key of a row of the `other`."""

    back: Manifest
    other: Manifest
    rows: int


def clash(lake: Lake, dataset: str, withdrawn: Iterable[str]) -> Clash | None:
    """The first clash there would be if these files, and no others, were withdrawn; None where there is none."""
    received, folder = lake.received(dataset), lake.folder(dataset)
    after = standing.gone(received, frozenset(withdrawn))
    before = lake.gone(dataset)
    counting = [one for one in received if one.manifest not in after]
    for back in counting:
        if back.manifest in before and back.accepted:
            others = [one for one in counting if one.manifest != back.manifest and one.accepted]
            paths = [(one.manifest, folder / one.manifest / ROWS) for one in others]
            with tempfile.TemporaryDirectory() as spill:
                place = Path(spill) / ROWS
                place.symlink_to((folder / back.manifest / ROWS).absolute())
                found = repeats(DATASETS[dataset], place, back.manifest, paths)
            for one in others:
                rows = int(pc.sum(pc.equal(found.column("manifest"), one.manifest)).as_py() or 0)
                if rows:
                    return Clash(back, one, rows)
    return None
