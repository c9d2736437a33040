"""What lies in clear while a backup or a restore is under way does not outlast them, even where they are killed."""

import os
import signal
import subprocess
import sys

import pytest

from arusha.conf import drafts

HOLD = """
import os, sys, signal
from pathlib import Path
from arusha.conf import drafts
with drafts.draft(Path(sys.argv[1]), drafts.RESTORING) as made:
    (made / "a").write_text("plain")
    (made / "installation.json").write_text("{}")
    (made / "z").write_text("plain")
    if sys.argv[2] == "moving":
        rename = Path.rename
        def killed(self, to):
            if self.name == sys.argv[3]:
                os.kill(os.getpid(), signal.SIGKILL)
            return rename(self, to)
        Path.rename = killed
        drafts.move_out(made, Path(sys.argv[1]))
    print("there", flush=True)
    sys.stdin.read()
"""


def start(folder, *words):
    command = [sys.executable, "-c", HOLD, str(folder), *words]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_draft_is_gone_with_its_block(tmp_path):
    with drafts.draft(tmp_path, drafts.BACKUP) as made:
        (made / "plain").write_text("plain")
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_in_use_is_left_alone_and_one_that_was_killed_is_swept(tmp_path):
    working = start(tmp_path, "waiting")
    assert working.stdout.readline() == "there\n"
    assert drafts.left(tmp_path) == [] and drafts.sweep(tmp_path) == []
    working.kill()
    working.communicate()
    (left,) = drafts.left(tmp_path)
    assert (left / "a").exists() and drafts.sweep(tmp_path) == [left]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", ["a", "z", "installation.json"])
def test_a_restore_killed_while_it_moves_is_taken_back(tmp_path, at):
    (tmp_path / "lost+found").mkdir()
    killed = start(tmp_path, "moving", at)
    assert killed.wait(60) == -signal.SIGKILL
    killed.communicate()
    assert len(drafts.sweep(tmp_path)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["lost+found"]


def test_one_killed_once_everything_is_in_place_keeps_it(tmp_path):
    after = start(tmp_path, "moving", "nothing")
    assert after.stdout.readline() == "there\n"
    after.kill()
    after.communicate()
    assert len(drafts.sweep(tmp_path)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "installation.json", "z"]


def test_one_that_cannot_move_is_taken_back_at_once(tmp_path, monkeypatch):
    rename = type(tmp_path).rename

    def fails(self, to):
        if self.name == "b":
            raise OSError(28, os.strerror(28))
        return rename(self, to)

    monkeypatch.setattr(type(tmp_path), "rename", fails)
    with pytest.raises(OSError, match="No space"), drafts.draft(tmp_path, drafts.RESTORING) as made:
        (made / "a").write_text("plain")
        (made / "b").write_text("plain")
        drafts.move_out(made, tmp_path)
    assert list(tmp_path.iterdir()) == []
