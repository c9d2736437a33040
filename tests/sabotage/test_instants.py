"""Killed at any instant and run again, the program ends as if nothing had been: nothing lost, nothing twice."""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODES = "list,code,name\nports,P1,One\nlanes,P1,Lane\nports,P2,Two\nlanes,P2,Lane\noffices,P2,Office\nports,P3,Three\n"
INSTANTS = {"install": 11, "receive": 13, "watch": 13, "act": 13}
"""Kills by stage: fifty."""
LATE = 40_000
"""Calls at the end of the installation in which the first account is made: half of its kills are among them."""
pytestmark = pytest.mark.slow


def run(home: Path, *more: object) -> "subprocess.CompletedProcess[str]":
    file = home.parent / "codes.csv"
    file.write_text(CODES)
    env = {
        "PATH": "/usr/bin:/bin",
        "DJANGO_SETTINGS_MODULE": "arusha.conf.settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    command = [sys.executable, str(Path(__file__).with_name("errand.py")), str(home), str(file), *map(str, more)]
    return subprocess.run(command, capture_output=True, text=True, env=env, timeout=240)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An installation in which nothing was done yet."""
    home = tmp_path_factory.mktemp("installed") / "home"
    done = run(home, "install")
    assert done.returncode == 0, done.stderr[-3000:]
    return home


@pytest.fixture(scope="module")
def undisturbed(installed, tmp_path_factory):
    """What the errand comes to where nobody kills it, and how many calls each stage takes."""
    done = run(again(installed, tmp_path_factory.mktemp("undisturbed")))
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def again(installed: Path, folder: Path) -> Path:
    """The same installation once more."""
    for name in ("home", "home-keys"):
        shutil.copytree(installed.with_name(name), folder / name)
    return folder / "home"


def drawn(stage: str, number: int, calls: int) -> int:
    """The instant of one kill, as a call within the stage: spread evenly, at random within its part."""
    parts = INSTANTS[stage]
    low, high = calls * number // parts, calls * (number + 1) // parts
    return random.Random(f"{stage} {number}").randint(low + 1, high)


def killed_and_run_again(home: Path, stage: str, instant: int) -> dict:
    killed = run(home, stage, instant)
    assert killed.returncode == -9, (killed.returncode, killed.stderr[-3000:])
    done = run(home)
    assert done.returncode == 0, f"{stage} at {instant}: {done.stderr[-3000:]}"
    return json.loads(done.stdout)["whole"]


def test_the_errand_finds_the_two_and_leaves_what_it_should(undisturbed):
    whole = undisturbed["whole"]
    assert [(support, state) for _hit, support, state, _n in whole["found"]] == [(2, "open"), (3, "explained")]
    assert (whole["journal"], whole["evidence"], whole["hits"]) == (True, 1, 1)
    assert whole["rows"]["cases_case"] == whole["rows"]["cases_casenote"] == whole["rows"]["cases_caseevidence"] == 1


@pytest.mark.parametrize("stage", ["receive", "watch", "act"])
def test_killed_in_the_middle_and_run_again_it_ends_the_same(tmp_path, installed, undisturbed, stage):
    instant = drawn(stage, INSTANTS[stage] // 2, undisturbed["calls"][stage])
    assert killed_and_run_again(again(installed, tmp_path), stage, instant) == undisturbed["whole"]


@pytest.mark.prove
@pytest.mark.parametrize(("stage", "number"), [(s, n) for s in ("receive", "watch", "act") for n in range(INSTANTS[s])])
def test_killed_at_any_instant_and_run_again_it_ends_the_same(tmp_path, installed, undisturbed, stage, number):
    instant = drawn(stage, number, undisturbed["calls"][stage])
    assert killed_and_run_again(again(installed, tmp_path), stage, instant) == undisturbed["whole"]


@pytest.fixture(scope="module")
def calls_of_an_installation(tmp_path_factory):
    done = run(tmp_path_factory.mktemp("fresh") / "home")
    return json.loads(done.stdout)["calls"]["install"]


@pytest.mark.prove
@pytest.mark.parametrize("number", range(INSTANTS["install"]))
def test_killed_while_it_installs_and_run_again_it_ends_the_same(
    tmp_path, undisturbed, calls_of_an_installation, number
):
    calls = calls_of_an_installation
    instant = drawn("install", number, calls)
    if number % 2:
        instant = calls - random.Random(number).randint(1, LATE)
    assert killed_and_run_again(tmp_path / "home", "install", instant) == undisturbed["whole"]
