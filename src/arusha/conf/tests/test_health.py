"""`arusha doctor` finds what is planted, says what it is and what to do."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.program import Program

from arusha.conf import health
from arusha.lib.seal.checkpoints import new_key, public_pem

pytestmark = pytest.mark.slow
CODES = "list,code,name\nports,P1,One\n"
GIVE_A_REASON = "from arusha.conf.tests.test_health import give_a_reason; give_a_reason()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An installation that has received a file, and ended somebody's role for a reason."""
    program = Program(tmp_path_factory.mktemp("doctor") / "well")
    program.run("init")
    (program.folder / "codes.csv").write_text(CODES)
    program.run("receive", "codes", program.folder / "codes.csv")
    program.python(GIVE_A_REASON)
    program.run("worker", "--once")
    return program


def give_a_reason() -> None:
    """End a role, for which a reason is kept; run within the program."""
    from arusha.conf import clock
    from arusha.conf.ready import ready

    with ready():
        from arusha.core.journal.acts import Act
        from arusha.core.people import people
        from arusha.core.people.models import Grant, Person
        from arusha.core.people.roles import System

        act = Act(by=System("test"), at=clock.now(), why="moved elsewhere")
        people.add_persons([("Amina Juma", None, "HQ", "Officer")], act=act)
        person = Person.objects.get(name="Amina Juma")
        people.grant(person.pk, "officer", act.at.date(), act=act)
        people.end_grant(Grant.objects.get(person=person).pk, act.at.date(), act=act)


@pytest.fixture
def program(installed, tmp_path):
    """A copy of it to spoil."""
    return installed.copy(tmp_path / "copy")


Plant = Callable[[Program], object]


def by_hand(*statements: str) -> Plant:
    """What the owner of the database file can do, past every act."""

    def plant(program: Program) -> None:
        with sqlite3.connect(program.home / "arusha.sqlite3") as database:
            database.execute("PRAGMA foreign_keys = OFF")
            for statement in statements:
                database.execute(statement)
        database.close()

    return plant


def key(name: str, do: Callable[[Path], object]) -> Plant:
    """Something done to a key."""
    return lambda program: do(program.folder / "keys" / name)


def data(name: str, do: Callable[[Path], object]) -> Plant:
    """Something done to a file of the data."""
    return lambda program: do(program.home / name)


def rows_altered(program: Program) -> None:
    (rows,) = (program.home / "lake" / "codes").glob("*/rows.parquet")
    body = bytearray(rows.read_bytes())
    body[len(body) // 2] ^= 1
    rows.chmod(0o600)
    rows.write_bytes(body)


def keys_inside(program: Program) -> None:
    shutil.copytree(program.folder / "keys", program.home / "keys")
    program.settings["ARUSHA_KEYS"] = str(program.home / "keys")


def no_such_zone(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | {"zone": "Mars/Olympus"}))


NO_UPDATE = "DROP TRIGGER journal_entry_no_update"
ALTERED = "UPDATE journal_entry SET body = CAST(replace(body, 'people.', 'peuple.') AS BLOB) WHERE seq = 3"
NOBODY = "f" * 32
BACKUP = "restore it from a backup"

FAULTS: dict[str, tuple[Plant, str, str]] = {
    "nothing-installed": (data("installation.json", Path.unlink), "installation nothing in", "run `arusha init`"),
    "installation-damaged": (data("installation.json", lambda p: p.write_text("{")), "cannot be read", BACKUP),
    "no-such-zone": (data("installation.json", no_such_zone), "no time zone 'Mars/Olympus'", "mend it in"),
    "folder-open": (lambda program: program.home.chmod(0o755), "others on this machine can look into", "chmod 700"),
    "key-missing": (key("reasons.key", Path.unlink), "keys reasons.key missing in", "set ARUSHA_KEYS"),
    "key-readable": (key("reasons.key", lambda p: p.chmod(0o644)), "others can read reasons.key", "chmod 600"),
    "key-cut": (key("reasons.key", lambda p: p.write_bytes(b"short")), "has 5 bytes, not 32", "restore it"),
    "key-is-no-key": (key("journal.pem", lambda p: p.write_text("nothing")), "is damaged", "restore them"),
    "keys-of-two": (
        key("journal.pub.pem", lambda p: p.write_bytes(public_pem(new_key().public_key()))),
        "journal.pub.pem does not belong to journal.pem",
        "restore them",
    ),
    "keys-within-the-data": (keys_inside, "lies inside", "move it"),
    "reasons-of-another-key": (
        key("reasons.key", lambda p: p.write_bytes(b"x" * 32)),
        "reasons the newest does not open",
        "set ARUSHA_KEYS to the keys of this installation",
    ),
    "database-gone": (data("arusha.sqlite3", Path.unlink), "is not there", "restore a backup"),
    "database-damaged": (data("arusha.sqlite3", lambda p: p.write_bytes(b"none" * 4096)), "cannot be read", BACKUP),
    "row-alone": (
        by_hand(f"UPDATE people_posting SET person_id = '{NOBODY}'"),
        "a row of people_posting points at a row of people_person that is gone",
        BACKUP,
    ),
    "migration-due": (
        by_hand("DELETE FROM django_migrations WHERE app = 'retention'"),
        "1 migration(s) to make",
        "run `arusha upgrade`",
    ),
    "newer-version": (
        by_hand("INSERT INTO django_migrations (app, name, applied) VALUES ('inbox', '0999_later', '2030-01-01')"),
        "made by a newer version (inbox.0999_later)",
        "install that version",
    ),
    "entry-altered": (by_hand(NO_UPDATE, ALTERED), "not the bytes that were written: line 3", "kept elsewhere"),
    "column-altered": (
        by_hand(NO_UPDATE, "UPDATE journal_entry SET by = 'person:other' WHERE seq = 3"),
        "tell other than its bytes",
        "kept elsewhere",
    ),
    "trigger-gone": (
        by_hand("DROP TRIGGER journal_link_no_delete"),
        "journal_link_no_delete missing",
        "restore it from a copy",
    ),
    "nobody-chains": (
        by_hand(
            "DROP TRIGGER journal_link_no_delete",
            "DELETE FROM journal_link",
            NO_UPDATE,
            "UPDATE journal_entry SET at = '2020-01-01 00:00:00' WHERE seq = 1",
        ),
        "nothing chained since 2020-01-01 00:00 UTC",
        "run `arusha worker`",
    ),
    "clock-set-back": (
        by_hand(NO_UPDATE, "UPDATE journal_entry SET at = '2999-01-01 00:00:00'"),
        "the newest entry is of 2999-01-01",
        "set this machine's clock",
    ),
    "no-administrator": (
        by_hand("UPDATE people_account SET until = '2020-01-01'"),
        "no system administrator can sign in",
        "restore a backup",
    ),
    "run-never-ended": (
        by_hand("UPDATE runs_run SET state = 'running', asked_at = '2020-01-01 00:00:00'"),
        "runs receive codes of 2020-01-01 00:00 UTC never ended",
        "receive its file again",
    ),
    "lake-altered": (rows_altered, "rows.parquet", "receive the source file again"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_and_explained(program, name):
    plant, found, remedy = FAULTS[name]
    plant(program)
    said = program.run("doctor", code=1).said
    faults = [" ".join(line.split()) for line in said.splitlines() if line.startswith("FAULT")]
    assert any(found in fault and remedy in fault for fault in faults), said


def test_a_sound_installation_has_no_fault(installed):
    said = installed.run("doctor").said
    assert "FAULT" not in said
    assert "3, and the key opens the newest" in said, said
    assert "every stored file has the hash its manifest names" in said


def test_a_folder_where_nothing_is(tmp_path):
    assert "run `arusha init`, or set ARUSHA_HOME" in Program(tmp_path / "nothing").run("doctor", code=1).said


def test_a_disk_that_is_nearly_full(monkeypatch, tmp_path):
    monkeypatch.setattr(health, "LEAST_FREE", 1 << 62)
    with pytest.raises(health.Fault, match="MB are free: make room"):
        health._disk(tmp_path)


def test_evidence_that_is_gone(settings, tmp_path, monkeypatch):
    settings.ARUSHA_HOME = tmp_path
    monkeypatch.setattr(health, "_held", lambda: {"ab" * 32})
    with pytest.raises(health.Fault, match=r"no file is kept under abab.*: restore .* from a backup"):
        health._evidence()
