"""What an older version kept in clear is sealed by `arusha upgrade`, and a kill only delays it: the real program."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from uuid import uuid4

import pytest
from tests.support.databases import THERE, with_own_database
from tests.support.program import ROOT, Program

pytestmark = [pytest.mark.slow, pytest.mark.both]
BODY = b"%PDF-1.7 a letter in clear"
NAME = hashlib.sha256(BODY).hexdigest()
HERE = "from arusha.flow.cases.tests import test_migrating as here"


def older() -> None:
    """Bring the schema back to where nothing was sealed, and put in what stood there then; run within the program."""
    from arusha.conf import database, places
    from arusha.conf.ready import set_up

    set_up()
    with database.as_owner(places.keys()):
        _older()


def _older() -> None:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from arusha.conf import clock
    from arusha.core.files import store
    from arusha.core.people.models import Person

    sealed_columns = [("cases", "0002_sealed_columns"), ("actions", "0002_sealed_columns")]
    MigrationExecutor(connection).migrate(sealed_columns)
    apps = MigrationExecutor(connection).loader.project_state(sealed_columns).apps
    case, note, evidence = (apps.get_model("cases", name) for name in ("Case", "CaseNote", "CaseEvidence"))
    now, person = clock.now(), Person.objects.get().pk
    one = case.objects.create(id=uuid4(), number=1, title="t", opened_at=now, changed_at=now, opened_by_id=person)
    note.objects.create(id=uuid4(), of=one, by_id=person, at=now, text_plain="words in clear")
    told = {"sha256_plain": NAME, "name_plain": "name-in-clear.pdf", "media": "application/pdf", "kind": "file"}
    evidence.objects.create(id=uuid4(), of=one, by_id=person, at=now, size=len(BODY), **told)
    path = store.path_of(NAME)
    path.parent.mkdir(parents=True)
    path.write_bytes(BODY)


def killed() -> None:
    """Bring it up to date, and be killed when the file has just been sealed."""
    from arusha.core.files import store

    store._sync_folder = lambda _folder: os.kill(os.getpid(), signal.SIGKILL)
    sys.argv = ["arusha", "upgrade", "--without-backup", "it is a test"]
    from arusha.conf import cli

    cli.main()


def read() -> None:
    """What a member reads now."""
    from arusha.conf.ready import ready

    with ready():
        from arusha.core.files import store
        from arusha.flow.cases.models import CaseEvidence, CaseNote

        held = CaseEvidence.objects.get()
        assert CaseNote.objects.get().text == "words in clear" and held.name == "name-in-clear.pdf"
        assert held.sha256 == NAME
        with store.open_(held.kept) as file:
            assert file.read() == BODY


def test_it_is_sealed_whole_and_a_kill_only_delays_it(tmp_path):
    program = with_own_database(Program(tmp_path / "here"))
    program.run("init")
    program.python(f"{HERE}; here.older()")
    path = program.home / "evidence" / NAME[:2] / NAME
    variables = program.environment() | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run([sys.executable, "-c", f"{HERE}; here.killed()"], env=variables, cwd=tmp_path)
    assert done.returncode == -signal.SIGKILL and path.read_bytes() == BODY
    program.run("upgrade", "--without-backup", "nothing was done since")
    program.python(f"{HERE}; here.read()")
    assert not path.exists() and "FAULT" not in program.run("doctor").said
    if not THERE:
        with sqlite3.connect(program.home / "arusha.sqlite3") as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in program.home.rglob("*"):
        assert not file.is_file() or b"in clear" not in file.read_bytes(), file
