"""A machine to follow a guide on: its folders below one, and what needs root or a service manager acted out.

`sudo` and `runuser` run the command as whoever tests; `install` takes no owner; `git clone` gives this checkout; units
of systemd are read and run as they say, without what hardens them. Everything else is what it is.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.program import OWN, PATIENCE, ROOT, free_port, wait_for

FOLDERS = ("/opt/arusha", "/srv/arusha", "/etc/arusha", "/etc/systemd/system", "/etc/caddy", "/usr/local/sbin")
NOTHING = "#!/bin/sh\nexit 0\n"
SHIMS = {
    "apt-get": NOTHING,
    "useradd": NOTHING,
    "make": NOTHING,
    "sudo": '#!/bin/sh\n[ "$1" = -u ] && shift 2\nexec "$@"\n',
    "runuser": '#!/bin/sh\nshift 3\nexec "$@"\n',
    "git": '#!/bin/sh\n[ "$1" = clone ] || exit 0\nexec python3 -m tests.support.machine clone "$3"\n',
    "install": '#!/bin/sh\nexec python3 -m tests.support.machine install "$@"\n',
    "systemctl": '#!/bin/sh\nexec python3 -m tests.support.machine systemctl "$@"\n',
}


@dataclass(frozen=True, slots=True)
class Machine:
    """Below `folder`; PostgreSQL answers on this machine's `database` port, its superuser on the socket in `socket`."""

    folder: Path
    socket: Path
    database: int
    port: int = field(default_factory=free_port)

    def here(self, text: str) -> str:
        """The text with this machine's folders and ports."""
        for name in FOLDERS:
            text = text.replace(name, f"{self.folder}{name}")
        text = text.replace("@127.0.0.1/arusha", f"@127.0.0.1:{self.database}/arusha")
        return text.replace("--port 8000", f"--port {self.port}")

    def environment(self) -> dict[str, str]:
        """The variables of a terminal on it."""
        shims = self.folder / "shims"
        shims.mkdir(parents=True, exist_ok=True)
        for name, text in SHIMS.items():
            (shims / name).write_text(text)
            (shims / name).chmod(0o755)
        for name in ("/etc/caddy", "/etc/systemd/system", "/usr/local/sbin"):
            (self.folder / name[1:]).mkdir(parents=True, exist_ok=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
        path = [str(self.folder / "usr/local/sbin"), str(shims), str(Path(sys.executable).parent), os.environ["PATH"]]
        where = {"MACHINE": str(self.folder), "MACHINE_SOCKET": str(self.socket), "MACHINE_PORT": str(self.port)}
        server = {"PGHOST": str(self.socket), "PGPORT": str(self.database), "PGUSER": "arusha_super"}
        server |= {"PGDATABASE": "postgres", "MACHINE_DATABASE": str(self.database)}
        return kept | where | server | {"PATH": os.pathsep.join(path), "PYTHONPATH": str(ROOT), "SOURCE": "here"}

    def run(self, block: str, code: int = 0) -> str:
        """Run the block of a guide in a shell that stops at the first failure; what it said."""
        command = ["bash", "-euo", "pipefail", "-c", self.here(block)]
        done = subprocess.run(
            command, capture_output=True, text=True, env=self.environment(), cwd=self.folder, timeout=600
        )
        assert done.returncode == code, f"{block}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def stopped(self) -> None:
        """Stop whatever its units started."""
        self.run("systemctl stop arusha-web arusha-worker")


def clone(to: Path) -> None:
    """This checkout, with its environment, and `deploy/` as it is read on the machine."""
    machine = _machine()
    to.mkdir(parents=True)
    (to / ".venv").symlink_to(sys.prefix)
    shutil.copytree(ROOT / "deploy", to / "deploy")
    for path in (to / "deploy").iterdir():
        path.write_text(machine.here(path.read_text()))


def install(words: list[str]) -> None:
    """`install` without owners."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in ("-o", "-g"):
            next(rest)
        else:
            kept.append(word)
    subprocess.run([shutil.which("install", path="/usr/bin:/bin") or "install", *kept], check=True)


def systemctl(verb: str, units: list[str]) -> None:
    """Run units, stop them, or see that they are there."""
    machine = _machine()
    for name in (unit for unit in units if not unit.startswith("-")):
        file = machine.folder / "etc/systemd/system" / (name if "." in name else f"{name}.service")
        if name == "caddy":
            assert "reverse_proxy 127.0.0.1:8000" in (machine.folder / "etc/caddy/Caddyfile").read_text()
        elif file.suffix == ".timer":
            assert file.with_suffix(".service").exists() and "OnCalendar=" in file.read_text()
        elif verb == "stop":
            _stop(machine.folder / f"{name}.pid")
        else:
            _start(machine, name, file.read_text())


def _start(machine: Machine, name: str, unit: str) -> None:
    (settings,) = re.findall(r"^EnvironmentFile=(.+)$", unit, re.MULTILINE)
    lines = [line for line in Path(settings).read_text().splitlines() if "=" in line and not line.startswith("#")]
    variables = {
        key: shlex.split(value)[0] if value else "" for key, _, value in (line.partition("=") for line in lines)
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")} | variables
    commands = [shlex.split(line) for line in re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)]
    if "Type=oneshot" in unit:
        for command in commands:
            subprocess.run(command, env=kept, check=True)
        return
    log = machine.folder / f"{name}.log"
    with log.open("a") as told:
        started = subprocess.Popen(commands[0], env=kept, stdout=told, stderr=told, start_new_session=True)
    (machine.folder / f"{name}.pid").write_text(str(started.pid))
    if "serve" in commands[0]:
        wait_for(machine.port, started, log)


def _stop(file: Path) -> None:
    import time

    if not file.exists():
        return
    pid, until = int(file.read_text()), time.monotonic() + PATIENCE
    file.unlink()
    os.kill(pid, signal.SIGTERM)
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.05)
    os.killpg(pid, signal.SIGKILL)
    raise AssertionError(f"{file.stem} did not stop")


def _machine() -> Machine:
    told = os.environ
    folder, socket = Path(told["MACHINE"]), Path(told["MACHINE_SOCKET"])
    return Machine(folder, socket, int(told["MACHINE_DATABASE"]), int(told["MACHINE_PORT"]))


if __name__ == "__main__":
    what, *words = sys.argv[1:]
    {"clone": lambda: clone(Path(words[0])), "install": lambda: install(words)}.get(
        what, lambda: systemctl(words[0], words[1:])
    )()
