"""Arusha, the integrity platform for Customs administrations.

From Python, a detector runs on frames that you hold (pandas, Polars or Arrow), without a database:

    import arusha
    hits = arusha.detect("co-travel", crossings=frame, households=frame)
"""

from typing import Any

__version__ = "0.1.0"


def detect(name: str, *, settings: dict[str, str] | None = None, **inputs: Any) -> Any:
    """Run a detector on frames by input name; the hits as an Arrow table (`arusha.lib.detect.HITS`).

    `settings` are texts as on the command line, such as {"window": "20m"}.

    Raises
    ------
    ValueError
        for an unknown detector, input or setting, or a column that does not fit, naming it and what would fit.
    """
    from arusha.conf.discovery import detectors

    found = detectors()
    if name not in found:
        raise ValueError(f"there is no detector {name!r}; there are {', '.join(found)}")
    return found[name].run(inputs, found[name].settings(settings or {}))
