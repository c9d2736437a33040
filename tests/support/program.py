"""The real program as people run it: each command a process of its own, the pages served on a port of this machine."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "arusha"
OWN = ("ARUSHA_", "DJANGO_", "PYTHONPATH", "PYTEST_")
PATIENCE = 60


@dataclass(frozen=True, slots=True)
class Done:
    """What a command said, and the status it left with."""

    code: int
    said: str
    aside: str


@dataclass(frozen=True, slots=True)
class Program:
    """The program on an installation below `folder`, which may not be there yet; `tree` holds another copy of it."""

    folder: Path
    tree: Path | None = None
    kernels: Path = ROOT / "build" / "numba"
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        """The folder of the data."""
        return self.folder / "home"

    def environment(self) -> dict[str, str]:
        """The variables of its processes: none of the tests' own."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
        kept |= {"ARUSHA_HOME": str(self.home), "ARUSHA_KEYS": str(self.folder / "keys")}
        kept |= {"NUMBA_CACHE_DIR": str(self.kernels)}
        return (
            kept | {"PYTHONPATH": str(self.tree or ROOT / "src")} | self.settings
        )  # a copy of the checkout runs itself

    def run(self, *words: object, code: int = 0, without: tuple[str, ...] = ()) -> Done:
        """Run a command to its end; it must leave with the status `code`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        variables = {name: value for name, value in self.environment().items() if name not in without}
        command = [sys.executable, "-m", "arusha.conf.cli", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, env=variables, cwd=self.folder, timeout=300)
        assert done.returncode == code, f"arusha {words}: status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return Done(done.returncode, done.stdout, done.stderr)

    def python(self, code: str) -> None:
        """Run a line of Python as the program does its commands."""
        variables = self.environment() | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        subprocess.run([sys.executable, "-c", code], env=variables, cwd=self.folder, check=True, timeout=300)

    def copy(self, folder: Path) -> "Program":
        """The same installation once more, elsewhere."""
        shutil.copytree(self.folder, folder)
        return Program(folder, self.tree, self.kernels)

    @contextmanager
    def served(self) -> Iterator[str]:
        """The address of its pages, served until the block ends; then no process of it may be left."""
        port = free_port()
        command = [sys.executable, "-m", "arusha.conf.cli", "serve", "--port", str(port)]
        log = self.folder / "serve.log"
        with log.open("w") as told:
            serving = subprocess.Popen(
                command, stdout=told, stderr=told, env=self.environment(), cwd=self.folder, start_new_session=True
            )
        try:
            wait_for(port, serving, log)
            yield f"http://127.0.0.1:{port}"
            assert "Internal Server Error" not in log.read_text(), log.read_text()
        finally:
            stop(serving)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def wait_for(port: int, serving: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the port answers; fail with what was said where the process ends first or takes too long."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and serving.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing is served: {log.read_text()}")


def stop(serving: subprocess.Popen[bytes]) -> None:
    """Ask it to stop as a service manager does; whatever it started must be gone with it."""
    serving.terminate()
    try:
        serving.wait(PATIENCE)
        left = group_of(serving)
    finally:
        if group_of(serving):
            os.killpg(serving.pid, signal.SIGKILL)
    assert not left, "serve left processes behind"


def group_of(serving: subprocess.Popen[bytes]) -> bool:
    """Whether any process of its group runs still."""
    try:
        os.killpg(serving.pid, 0)
    except ProcessLookupError:
        return False
    return True
