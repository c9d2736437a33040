"""A PostgreSQL server of the tests' own: started in a temporary folder, on a socket there, gone with its starter.

    python -m tests.support.postgres -n 2 --dist loadfile -m "not prove"

runs pytest with these words over the tests that use a database, on such a server. Where PostgreSQL is not installed
they are skipped, and counted.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

SERVER = "ARUSHA_TEST_SERVER"
"""Names the folder of the server's socket; set where tests are to use PostgreSQL, and empty where there is none."""
SUPERUSER, OWNER, WEB = "arusha_super", "arusha_owner", "arusha_web"
NOT_INSTALLED = "no PostgreSQL server: sudo apt-get install postgresql"
FAST = {
    **{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"},
    **{"listen_addresses": "", "max_connections": "60", "timezone": "UTC", "lc_messages": "C"},
}
_numbers = count(1)


def programs() -> Path | None:
    """The folder with the server's programs: on the path, or where Debian keeps those of each version."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    found = shutil.which("postgres")
    for place in [*([Path(found).parent] if found else []), *places]:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    return None


@contextmanager
def running(port: int | None = None) -> Iterator[Path]:
    """The folder of the socket of a server that runs until the block ends or this process does, however it ends.

    With a port it is as Debian sets one up: on that port of this machine too, where it asks for passwords, and without
    roles but the superuser's.
    """
    place = programs()
    assert place is not None, NOT_INSTALLED
    with tempfile.TemporaryDirectory(prefix="arusha-postgres-", ignore_cleanup_errors=True) as made:
        folder, user = Path(made), _other_user()
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        data = folder / "data"
        made_with = ["--auth=trust", "--username", SUPERUSER, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        _finished([str(place / "initdb"), "-D", str(data), *made_with], user)
        settings = FAST | ({"listen_addresses": "127.0.0.1", "port": str(port)} if port else {})
        words = [f"--{name}={value}" for name, value in settings.items()]
        if port:
            (data / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        with (folder / "log").open("w") as log:
            command = [str(place / "postgres"), "-D", str(data), f"--unix_socket_directories={folder}", *words]
            server = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=_ends_with_us(user), cwd=folder)
        try:
            _wait(folder, server, port)
            yield folder
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)


def url(socket: Path | str, database: str, role: str) -> str:
    """How a database of the server is named."""
    return f"postgresql://{role}@/{database}?host={quote(str(socket), safe='')}"


def execute(socket: Path | str, *statements: str, database: str = "postgres", role: str = SUPERUSER) -> list[tuple]:
    """Statements one by one; the rows of the last."""
    import psycopg

    with psycopg.connect(url(socket, database, role), autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def new_database(socket: Path | str) -> str:
    """An empty database that the owner's role owns and the web's may use; its name."""
    name = f"own_{os.getpid()}_{next(_numbers)}"
    execute(socket, f"CREATE DATABASE {name} OWNER {OWNER}")
    return name


def copy_of(socket: Path | str, database: str) -> str:
    """A copy of a database that nobody is connected to, with the same owner and rights; its name."""
    name = f"own_{os.getpid()}_{next(_numbers)}"
    execute(socket, f"CREATE DATABASE {name} TEMPLATE {database} OWNER {OWNER}")
    return name


def settings_of(socket: Path | str, database: str) -> dict[str, str]:
    """The variables by which the program uses it, with its two roles."""
    return {"ARUSHA_DATABASE": url(socket, database, WEB), "ARUSHA_DATABASE_OWNER": OWNER}


def _other_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: then it runs as another."""
    if os.geteuid() != 0:
        return None
    names = [entry.pw_name for entry in pwd.getpwall()]
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def _become(user: pwd.struct_passwd | None) -> None:
    if user is not None:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)


def _ends_with_us(user: pwd.struct_passwd | None):
    """Before the server begins: it is told to stop (SIGINT) when this process is gone, even by SIGKILL."""
    libc = ctypes.CDLL(None)

    def before() -> None:
        _become(user)
        libc.prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG; a change of user would undo it
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        os.setpgid(0, 0)  # Ctrl-C is for the tests

    return before


def _finished(command: list[str], user: pwd.struct_passwd | None) -> None:
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=lambda: _become(user), cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr


def _wait(folder: Path, server: subprocess.Popen, port: int | None) -> None:
    """Return once it answers, with the two roles made where it asks for no passwords."""
    import time

    import psycopg

    until = time.monotonic() + 60
    while True:
        try:
            if port:
                psycopg.connect(f"{url(folder, 'postgres', SUPERUSER)}&port={port}").close()
            else:
                execute(folder, f"CREATE ROLE {OWNER} LOGIN", f"CREATE ROLE {WEB} LOGIN")
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise AssertionError((folder / "log").read_text()) from None
            time.sleep(0.05)


def main() -> int:
    """Run pytest with the words given, on a server of its own."""
    command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
    if programs() is None:
        return subprocess.run(command, env={**os.environ, SERVER: ""}).returncode
    with running() as folder:
        return subprocess.run(command, env={**os.environ, SERVER: str(folder)}).returncode


if __name__ == "__main__":
    sys.exit(main())
