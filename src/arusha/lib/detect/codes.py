"""Text columns as small integers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Codes:
    """A text column as integers: `codes[i]` is the place of row i's text in `texts`, −1 where there is none."""

    codes: NDArray[np.int32]
    texts: pa.Array


def codes_of(column: pa.ChunkedArray) -> Codes:
    """Encode a text column, dictionary-encoded already or not."""
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    if column.num_chunks == 0:
        return Codes(np.empty(0, np.int32), pa.array([], pa.string()))
    whole = column.unify_dictionaries()
    codes = np.empty(len(whole), np.int32)
    start = 0
    for chunk in whole.chunks:
        given = chunk.indices
        if given.null_count:
            given = pc.fill_null(given.cast(pa.int64()), -1)
        codes[start : start + len(chunk)] = numbers(given)
        start += len(chunk)
    return Codes(codes, whole.chunk(0).dictionary)


def numbers(column: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    """A column of integers or floats without nulls as NumPy numbers; of one piece where it lies, else put together.

    Arrow's own `to_numpy` loads pandas where it is installed, which takes longer than a small detector.
    """
    if isinstance(column, pa.ChunkedArray):
        parts = [numbers(chunk) for chunk in column.chunks]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty(0, _kind(column.type))
    if column.null_count:
        raise ValueError(f"{column.null_count} values are missing")
    kind = _kind(column.type)
    if not len(column):
        return np.empty(0, kind)
    return np.frombuffer(column.buffers()[1], kind)[column.offset : column.offset + len(column)]


def _kind(of: pa.DataType) -> np.dtype[Any]:
    return np.dtype(str(of).replace("double", "float64"))
