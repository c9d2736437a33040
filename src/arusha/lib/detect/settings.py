"""Settings of a detector as texts: how they are kept, compared, shown and varied."""

import math
import typing
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from arusha.lib.detect.detector import Detector, Params, fields_of

SPANS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)), ("s", timedelta(seconds=1)))


def texts(params: Params) -> dict[str, str]:
    """Every setting by name, as the text that `Detector.settings` reads: 15m, 0.01, 8, yes."""
    return {field.name: text_of(getattr(params, field.name)) for field in fields_of(type(params))}


def text_of(value: object) -> str:
    """One value as a text; a span in the largest unit that leaves no rest."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        for unit, span in SPANS:
            if value and value % span == timedelta(0):
                return f"{value // span}{unit}"
        return f"{value.total_seconds():g}s"
    return repr(value) if isinstance(value, float) else str(value)


def checked(detector: Detector, given: Mapping[str, str]) -> dict[str, str]:
    """All settings as they would be in force: those given, in one writing, and the shipped ones for the rest.

    Raises
    ------
    ValueError
        naming the setting that is unknown, does not read, is negative or is no number, and what is expected.
    """
    params = detector.settings(given)
    for field in fields_of(type(params)):
        value = getattr(params, field.name)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{field.name}={given[field.name]!r} is no number: give one such as {field.default}")
        if isinstance(value, int | float) and value < 0:
            raise ValueError(f"{field.name}={given[field.name]!r} is below nothing: give 0 or more")
    return texts(params)


def varied(detector: Detector, settings: Mapping[str, str], name: str, times: typing.Sequence[float]) -> list[str]:
    """Values of one setting around the one given, each once, in order; none where it is no number and no span."""
    value = getattr(detector.settings(settings), name)
    found: list[Any] = []
    for factor in sorted({*times, 1.0}):
        if isinstance(value, bool) or not isinstance(value, int | float | timedelta):
            return []
        if isinstance(value, timedelta):
            found.append(timedelta(seconds=round(value.total_seconds() * factor)))
        else:
            found.append(round(value * factor) if isinstance(value, int) else float(f"{value * factor:.3g}"))
    found = [value if factor == 1.0 else other for factor, other in zip(sorted({*times, 1.0}), found, strict=True)]
    return list(dict.fromkeys(text_of(one) for one in found))


def numeric(detector: Detector) -> list[str]:
    """The settings that can be varied, that of the share of false hits first where there is one."""
    params = detector.params()
    names = [
        field.name
        for field in fields_of(detector.params)
        if isinstance(getattr(params, field.name), int | float | timedelta)
        and not isinstance(getattr(params, field.name), bool)
    ]
    return sorted(names, key=lambda name: name != "fdr")
