"""Writing into the lake so that a file is there whole or not at all.

Parts are written into a folder beside their place, made durable, and moved there by one rename: the rename is the
commit. What a killed process leaves behind is swept by the next that holds the lock.
"""

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from arusha.lib.intake.errors import IntakeError

STAGING = ".staging-"
GROUP = 1 << 17  # rows of a row group: small enough to fetch a few rows fast, large enough to compress
FULL = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the quota is used up", errno.EFBIG: "the file is too large"}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer at a time below `folder`, across processes and threads; leftovers of a killed one are swept.

    Raises IntakeError where the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("a")
    except OSError as wrong:
        raise _unwritten(wrong, folder) from wrong
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(STAGING + "*"):
            shutil.rmtree(left)
        yield


@contextmanager
def staging(folder: Path, name: str) -> Iterator[Path]:
    """A new folder to write in; `settle` and `commit` move it to `folder/name`. Without that nothing of it remains.

    Errors of the disk become IntakeError.
    """
    place = folder / (STAGING + name)
    try:
        place.mkdir()
        yield place
    except OSError as wrong:
        raise _unwritten(wrong, folder) from wrong
    except duckdb.Error as wrong:
        raise IntakeError("unwritten", f"the rows could not be compared: {wrong}", where=str(folder)) from wrong
    finally:
        shutil.rmtree(place, ignore_errors=True)


def settle(place: Path) -> None:
    """Make every file of a staging folder read-only and durable."""
    for path in place.iterdir():
        path.chmod(0o444)
        _sync(path)
    _sync(place)


def commit(place: Path, folder: Path, name: str) -> None:
    """Move a durable staging folder to its place, durably; what stands there is moved away first, and swept."""
    if (folder / name).exists():
        gone = folder / f"{STAGING}gone-{name}"
        (folder / name).rename(gone)
        place.rename(folder / name)
        shutil.rmtree(gone)
    else:
        place.rename(folder / name)
    _sync(folder)


class Rows:
    """A Parquet file written as rows come, in row groups of even size.

    A group is compressed and written in a thread of its own while the next rows are read and checked; at most one is
    under way, so that memory stays bounded, and what went wrong with it is raised by the next call.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", compression_level=3)
        self._beside = ThreadPoolExecutor(1, "rows")
        self._under_way: Future[None] | None = None
        self._held: list[pa.Table] = []
        self._count = 0

    def write(self, table: pa.Table) -> None:
        """Add rows."""
        self._held.append(table)
        self._count += table.num_rows
        if self._count >= GROUP:
            ready = pa.concat_tables(self._held)
            whole = self._count - self._count % GROUP
            self._hand_over(ready.slice(0, whole))
            self._held, self._count = [ready.slice(whole)], self._count - whole

    def close(self) -> None:
        """Write what is held and the footer."""
        try:
            if self._count:
                self._hand_over(pa.concat_tables(self._held))
            self._wait()
        finally:
            self._beside.shutdown()
            self._writer.close()

    def _hand_over(self, table: pa.Table) -> None:
        self._wait()
        self._under_way = self._beside.submit(self._writer.write_table, table, row_group_size=GROUP)

    def _wait(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unwritten(wrong: OSError, folder: Path) -> IntakeError:
    what = FULL.get(wrong.errno or 0, f"the lake cannot be written: {wrong.strerror or wrong}")
    do = "nothing was kept of this file; make room and receive it again"
    return IntakeError("unwritten", what, where=str(folder), do=do)
