"""What a file is, told by its first bytes; which kinds are taken for which use; which name goes with which kind.

The table is short and declared here, since it decides what may come in. Signatures: the formats' own specifications, as
gathered in Gary Kessler's and the PRONOM registries.
"""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HEAD = 4096
"""Bytes of the beginning that tell a kind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, what people call it, the endings its names have."""

    media: str
    called: "str | Promise"
    endings: frozenset[str]


def _kind(media: str, called: "str | Promise", endings: str) -> Kind:
    return Kind(media, called, frozenset(endings.split()))


PDF = _kind("application/pdf", "PDF", "pdf")
PNG = _kind("image/png", "PNG", "png")
JPEG = _kind("image/jpeg", "JPEG", "jpg jpeg jpe")
GIF = _kind("image/gif", "GIF", "gif")
TIFF = _kind("image/tiff", "TIFF", "tif tiff")
WEBP = _kind("image/webp", "WebP", "webp")
ZIP = _kind("application/zip", _("ZIP archive"), "zip")
WORD = _kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word", "docx")
EXCEL = _kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel", "xlsx")
SLIDES = _kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint", "pptx")
OPEN_DOCUMENT = _kind("application/vnd.oasis.opendocument", "OpenDocument", "odt ods odp odg")
OLE = _kind("application/x-ole-storage", _("older Word, Excel or Outlook"), "doc xls ppt msg")
PARQUET = _kind("application/vnd.apache.parquet", "Parquet", "parquet")
MP3 = _kind("audio/mpeg", "MP3", "mp3")
OGG = _kind("application/ogg", "Ogg", "ogg oga ogv opus")
WAV = _kind("audio/wav", "WAV", "wav")
MP4 = _kind("video/mp4", "MP4", "mp4 m4a m4v mov 3gp heic")
MATROSKA = _kind("video/webm", "WebM", "webm mkv")
TEXT = _kind("text/plain", _("text"), "txt csv tsv json xml eml md log rtf vcf ics asc pem yaml yml")
PROGRAM = _kind("application/x-executable", _("program"), "exe dll com scr sys elf so bin msi cpl")
PACKED = _kind("application/x-compressed", _("archive other than ZIP"), "7z rar gz tgz bz2 xz zst tar cab iso jar")
UNKNOWN = _kind("application/octet-stream", _("unknown"), "")

ARCHIVES = (ZIP, WORD, EXCEL, SLIDES, OPEN_DOCUMENT)
EVIDENCE = (PDF, PNG, JPEG, GIF, TIFF, WEBP, *ARCHIVES, OLE, PARQUET, MP3, OGG, WAV, MP4, MATROSKA, TEXT)
"""What may be evidence of a case or of an action."""
ALL = (*EVIDENCE, PROGRAM, PACKED)

RUNS = re.compile(
    "exe|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|mjs|wsf|wsh|hta|lnk|msi|jar|cpl|reg|sh|html|htm|xhtml|svg|mht|docm|xlsm|pptm"
    "|dll|pif|iso|img|chm"
)
"""Endings of names that a machine may run, or show with scripts, when somebody opens the saved file."""

_SIGNS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"PK\x03\x04", ZIP),  # also what Word, Excel and LibreOffice write: `archives` tells them apart
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0", OLE),
    (b"PAR1", PARQUET),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"OggS", OGG),
    (b"\x1a\x45\xdf\xa3", MATROSKA),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"7z\xbc\xaf\x27\x1c", PACKED),
    (b"Rar!\x1a\x07", PACKED),
    (b"\x1f\x8b", PACKED),
    (b"BZh", PACKED),
    (b"\xfd7zXZ\x00", PACKED),
    (b"\x28\xb5\x2f\xfd", PACKED),
)


def sniffed(head: bytes) -> Kind:
    """The kind that the first bytes show; what the sender says of it is not believed."""
    for sign, kind in _SIGNS:
        if head.startswith(sign):
            return kind
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"WEBP"):
        return WAV if head[8:12] == b"WAVE" else WEBP
    if head[4:8] == b"ftyp":
        return MP4
    if head[257:262] == b"ustar":
        return PACKED
    return TEXT if _is_text(head) else UNKNOWN


def named(ending: str) -> Kind | None:
    """The kind that an ending of a name promises; None where it promises none."""
    return next((kind for kind in ALL if ending in kind.endings), None)


def _is_text(head: bytes) -> bool:
    if not head or b"\x00" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as wrong:
        # A cut through the last character is no sign against text.
        return (wrong.start >= len(head) - 3 and wrong.reason == "unexpected end of data") or _is_windows_text(head)
    return True


def _is_windows_text(head: bytes) -> bool:
    """Text of an older encoding, such as Windows-1252 or 1256: no control character but those of lines."""
    return all(byte >= 32 or byte in b"\t\n\r\x0c\x1b" for byte in head)
