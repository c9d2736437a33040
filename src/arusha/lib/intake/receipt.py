"""What is handed to whoever brought a file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from arusha.lib.intake.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Reject:
    """One flaw of one row: `row` is 0-based in the file as given, `column` None where the whole row is meant, `value`
    as given (at most 200 characters); `reason` and `facts` make a sentence."""

    row: int
    column: str | None
    value: str | None
    reason: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A file's manifest; `already`: it had been received before and nothing changed; the first flaws in order of row.

    `manifest_sha256` is the hash of manifest.json, in hexadecimal: kept elsewhere, it shows whether that paper was
    replaced.
    """

    manifest: Manifest
    already: bool
    first_rejects: tuple[Reject, ...]
    manifest_sha256: str

    def as_json(self) -> str:
        """The receipt for programs: one object."""
        m = self.manifest
        said = {
            "dataset": m.dataset,
            "manifest": m.manifest,
            "manifest_sha256": self.manifest_sha256,
            "file": m.file,
            "size": m.size,
            "received_at": m.received_at,
            "already": self.already,
            "received": m.received,
            "accepted": m.accepted,
            "rejected": m.rejected,
            "duplicates": m.duplicates,
            "span": m.span,
            "reasons": dict(m.reasons),
            "not_taken": m.not_taken,
            "unchecked": dict(m.unchecked),
            "mapping_sha256": m.mapping_sha256,
            "first_rejects": [
                {"row": r.row, "column": r.column, "value": r.value, "reason": r.reason, "facts": dict(r.facts)}
                for r in self.first_rejects
            ],
        }
        return json.dumps(said, ensure_ascii=False)
