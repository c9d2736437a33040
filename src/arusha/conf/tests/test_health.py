"""`arusha doctor` finds what is planted, says what it is and what to do."""

import sqlite3

import pytest
from tests.support.program import Program

pytestmark = pytest.mark.slow
CODES = "list,code,name\nports,P1,One\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An installation that has received a file."""
    program = Program(tmp_path_factory.mktemp("doctor") / "well")
    program.run("init")
    (program.folder / "codes.csv").write_text(CODES)
    program.run("receive", "codes", program.folder / "codes.csv")
    program.run("journal", "checkpoint", "--out", program.folder / "checkpoint.json")
    return program


@pytest.fixture
def program(installed, tmp_path):
    """A copy of it to spoil."""
    return installed.copy(tmp_path / "copy")


def by_hand(program, *statements):
    """What the owner of the database file can do, past every act."""
    with sqlite3.connect(program.home / "arusha.sqlite3") as database:
        for statement in statements:
            database.execute(statement)
    database.close()


def fault(program):
    """The one line that tells a fault; all others are well."""
    (line,) = [line for line in program.run("doctor", code=1).said.splitlines() if line.startswith("FAULT")]
    return " ".join(line.split())


def test_a_sound_installation_has_no_fault(installed):
    said = installed.run("doctor").said
    assert "FAULT" not in said
    assert "entries, " in said and "every stored file has the hash its manifest names" in said


def test_nothing_installed(tmp_path):
    told = fault(Program(tmp_path / "nothing"))
    assert "installation nothing in" in told and "run `arusha init`" in told


def test_a_key_is_missing(program):
    (program.folder / "keys" / "reasons.key").unlink()
    told = fault(program)
    assert "keys reasons.key missing in" in told and "set ARUSHA_KEYS" in told


def test_others_can_read_a_key(program):
    (program.folder / "keys" / "reasons.key").chmod(0o644)
    assert "keys others can read reasons.key: chmod 600" in fault(program)


def test_a_row_of_the_journal_was_altered(program):
    by_hand(
        program,
        "DROP TRIGGER journal_entry_no_update",
        "UPDATE journal_entry SET body = CAST(replace(body, 'people.', 'peuple.') AS BLOB) WHERE seq = 3",
    )
    told = fault(program)
    assert "journal not the bytes that were written: line 3" in told and "checkpoint kept elsewhere" in told


def test_a_trigger_was_taken_away(program):
    by_hand(program, "DROP TRIGGER journal_link_no_delete")
    told = fault(program)
    assert "journal journal_link_no_delete missing" in told and "restore it from a copy" in told


def test_rows_in_the_lake_were_altered(program):
    (rows,) = (program.home / "lake" / "codes").glob("*/rows.parquet")
    rows.chmod(0o600)
    body = bytearray(rows.read_bytes())
    body[len(body) // 2] ^= 1
    rows.write_bytes(body)
    told = fault(program)
    assert "lake " in told and "receive the source file again" in told and "rows.parquet" in told


def test_a_migration_is_due(program):
    by_hand(program, "DELETE FROM django_migrations WHERE app = 'notices'")
    told = fault(program)
    assert "database 1 migration(s) to make: run `arusha init`" in told
