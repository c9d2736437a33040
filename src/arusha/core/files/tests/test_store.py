"""The store: whole or not at all, found by its hash only, never served altered."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest

from arusha.core.files import store
from arusha.core.files.names import LONGEST_NAME, plain_name, sniffed


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.ARUSHA_HOME = tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("size", [1, store.PIECE - 1, store.PIECE, 2 * store.PIECE + 1])
def test_what_is_put_is_given_back(size, tmp_path):
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    stored = store.put(BytesIO(body))
    assert stored == (hashlib.sha256(body).hexdigest(), size)
    with store.open_(stored.sha256) as file:
        assert file.read() == body
    assert files(tmp_path) == [tmp_path / "evidence" / stored.sha256[:2] / stored.sha256]
    assert store.path_of(stored.sha256).stat().st_mode & 0o077 == 0


def test_the_same_twice_is_one_file_and_heals_an_altered_one(tmp_path):
    stored = store.put(BytesIO(b"x"))
    store.path_of(stored.sha256).write_bytes(b"y")
    assert store.put(BytesIO(b"x")) == stored
    with store.open_(stored.sha256) as file:
        assert file.read() == b"x" and len(files(tmp_path)) == 1


def test_the_limit_is_a_limit(tmp_path):
    assert store.put(BytesIO(b"12345"), 5).size == 5
    with pytest.raises(store.TooLargeError):
        store.put(BytesIO(b"123456"), 5)
    assert len(files(tmp_path)) == 1


def test_a_stream_that_breaks_leaves_nothing(tmp_path):
    class Broken:
        def __init__(self):
            self.pieces = [b"some"]

        def read(self, size=-1, /):
            if self.pieces:
                return self.pieces.pop()
            raise OSError("the line is cut")

    with pytest.raises(OSError, match="cut"):
        store.put(Broken())
    assert files(tmp_path) == []


def test_an_altered_file_and_a_missing_one_are_errors():
    stored = store.put(BytesIO(b"evidence"))
    store.path_of(stored.sha256).write_bytes(b"tampered")
    with pytest.raises(store.AlteredError, match="restore it"):
        store.open_(stored.sha256)
    with pytest.raises(store.MissingError):
        store.open_("0" * 64)


@pytest.mark.parametrize("hostile", ["../../etc/passwd", "", "0" * 63, "G" * 64, "0" * 64 + "\n", "A" * 64])
def test_only_a_hash_is_a_place(hostile):
    with pytest.raises(store.MissingError):
        store.path_of(hostile)


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


@pytest.mark.parametrize(
    ("head", "media"),
    [
        (b"%PDF-1.4", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"PK\x03\x04", "application/zip"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt", "audio/wav"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        ("<html>é".encode(), "text/plain; charset=utf-8"),
        ("é".encode() + b"\xc3", "text/plain; charset=utf-8"),
        (b"\xc3\x28 broken", "application/octet-stream"),
        (b"MZ\x00\x01", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_type_is_told_by_the_bytes_alone(head, media):
    assert sniffed(head) == media
