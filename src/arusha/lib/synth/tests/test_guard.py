import subprocess
import sys
from pathlib import Path

import pytest

from arusha.lib.synth import refuse_key_path
from arusha.lib.synth.key import MARKER

SOURCE = str(Path(__file__).parents[4])

SCRIPT = """
import io, os, sys
sys.path.insert(0, {source!r})
from pathlib import Path
from arusha.lib.synth import forbid_key_folders
forbid_key_folders(); forbid_key_folders()
root = Path({root!r})
print((root / "data" / "crossings.txt").read_text())
(root / "data" / "new.txt").write_text("x")
attempts = dict(
    read=lambda: (root / "key" / "rings.txt").read_text(),
    deep=lambda: open(root / "key" / "more" / "officers.txt"),
    bytes=lambda: open(os.fsencode(root / "key" / "rings.txt")),
    low=lambda: os.open(str(root / "key" / "rings.txt"), os.O_RDONLY),
    link=lambda: open(root / "data" / "link.txt"),
    up=lambda: open(root / "data" / ".." / "key" / "rings.txt"),
    new=lambda: open(root / "key" / "new.txt", "w"),
    listing=lambda: os.listdir(root / "key"),
    walking=lambda: list((root / "key").iterdir()),
)
os.chdir(root / "data")
attempts["relative"] = lambda: open("../key/rings.txt")
for name, attempt in attempts.items():
    try:
        attempt()
    except PermissionError as refused:
        assert "answer key" in str(refused) and "data folder" in str(refused), refused
        continue
    print("NOT REFUSED", name)
with open(0, "rb", closefd=False): pass
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "key" / "more").mkdir(parents=True)
    (tmp_path / "data" / "crossings.txt").write_text("rows")
    (tmp_path / "key" / MARKER).write_text("answers")
    (tmp_path / "key" / "rings.txt").write_text("rings")
    (tmp_path / "key" / "more" / "officers.txt").write_text("officers")
    (tmp_path / "data" / "link.txt").symlink_to(tmp_path / "key" / "rings.txt")
    return tmp_path


def test_a_process_that_forbids_the_key_cannot_open_it_by_any_way(world: Path) -> None:
    # The hook holds for good, so it is tried in a process of its own.
    script = SCRIPT.format(source=SOURCE, root=str(world))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["rows"]


def test_input_paths_are_refused_where_they_lead_into_a_key(world: Path) -> None:
    assert refuse_key_path(world / "data" / "crossings.txt") == world / "data" / "crossings.txt"
    assert refuse_key_path(str(world / "data" / "not-there.parquet")) == world / "data" / "not-there.parquet"
    for path in ("key", "key/rings.txt", "key/more/officers.txt", "key/not-there", "data/link.txt", "data/../key/x"):
        with pytest.raises(PermissionError, match="lies in the answer key"):
            refuse_key_path(world / path)
