"""What a column of a Customs table can be, and what is said of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

Token = NewType("Token", str)
"""An opaque identifier given by the source; compared, never read."""

Instant = datetime
"""A moment, aware and in UTC. A naive time is a bad row unless the mapping names its zone."""


class Class(StrEnum):
    """How closely a column is tied to a person; decides who may look and how long it is kept."""

    OPEN = "open"  # says nothing of a person
    PSEUDONYM = "pseudonym"  # stands for a person; re-identified only at the source
    STAFF = "staff"  # names an official in the exercise of a function
    TRADE = "trade"  # names a trader, broker or declarant


@dataclass(frozen=True, slots=True)
class Personal:
    """The column stands for a person, and how."""

    cls: Class


@dataclass(frozen=True, slots=True)
class Code:
    """The column's values come from a list that the administration keeps, such as its ports or lanes."""

    of: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The smallest value that makes sense."""

    least: float


@dataclass(frozen=True, slots=True)
class AtMost:
    """The largest value that makes sense."""

    most: float


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts: `minutes`, `kilograms`, or `minor`, the minor units of the currency in another column."""

    of: str
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """Where the column stands elsewhere: SAD box, World Customs Organization Data Model element, ASYCUDA field."""

    sad: str | None = None
    wco: str | None = None
    asycuda: str | None = None
