"""The shape of the house: short functions, short files, one clock, one direction of imports."""

import ast
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "arusha"
FILES = sorted(p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts and "tests" not in p.parts)


def functions() -> list[tuple[str, int]]:
    found = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.append((f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1))
    return found


def p95(values: list[int]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def test_functions_fit_on_a_screen():
    lengths = functions()
    assert p95([length for _, length in lengths]) <= 35
    assert [f for f in lengths if f[1] > 60] == []


def test_files_tell_one_story():
    lengths = {str(p.relative_to(ROOT)): len(p.read_text().splitlines()) for p in FILES}
    assert p95(list(lengths.values())) <= 350
    assert {name: n for name, n in lengths.items() if n > 600} == {}


@pytest.mark.parametrize("word", ["utils", "base", "common", "manager", "helpers", "misc"])
def test_no_folder_or_file_has_a_name_that_says_nothing(word):
    assert [p for p in SOURCE.rglob("*") if p.stem == word and "node_modules" not in p.parts] == []


CLOCK = re.compile(r"datetime\.now\(|timezone\.now\(|time\.time\(|date\.today\(|localdate\(\)|auto_now")


def test_only_the_clock_reads_the_clock():
    domain = [p for p in FILES if p.relative_to(SOURCE).parts[0] in ("lib", "core", "flow", "rooms", "ports")]
    assert [str(p.relative_to(ROOT)) for p in domain if CLOCK.search(p.read_text())] == []


def test_kinds_are_plain_words_never_choices_of_a_model():
    found = []
    for path in (p for p in FILES if p.name == "models.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "choices":
                found.append(f"{path.relative_to(ROOT)}:{node.value.lineno}")
    assert found == []


BLOCKED = """
import importlib, sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name == "django" or name.startswith("django."):
            raise ImportError(f"{name} is not for {sys.argv[1]}")
sys.meta_path.insert(0, Block())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")


def test_lib_and_every_detector_load_without_django():
    names = [module_name(p) for p in FILES if "lib" in p.relative_to(SOURCE).parts[:1] or p.name == "detect.py"]
    assert any(name.endswith("co_travel.detect") for name in names) and len(names) > 20
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, *names, "arusha.conf.commands.detecting"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_imports_go_one_way():
    done = subprocess.run([str(Path(sys.executable).parent / "lint-imports")], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:]


def test_no_lock_names_a_host_and_no_file_a_path_of_a_machine():
    locks = [ROOT / "requirements.txt", SOURCE / "ui" / "assets" / "package-lock.json"]
    assert [str(p) for p in locks if re.search(r"https?://|--index-url|\"resolved\"", p.read_text())] == []
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=True).stdout.split()
    here = str(ROOT.parent) + "/"
    texts = [ROOT / name for name in tracked if (ROOT / name).is_file()]
    assert [str(p.relative_to(ROOT)) for p in texts if here.encode() in p.read_bytes()] == []
