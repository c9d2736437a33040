"""What a capability shows of its own findings: panels, and the view of a finding that it makes them from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language_bidi

from arusha.flow.inbox.models import Finding


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture with its figures as a table. `place` is 'null' for the picture of chance, else 'more'."""

    title: "str | Promise"
    svg: str
    headers: Sequence[Any]
    rows: Sequence[Sequence[Any]]
    text: "str | Promise" = ""
    place: str = "more"
    narrow: str | None = None


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as a capability sees it: it never queries, disposes or hides.

    `subjects` are (kind, id) of its latest sighting, the leading one first; `evidence(dataset)` its rows as an Arrow
    table; `rows_of(dataset, column, values)` all rows of that dataset with one of the values; `related` the leading
    subjects of other findings that rest on the same group, as (kind, id, support), among those the reader may see.
    """

    finding: Finding
    subjects: tuple[tuple[str, str], ...]
    evidence: Callable[[str], Any]
    rows_of: Callable[[str, str, Sequence[str]], Any]
    related: tuple[tuple[str, str, int], ...] = ()
    direction: str = field(default_factory=lambda: "rtl" if get_language_bidi() else "ltr")

    @property
    def reasons(self) -> dict[str, dict[str, Any]]:
        """The finding's reasons by name."""
        return {reason["reason"]: reason for reason in self.finding.reasons}

    def members(self, kind: str) -> tuple[str, ...]:
        """The subjects of one kind."""
        return tuple(ref for subject_kind, ref in self.subjects if subject_kind == kind)
