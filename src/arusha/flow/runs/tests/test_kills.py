"""A kill at any named checkpoint loses nothing and doubles nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from arusha.flow.runs.watching import STEPS
from arusha.lib.intake import STEPS as RECEIVE_STEPS

pytestmark = pytest.mark.slow
CODES = "list,code,name\nports,P1,One\nlanes,P1,Lane\nports,P2,Two\nlanes,P2,Lane\noffices,P2,Office\nports,P3,Three\n"


def run(home: Path, file: Path, die_at: str = "") -> subprocess.CompletedProcess[str]:
    script = Path(__file__).with_name("killed.py")
    env = {"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "arusha.conf.settings"}
    return subprocess.run(
        [sys.executable, str(script), str(home), str(file), die_at],
        capture_output=True,
        text=True,
        env=env,
        timeout=120,
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "codes.csv").write_text(CODES)
    done = run(folder / "home", folder / "codes.csv")
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_undisturbed_it_finds_the_two(undisturbed):
    assert [row[1] for row in undisturbed["findings"]] in ([2, 3], [3, 2]) and undisturbed["journal"]


@pytest.mark.parametrize("die_at", [*RECEIVE_STEPS, *STEPS])
def test_killed_at_a_checkpoint_and_run_again_it_ends_the_same(tmp_path, undisturbed, die_at):
    file = tmp_path / "codes.csv"
    file.write_text(CODES)
    killed = run(tmp_path / "home", file, die_at)
    assert killed.returncode == 9, killed.stderr[-2000:]
    again = run(tmp_path / "home", file)
    assert again.returncode == 0, again.stderr[-2000:]
    assert json.loads(again.stdout) == undisturbed
