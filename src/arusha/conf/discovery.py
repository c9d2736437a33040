"""Finding what the folders declare. Nothing lists capabilities by hand; a folder that is removed is not there."""

import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from arusha.lib.detect import Detector

PACKAGE = Path(__file__).resolve().parent.parent
SHELVES = ("core", "ui", "flow", "rooms")


@cache
def folders() -> tuple[str, ...]:
    """Dotted names of every package below the shelves, left to right, then by name."""
    found = []
    for shelf in SHELVES:
        inits = sorted((PACKAGE / shelf).rglob("__init__.py"))
        for init in inits:
            parts = init.parent.relative_to(PACKAGE).parts
            if not {"tests", "migrations", "templatetags", "assets"} & set(parts):
                found.append(".".join(("arusha", *parts)))
    return tuple(found)


def apps() -> list[str]:
    """Folders that are Django apps: those with models."""
    return [name for name in folders() if _has(name, "models.py")]


def templates() -> list[Path]:
    """Every folder of templates; each holds one more folder that bears its owner's name."""
    return [_path(name) / "templates" for name in folders() if _has(name, "templates")]


def modules(name: str) -> Iterator[ModuleType]:
    """Every module of that name, such as `pages` or `figures`, imported."""
    for folder in folders():
        if _has(folder, f"{name}.py"):
            yield importlib.import_module(f"{folder}.{name}")


def paths(pattern: str) -> list[Path]:
    """Every file that fits the pattern in a folder of the shelves, such as `words/*.po`."""
    return [path for folder in folders() for path in sorted(_path(folder).glob(pattern))]


@cache
def detectors() -> "dict[str, Detector]":
    """Every declared detector by name; imports no Django."""
    from arusha.lib.detect import Detector

    found = {}
    for module in modules("detect"):
        for value in vars(module).values():
            if isinstance(value, Detector):
                found[value.name] = value
    return dict(sorted(found.items()))


def _path(folder: str) -> Path:
    return PACKAGE.joinpath(*folder.split(".")[1:])


def _has(folder: str, part: str) -> bool:
    return (_path(folder) / part).exists()
