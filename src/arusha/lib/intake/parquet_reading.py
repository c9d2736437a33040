"""Parquet in batches. Row numbers run through the row groups in the order in which they lie in the file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from arusha.lib.intake.errors import IntakeError
from arusha.lib.intake.reading import Batch, Opened, refuse_names

ROWS = 1 << 17


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The file with its schema read. IntakeError where it is cut short, or a column holds lists or records."""
    try:
        file = pyarrow.parquet.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as wrong:
        raise _damaged(path, str(wrong)) from None
    with file:
        names = tuple(file.schema_arrow.names)
        refuse_names(names, path.name)
        yield Opened(names, None, lambda wanted: _batches(file, path, wanted))


def _batches(file: pyarrow.parquet.ParquetFile, path: Path, wanted: tuple[str, ...]) -> Iterator[Batch]:
    for name in wanted:
        kind = file.schema_arrow.field(name).type
        if pa.types.is_nested(kind):
            what = f"column {name!r} holds {kind}, not single values"
            raise IntakeError("not-a-table", what, where=path.name, do="write it as a column of texts or numbers")
    start = 0
    if not file.metadata.num_rows:
        return
    reader = file.iter_batches(batch_size=ROWS, columns=list(wanted))
    while True:
        try:
            read = next(reader)
        except StopIteration:
            return
        except (pa.ArrowInvalid, OSError) as wrong:
            raise _damaged(path, f"after data row {start}: {wrong}") from None
        rows = np.arange(start, start + read.num_rows, dtype=np.int64)
        start += read.num_rows
        yield Batch(rows, {name: read.column(name) for name in wanted})


def _damaged(path: Path, why: str) -> IntakeError:
    what = f"the Parquet file is cut short or damaged ({why.splitlines()[0]})"
    return IntakeError("damaged-parquet", what, where=path.name, do="ask the source for the file again")
