"""Officers and units whose duty goes with a group's crossings."""

from collections.abc import Iterator
from datetime import timedelta

from arusha.lib.datasets import Crossing, Shift
from arusha.lib.detect import Hit, LaneShuffle, Nulls, Params, Table, WeekShuffle, detector, reason


class DutyAssociation(Params):
    """`fdr`: share of false associations of officers allowed; `least`: joint crossings a group must have.

    `unit_fdr`: the same of units, where more is asked: a group with a rota of its own, such as a crew that works by
    eight days, keeps pace with a team's by chance for months, and moves by weeks do not show it.

    `absences`: joint crossings that chance would have put elsewhere, below which an officer is not named. `lift`: how
    many times the expected an association must be. `window`: crossings so close are one joint crossing.
    """

    fdr: float = 0.01
    unit_fdr: float = 0.0005
    least: int = 8
    absences: float = 5.0
    lift: float = 1.3
    window: timedelta = timedelta(minutes=15)


ORDINARY = DutyAssociation()
"""The settings that hold where none are given."""


@reason("on-lane")
class OnLane:
    """Of `on` joint crossings while the officer worked a lane there, most members took it at `times`; `expected`."""

    times: int
    on: int
    expected: float


@reason("absences")
class Absences:
    """Of the group's `of` joint crossings chance would have had `expected` pass without the officer, not `seen`."""

    of: int
    expected: float
    seen: int


@reason("on-duty")
class OnDuty:
    """Officers of the unit who share one roster were on duty at `times` of `of` joint crossings, not `expected`."""

    times: int
    of: int
    expected: float


@reason("same-roster")
class SameRoster:
    """So many officers of the unit share that roster; duty times cannot tell which of them, if any."""

    officers: int


@reason("no-lanes")
class NoLanes:
    """No lane is recorded, on crossings or on shifts: officers could not be told apart."""


@detector(
    "duty-association",
    of=("unit", "officer"),
    null=Nulls((LaneShuffle(), WeekShuffle(table="roster", who="officer_id", when=("shift_start", "shift_end")))),
    blind_to=(
        "fewer-than-8-joint-crossings",
        "officer-always-on-the-lane",
        "help-that-needs-no-lane",
        "swaps-not-in-the-roster",
        "groups-not-found",
        "groups-with-a-rota-of-their-own",
    ),
    reads={"crossings": ("port_code", "direction", "crossed_at", "lane")},
)
def duty_association(
    crossings: Table[Crossing], roster: Table[Shift], groups: Table[Hit], *, p: DutyAssociation = ORDINARY
) -> Iterator[Hit]:
    """Units on duty at a group's crossings beyond chance, and, apart from them, officers whose lanes it took."""
    from arusha.rooms.watch.duty_association.associations import associations

    for found in associations(crossings, roster, groups, p):
        if found.kind == "officer":
            reasons: tuple[object, ...] = (
                OnLane(found.times, found.on, round(found.expected, 6)),
                Absences(found.of, round(found.of - found.expected, 6), found.of - found.times),
            )
        else:
            reasons = (OnDuty(found.times, found.of, round(found.expected, 6)), SameRoster(found.like))
            reasons += () if found.lanes else (NoLanes(),)
        yield Hit(
            kind=found.kind,
            subjects=(found.subject, *found.members),
            span=found.span,
            support=found.times,
            expected=found.expected,
            p=found.p,
            q=found.q,
            marks=found.marks,
            reasons=reasons,
            evidence=(*crossings.refs(found.rows), *roster.refs(found.shifts)),
            group_id=found.group_id,
        )
