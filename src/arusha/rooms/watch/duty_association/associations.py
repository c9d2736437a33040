"""The whole way from groups and rosters to associations, the two levels apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from arusha.lib.datasets import Crossing, Shift
from arusha.lib.detect import Hit, Table, benjamini_hochberg
from arusha.rooms.watch.duty_association.on_duty import units_on_duty
from arusha.rooms.watch.duty_association.on_lane import officers_by_lane
from arusha.rooms.watch.duty_association.passages import Group, Passages, groups_in, passages_of
from arusha.rooms.watch.duty_association.posts import Lanes, Shifts, lanes_of, shifts_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Settings(Protocol):
    """What the method reads of its parameters."""

    fdr: float
    unit_fdr: float
    least: int
    absences: float
    lift: float
    window: timedelta


@dataclass(frozen=True, slots=True)
class Association:
    """A unit or an officer and a group; `rows` of crossings and `shifts` of the roster show it."""

    kind: str
    subject: str
    group_id: str
    members: tuple[str, ...]
    marks: tuple[str, ...]
    span: tuple[datetime, datetime]
    times: int
    on: int
    of: int
    expected: float
    p: float
    q: float
    like: int
    lanes: bool
    rows: NDArray[np.int64]
    shifts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Scene:
    """`known` (crossings,) the rows of crossings that any group's evidence names, `moments` theirs."""

    groups: list[Group]
    passages: Passages
    edges: NDArray[np.int64]
    lanes: Lanes
    shifts: Shifts
    known: NDArray[np.int64]
    moments: NDArray[np.int64]


def associations(
    crossings: Table[Crossing], roster: Table[Shift], groups: Table[Hit], p: Settings
) -> Iterator[Association]:
    """Every unit and every officer associated with a group, at false discovery rates of `p.unit_fdr` and `p.fdr`."""
    lanes = lanes_of(crossings)
    shifts = shifts_of(roster, lanes)
    found = groups_in(groups, crossings)
    rows = np.concatenate([g.rows for g in found]) if found else np.empty(0, np.int64)
    window = int(p.window.total_seconds())
    passages = passages_of(found, lanes.stream[rows], lanes.at[rows].astype(np.int64), lanes.lane[rows], window)
    edges = np.searchsorted(passages.group, np.arange(len(found) + 1))
    known = np.unique(rows)
    scene = _Scene(found, passages, edges, lanes, shifts, known, crossings.microseconds("crossed_at", known))
    yield from _units(scene, p)
    yield from _officers(scene, p)


def _officers(scene: _Scene, p: Settings) -> Iterator[Association]:
    tests = officers_by_lane(scene.passages, len(scene.groups), scene.lanes, scene.shifts, p.least)
    q = corrected(tests.p, tests.group, scene.groups)
    of = np.diff(scene.edges)[tests.group]
    named = (q <= p.fdr) & (tests.times >= p.lift * tests.expected) & (of - tests.expected >= p.absences)
    for i in np.flatnonzero(named):
        rows, shifts = _on_the_lane(scene, int(tests.group[i]), int(tests.officer[i]))
        numbers = (int(tests.times[i]), int(tests.on[i]), int(of[i]), float(tests.expected[i]))
        name = scene.shifts.officers[int(tests.officer[i])].as_py()
        yield _told(
            "officer", name, scene, int(tests.group[i]), numbers, (float(tests.p[i]), float(q[i])), 1, rows, shifts
        )


def _units(scene: _Scene, p: Settings) -> Iterator[Association]:
    tests = units_on_duty(scene.passages, len(scene.groups), scene.shifts, p.least)
    q = corrected(tests.p, tests.group, scene.groups)
    for i in np.flatnonzero((q <= p.unit_fdr) & (tests.times >= p.lift * tests.expected)):
        group = int(tests.group[i])
        rows = scene.groups[group].rows
        numbers = (int(tests.times[i]), int(tests.times[i]), int(tests.of[i]), float(tests.expected[i]))
        name = scene.shifts.units[int(tests.unit[i])].as_py()
        shifts = _of_unit(scene, group, int(tests.unit[i]))
        yield _told(
            "unit", name, scene, group, numbers, (float(tests.p[i]), float(q[i])), int(tests.like[i]), rows, shifts
        )


def corrected(p: NDArray[np.float64], group: NDArray[np.int32], groups: list[Group]) -> NDArray[np.float64]:
    """Benjamini–Hochberg, groups with a benign mark apart: families are many, and would drown the others."""
    marked = np.array([bool(g.marks) for g in groups], bool)[group]
    q = np.ones(len(p))
    for stratum in (marked, ~marked):
        q[stratum] = benjamini_hochberg(p[stratum])
    return q


def _told(
    kind: str,
    name: str,
    scene: _Scene,
    group: int,
    numbers: tuple[int, int, int, float],
    chance: tuple[float, float],
    like: int,
    rows: NDArray[np.int64],
    shifts: NDArray[np.int64],
) -> Association:
    of = scene.groups[group]
    times, on, total, expected = numbers
    moments = scene.moments[np.searchsorted(scene.known, rows)]
    span = (_moment(moments.min()), _moment(moments.max()))
    lanes = bool((scene.lanes.lane[of.rows] >= 0).any() and (scene.shifts.lane >= 0).any())
    return Association(
        kind,
        name,
        of.hit_id,
        of.members,
        of.marks,
        span,
        times,
        on,
        total,
        expected,
        *chance,
        like,
        lanes,
        rows,
        shifts,
    )


def _on_the_lane(scene: _Scene, group: int, officer: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The group's crossings on the officer's lane, and the shifts in which they were."""
    passages, shifts = scene.passages, scene.shifts
    mine = np.flatnonzero(shifts.officer == officer)
    rows, worked = [], []
    for e in range(scene.edges[group], scene.edges[group + 1]):
        on = mine[(shifts.begins[mine] <= passages.at[e]) & (passages.at[e] < shifts.ends[mine])]
        here = on[shifts.lane[on, passages.stream[e] % 2] == passages.lane[e]]
        if passages.lane[e] >= 0 and len(here):
            members = passages.row[passages.starts[e] : passages.starts[e + 1]]
            rows.append(members[scene.lanes.lane[members] == passages.lane[e]])
            worked.append(here)
    return np.sort(np.concatenate(rows)), np.unique(np.concatenate(worked))


def _of_unit(scene: _Scene, group: int, unit: int) -> NDArray[np.int64]:
    """The unit's shifts at the group's port during its crossings."""
    passages, shifts = scene.passages, scene.shifts
    mine = np.flatnonzero(shifts.unit == unit)
    mine = mine[np.argsort(shifts.begins[mine], kind="stable")]
    begins, longest = shifts.begins[mine], int((shifts.ends - shifts.begins).max(initial=0))
    worked = [np.empty(0, np.int64)]
    for e in range(scene.edges[group], scene.edges[group + 1]):
        lo, hi = np.searchsorted(begins, (passages.at[e] - longest, passages.at[e] + 1))
        on = mine[lo:hi][passages.at[e] < shifts.ends[mine[lo:hi]]]
        worked.append(on[shifts.port[on] == passages.stream[e] // 2])
    return np.unique(np.concatenate(worked))


def _moment(microseconds: np.int64) -> datetime:
    return EPOCH + timedelta(microseconds=int(microseconds))
