"""Any one capability can be removed: the program starts, `arusha doctor` passes, and the others go on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "arusha"
CAPABILITIES = sorted(
    str(path.parent.relative_to(PACKAGE))
    for path in PACKAGE.glob("rooms/*/*/__init__.py")
    if path.parent.name != "tests"
)


@pytest.mark.prove
@pytest.mark.parametrize("removed", CAPABILITIES)
def test_without_it_the_program_starts_and_doctor_passes(tmp_path, removed):
    package = tmp_path / "src" / "arusha"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    shutil.rmtree(package / removed)
    env = {**os.environ, "PYTHONPATH": str(package.parent), "DJANGO_SETTINGS_MODULE": "arusha.conf.settings"}
    env |= {"ARUSHA_HOME": str(tmp_path / "home"), "ARUSHA_KEYS": str(tmp_path / "keys")}

    def run(*arguments: str) -> str:
        done = subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, env=env, cwd=tmp_path)
        assert done.returncode == 0, f"{arguments}: {done.stdout[-1500:]}{done.stderr[-1500:]}"
        return done.stdout

    run("arusha.conf.cli", "init")
    run("django", "check")
    assert "FAULT" not in run("arusha.conf.cli", "doctor")
    assert "not offered: needs" in run("arusha.conf.cli", "watch")
    assert removed.rsplit("/", 1)[1].replace("_", "-") not in run("arusha.conf.cli", "detector", "list")
