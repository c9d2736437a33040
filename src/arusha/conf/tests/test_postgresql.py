"""An installation on PostgreSQL: its two roles, what each may, and what `arusha doctor` finds and explains there."""

import psycopg
import pytest
from tests.support import postgres
from tests.support.databases import THERE, copy_with_database, database_of, with_own_database
from tests.support.program import Program

from arusha.conf.tests.test_health import BACKUP, GIVE_A_REASON

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]
OWNER, WEB = postgres.OWNER, postgres.WEB
AGAIN = "run `arusha upgrade`"
NOBODY = f"{'f' * 8}-0000-0000-0000-{'f' * 12}"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An installation in which somebody's role was ended for a reason."""
    program = with_own_database(Program(tmp_path_factory.mktemp("postgresql") / "well"))
    program.run("init")
    program.python(GIVE_A_REASON)
    program.run("worker", "--once")
    return program


@pytest.fixture
def program(installed, tmp_path):
    """A copy of it to spoil."""
    return copy_with_database(installed, tmp_path / "copy")


def by_hand(*statements, role=postgres.SUPERUSER):
    """What a role of the server can do, past every act."""
    return lambda program: postgres.execute(THERE, *statements, database=database_of(program), role=role)


def other_url(**parts):
    """The program is told of another database or role."""

    def plant(program):
        name = parts.get("database", database_of(program))
        program.settings["ARUSHA_DATABASE"] = postgres.url(parts.get("socket", THERE), name, parts.get("role", WEB))

    return plant


def both(*plants):
    def plant(program):
        for one in plants:
            one(program)

    return plant


def latin(program):
    name = f"{database_of(program)}_latin"
    postgres.execute(THERE, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' OWNER {OWNER}")
    other_url(database=name)(program)


def of_another(program):
    by_hand("UPDATE arusha_installation SET id = 'another'")(program)


FAULTS = {
    "server-down": (other_url(socket="/nowhere"), "No such file or directory", "see that PostgreSQL runs at"),
    "no-such-database": (other_url(database="nothing"), 'database "nothing" does not exist', "make the database"),
    "no-such-role": (other_url(role="nobody_here"), 'role "nobody_here" does not exist', "make the role nobody_here"),
    "unset": (
        lambda program: program.settings.pop("ARUSHA_DATABASE"),
        "the records of this installation are on PostgreSQL",
        "set ARUSHA_DATABASE",
    ),
    "not-utf8": (latin, "the database is encoded as LATIN1", "ENCODING 'UTF8'"),
    "of-another": (of_another, "holds another installation (another)", "name that of this one in ARUSHA_DATABASE"),
    "empty": (other_url(database="postgres"), "the database postgres holds no installation", "restore a backup"),
    "restore-not-ended": (
        by_hand("UPDATE arusha_installation SET state = 'restoring'"),
        "was not ended",
        AGAIN,
    ),
    "serves-as-owner": (other_url(role=OWNER), f"{OWNER} owns tables and could drop the journal's triggers", AGAIN),
    "serves-as-superuser": (other_url(role=postgres.SUPERUSER), "has powers over the server", "NOSUPERUSER"),
    "may-change-the-journal": (
        by_hand(f"GRANT UPDATE ON journal_entry TO {WEB}"),
        f"{WEB} may UPDATE on journal_entry, which it is only to add to",
        AGAIN,
    ),
    "may-not-write": (
        by_hand(f"REVOKE INSERT ON people_person FROM {WEB}"),
        f"{WEB} may not INSERT on people_person",
        AGAIN,
    ),
    "may-make-tables": (
        by_hand("GRANT CREATE ON SCHEMA public TO PUBLIC"),
        f"{WEB} may make tables",
        "REVOKE CREATE ON SCHEMA",
    ),
    "trigger-gone": (
        by_hand("DROP TRIGGER journal_link_no_truncate ON journal_link"),
        "journal_link_no_truncate missing",
        "restore it from a copy",
    ),
    "trigger-off": (
        by_hand("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_no_update"),
        "journal_entry_no_update missing",
        "restore it from a copy",
    ),
    "entry-altered": (
        by_hand(
            "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
            "UPDATE journal_entry SET body = replace(convert_from(body, 'UTF8'), 'people.', 'peuple.')::bytea "
            "WHERE seq = 3",
            "ALTER TABLE journal_entry ENABLE ALWAYS TRIGGER journal_entry_no_update",
        ),
        "not the bytes that were written: line 3",
        "kept elsewhere",
    ),
    "row-alone": (
        by_hand("SET session_replication_role = replica", f"UPDATE people_posting SET person_id = '{NOBODY}'"),
        "a row of people_posting points at a row of people_person that is gone",
        BACKUP,
    ),
    "migration-due": (
        by_hand("DELETE FROM django_migrations WHERE app = 'retention'"),
        "1 migration(s) to make",
        AGAIN,
    ),
    "newer-version": (
        by_hand("INSERT INTO django_migrations (app, name, applied) VALUES ('inbox', '0999_later', '2030-01-01')"),
        "made by a newer version (inbox.0999_later)",
        "install that version",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_postgresql_is_found_and_explained(program, name):
    plant, found, remedy = FAULTS[name]
    plant(program)
    said = program.run("doctor", code=1).said
    faults = [" ".join(line.split()) for line in said.splitlines() if line.startswith("FAULT")]
    assert any(found in fault and remedy in fault for fault in faults), said


def test_a_sound_installation_has_no_fault(installed):
    said = installed.run("doctor").said
    assert "FAULT" not in said and "served by a role that may only add to the journal" in said
    assert not (installed.home / "arusha.sqlite3").exists()


CHANGES = [
    "UPDATE journal_entry SET by = 'person:other'",
    "DELETE FROM journal_entry",
    "TRUNCATE journal_entry",
    "UPDATE journal_link SET count = 1",
    "DELETE FROM journal_link",
    "TRUNCATE journal_link, journal_entry",
    "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER journal_entry_no_update ON journal_entry",
    "DROP TABLE journal_entry",
    "CREATE TABLE mine (a int)",
    "CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$",
    "ALTER TABLE people_person ADD COLUMN more text",
    "TRUNCATE people_person CASCADE",
    "DELETE FROM django_migrations",
    "UPDATE arusha_installation SET id = 'another'",
    f"SET ROLE {OWNER}",
    "SET session_replication_role = replica",
    "COPY journal_entry TO PROGRAM 'cat'",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_role_that_serves_cannot(installed, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        by_hand(statement, role=WEB)(installed)


def test_the_owner_too_is_held_by_the_triggers(installed):
    for statement in CHANGES[:6]:
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
            by_hand(statement, role=OWNER)(installed)


def test_an_installation_is_not_made_where_a_role_is_missing_or_wrong(tmp_path):
    def refused(said, **settings):
        program = with_own_database(Program(tmp_path))
        program.settings.update(settings)
        if "ARUSHA_DATABASE" in settings:
            other_url(role=settings["ARUSHA_DATABASE"])(with_own_database(program))
        if settings.get("ARUSHA_DATABASE_OWNER") == "":
            del program.settings["ARUSHA_DATABASE_OWNER"]
        assert said in program.run("init", code=2).aside
        assert not (program.home / "installation.json").exists()
        found = by_hand("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")(program)
        assert found == [(0,)], "something was made"

    refused("ARUSHA_DATABASE_OWNER names no role", ARUSHA_DATABASE_OWNER="")
    refused("make the role nobody_here", ARUSHA_DATABASE_OWNER="nobody_here")
    refused("make two roles", ARUSHA_DATABASE_OWNER=WEB)
    refused("has powers over the server", ARUSHA_DATABASE=postgres.SUPERUSER)
    refused("make the role nobody_here", ARUSHA_DATABASE="nobody_here")


def test_a_database_of_something_else_is_left_alone(tmp_path, installed):
    program = with_own_database(Program(tmp_path))
    by_hand("CREATE TABLE theirs (a int)", role=OWNER)(program)
    assert "holds tables of something else (theirs)" in program.run("init", code=2).aside
    program.settings["ARUSHA_DATABASE"] = installed.settings["ARUSHA_DATABASE"]
    assert "holds another installation" in program.run("init", code=2).aside
    assert not (program.home / "installation.json").exists()


def test_no_command_works_on_the_records_of_another_installation(installed, tmp_path):
    program = with_own_database(installed.copy(tmp_path / "copy"))
    for words in (("worker", "--once"), ("findings",), ("journal", "verify")):
        assert "holds no installation" in program.run(*words, code=2).aside
    del program.settings["ARUSHA_DATABASE"]
    aside = program.run("backup", "data.age", "--to", "age1" + "q" * 58, code=2).aside
    assert "age1" in aside or "are on PostgreSQL: set ARUSHA_DATABASE" in aside
    assert "are on PostgreSQL: set ARUSHA_DATABASE" in program.run("findings", code=2).aside
    assert not (program.home / "arusha.sqlite3").exists()
