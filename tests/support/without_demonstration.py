"""The program as an administration installs it: a copy of the source in which the demonstration pack is absent."""

import hashlib
import shutil
from pathlib import Path

from tests.support.program import ROOT, SOURCE, Program

LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__", "tests", "demo")


def without_demonstration(folder: Path) -> Program:
    """A program run from a copy without `packs/demo`, with built assets and words, and nothing installed yet."""
    tree, kernels = folder / "tree", folder / "kernels"
    shutil.copytree(SOURCE, tree / "arusha", ignore=LEFT_OUT)
    assert (tree / "arusha" / "packs" / "reference").is_dir() and not (tree / "arusha" / "packs" / "demo").exists()
    for place in (path for path in (tree / "arusha").rglob("*") if path.is_dir()):
        bring_kernels(SOURCE / place.relative_to(tree / "arusha"), place, kernels)
    return Program(folder / "installed", tree, kernels)


def bring_kernels(origin: Path, place: Path, kernels: Path) -> None:
    """Give a copied folder the compiled loops of its original, which numba keeps under a hash of the path.

    Without them all works too: they are compiled once more, which takes half a minute.
    """
    compiled = ROOT / "build" / "numba" / numba_folder(origin)
    if compiled.is_dir():
        shutil.copytree(compiled, kernels / numba_folder(place))


def numba_folder(source: Path) -> str:
    """The name under which numba keeps what it compiled from a folder."""
    return f"{source.name}_{hashlib.sha1(str(source).encode()).hexdigest()}"
