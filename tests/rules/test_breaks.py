"""Tests can fail: each promise of the house is broken in a copy, by one line, and the test that holds it goes red.

The breaks stand in `breaks/`, a file for each part of the house: the name of a break, a file below `src/arusha`, what
stands there exactly once, what it becomes, and the test that has to go red; `on = "postgresql"` where that test runs
there. To add one, break a copy, see which test notices, and write both down.
"""

import ast
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.support import postgres

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "tests" / "rules" / "breaks").glob("*.toml"))
BREAKS = [entry for file in FILES for entry in tomllib.loads(file.read_text())["break"]]
TRIED = [entry for entry in BREAKS if "on" not in entry or postgres.programs()]
"""Those whose test can run on this machine."""
NEEDED = ("src", "tests", "docs", "README.md", "conftest.py", "pyproject.toml")
OTHER_REASONS = ("ImportError", "ModuleNotFoundError", "NameError", "SyntaxError")
PACKAGE = Path("src", "arusha")
FAILED = re.compile(r"^FAILED .+", re.MULTILINE)


def functions_of(path: Path) -> set[str]:
    """The functions of a file, and the methods of its classes as `Class::method`."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return found


@pytest.mark.parametrize("entry", BREAKS, ids=lambda entry: entry["name"])
def test_what_is_broken_and_the_test_that_notices_are_there(entry):
    assert set(entry) - {"on"} == {"name", "file", "was", "becomes", "test"}
    assert entry.get("on", "postgresql") == "postgresql"
    source = (ROOT / PACKAGE / entry["file"]).read_text()
    assert source.count(entry["was"]) == 1 and entry["was"] != entry["becomes"]
    compile(source.replace(entry["was"], entry["becomes"]), entry["file"], "exec")
    file, _, function = entry["test"].partition("::")
    assert function.partition("[")[0] in functions_of(ROOT / file)


def test_no_two_breaks_share_a_name_and_none_is_written_twice():
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", entry["name"]) for entry in BREAKS)
    assert [name for name, times in Counter(entry["name"] for entry in BREAKS).items() if times > 1] == []
    assert max(Counter((entry["file"], entry["was"], entry["becomes"]) for entry in BREAKS).values()) == 1


@pytest.fixture(scope="session")
def copy(tmp_path_factory):
    """The checkout once more, without what was made from it, for as long as the tests last."""
    place = tmp_path_factory.mktemp("copy")
    left_out = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / name, ignore=left_out)
        else:
            shutil.copy2(ROOT / name, place / name)
    yield place
    shutil.rmtree(place)


def in_copy(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Python with the copy's source before the installed one; its loops are compiled beside the copy."""
    ours = ("PYTEST_", "ARUSHA_", "DJANGO_", "NUMBA_CACHE_DIR")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env["PYTHONPATH"] = str(copy / "src")
    return subprocess.run([sys.executable, *arguments], cwd=copy, env=env, capture_output=True, text=True)


def pytest_in_copy(copy: Path, *nodes: str, on: str = "") -> subprocess.CompletedProcess[str]:
    runs = "tests.support.postgres" if on else "pytest"
    return in_copy(copy, "-m", runs, "-q", "-x", "-rfEs", "-p", "no:cacheprovider", "-m", "", *nodes)


@pytest.mark.prove
def test_without_a_break_the_copy_is_what_runs_and_every_test_passes(copy):
    told = in_copy(copy, "-c", "import arusha; print(arusha.__file__)")
    assert Path(told.stdout.strip()).is_relative_to(copy), told.stderr
    for on in sorted({entry.get("on", "") for entry in TRIED}):
        done = pytest_in_copy(copy, *sorted({entry["test"] for entry in TRIED if entry.get("on", "") == on}), on=on)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
        assert "SKIPPED" not in done.stdout, "a test that is skipped here notices nothing"


def drawn(count: int) -> list[dict[str, str]]:
    """Some of the breaks, drawn by the state of the source: any change draws others, the same source the same."""
    state = hashlib.sha256()
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        state.update(path.read_bytes())
    return random.Random(state.digest()).sample(TRIED, count)


@pytest.mark.slow
def test_five_breaks_that_the_source_draws_turn_their_tests_red(copy):
    for entry in drawn(5):
        turns_red(copy, entry)


@pytest.mark.prove
@pytest.mark.parametrize("entry", TRIED, ids=lambda entry: entry["name"])
def test_a_break_turns_its_test_red(copy, entry):
    turns_red(copy, entry)


def turns_red(copy: Path, entry: dict[str, str]) -> None:
    """Break the copy, run the one test, and see it fail for the break and no other reason."""
    path = copy / PACKAGE / entry["file"]
    source = path.read_text()
    assert source.count(entry["was"]) == 1
    path.write_text(source.replace(entry["was"], entry["becomes"]))
    try:
        done = pytest_in_copy(copy, entry["test"], on=entry.get("on", ""))
    finally:
        path.write_text(source)
    told = f"{entry['name']}: {done.stdout[-3000:]}{done.stderr[-1000:]}"
    assert done.returncode == 1, f"pytest ended with {done.returncode}, not with a test that failed:\n{told}"
    red = FAILED.findall(done.stdout)
    assert red and not any(reason in line for line in red for reason in OTHER_REASONS), told
