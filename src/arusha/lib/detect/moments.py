"""Columns of instants as whole seconds: four bytes each until the year 2106."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.detect.codes import numbers

PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
MICROSECONDS = pa.timestamp("us", tz="UTC")


def whole_seconds(column: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    """Seconds since 1970 of instants without nulls, parts of a second dropped; uint32, or int64 where that is short."""
    # A view and not a cast: the integers are those that lie there.
    parts = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    per_second = PER_SECOND[column.type.unit]
    return together([_seconds(numbers(part.view(pa.int64())), per_second) for part in parts])


def together(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Pieces as one; of four bytes where all are."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, np.uint32)


def _seconds(at: NDArray[np.int64], per_second: int) -> NDArray[Any]:
    fits = not len(at) or (int(at.min()) >= 0 and int(at.max()) // per_second < 1 << 32)
    out = np.empty(len(at), np.uint32 if fits else np.int64)
    np.floor_divide(at, per_second, out=out, casting="unsafe")
    return out
