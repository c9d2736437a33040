"""Compiling loops once a version, and not once a run.

Numba keeps compiled code by the file that a loop stands in, and does not see when a loop that it calls, in another
file, has changed: the old one would go on running inside the caller. Here what is kept lies in a folder named after all
the files a caller's loops can come from, its own folder and this one.
"""

import hashlib
import inspect
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

import numba as nb
from numba.core import config

Function = TypeVar("Function", bound=Callable[..., object])
HERE = Path(__file__).parent


def compiled(function: Function) -> Function:
    """The function compiled at its first call, without the interpreter's lock, and kept for the next process.

    Kept under `NUMBA_CACHE_DIR` where that is set, else beside the file, else in the user's cache.
    """
    numba_settings = vars(config)
    given = numba_settings["CACHE_DIR"]
    numba_settings["CACHE_DIR"] = _kept_in(Path(inspect.getfile(function)).parent, given)
    try:
        return cast(Function, nb.njit(cache=True, nogil=True)(function))
    finally:
        numba_settings["CACHE_DIR"] = given


@cache
def _kept_in(folder: Path, given: str) -> str:
    """The folder for the code compiled from this version of the sources in `folder` and here."""
    version = hashlib.sha256()
    for path in sorted({*folder.glob("*.py"), *HERE.glob("*.py")}):
        version.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    beside = folder / "__pycache__"
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    base = Path(given) if given else beside if os.access(folder, os.W_OK) else home / "arusha"
    return str(base / f"loops-{version.hexdigest()[:16]}")
