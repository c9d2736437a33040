"""The worker: one at a time, on either database; and it outlives a database that was away."""

import re
import subprocess
import sys
import time

import pytest
from tests.support import postgres
from tests.support.databases import THERE, database_of, with_own_database
from tests.support.program import PATIENCE, Program

from arusha.conf.tests.test_health import GIVE_A_REASON

pytestmark = [pytest.mark.slow, pytest.mark.both]
HOLD = """
import sys
from arusha.conf.ready import ready
with ready():
    from arusha.conf import working
    with working.turn("worker") as mine:
        print(mine, flush=True)
        sys.stdin.read()
"""
QUICK = """
import sys
from arusha.conf import cli
from arusha.conf.ready import set_up
set_up()
from arusha.conf import working
working.SECONDS = 0.05
sys.argv = ["arusha", "worker"]
cli.main()
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    program = with_own_database(Program(tmp_path_factory.mktemp("working") / "here"))
    program.run("init")
    return program


def start(program, code, **more):
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, env=program.environment(), cwd=program.folder, text=True, **more)


def test_of_two_workers_one_works(program):
    holding = start(program, HOLD, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holding.stdout.readline() == "True\n"
    other = start(program, HOLD, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.communicate("")[0] == "False\n"
    assert "Another worker is at work" in program.run("worker", "--once").aside
    holding.kill()
    holding.communicate()
    told = re.search(r"(\d+) entries chained", program.run("worker", "--once").aside)
    assert int(told[1]) > 0


def test_two_at_once_chain_every_entry_once(program):
    program.python(GIVE_A_REASON)
    both = [start(program, QUICK, stderr=subprocess.PIPE) for _ in range(2)]
    try:
        for one in both:
            assert "worker-begun" in one.stderr.readline()
        until = time.monotonic() + PATIENCE
        while "Not chained" in program.run("journal", "verify").said:
            assert time.monotonic() < until
    finally:
        for one in both:
            one.kill()
            one.communicate()
    assert "OK" in program.run("journal", "verify").said


@pytest.mark.postgresql
def test_it_goes_on_when_the_database_is_back(program):
    name = database_of(program)
    working = start(program, QUICK, stderr=subprocess.PIPE)
    try:
        assert "worker-begun" in working.stderr.readline()
        cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s AND usename = %s"
        until = time.monotonic() + PATIENCE
        while postgres.execute(THERE, cut.replace("%s", "'{}'").format(name, postgres.WEB)) == [(0,)]:
            assert time.monotonic() < until
        while "database-away" not in (line := working.stderr.readline()):
            assert line, "it ended"
        program.run("backup", "data.age", "--to", recipient(program))
        until = time.monotonic() + PATIENCE
        while "Not chained" in program.run("journal", "verify").said:
            assert time.monotonic() < until
    finally:
        working.kill()
        working.communicate()


def recipient(program):
    from arusha.conf import keeping

    return keeping.make_identity(program.folder / "identity.txt")
