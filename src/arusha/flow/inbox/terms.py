"""The codes that a finding's sentences name, such as a port: what it can be found by beside its subjects."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

LONGEST = 120
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?")


def codes_in(reasons: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Every (name of the fact, code) of the reasons, each once: texts that are neither a day nor a moment."""
    return list(dict.fromkeys(_codes(reasons)))


def _codes(reasons: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for facts in reasons:
        for name, told in facts.items():
            if name == "reason":
                continue
            for value in told if isinstance(told, list | tuple) else (told,):
                if isinstance(value, str) and 0 < len(value) <= LONGEST and not _DAY.fullmatch(value):
                    yield name[:40], value
