"""What a file is called and what it is: a name without a path or a trick in it, and a type told by the first bytes."""

import unicodedata

LONGEST_NAME = 150
UNKNOWN = "application/octet-stream"

_SIGNS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),  # also what Word, Excel and LibreOffice write
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),  # older Word and Excel, Outlook messages
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "application/ogg"),
)


def plain_name(given: str) -> str:
    """The last part of a path of either kind, without control characters or marks that turn the reading direction.

    A mark such as U+202E makes `fdp.exe` look like `exe.pdf`.
    """
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    kept = " ".join(kept.split()).strip(". ")
    if len(kept) > LONGEST_NAME:
        stem, dot, ending = kept.rpartition(".")
        short = dot and len(ending) <= 10
        kept = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if short else kept[:LONGEST_NAME]
    return kept or "file"


def sniffed(head: bytes) -> str:
    """The media type that the first bytes show; what the sender says of it is not believed."""
    for sign, media in _SIGNS:
        if head.startswith(sign):
            return media
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head[4:8] == b"ftyp":
        return "video/mp4"
    if _is_text(head):
        return "text/plain; charset=utf-8"
    return UNKNOWN


def _is_text(head: bytes) -> bool:
    if not head or b"\x00" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as wrong:
        # A cut through the last character is no sign against text.
        return wrong.start >= len(head) - 3 and wrong.reason == "unexpected end of data"
    return True
