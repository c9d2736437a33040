"""Backups of an installation on PostgreSQL are tested by restoring them: everything comes back, or nothing."""

import json
import re
import shutil
import signal
import subprocess
import sys

import psycopg
import pytest
from tests.support import postgres
from tests.support.databases import THERE, database_of, with_own_database
from tests.support.program import Program

from arusha.conf import keeping
from arusha.conf.tests.test_keeping import CODES, files

pytestmark = [pytest.mark.slow, pytest.mark.postgresql]
HARD = "Jürgen \\N \\. \\t أمينة 'x' \"y\""
ADD = f"""
from arusha.conf.tests.test_health import give_a_reason
give_a_reason()
from arusha.conf import clock
from arusha.conf.ready import ready
with ready():
    from arusha.core.journal.acts import Act
    from arusha.core.people import people
    from arusha.core.people.roles import System
    people.add_persons([({HARD!r}, None, "HQ", "Officer")], act=Act(by=System("test"), at=clock.now()))
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """An installation with a received file, backups of its data and of its keys, and a checkpoint kept elsewhere."""
    program = with_own_database(Program(tmp_path_factory.mktemp("kept") / "here"))
    program.run("init", "--zone", "Africa/Nairobi")
    (program.folder / "codes.csv").write_text(CODES)
    program.run("receive", "codes", program.folder / "codes.csv")
    program.python(ADD)
    program.run("journal", "checkpoint", "--out", program.folder / "checkpoint.json")
    recipient = keeping.make_identity(program.folder / "identity.txt")
    program.run("backup", program.folder / "data.age", "--to", recipient)
    program.run("backup", program.folder / "keys.age", "--to", recipient, "--keys")
    return program


@pytest.fixture
def empty(kept, tmp_path):
    """A machine and a database where nothing is, but the two files and the identity."""
    for name in ("data.age", "keys.age", "identity.txt", "checkpoint.json"):
        shutil.copy(kept.folder / name, tmp_path / name)
    return with_own_database(Program(tmp_path))


def everything(program):
    """Every row of every table, and where every sequence stands."""
    with psycopg.connect(postgres.url(THERE, database_of(program), postgres.SUPERUSER)) as connection:
        ask = connection.execute
        tables = [name for (name,) in ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]
        rows = {name: sorted(ask(f'SELECT * FROM "{name}"').fetchall(), key=repr) for name in tables}
        named = [name for (name,) in ask("SELECT sequencename FROM pg_sequences ORDER BY 1").fetchall()]
        return rows, {name: ask(f'SELECT last_value, is_called FROM "{name}"').fetchone() for name in named}


def same(kept, restored):
    then, places = everything(restored)
    now, later = everything(kept)
    grown = {"journal_entry", "runs_run", "journal_link"}  # the backup's own end, and the second one
    assert {name: then[name] for name in then.keys() - grown} == {name: now[name] for name in now.keys() - grown}
    assert set(map(repr, then["journal_entry"])) <= set(map(repr, now["journal_entry"])) and len(then["runs_run"]) == 2
    assert places == later and any(called for _, called in places.values())
    assert any(HARD in row for row in then["people_person"])
    assert files(restored.home) == files(kept.home)
    assert [path.name for path in restored.home.iterdir() if path.name.startswith(".")] == []


def test_what_comes_back_is_what_was_there(kept, empty):
    assert "Restored Customs administration" in empty.run("restore", "data.age", "--identity", "identity.txt").said
    same(kept, empty)
    empty.run("restore", "keys.age", "--identity", "identity.txt", "--keys")
    assert "FAULT" not in empty.run("doctor").said
    verified = empty.run("journal", "verify", "--checkpoint", "checkpoint.json").said
    assert re.search(r"Vouched for by the checkpoint: entries 1 to \d+", verified)
    assert "Already received" in empty.run("receive", "codes", kept.folder / "codes.csv").said
    empty.python(AFTERWARDS)


AFTERWARDS = ADD.replace(HARD, "Somebody new").replace("\ngive_a_reason()\n", "\n")
"""An act that takes the next number of every sequence in its way."""


def test_a_killed_restore_is_done_again_and_leaves_nothing(kept, empty):
    for step in KILLS:
        done = subprocess.run([sys.executable, "-c", KILLED + step], env=empty.environment(), cwd=empty.folder)
        assert done.returncode == -signal.SIGKILL, step
        assert not (empty.home / "installation.json").exists()
        assert "holds in clear" in empty.run("doctor", code=1).said
    empty.run("restore", "data.age", "--identity", "identity.txt")
    same(kept, empty)


KILLED = """
import os, signal, sys
from pathlib import Path
from arusha.conf import cli, drafts
sys.argv = ["arusha", "restore", "data.age", "--identity", "identity.txt"]
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
from arusha.conf.ready import set_up
set_up()
from arusha.conf import tables
def late(function, times):
    left = [times]
    def counted(*args, **kwargs):
        left[0] -= 1
        return function(*args, **kwargs) if left[0] >= 0 else die()
    return counted
"""
KILLS = [
    "tables._make_tables = die; cli.main()",
    "tables._fill = late(tables._fill, 12); cli.main()",
    "Path.rename = late(Path.rename, 1); cli.main()",
]
"""With no table made, in the middle of the rows, and once one file is in its place."""


MEANWHILE = """
import os
import psycopg
from arusha.conf.ready import ready
with ready():
    from arusha.conf import tables
    tables.PIECE = 200
    with psycopg.connect(os.environ["ARUSHA_DATABASE"], autocommit=True) as other:
        add = "INSERT INTO django_session SELECT %s || n, 'x', now() FROM generate_series(1, 20) n"
        other.execute(add, ["before"])
        with tables.one_moment() as pieces:
            other.execute(add, ["later"])
            found = [body for name, body in pieces if name.startswith("database/django_session/")]
        other.execute("DELETE FROM django_session")
whole = b"".join(found)
assert len(found) == 4 and all(body.endswith(b"\\n") for body in found), found
assert whole.count(b"before") == whole.count(b"\\n") == 20 and b"later" not in whole, whole
"""


def test_a_backup_is_of_one_moment_whoever_writes_meanwhile_and_its_pieces_are_whole_rows(kept):
    kept.python(MEANWHILE)


def test_a_backup_goes_back_to_the_database_that_it_came_from(kept, empty):
    del empty.settings["ARUSHA_DATABASE"]
    aside = empty.run("restore", "data.age", "--identity", "identity.txt", code=2).aside
    assert "is on PostgreSQL: set ARUSHA_DATABASE" in aside and not empty.home.exists()


def test_a_database_that_holds_something_is_left_alone(kept, empty):
    empty.settings["ARUSHA_DATABASE"] = kept.settings["ARUSHA_DATABASE"]
    before = everything(kept)
    aside = empty.run("restore", "data.age", "--identity", "identity.txt", code=2).aside
    assert "is not empty" in aside and everything(kept) == before and not empty.home.exists()


def test_rows_that_were_altered_or_are_of_a_newer_version_bring_nothing_back(kept, empty):
    recipient = [keeping.recipient_of((empty.folder / "identity.txt").read_text().split()[3])]
    draft = empty.folder / "draft"
    draft.mkdir()
    with keeping._opened(empty.folder / "data.age", keeping.identities_in(empty.folder / "identity.txt")) as stream:
        contents = keeping._extract(stream, draft, empty.folder / "data.age", print)
    about = {"installation": contents.installation, "name": contents.name, "at": contents.at}

    def refused(said):
        altered = [(path.relative_to(draft).as_posix(), path) for path in draft.rglob("*") if path.is_file()]
        (empty.folder / "altered.age").unlink(missing_ok=True)
        keeping._keep(empty.folder / "altered.age", recipient, "data", altered, about, print)
        assert said in empty.run("restore", "altered.age", "--identity", "identity.txt", code=2).aside
        assert not empty.home.exists()

    index = json.loads((draft / "database" / "tables.json").read_text())
    newer = {**index, "migrations": [*index["migrations"], ["inbox", "0999_later"]]}
    (draft / "database" / "tables.json").write_text(json.dumps(newer))
    refused("made by a newer version (inbox.0999_later)")
    (draft / "database" / "tables.json").write_text(json.dumps(index))
    (draft / "database" / "people_person" / "000001").write_bytes(b"nonsense\n")
    refused("the rows of people_person do not go into it")
    assert everything(empty)[0]["people_person"] == []
