"""The detectors that this installation offers; filled at start by whoever composes the program."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from arusha.lib.detect import Detector

DETECTORS: dict[str, Detector] = {}
"""Every detector that a folder declares, by name."""
MADE: list[Callable[[], Iterable[Detector]]] = []
"""What gives the detectors that people of the installation made, as they stand now."""
GOVERNED_AT: dict[str, str] = {}
"""For a family of detectors that people made, the page where it is governed."""
RAN_WITH: list[Callable[[UUID], Iterable[tuple[Any, Any]]]] = []
"""What tells, of a run, which settings it ran with, as label and value."""


def detectors() -> dict[str, Detector]:
    """Every detector that is offered now, by name: the declared ones, then those that people made."""
    return DETECTORS | {detector.name: detector for gives in MADE for detector in gives()}


def detector_of(name: str) -> Detector | None:
    """The detector of that name, or None where it is not offered."""
    return DETECTORS.get(name) or detectors().get(name)
