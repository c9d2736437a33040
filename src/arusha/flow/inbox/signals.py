"""Declaring a signal: its factor, its title, its subjects, and what makes it the same finding again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise

from arusha.lib.factors import Factor


@dataclass(frozen=True, slots=True)
class SameKey:
    """The same finding where these facts of the signal are the same."""

    facts: tuple[str, ...]

    def __init__(self, *facts: str) -> None:
        object.__setattr__(self, "facts", facts)


@dataclass(frozen=True, slots=True)
class SameMembers:
    """The same finding where enough members are those of its first sighting.

    The measure is |now ∩ first| / |now ∪ first| ≥ `at_least`; of several that fit the best, then the oldest, is it. It
    is always held against the first sighting, so that a finding cannot drift, member by member, into another. The first
    `leading` subjects, such as the officer's id, have to be the very same.
    """

    at_least: float = 0.5
    leading: int = 0


@dataclass(frozen=True, slots=True)
class Signal:
    """A declared signal. `subjects` gives, per kind of hit, the kind of its first subject and of the others.

    A kind that `subjects` does not give names them itself: `officer-trader` is an officer first and then a trader.
    """

    name: str
    factor: Factor
    match: SameKey | SameMembers
    title: Mapping[str, "str | Promise"]
    subjects: Mapping[str, tuple[str, str]]
    hits_of: Mapping[str, str] = field(default_factory=dict)
    grows_by: float = 1.5
    begins: bool = True

    def subject_kinds(self, kind: str) -> tuple[str, str]:
        """The kind of the first subject of such a hit, and of the others."""
        first, _hyphen, others = kind.partition("-")
        return self.subjects.get(kind) or (first, others or first)

    def called(self, kind: str) -> "str | Promise":
        """What findings of that kind are called."""
        return self.title.get(kind) or self.title.get("", self.name)


SIGNALS: dict[str, Signal] = {}
"""Every declared signal by name."""
EXPLAINS: dict[str, Callable[[Any], Any]] = {}
"""What explains a signal's findings, by the signal's name."""


def signal_of(name: str) -> Signal | None:
    """The signal of that name; `family:member` has that of its family, under the name of its own."""
    family, colon, _member = name.partition(":")
    found = SIGNALS.get(family)
    return replace(found, name=name) if found and colon else found


def explainer_of(name: str) -> Callable[[Any], Any] | None:
    """What explains findings of that signal, or of its family."""
    return EXPLAINS.get(name.partition(":")[0])


def signal(
    name: str,
    *,
    factor: Factor,
    match: SameKey | SameMembers,
    title: Mapping[str, "str | Promise"],
    subjects: Mapping[str, tuple[str, str]],
    hits_of: Mapping[str, str] | None = None,
    begins: bool = True,
) -> Signal:
    """Declare a signal.

    `title` and `subjects` are by kind of hit. `hits_of` says, for an input that takes hits, whose: such as
    {'groups': 'co-travel'}. A signal with the name of a detector is what that detector's hits become; one whose title
    stands under the kind "" is a family's, and each detector called `family:member` has it. `begins`: whether
    a new installation has the detector on before two people decided anything.
    """
    SIGNALS[name] = Signal(name, factor, match, title, subjects, hits_of or {}, begins=begins)
    return SIGNALS[name]


def explains(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare what explains the findings of a signal: a function from a `FindingView` to panels."""

    def declare(panels: Callable[..., Any]) -> Callable[..., Any]:
        EXPLAINS[name] = panels
        return panels

    return declare
