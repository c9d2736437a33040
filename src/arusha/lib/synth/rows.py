"""Crossings while they are being made: columns of numbers, and who moves together in them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rng = np.random.Generator

DAY = 86_400
HOUR = 3_600
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Rows:
    """Crossings as columns of equal length.

    person : number of the traveller, from 0 within a part.
    port : number of the port.
    out : 1 where the country is left, 0 where it is entered.
    at : local seconds since the first local midnight of the world.
    draw : in [0, 1); which of the open lanes is taken. Travellers with the same draw at the same time share a lane.
    """

    person: Ints
    port: NDArray[np.int16]
    out: NDArray[np.int8]
    at: Ints
    draw: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.person)

    def where(self, keep: NDArray[np.bool_] | NDArray[np.int64] | slice) -> "Rows":
        """The rows that a mask, positions or a slice choose."""
        return Rows(self.person[keep], self.port[keep], self.out[keep], self.at[keep], self.draw[keep])


@dataclass(frozen=True, slots=True)
class Groups:
    """People who are one by a cause: memberships `who` belongs to `of`, groups numbered from 0 within a part.

    together : whether they truly move together; false for those who only keep the same hours, each alone.
    registered : shape (count,), whether a register knows the group as a household.
    """

    kind: str
    together: bool
    of: Ints
    who: Ints
    registered: Bools


@dataclass(frozen=True, slots=True)
class Part:
    """What one way of life adds to the world; `people` counts its travellers."""

    people: int
    rows: Rows
    groups: tuple[Groups, ...] = ()


@dataclass(frozen=True, slots=True)
class Trips:
    """Crossings of units (a person, a family, a car) before they are opened into their members."""

    unit: Ints
    port: NDArray[np.int16]
    out: NDArray[np.int8]
    at: Ints


@dataclass(frozen=True, slots=True)
class Units:
    """Units and their members, who are numbered one unit after the other."""

    sizes: Ints
    starts: Ints = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts", (np.cumsum(self.sizes) - self.sizes).astype(np.int32))

    @property
    def people(self) -> int:
        """Members of all units."""
        return int(self.sizes.sum())

    def groups(self, kind: str, *, together: bool = True, registered: Bools | None = None) -> Groups:
        """The units as groups of one kind."""
        of = np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes)
        known = np.zeros(len(self.sizes), bool) if registered is None else registered
        return Groups(kind, together, of, np.arange(len(of), dtype=np.int32), known)


def rng_for(seed: int, part: str) -> Rng:
    """The random numbers of one part of one world: they do not change when another part is added."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(part.encode())])))


def make_rows(person: object, port: object, out: object, at: object, draw: object) -> Rows:
    """Rows from columns of any numeric type, or single values that hold for all of them."""
    given = [np.asarray(column) for column in (person, port, out, at, draw)]
    columns = np.broadcast_arrays(*given)
    kinds = (np.int32, np.int16, np.int8, np.int32, np.float32)
    return Rows(*(column.astype(kind) for column, kind in zip(columns, kinds, strict=True)))


def make_trips(unit: object, port: object, out: object, at: object) -> Trips:
    """Trips from columns of any numeric type, or single values that hold for all of them."""
    columns = np.broadcast_arrays(*(np.asarray(column) for column in (unit, port, out, at)))
    kinds = (np.int32, np.int16, np.int8, np.int32)
    return Trips(*(column.astype(kind) for column, kind in zip(columns, kinds, strict=True)))


def join_rows(parts: Sequence[Rows]) -> Rows:
    """Several parts one after the other."""
    return Rows(
        np.concatenate([p.person for p in parts]),
        np.concatenate([p.port for p in parts]),
        np.concatenate([p.out for p in parts]),
        np.concatenate([p.at for p in parts]),
        np.concatenate([p.draw for p in parts]),
    )


def open_units(rng: Rng, trips: Trips, units: Units, *, presence: float | Floats, within: float, legs: int = 1) -> Rows:
    """Each trip's unit as its members, who pass within `within` seconds of one another on one lane.

    presence : the chance that a member comes along, one for all or one a member (shape (people,)).
    legs : the trips are so many blocks of the same units; whoever comes along on one leg does so on all.
    """
    counts = units.sizes[trips.unit]
    trip = np.repeat(np.arange(len(counts)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    person = np.repeat(units.starts[trips.unit], counts) + (np.arange(len(trip)) - first)
    chance = presence if isinstance(presence, float) else presence[person]
    here = np.tile(rng.random(len(trip) // legs), legs) < chance
    trip, person = trip[here], person[here]
    at = trips.at[trip] + (rng.random(len(trip)) * within).astype(np.int32)
    draw = rng.random(len(trips.at))[trip]
    return make_rows(person, trips.port[trip], trips.out[trip], at, draw)
