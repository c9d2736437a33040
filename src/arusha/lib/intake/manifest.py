"""The paper that lies beside what a file gave: what was received, when, by which mapping, and the hash of each part."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from arusha.lib.intake.errors import IntakeError
from arusha.lib.seal.chain import canonical

MANIFEST, ROWS, REJECTED, DUPLICATES = "manifest.json", "rows.parquet", "rejects.parquet", "duplicates.parquet"
SET_ASIDE, CORRECTED = "set-aside.parquet", "corrected.parquet"
PARTS = (ROWS, REJECTED, DUPLICATES)
"""What every file gave. Where rows were set aside, they lie as they were given in `SET_ASIDE`; in `CORRECTED`, which
rows of another file the rows of a correction are."""
LATER = ("replaces", "corrects", "columns")
"""What papers say only where there is something to say, so that those of before are as they were written."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One received file. Its name in the lake, `manifest`, is the SHA-256 of the file's bytes as given.

    `size` is in bytes. Of `received` data rows, `accepted` + `rejected` + `duplicates` are all. `span`: first and last
    value of the dataset's time column among the accepted (ISO 8601), None where there is none. `reasons`: flaws by
    reason. `unchecked`: code lists that were not there to check against, with the columns concerned. `files`: SHA-256
    of each stored part. `replaces`: files that this one restates, which do not count while it does. `corrects`: the
    file whose rows that were set aside it gives again. `columns`: the source's, each with the kind of its first values
    (`drifting.shape`). Hashes are hexadecimal.
    """

    dataset: str
    manifest: str
    file: str
    size: int
    received_at: str
    mapping: str
    mapping_sha256: str
    received: int
    accepted: int
    rejected: int
    duplicates: int
    span: tuple[str, str] | None
    reasons: Mapping[str, int]
    not_taken: tuple[str, ...]
    unchecked: Mapping[str, tuple[str, ...]]
    version: str
    files: Mapping[str, str]
    replaces: tuple[str, ...] = ()
    corrects: str = ""
    columns: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When it was received, aware and in UTC."""
        return datetime.fromisoformat(self.received_at)

    @property
    def said_at(self) -> str:
        """The same to the minute, as people read it."""
        return f"{self.at:%Y-%m-%d %H:%M} UTC"

    def body(self) -> bytes:
        """The bytes of manifest.json."""
        return canonical({key: value for key, value in asdict(self).items() if value or key not in LATER})


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder of the lake; IntakeError where it is missing, damaged or altered by hand."""
    path = folder / MANIFEST
    try:
        body = path.read_bytes()
        said = json.loads(body)
        span = said["span"]
        found = Manifest(
            **{
                **said,
                "span": (span[0], span[1]) if span else None,
                "not_taken": tuple(said["not_taken"]),
                "replaces": tuple(said.get("replaces", ())),
                "unchecked": {name: tuple(columns) for name, columns in said["unchecked"].items()},
            }
        )
    except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError) as wrong:
        do = "restore the folder from a backup"
        raise IntakeError("damaged-lake", f"cannot be read ({wrong})", where=str(path), do=do) from None
    if found.body() != body or found.manifest != folder.name or found.dataset != folder.parent.name:
        do = "restore the folder from a backup"
        raise IntakeError("damaged-lake", "is not as it was written", where=str(path), do=do)
    return found
