"""An upgrade backs up first, migrates, tells what changed, and is not lost by a kill; on either database."""

import json
import re
import subprocess
import sys

import pytest
from tests.support.databases import THERE, with_own_database
from tests.support.program import Program

from arusha.conf import keeping

pytestmark = [pytest.mark.slow, pytest.mark.both]
BACK = """
import json
from pathlib import Path
from arusha.conf import database, places
from arusha.conf.ready import set_up
set_up()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
with database.as_owner(places.keys()):
    MigrationExecutor(connection).migrate([("inbox", "0002_finding_at_scale"), ("notices", None)])
executor = MigrationExecutor(connection)
due = executor.migration_plan(executor.loader.graph.leaf_nodes())
Path("due.json").write_text(json.dumps([f"{m.app_label}.{m.name}" for m, _ in due]))
"""
"""What an older version of the program would have left: migrations are due, whose names it writes down."""
NEWER = """
from arusha.conf import database, places
from arusha.conf.ready import set_up
set_up()
from django.db.migrations.recorder import MigrationRecorder
from django.db import connection
with database.as_owner(places.keys()):
    MigrationRecorder(connection).record_applied("inbox", "0999_later")
"""
KILLED = """
import os, signal, sys
from arusha.conf import cli, schema
from arusha.conf.ready import set_up
set_up()
from django.db.migrations.migration import Migration
apply = Migration.apply
def killed(self, *args, **kwargs):
    if self.app_label == "notices":
        os.kill(os.getpid(), signal.SIGKILL)
    return apply(self, *args, **kwargs)
Migration.apply = killed
sys.argv = ["arusha", "upgrade", "--without-backup", "a test"]
cli.main()
"""
RUNS = """
import json
from pathlib import Path
from arusha.conf.ready import ready
with ready():
    from arusha.flow.runs.models import Run
    told = list(Run.objects.order_by("asked_at").values("kind", "name", "state", "inputs", "counts"))
    Path("runs.json").write_text(json.dumps(told))
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    program = with_own_database(Program(tmp_path_factory.mktemp("upgrade") / "here"))
    program.run("init")
    keeping.make_identity(program.folder / "identity.txt")
    return program


def recipient(program):
    return (program.folder / "identity.txt").read_text().split()[3]


def taken_back(program):
    """The names of the migrations that are due, now that an older version was here."""
    program.python(BACK)
    due = json.loads((program.folder / "due.json").read_text())
    assert {"inbox.0003_fill_what_lists_read", "notices.0001_initial"} <= set(due)
    return due


def test_it_backs_up_migrates_looks_for_faults_and_is_on_record(program):
    due = taken_back(program)
    assert f"{len(due)} migration(s) to make: run `arusha upgrade`" in " ".join(
        program.run("doctor", code=1).said.split()
    )
    refused = program.run("upgrade", code=2).aside
    assert "a backup comes first: give --backup FILE --to" in refused
    said = program.run("upgrade", "--backup", "before.age", "--to", recipient(program)).said
    told = rf"{len(due)} migration\(s\) made, to version .*:\n(  \w+\.\d{{4}}\w+\n){{{len(due)}}}"
    assert re.search(told, said), said
    assert "FAULT" not in said and "ok  schema" in said
    program.python(RUNS)
    (told,) = json.loads((program.folder / "runs.json").read_text())
    digest = keeping.sha256_of(program.folder / "before.age")
    assert (told["kind"], told["state"], told["counts"]["sha256"]) == ("upgrade", "done", digest)
    assert sorted(told["inputs"]["migrations"]) == sorted(due)
    assert "no migration was due" in program.run("upgrade").said


def test_what_was_backed_up_before_is_restored_as_it_was_and_upgraded(program, tmp_path):
    if not (program.folder / "before.age").exists():
        taken_back(program)
        program.run("upgrade", "--backup", "before.age", "--to", recipient(program))
    other = with_own_database(Program(tmp_path))
    other.settings["ARUSHA_KEYS"] = str(program.folder / "keys")
    before = program.folder / "before.age"
    other.run("restore", before, "--identity", program.folder / "identity.txt")
    due = len(json.loads((program.folder / "due.json").read_text()))
    assert f"{due} migration(s) to make" in " ".join(other.run("doctor", code=1).said.split())
    assert "serve" not in other.run("serve", "--port", 1, "--no-worker", code=2).said
    assert f"{due} migration(s) made" in other.run("upgrade", "--without-backup", "it was restored just now").said


def test_a_killed_one_goes_on_when_it_is_run_again(program):
    due = taken_back(program)
    done = subprocess.run([sys.executable, "-c", KILLED], env=program.environment(), cwd=program.folder)
    assert done.returncode == -9
    said = program.run("upgrade", "--without-backup", "again").said
    left = due[next(place for place, name in enumerate(due) if name.startswith("notices.")) :]
    assert f"{len(left)} migration(s) made" in said and "notices.0001_initial" in said and "FAULT" not in said


def test_a_database_newer_than_the_program_is_left_alone(program, tmp_path):
    if THERE:
        copy = with_own_database(Program(tmp_path / "copy"))
        copy.run("init")
    else:
        copy = program.copy(tmp_path / "copy")
    copy.python(NEWER)
    aside = copy.run("upgrade", "--without-backup", "why not", code=2).aside
    assert "made by a newer version (inbox.0999_later): install that version" in aside
    assert "made by a newer version" in copy.run("serve", "--port", 1, code=2).aside


def test_it_waits_for_nobody_who_works(program):
    from arusha.conf import presence

    with presence.present(program.home, print):
        aside = program.run("upgrade", code=2).aside
    assert "the installation is in use: stop `arusha serve`" in aside


def test_init_does_not_migrate_what_is_in_use(program):
    due = taken_back(program)
    said = program.run("init").said
    assert "There is already an installation" in said and "arusha upgrade" in said
    assert f"{len(due)} migration(s) to make" in " ".join(program.run("doctor", code=1).said.split())
    program.run("upgrade", "--without-backup", "a test")
