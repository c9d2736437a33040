"""Text columns as small integers."""

from dataclasses import dataclass

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
    parts = [_indices(chunk) for chunk in whole.chunks]
    return Codes(np.concatenate(parts), whole.chunk(0).dictionary)


def _indices(chunk: pa.DictionaryArray) -> NDArray[np.int32]:
    given = chunk.indices
    if given.null_count:
        given = given.fill_null(-1) if pa.types.is_signed_integer(given.type) else given.cast(pa.int64()).fill_null(-1)
    codes: NDArray[np.int32] = given.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return codes
