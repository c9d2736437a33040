"""A disk that takes no more: a sentence says so, nothing is half-done, and once there is room the command goes on."""

import os
import re
import resource
import subprocess
import sys

import pytest
from django.db import connection

from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.core.people import people
from arusha.core.people.models import Unit
from arusha.core.people.roles import System
from tests.support.fixtures import NOW
from tests.support.program import Program


@pytest.mark.django_db
@pytest.mark.sqlite
def test_an_act_for_which_there_is_no_room_changes_nothing_and_says_why():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    many = [(f"U-{i}", "A name that takes its room " * 4, "UTC", None) for i in range(5_000)]
    try:
        with pytest.raises(Refused) as refused:
            people.add_units(many, act=Act(by=System("test"), at=NOW))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert refused.value.rule == "full" and "Nothing was changed" in str(refused.value.said)
    assert Unit.objects.count() == Entry.objects.count() == 0
    people.add_units(many[:1], act=Act(by=System("test"), at=NOW))
    assert Unit.objects.count() == 1


def limited(program: Program, room: int, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of which no file may grow past so many bytes."""
    command = [sys.executable, "-m", "arusha.conf.cli", *words]
    program.folder.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        command,
        env=program.environment(),
        cwd=program.folder,
        capture_output=True,
        text=True,
        timeout=240,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )


@pytest.mark.slow
def test_an_installation_for_which_there_is_no_room_is_made_once_there_is(tmp_path):
    program = Program(tmp_path)
    refused = limited(program, 300_000, "init", "--name", "Small")
    assert refused.returncode == 2, refused.stderr
    assert "takes no more" in refused.stderr and "make room" in refused.stderr and "Traceback" not in refused.stderr
    assert "Sign in as administrator" in program.run("init", "--name", "Small").said
    assert re.search(r"^ok +people", program.run("doctor").said, re.MULTILINE)


@pytest.mark.slow
def test_a_file_for_which_there_is_no_room_is_received_whole_once_there_is(tmp_path):
    program = Program(tmp_path)
    program.run("init")
    lines = "".join(f"ports,P{i},{os.urandom(20).hex()}\n" for i in range(20_000))
    (tmp_path / "codes.csv").write_text(f"list,code,name\n{lines}")
    refused = limited(program, 400_000, "receive", "codes", "codes.csv")
    assert refused.returncode == 2, refused.stderr
    assert "nothing was kept of this file" in refused.stderr and "Traceback" not in refused.stderr
    assert "20,000 accepted" in program.run("receive", "codes", "codes.csv").said
