"""What can be wrong with a row, in the form in which it travels from a check to the table of rejects."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.seal.chain import canonical

SHOWN = 200  # characters of a bad value that are kept
Value = TypeVar("Value")

REJECTS = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("column", pa.string()),
        pa.field("value", pa.string()),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("facts", pa.string(), nullable=False),
    ]
)
"""Rows set aside, one line a flaw: 0-based row in the file as given; the declared column, null where the flaw is the
whole row's; the value as given, at most 200 characters; the reason, and its facts as canonical JSON."""


@dataclass(frozen=True, slots=True)
class Bad:
    """Why one value won't do."""

    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flaw:
    """The same flaw at several places (k,) of a batch, in one column."""

    at: NDArray[np.int64]
    bad: Bad


def flawed(wrong: pa.Array, bad: Bad) -> list[Flaw]:
    """One flaw for all places where `wrong` is true; none where it is false or null."""
    at = np.flatnonzero(wrong.fill_null(False).to_numpy(zero_copy_only=False))
    return [Flaw(at, bad)] if len(at) else []


def by_value(text: pa.Array, read: Callable[[str], Value | Bad]) -> tuple[list[Value | None], pa.Array, list[Flaw]]:
    """Read each distinct text once: the values, for each place the index of its value (null where none), the flaws."""
    encoded = text.dictionary_encode()
    values: list[Value | None] = []
    wrong: dict[int, Bad] = {}
    for place, given in enumerate(encoded.dictionary.to_pylist()):
        found = read(given)
        if isinstance(found, Bad):
            wrong[place] = found
            values.append(None)
        else:
            values.append(found)
    return values, encoded.indices, _flaws(encoded.indices, wrong)


def _flaws(indices: pa.Array, wrong: Mapping[int, Bad]) -> list[Flaw]:
    if not wrong:
        return []
    alike: dict[tuple[str, bytes], tuple[Bad, list[int]]] = {}
    for place, bad in wrong.items():
        alike.setdefault((bad.reason, canonical(dict(bad.facts))), (bad, []))[1].append(place)
    given = indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return [Flaw(np.flatnonzero(np.isin(given, places)), bad) for bad, places in alike.values()]
