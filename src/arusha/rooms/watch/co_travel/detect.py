"""Travellers who cross together again and again, beyond what their habits explain."""

from collections.abc import Iterator
from datetime import timedelta

from arusha.lib.datasets import Crossing, Household
from arusha.lib.detect import Hit, Params, Table, WeekShuffle, detector, reason


class CoTravel(Params):
    """Two crossings of one port and direction within `window` are a meeting. `fdr`: share of false groups allowed.

    `least`: crossings a traveller must have. `weeks`: moves of the null, ±1 … ±weeks. `lift`: how many times what
    habits explain a pair must meet to be worth a word. `screen`: the largest chance under habits alone that the moves
    then examine.
    """

    window: timedelta = timedelta(minutes=15)
    fdr: float = 0.01
    least: int = 4
    weeks: int = 4
    lift: float = 2.0
    screen: float = 0.01


ORDINARY = CoTravel()
"""The settings that hold where none are given."""


@reason("met")
class Met:
    """At least `together` of the `of` members met `times` times; habits explain `expected`."""

    times: int
    expected: float
    together: int
    of: int


@reason("spread")
class Spread:
    """They pass within `minutes` of one another, in the median."""

    minutes: float


@reason("since")
class Since:
    """The first and the last meeting, as dates."""

    first: str
    last: str


@reason("places")
class Places:
    """They meet at so many ports."""

    ports: int


@reason("looks-like-one-party")
class OneParty:
    """They always pass within two minutes, as a family or one vehicle does; no register says that they are one."""


@reason("looks-like-transport")
class Transport:
    """Around them `others` other travellers pass at once, where `usual` are usual: a shared vehicle may explain it."""

    others: float
    usual: float


@reason("no-households")
class NoHouseholds:
    """No register of households was given: whether they are a family could not be told."""


@detector(
    "co-travel",
    of="group",
    null=WeekShuffle(),
    blind_to=(
        "fewer-than-4-crossings",
        "same-weekday-and-hour-all-year",
        "members-more-than-a-window-apart",
        "different-ports-or-directions-at-once",
        "changed-documents",
        "meetings-on-crowded-days",
    ),
    reads={"crossings": ("person_token", "port_code", "direction", "crossed_at")},
)
def co_travel(
    crossings: Table[Crossing], households: Table[Household] | None = None, *, p: CoTravel = ORDINARY
) -> Iterator[Hit]:
    """Groups of travellers who were seen together oftener than their own rhythms, moved by whole weeks, would be."""
    from arusha.rooms.watch.co_travel.rings import rings

    for ring in rings(crossings, households, p):
        reasons = [
            Met(ring.times, ring.expected, ring.together, len(ring.members)),
            Spread(ring.minutes),
            Since(ring.span[0].date().isoformat(), ring.span[1].date().isoformat()),
            Places(ring.ports),
        ]
        if "household" in ring.marks and ring.by_pattern:
            reasons.append(OneParty())
        if "shared-transport" in ring.marks:
            reasons.append(Transport(ring.others, ring.usual))
        if households is None:
            reasons.append(NoHouseholds())
        yield Hit(
            kind="group",
            subjects=ring.members,
            span=ring.span,
            support=ring.times,
            expected=ring.expected,
            p=ring.p,
            q=ring.q,
            marks=ring.marks,
            reasons=tuple(reasons),
            evidence=crossings.refs(ring.rows),
        )
