"""Whether an Excel workbook may be opened at all: what else a file that looks like one can be, and what it may weigh.

A workbook is a zip archive of XML, so that a small file can unpack to anything. Nothing is parsed before every part was
unpacked once, piece by piece and thrown away, within bounds.
"""

import zipfile
import zlib
from pathlib import Path

from arusha.lib.intake.errors import IntakeError

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
PIECE = 1 << 20
MOST_PARTS = 10_000
MOST_BYTES = 4 << 30  # a full sheet of a million rows and forty columns
MOST_STRINGS = 512 << 20  # the table of texts is held in memory
MOST_ROW = 4 << 20
RATIO = 400  # sheets of one repeated number reach 150
SMALL = 10 << 20
MARKUP = (b"<!DOCTYPE", b"<!ENTITY")
LONGEST_MARK = max(map(len, MARKUP))
SAVE = "save the sheet as an Excel workbook (.xlsx) or as CSV"
LOCKED = "EncryptedPackage".encode("utf-16-le")


def refuse_unfit(path: Path) -> None:
    """IntakeError for a zip archive that is no workbook of Excel, is damaged, or unpacks to more than it should."""
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_other(archive, path)
            _refuse_heavy(archive, path)
            for part in archive.infolist():
                _unpack(archive, part, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as wrong:
        raise damaged(path, str(wrong)) from None


def old_workbook(path: Path) -> IntakeError:
    """The refusal of a compound file: a workbook of before 2007, or one that is locked with a password."""
    with path.open("rb") as file:
        held = b""
        while piece := file.read(PIECE):
            if LOCKED in held + piece:
                what = "the workbook is protected with a password"
                return IntakeError("locked", what, where=path.name, do="save it without one and receive that")
            held = piece[-len(LOCKED) :]
    return IntakeError("not-a-table", "the file is an old Excel workbook (.xls)", where=path.name, do=SAVE)


def damaged(path: Path, why: str) -> IntakeError:
    """The refusal of a workbook that cannot be read to its end."""
    what = f"the workbook is cut short or damaged ({(why.splitlines() or ['?'])[0]})"
    return IntakeError("damaged-workbook", what, where=path.name, do="open it in Excel, save it again, or ask for it")


def _refuse_other(archive: zipfile.ZipFile, path: Path) -> None:
    names = set(archive.namelist())
    if any(name.startswith("xl/workbook") and name.endswith(".xml") for name in names):
        return
    told = {"xl/workbook.bin": "a binary Excel workbook (.xlsb)", "content.xml": "an OpenDocument file"}
    what = next((said for name, said in told.items() if name in names), "a zip archive")
    do = "unpack the archive first" if what == "a zip archive" else SAVE
    raise IntakeError("not-a-table", f"the file is {what}, not an Excel workbook (.xlsx)", where=path.name, do=do)


def _refuse_heavy(archive: zipfile.ZipFile, path: Path) -> None:
    parts = archive.infolist()
    size = sum(part.file_size for part in parts)
    texts = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    dense = max((part.file_size / max(part.compress_size, 1) for part in parts if part.file_size > SMALL), default=0)
    if len(parts) > MOST_PARTS or size > MOST_BYTES or texts > MOST_STRINGS or dense > RATIO:
        what = f"the workbook would unpack to {size:,} bytes in {len(parts):,} parts, which is no table"
        raise IntakeError("too-heavy", what, where=path.name, do="save the sheet as CSV if it is what it says it is")


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, path: Path) -> None:
    """Reads one part to its end, which checks it, and looks at what no part of a workbook holds."""
    if not part.filename.lower().endswith((".xml", ".rels")):
        return  # pictures and programs are not opened
    sheet = "/worksheets/" in part.filename
    held, without_end = b"", 0
    with archive.open(part) as file:
        while piece := file.read(PIECE):
            if not held and piece.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
                raise damaged(path, f"{part.filename} is not XML in UTF-8")
            seen = held + piece
            if any(mark in seen for mark in MARKUP):
                raise damaged(path, f"{part.filename} declares entities, which no workbook does")
            without_end = 0 if b"row>" in seen else without_end + len(piece)
            if sheet and without_end > MOST_ROW:
                what = f"a row of {part.filename} has more columns than a table has"
                raise IntakeError("too-many-columns", what, where=path.name, do="ask the source for a table")
            sheet = sheet and b"</sheetData>" not in seen
            held = seen[-LONGEST_MARK:]
