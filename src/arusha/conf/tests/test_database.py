"""Which database is meant, said and misread."""

from pathlib import Path

import pytest
from tests.support.program import Program

from arusha.conf import database

URL = "postgresql://arusha_web@db.example.org:5433/arusha?sslmode=verify-full"


def test_a_url_is_read_with_its_password_from_a_file_of_the_keys(tmp_path):
    (tmp_path / "database.password").write_text("secret\n")
    (tmp_path / "database-owner.password").write_text("other\n")
    environ = {"ARUSHA_DATABASE": URL, "ARUSHA_DATABASE_OWNER": "arusha_owner"}
    told = database.django_settings(Path("/nowhere"), tmp_path, environ)
    expected = ("arusha", "arusha_web", "secret", "db.example.org", "5433", "verify-full")
    assert (
        *(told[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")),
        told["OPTIONS"]["sslmode"],
    ) == expected
    assert database.owner(tmp_path, environ) == {"USER": "arusha_owner", "PASSWORD": "other"}


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"ARUSHA_DATABASE": "arusha"}, "names no database; an example is"),
        ({"ARUSHA_DATABASE": "postgresql://arusha_web@/"}, "names no database; an example is"),
        ({"ARUSHA_DATABASE": "postgresql://[::1/a"}, "cannot be read"),
        ({"ARUSHA_DATABASE": URL, "ARUSHA_DATABASE_PASSWORD_FILE": "/nowhere/it"}, "names /nowhere/it, which is not"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path, environ, said):
    with pytest.raises(database.DatabaseError, match=said):
        database.django_settings(tmp_path, tmp_path, environ)


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ('password authentication failed for user "arusha_web"', "put the password of arusha_web into its file"),
        ("fe_sendauth: no password supplied", "put the password of arusha_web into its file"),
        ("the database system is starting up", "wait until the server has started"),
        ("sorry, too many clients already", "raise max_connections"),
        ('no pg_hba.conf entry for host "10.0.0.1"', "let arusha_web reach arusha in the server's pg_hba.conf"),
        ("permission denied for table journal_entry", "set ARUSHA_DATABASE_OWNER to the role that owns the tables"),
        ("connection refused", "see that PostgreSQL runs at db.example.org:5433"),
    ],
)
def test_what_postgresql_says_is_explained(tmp_path, said, remedy):
    settings = database.django_settings(tmp_path, tmp_path, {"ARUSHA_DATABASE": URL})
    assert remedy in database.why_not(RuntimeError(said), settings)


@pytest.mark.slow
@pytest.mark.parametrize("words", [("doctor",), ("backup", "data.age", "--to", "age1x"), ("findings",)])
def test_nothing_is_made_of_a_database_that_was_never_installed_on(tmp_path, words):
    program = Program(tmp_path, settings={"ARUSHA_DATABASE": "postgresql://arusha_web@/arusha?host=/nowhere"})
    done = program.run(*words, code=1 if words == ("doctor",) else 2)
    assert not program.home.exists() and not (tmp_path / "data.age").exists(), done
