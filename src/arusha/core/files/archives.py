"""Looking into an archive before it is kept: what it would become, where it would write, what it holds.

Nothing is unpacked to the disk. Sizes that an archive states of itself are not believed: its entries are decompressed
in memory, piece by piece, and counted up to the limit.
"""

import errno
import stat
import struct
import zipfile
import zlib
from io import BytesIO
from typing import IO

from arusha.core.files import kinds
from arusha.core.files.kinds import Kind

MOST_ENTRIES = 10_000
MOST_BYTES = 1024 * 1024 * 1024
"""What an archive may become, with all that is packed within it."""
MOST_RATIO = 200
"""How many times its own size it may become; deflate reaches 1,032."""
RATIO_FROM = 10 * 1024 * 1024
"""Below this many bytes the ratio says nothing: a page of blanks packs well."""
DEEPEST = 3
NESTED = 20 * 1024 * 1024
"""The largest archive within an archive that is looked into."""
PIECE = 1 << 18
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Methods that are decompressed piece by piece. Python's bzip2 and LZMA give all that a piece holds at once: a bzip2
file of 285 bytes is 200 MB in memory before anybody can count."""
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError)
"""What a damaged archive makes the reader raise, and one of a kind that it does not know (NotImplementedError)."""


class ArchiveError(ValueError):
    """The archive is not taken; `rule` is a stable word, `entry` the entry concerned, where there is one."""

    def __init__(self, rule: str, entry: str = "") -> None:
        super().__init__(f"{rule}: {entry}" if entry else rule)
        self.rule, self.entry = rule, entry


def looked_into(file: IO[bytes], size: int) -> Kind:
    """The kind of a zip file, once nothing speaks against it; the file is left at its beginning.

    Raises ArchiveError: `damaged`, `entries`, `size`, `ratio`, `nesting`, `path`, `link`, `locked`, `method`;
    OSError where the file itself cannot be read.
    """
    try:
        return _inside(file, size, 1, [0])
    except ArchiveError:
        raise
    except BROKEN:
        raise ArchiveError("damaged") from None
    except OSError as wrong:
        if wrong.errno != errno.EINVAL:  # sent to a place before the file's beginning; any other is the disk's
            raise
        raise ArchiveError("damaged") from None
    finally:
        file.seek(0)


def _inside(file: IO[bytes], size: int, depth: int, total: list[int]) -> Kind:
    if depth > DEEPEST:
        raise ArchiveError("nesting")
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise ArchiveError("entries")
        before = total[0]
        for entry in entries:
            _check_name(entry)
            if entry.flag_bits & 0x1:
                raise ArchiveError("locked", entry.filename)
            if entry.compress_type not in METHODS:
                raise ArchiveError("method", entry.filename)
            _count(archive, entry, size, depth, total, before)
        return _told(archive, {entry.filename for entry in entries})


def _check_name(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or name[1:2] == ":" or any(ord(c) < 32 for c in name):
        raise ArchiveError("path", entry.filename)
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArchiveError("link", entry.filename)


def _count(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size: int, depth: int, total: list[int], before: int
) -> None:
    """Decompress one entry in memory and count it; look into it where it is an archive itself."""
    held: list[bytes] = []
    kept = 0
    with archive.open(entry) as stream:
        while piece := stream.read(PIECE):
            total[0] += len(piece)
            if total[0] > MOST_BYTES:
                raise ArchiveError("size", entry.filename)
            if total[0] - before > max(RATIO_FROM, MOST_RATIO * size):
                raise ArchiveError("ratio", entry.filename)
            packed = bool(held) or (kept == 0 and kinds.sniffed(piece[: kinds.HEAD]) is kinds.ZIP)
            kept += len(piece)
            if packed:
                held.append(piece)
                if kept > NESTED:
                    raise ArchiveError("nesting", entry.filename)
    if held:
        _inside(BytesIO(b"".join(held)), kept, depth + 1, total)


def _told(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    """Whether it is a document of an office suite, by the parts that its format demands."""
    if "[Content_Types].xml" in names:
        for part, kind in (("word/", kinds.WORD), ("xl/", kinds.EXCEL), ("ppt/", kinds.SLIDES)):
            if any(name.startswith(part) for name in names):
                return kind
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
        told = archive.read("mimetype")
        if told.startswith(b"application/vnd.oasis.opendocument"):
            return kinds.OPEN_DOCUMENT
    return kinds.ZIP
