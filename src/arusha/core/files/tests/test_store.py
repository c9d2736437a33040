"""The store: whole or not at all, encrypted under a name that tells nothing, never served altered."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest

from arusha.core.files import store
from arusha.core.journal import keys
from arusha.lib.seal.sealed_file import HEADER, SEALED_PIECE, id_of


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.ARUSHA_HOME, settings.ARUSHA_KEYS = tmp_path / "home", tmp_path / "keys"
    keys.make_keys(settings.ARUSHA_KEYS)


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "home").rglob("*") if path.is_file()]


def given(kept: str) -> bytes:
    with store.open_(kept) as file:
        return file.read()


@pytest.mark.parametrize("size", [1, store.PIECE - 1, store.PIECE, 2 * store.PIECE + 1])
def test_what_is_put_is_given_back(size, tmp_path):
    body = (bytes(range(256)) * (size // 256 + 1))[:size]
    stored = store.put(BytesIO(body))
    assert (stored.sha256, stored.size) == (hashlib.sha256(body).hexdigest(), size)
    assert given(stored.kept) == body
    assert files(tmp_path) == [tmp_path / "home" / "evidence" / stored.kept[:2] / stored.kept]
    assert store.path_of(stored.kept).stat().st_mode & 0o077 == 0


def test_neither_name_nor_bytes_tell_what_it_is(tmp_path):
    body = b"the very words of a known leaflet"
    stored = store.put(BytesIO(body))
    on_disk = store.path_of(stored.kept).read_bytes()
    assert body not in on_disk and body[:8] not in on_disk
    assert stored.sha256 not in str(files(tmp_path)) and bytes.fromhex(stored.sha256) not in on_disk


def test_another_installation_gives_the_same_file_another_name(settings, tmp_path):
    here = store.put(BytesIO(b"x")).kept
    settings.ARUSHA_KEYS = tmp_path / "others"
    keys.make_keys(settings.ARUSHA_KEYS)
    assert store.put(BytesIO(b"x")).kept != here


def test_the_same_twice_is_one_file_and_heals_an_altered_one(tmp_path):
    stored = store.put(BytesIO(b"x"))
    store.path_of(stored.kept).write_bytes(b"y")
    assert store.put(BytesIO(b"x")) == stored
    assert given(stored.kept) == b"x" and len(files(tmp_path)) == 1


def test_the_limit_is_a_limit(tmp_path, monkeypatch):
    assert store.put(BytesIO(b"12345"), 5).size == 5
    with pytest.raises(store.TooLargeError):
        store.put(BytesIO(b"123456"), 5)
    monkeypatch.setattr(store, "LIMIT", 5)
    with pytest.raises(store.TooLargeError):
        store.put(BytesIO(b"123456"))
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


def altered(body: bytes, at: int) -> bytes:
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda body: b"tampered", "does not begin as a sealed file"),
        (lambda body: altered(body, 0), "does not begin as a sealed file"),
        (lambda body: altered(body, 8), "which is not among the keys"),
        (lambda body: altered(body, HEADER - 1), "put in the place of another file, or its header was altered"),
        (lambda body: altered(body, HEADER + 5), "piece 1 of it was altered"),
        (lambda body: altered(body, len(body) - 1), "piece 3 of it was altered"),
        (lambda body: body[: HEADER + 2 * SEALED_PIECE], "it was cut short"),
        (lambda body: body[:-1], "cut short within it"),
        (lambda body: body[:HEADER], "piece 1 of it was altered, or it was cut short"),
        (lambda body: body + b"\x00" * (SEALED_PIECE + 16), "piece 3 of it was altered"),
        (lambda body: body[:HEADER] + body[HEADER + SEALED_PIECE :], "piece 1 of it was altered"),
    ],
)
def test_whatever_is_done_to_a_file_is_told(harm, said):
    stored = store.put(BytesIO(b"e" * 150_000))
    path = store.path_of(stored.kept)
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(store.AlteredError, match=said) as told:
        store.open_(stored.kept)
    assert stored.kept in str(told.value)


def test_files_that_changed_places_are_told(tmp_path):
    one, other = (store.path_of(store.put(BytesIO(body)).kept) for body in (b"one", b"other"))
    one.rename(tmp_path / "aside")
    other.rename(one)
    with pytest.raises(store.AlteredError, match="put in the place of another file"):
        store.open_(one.name)
    with pytest.raises(store.MissingError):
        store.open_(other.name)


@pytest.mark.parametrize("hostile", ["../../etc/passwd", "", "0" * 63, "G" * 64, "0" * 64 + "\n", "A" * 64])
def test_only_a_name_of_the_store_is_a_place(hostile):
    with pytest.raises(store.MissingError):
        store.path_of(hostile)


def test_another_master_key_rewraps_the_header_and_leaves_the_pieces():
    stored = store.put(BytesIO(b"e" * 150_000))
    before = store.path_of(stored.kept).read_bytes()
    assert store.rewrap(stored.kept) is False
    made = keys.add_data_key()
    assert store.rewrap(stored.kept) is True
    after = store.path_of(stored.kept).read_bytes()
    assert after[HEADER:] == before[HEADER:] and after[8:16] == made == id_of(keys.data_key())
    assert keys.retire_data_keys() == 1 and given(stored.kept) == b"e" * 150_000
    store.path_of(stored.kept).write_bytes(before)
    with pytest.raises(store.AlteredError, match="not among the keys"):
        store.open_(stored.kept)
