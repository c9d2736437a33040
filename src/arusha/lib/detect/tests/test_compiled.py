"""Compiled loops are kept by the version of all that they are made of."""

import subprocess
import sys
from pathlib import Path

CALLER = """
from loops.callee import twice
from arusha.lib.detect.compiled import compiled

@compiled
def thrice(x):
    return twice(x) + x
"""
CALLEE = """
from arusha.lib.detect.compiled import compiled

@compiled
def twice(x):
    return {times} * x
"""


def answer(folder: Path, kept: Path) -> str:
    code = f"import sys; sys.path.insert(0, {str(folder.parent)!r}); from loops.caller import thrice; print(thrice(1))"
    settings = {"NUMBA_CACHE_DIR": str(kept), "HOME": str(kept)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=settings)
    return run.stdout.strip() or run.stderr


def test_a_loop_that_is_called_from_another_file_is_not_kept_when_it_changes(tmp_path):
    folder = tmp_path / "loops"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "caller.py").write_text(CALLER)
    (folder / "callee.py").write_text(CALLEE.format(times=2))
    assert answer(folder, tmp_path / "kept") == "3"
    kept = {path.name for path in (tmp_path / "kept").rglob("*.nbc")}
    assert answer(folder, tmp_path / "kept") == "3" and {p.name for p in (tmp_path / "kept").rglob("*.nbc")} == kept
    (folder / "callee.py").write_text(CALLEE.format(times=5))
    assert answer(folder, tmp_path / "kept") == "6"
