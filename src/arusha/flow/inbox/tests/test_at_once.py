"""Two people dispose of the same finding at the same moment, from two processes: one is done, the other is told."""

import os
import subprocess
import sys

import pytest
from tests.support.databases import with_own_database
from tests.support.program import ROOT, Program

pytestmark = [pytest.mark.both, pytest.mark.slow]
HERE = "from arusha.flow.inbox.tests import disposing; disposing."


def begun(program, code):
    env = program.environment() | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", HERE + code], env=env, cwd=program.folder, **pipes)


def test_one_is_done_and_the_other_is_told_by_whom_and_when(tmp_path):
    program = with_own_database(Program(tmp_path))
    program.python(HERE + "prepare()")
    both = [begun(program, "dispose('Amina', 'confirmed')"), begun(program, "dispose('Bakari', 'explained')")]
    assert [one.stdout.readline() for one in both] == ["looked\n"] * 2
    for one in both:
        one.stdin.write("now\n")
        one.stdin.flush()
    said = sorted(one.communicate(timeout=60)[0] for one in both)
    refused, done = (said[0], said[1]) if said[1].startswith("done") else (said[1], said[0])
    assert done.startswith("done") and refused.startswith("changed-meanwhile: Someone else changed this meanwhile.")
    won, state = ("Amina", "confirmed") if "Amina" in done else ("Bakari", "explained")
    assert won in refused and f"it is now: {state.capitalize()}" in refused
    ended, _aside = begun(program, "outcome()").communicate(timeout=60)
    assert ended == f"{state} 1 True"
