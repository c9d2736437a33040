"""What waits for a person, and the few numbers that overseers see; each folder declares its own in its `home.py`.

@waits(place=10)
def mine(actor: Actor, on: date) -> Sequence[Waiting]: ...

@oversees(place=10)
def numbers(actor: Actor, on: date) -> Sequence[Number]: ...

A function answers only with what the actor may see: it counts what is `visible_to` them, never more.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.utils.functional import Promise


class Waiting(NamedTuple):
    """Things of one sort that wait: how many, the page of them all, and the first few as (text, address)."""

    label: "str | Promise"
    count: int
    url: str
    items: Sequence[tuple[Any, str]] = ()


class Number(NamedTuple):
    """One number for whoever oversees, and the page that it is counted from. `tone` is that of a `stat`."""

    label: "str | Promise"
    value: Any
    url: str
    tone: str = "brand"


FIRST = 5
"""How many of the waiting things are named."""

_WAITS: dict[str, tuple[int, Callable[[Any, date], Sequence[Waiting]]]] = {}
_REMINDS: dict[str, tuple[int, Callable[[Any, date], Sequence[Waiting]]]] = {}
_OVERSEES: dict[str, tuple[int, Callable[[Any, date], Sequence[Number]]]] = {}


def waits(place: int) -> Callable[[Any], Any]:
    """Declare what waits for a person; `place` orders it among the others."""

    def declare(told: Callable[[Any, date], Sequence[Waiting]]) -> Any:
        _WAITS[f"{told.__module__}.{told.__qualname__}"] = (place, told)
        return told

    return declare


def reminds(place: int) -> Callable[[Any], Any]:
    """Declare what has waited for a person too long; `place` orders it among the others."""

    def declare(told: Callable[[Any, date], Sequence[Waiting]]) -> Any:
        _REMINDS[f"{told.__module__}.{told.__qualname__}"] = (place, told)
        return told

    return declare


def oversees(place: int) -> Callable[[Any], Any]:
    """Declare numbers for whoever oversees; `place` orders them among the others."""

    def declare(told: Callable[[Any, date], Sequence[Number]]) -> Any:
        _OVERSEES[f"{told.__module__}.{told.__qualname__}"] = (place, told)
        return told

    return declare


def waiting_for(actor: Any, on: date) -> list[Waiting]:
    """All that waits for the actor on that day, in order; sorts of which nothing waits are left out."""
    declared = sorted(_WAITS.items(), key=lambda named: (named[1][0], named[0]))
    return [waiting for _name, (_place, told) in declared for waiting in told(actor, on) if waiting.count]


def late_for(actor: Any, on: date) -> list[Waiting]:
    """All that has waited for the actor too long on that day, in order."""
    declared = sorted(_REMINDS.items(), key=lambda named: (named[1][0], named[0]))
    return [waiting for _name, (_place, told) in declared for waiting in told(actor, on) if waiting.count]


def overseen_by(actor: Any, on: date) -> list[Number]:
    """All numbers for the actor on that day, in order."""
    declared = sorted(_OVERSEES.items(), key=lambda named: (named[1][0], named[0]))
    return [number for _name, (_place, told) in declared for number in told(actor, on)]
