"""Backups are tested by restoring them: everything comes back, or nothing, with a sentence that says why."""

import hashlib
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pyrage
import pytest
from tests.support.program import Program

from arusha.conf import keeping

pytestmark = pytest.mark.slow
CODES = "list,code,name\nports,P1,One\n"


def identity(folder: Path, name: str = "identity.txt") -> tuple[Path, str]:
    """A file with a new age identity, and its recipient."""
    return folder / name, keeping.make_identity(folder / name)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """An installation with a received file, backups of its data and of its keys, and a checkpoint kept elsewhere."""
    program = Program(tmp_path_factory.mktemp("kept") / "here")
    program.run("init", "--zone", "Africa/Nairobi")
    (program.folder / "codes.csv").write_text(CODES)
    program.run("receive", "codes", program.folder / "codes.csv")
    program.run("journal", "checkpoint", "--out", program.folder / "checkpoint.json")
    said = program.run("identity", program.folder / "identity.txt").said
    recipient = re.search(r"--to (age1\w+)", said)[1]
    program.run("backup", program.folder / "data.age", "--to", recipient)
    program.run("backup", program.folder / "keys.age", "--to", recipient, "--keys")
    return program


@pytest.fixture
def empty(kept, tmp_path):
    """A machine where nothing is, but the two files and the identity."""
    for name in ("data.age", "keys.age", "identity.txt", "checkpoint.json"):
        shutil.copy(kept.folder / name, tmp_path / name)
    return Program(tmp_path)


def rows(database: Path) -> dict[str, list[tuple]]:
    """Every row of every table."""
    with sqlite3.connect(database) as con:
        tables = [name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: con.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in tables}


def files(folder: Path) -> dict[str, bytes]:
    """Every file but the database, locks and what belongs to it."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in found
        if not path.name.endswith(".lock") and not path.name.startswith("arusha.sqlite3")
    }


def test_what_comes_back_is_what_was_there(kept, empty):
    said = empty.run("restore", "data.age", "--identity", "identity.txt").said
    assert "Restored Customs administration, as it was at" in said and "restore them too" in said
    empty.run("restore", "keys.age", "--identity", "identity.txt", "--keys")
    assert files(empty.home) == files(kept.home) and files(empty.folder / "keys") == files(kept.folder / "keys")
    then, now = rows(empty.home / "arusha.sqlite3"), rows(kept.home / "arusha.sqlite3")
    later = {"journal_entry", "runs_run", "sqlite_sequence", "journal_link"}  # the backup's own end, and the second one
    assert {name: then[name] for name in then.keys() - later} == {name: now[name] for name in now.keys() - later}
    assert now["journal_entry"][: len(then["journal_entry"])] == then["journal_entry"]
    assert "FAULT" not in empty.run("doctor").said
    verified = empty.run("journal", "verify", "--checkpoint", "checkpoint.json").said
    assert re.search(r"Vouched for by the checkpoint: entries 1 to \d+", verified)
    assert "Already received" in empty.run("receive", "codes", kept.folder / "codes.csv").said
    mode = {path.stat().st_mode & 0o077 for path in empty.home.rglob("*") if "lake" not in path.parts}
    assert empty.home.stat().st_mode & 0o777 == 0o700
    assert (empty.folder / "keys" / "reasons.key").stat().st_mode & 0o777 == 0o600 and mode <= {0, 0o055, 0o044}


def test_a_backup_is_on_record_with_those_who_can_open_it(kept):
    recipient = (kept.folder / "identity.txt").read_text().split()[3]
    with sqlite3.connect(kept.home / "arusha.sqlite3") as con:
        told = con.execute("SELECT name, state, inputs, counts FROM runs_run WHERE kind = 'backup' ORDER BY asked_at")
        data, keys = told.fetchall()
    assert (data[:2], keys[:2]) == (("data", "done"), ("keys", "done")) and json.loads(data[2]) == {"to": [recipient]}
    assert json.loads(data[3])["sha256"] == hashlib.sha256((kept.folder / "data.age").read_bytes()).hexdigest()


def test_nothing_in_clear_and_no_key_is_in_it(kept):
    body = (kept.folder / "data.age").read_bytes()
    assert body.startswith(b"age-encryption.org/v1") and b"Customs administration" not in body
    with keeping._opened(kept.folder / "data.age", keeping.identities_in(kept.folder / "identity.txt")) as plain:
        whole = plain.read()
    assert b"Customs administration" in whole
    for name in ("reasons.key", "journal.pem", "pages.key"):
        assert (kept.folder / "keys" / name).read_bytes().strip() not in whole


def test_another_identity_does_not_open_it(kept, empty):
    identity(empty.folder, "other.txt")
    aside = empty.run("restore", "data.age", "--identity", "other.txt", code=2).aside
    assert "data.age does not open" in aside and "give the identity that it was made for" in aside
    assert not empty.home.exists()


@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_a_file_cut_short_brings_nothing_back(empty, share):
    body = (empty.folder / "data.age").read_bytes()
    (empty.folder / "data.age").write_bytes(body[: int(len(body) * share)])
    aside = empty.run("restore", "data.age", "--identity", "identity.txt", code=2).aside
    assert "data.age was cut short or altered: take another copy of it" in aside
    assert not empty.home.exists()


def test_an_altered_byte_brings_nothing_back(empty):
    body = bytearray((empty.folder / "data.age").read_bytes())
    body[len(body) // 2] ^= 1
    (empty.folder / "data.age").write_bytes(body)
    assert "cut short or altered" in empty.run("restore", "data.age", "--identity", "identity.txt", code=2).aside
    assert not empty.home.exists()


def test_an_empty_folder_stays_the_folder_that_it_is(empty):
    empty.home.mkdir()
    before = empty.home.stat().st_ino  # it may be where a disk is mounted
    empty.run("restore", "data.age", "--identity", "identity.txt")
    assert empty.home.stat().st_ino == before and (empty.home / "installation.json").exists()
    assert [path.name for path in empty.home.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_holds_something_is_left_alone(empty):
    empty.home.mkdir()
    (empty.home / "mine.txt").write_text("mine")
    aside = empty.run("restore", "data.age", "--identity", "identity.txt", code=2).aside
    assert "is not empty" in aside and [path.name for path in empty.home.iterdir()] == ["mine.txt"]


def test_data_and_keys_are_not_mistaken_for_one_another(empty):
    assert "holds keys, not data" in empty.run("restore", "keys.age", "--identity", "identity.txt", code=2).aside
    assert not empty.home.exists()


def test_a_file_that_is_there_is_not_written_over(kept):
    recipient = (kept.folder / "identity.txt").read_text().split()[3]
    before = (kept.folder / "data.age").read_bytes()
    aside = kept.run("backup", kept.folder / "data.age", "--to", recipient, code=2).aside
    assert "is there already" in aside and (kept.folder / "data.age").read_bytes() == before


def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(kept):
    recipient = (kept.folder / "identity.txt").read_text().split()[3]
    aside = kept.run("backup", "/dev/full/data.age", "--to", recipient, code=2).aside
    assert "/dev/full/data.age cannot be written" in aside
    assert list(kept.home.glob(".backup-*")) == []


def test_a_disk_that_fills_up_is_told_and_leaves_nothing(kept, tmp_path):
    recipient = (kept.folder / "identity.txt").read_text().split()[3]
    most = (kept.folder / "data.age").stat().st_size - 5_000  # the database alone is smaller
    command = [sys.executable, "-m", "arusha.conf.cli", "backup", str(tmp_path / "new.age"), "--to", recipient]
    limit = f"import os, resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))"
    limited = f"{limit}; os.execv({command[0]!r}, {command!r})"
    done = subprocess.run([sys.executable, "-c", limited], env=kept.environment(), capture_output=True, text=True)
    assert done.returncode == 2 and "new.age cannot be written" in done.stderr, done.stderr
    assert list(tmp_path.iterdir()) == [] and list(kept.home.glob(".backup-*")) == []


def test_an_identity_is_for_its_owner_and_never_written_over(kept):
    made = kept.folder / "identity.txt"
    before = made.read_text()
    assert made.stat().st_mode & 0o777 == 0o600
    assert "File exists" in kept.run("identity", made, code=2).aside and made.read_text() == before


def test_who_is_no_recipient(kept):
    aside = kept.run("backup", kept.folder / "x.age", "--to", "me", code=2).aside
    assert "'me' is not an age recipient" in aside and not (kept.folder / "x.age").exists()


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside"])
def test_a_hostile_file_writes_nothing_outside(tmp_path, name):
    file, recipient = identity(tmp_path)
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 4
        tar.addfile(entry, io.BytesIO(b"evil"))
    sealed = pyrage.encrypt(made.getvalue(), [keeping.recipient_of(recipient)])
    (tmp_path / "hostile.age").write_bytes(sealed)
    with pytest.raises(keeping.KeepingError, match="no file below its folder"):
        keeping.restore(
            tmp_path / "hostile.age", keeping.identities_in(file), tmp_path / "a" / "b", what="data", told=print
        )
    assert not list(tmp_path.rglob("outside")) and not (tmp_path / "a" / "b").exists()


def test_a_list_that_says_other_than_the_files(tmp_path):
    file, recipient = identity(tmp_path)
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "one.key").write_bytes(b"one")
    about = {"installation": "i", "name": "n", "at": "2026-03-02T09:30:00+00:00"}
    recipients = [keeping.recipient_of(recipient)]
    keeping.keep_keys(tmp_path / "keys.age", recipients, tmp_path / "from", about=about, told=print)
    with keeping._opened(tmp_path / "keys.age", keeping.identities_in(file)) as plain:
        altered = plain.read().replace(b"one", b"two", 2).replace(b"two.key", b"one.key")
    (tmp_path / "altered.age").write_bytes(pyrage.encrypt(altered, recipients))
    with pytest.raises(keeping.KeepingError, match=r"does not hold what its list says: one\.key"):
        keeping.restore(tmp_path / "altered.age", keeping.identities_in(file), tmp_path / "to", what="keys", told=print)
    assert not (tmp_path / "to").exists()
