"""The detectors that this installation offers; filled at start by whoever composes the program."""

from arusha.lib.detect import Detector

DETECTORS: dict[str, Detector] = {}
"""Every detector by name."""
