"""A name is plain, a kind is told by the bytes alone, and an archive is looked into before it is kept."""

import contextlib
import errno
import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.core.files import archives, kinds
from arusha.core.files.names import LONGEST_NAME, ending_of, plain_name


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("a/b\\c.txt", "c.txt"),
        ("\x00\x1f.hidden", "hidden"),
        ("a\u200f\u202eb.pdf", "ab.pdf"),
        ("   ", "file"),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_a_name_is_plain(given, plain):
    assert plain_name(given) == plain


def test_a_long_name_keeps_its_ending():
    name = plain_name("n" * 300 + ".xlsx")
    assert len(name) == LONGEST_NAME and name.endswith("n.xlsx")
    assert len(plain_name("n" * 300)) == LONGEST_NAME
    assert (ending_of("a.b.PDF"), ending_of("none"), ending_of(".hidden")) == ("pdf", "", "")


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.4", kinds.PDF),
        (b"\x89PNG\r\n\x1a\n", kinds.PNG),
        (b"\xff\xd8\xff\xe0", kinds.JPEG),
        (b"PK\x03\x04", kinds.ZIP),
        (b"RIFF\x00\x00\x00\x00WAVEfmt", kinds.WAV),
        (b"RIFF\x00\x00\x00\x00WEBPVP8", kinds.WEBP),
        (b"\x00\x00\x00\x20ftypisom", kinds.MP4),
        ("<html>é".encode(), kinds.TEXT),
        ("é".encode() + b"\xc3", kinds.TEXT),
        ("Größe;Ort\r\n1;Zürich\r\n".encode("windows-1252"), kinds.TEXT),
        (b"\xc3\x28 \x01 broken", kinds.UNKNOWN),
        (b"MZ\x00\x01", kinds.PROGRAM),
        (b"Rar!\x1a\x07\x01", kinds.PACKED),
        (b"", kinds.UNKNOWN),
    ],
)
def test_a_kind_is_told_by_the_bytes_alone(head, kind):
    assert kinds.sniffed(head) is kind


def test_programs_and_what_cannot_be_looked_into_are_no_evidence():
    assert not {kinds.PROGRAM, kinds.PACKED, kinds.UNKNOWN} & set(kinds.EVIDENCE)
    endings = [ending for kind in kinds.ALL for ending in kind.endings]
    assert len(endings) == len(set(endings))


def packed(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with the date of 1980, the same whenever it is made: workers of pytest compare what they collect."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in entries:
            archive.writestr(zipfile.ZipInfo(name), body, method)
    return made.getvalue()


def looked(body: bytes) -> kinds.Kind:
    file = io.BytesIO(body)
    try:
        return archives.looked_into(file, len(body))
    finally:
        assert file.tell() == 0


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        ([("a.txt", b"a"), ("folder/b.txt", b"b")], kinds.ZIP),
        ([("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")], kinds.WORD),
        ([("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")], kinds.EXCEL),
        ([("mimetype", b"application/vnd.oasis.opendocument.text")], kinds.OPEN_DOCUMENT),
        ([("inner.zip", packed(("a.txt", b"a")))], kinds.ZIP),
    ],
)
def test_an_archive_is_what_it_holds(entries, kind):
    assert looked(packed(*entries)) is kind


def nested(depth: int) -> bytes:
    body = b"text"
    for _ in range(depth):
        body = packed(("inner.zip", body))
    return body


def link() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return made.getvalue()


def locked() -> bytes:
    body = bytearray(packed(("secret.txt", b"x"), method=zipfile.ZIP_STORED))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(sign) + place] |= 1
    return bytes(body)


def lying() -> bytes:
    """An entry that says that it is small, and is not."""
    body = bytearray(packed(("zeros", bytes(30 << 20))))
    at = body.index(b"PK\x01\x02") + 24
    body[at : at + 4] = struct.pack("<I", 100)
    return bytes(body)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (packed(("zeros", bytes(30 << 20))), "ratio"),
        (packed(("inner.zip", packed(("zeros", bytes(30 << 20))))), "ratio"),
        (lying(), "damaged|ratio"),
        (nested(4), "nesting"),
        (packed(("../../etc/cron.d/x", b"x")), "path"),
        (packed(("/etc/passwd", b"x")), "path"),
        (packed(("C:\\windows\\x", b"x")), "path"),
        (packed(("a\nb", b"x")), "path"),
        (link(), "link"),
        (locked(), "locked"),
        (packed(("a", b"a"))[:-5], "damaged"),
        (b"PK\x03\x04" + b"x" * 100, "damaged"),
        (packed(("zeros", bytes(1 << 20)), method=zipfile.ZIP_BZIP2), "method"),
        (packed(("a", b"a"), method=zipfile.ZIP_LZMA), "method"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_speaks_against_an_archive(body, rule):
    with pytest.raises(archives.ArchiveError) as told:
        looked(body)
    assert told.value.rule in rule.split("|")


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
def test_whatever_is_changed_in_an_archive_it_is_taken_or_refused_by_a_rule(data, method):
    body = bytearray(packed(("a.txt", b"words " * 50), ("b/c.txt", b"more"), method=method))
    for at in data.draw(st.lists(st.integers(0, len(body) - 1), min_size=1, max_size=4)):
        body[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(archives.ArchiveError):
        looked(bytes(body))


def test_a_disk_that_cannot_be_read_is_no_fault_of_the_archive():
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() == 0:  # the directory at the end is read, the first entry is not
                raise OSError(errno.EIO, "Input/output error")
            return super().read(size)

    with pytest.raises(OSError, match="Input/output error"):
        archives.looked_into(Failing(packed(("a", b"a"))), 100)


def test_more_entries_or_bytes_than_any_honest_archive(monkeypatch):
    monkeypatch.setattr(archives, "MOST_ENTRIES", 2)
    with pytest.raises(archives.ArchiveError, match="entries"):
        looked(packed(*((str(n), b"") for n in range(3))))
    monkeypatch.setattr(archives, "MOST_BYTES", 10)
    with pytest.raises(archives.ArchiveError, match="size"):
        looked(packed(("a", b"elf bytes..")))
