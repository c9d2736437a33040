"""Text columns as small integers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Codes:
    """A text column as integers: `codes[i]` is the place of row i's text in `texts`, −1 where there is none.

    Two bytes each where the texts are few, else four: `narrow`.
    """

    codes: NDArray[Any]
    texts: pa.Array


def narrow(texts: int) -> type[np.int16 | np.int32]:
    """The kind of integer that numbers so many texts."""
    return np.int16 if texts < 1 << 15 else np.int32


def codes_of(column: pa.ChunkedArray) -> Codes:
    """Encode a text column, dictionary-encoded already or not."""
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    if column.num_chunks == 0:
        return Codes(np.empty(0, np.int16), pa.array([], pa.string()))
    whole = column.unify_dictionaries()
    texts = whole.chunk(0).dictionary
    codes = np.empty(len(whole), narrow(len(texts)))
    start = 0
    for chunk in whole.chunks:
        codes[start : start + len(chunk)] = indices_of(chunk)
        start += len(chunk)
    return Codes(codes, texts)


def indices_of(chunk: pa.DictionaryArray) -> NDArray[Any]:
    """The places in its dictionary of a dictionary-encoded column, −1 where there is none."""
    given = chunk.indices
    if given.null_count:
        given = pc.fill_null(given.cast(pa.int64()), -1)
    return numbers(given)


def places_of(rows: NDArray[Any]) -> pa.Array:
    """Rows as Arrow takes them. Arrow's own way from NumPy loads pandas where it is installed."""
    given = np.ascontiguousarray(rows, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(given), [None, pa.py_buffer(given)])


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
