"""An officer and a group's choice of lane: whether it passed the officer oftener than others passing then would.

Given when the group came and who worked which lane then, the lane it took is under the null as random as that of the
other travellers of that port, direction and hour, in so far as the group keeps to one lane at all when the officer is
not there; or as its own choice of the same lane when somebody else worked it, where that is oftener. The officer's
count is then a sum of independent draws of known chances.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.loops import first_from
from arusha.lib.detect.threads import in_threads, stretches
from arusha.rooms.watch.duty_association.passages import Passages
from arusha.rooms.watch.duty_association.posts import HOUR, Lanes, Shifts

OWN_HABIT = 10.0  # passages that the others' choice weighs against the group's own
ONE_PARTY = 2.0  # passages on one lane that are taken as seen before any is


@dataclass(frozen=True, slots=True)
class OnLane:
    """One line for each group and officer who worked a lane when it passed; arrays (tests,).

    `on` passages while the officer worked a lane of that port and direction, `times` the group took it, `expected`
    by chance, `absent` passages expected to have been without the officer, `p`.
    """

    group: NDArray[np.int32]
    officer: NDArray[np.int32]
    on: NDArray[np.int32]
    times: NDArray[np.int32]
    expected: NDArray[np.float64]
    p: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Work:
    """Shifts by lane: lane l's are `shift[starts[l]:starts[l + 1]]`, by their beginnings; `longest` in seconds."""

    starts: NDArray[np.int64]
    shift: NDArray[np.int64]
    begins: NDArray[np.int64]
    longest: int


def work_on(shifts: Shifts, lanes: int) -> Work:
    """The shifts of each lane in time."""
    lane = shifts.lane.T.reshape(-1)
    shift = np.tile(np.arange(len(shifts.begins)), 2)
    posted = np.flatnonzero(lane >= 0)
    order = posted[np.lexsort((shift[posted], shifts.begins[shift[posted]], lane[posted]))]
    starts = np.zeros(lanes + 1, np.int64)
    np.cumsum(np.bincount(lane[order], minlength=lanes), out=starts[1:])
    longest = int((shifts.ends - shifts.begins).max()) if len(shifts.begins) else 0
    return Work(starts, shift[order], shifts.begins[shift[order]], longest)


def officers_by_lane(passages: Passages, groups: int, lanes: Lanes, shifts: Shifts, least: int) -> OnLane:
    """Test every officer who worked a lane when a group of at least `least` passages came by."""
    work = work_on(shifts, len(lanes.of_stream))
    by_stream = np.argsort(lanes.of_stream, kind="stable")
    stream_starts = np.searchsorted(lanes.of_stream[by_stream], np.arange(2 * len(lanes.ports) + 1))
    edges = np.searchsorted(passages.group, np.arange(groups + 1))
    given = (
        edges, passages.stream, passages.at, passages.lane, passages.starts, lanes.lane[passages.row],
        lanes.traffic, lanes.start, by_stream, stream_starts,
        work.starts, work.shift, work.begins, work.longest, shifts.ends, shifts.officer, len(shifts.officers), least,
    )  # fmt: skip

    def tested(piece: tuple[int, int]) -> tuple[NDArray[np.generic], ...]:
        found: tuple[NDArray[np.generic], ...] = _tested(*piece, *given)
        return found

    parts = in_threads(tested, stretches(groups, 16) or [(0, 0)])
    return OnLane(*(np.concatenate(column) for column in zip(*parts, strict=True)))


@compiled
def _tested(
    first, last, edges, stream, at, taken, starts, row_lane, traffic, since, by_stream, stream_starts,
    work_starts, work_shift, work_begins, longest, ends, officer_of, officers, least,
):  # fmt: skip
    found = []
    offered, took = np.zeros(len(traffic)), np.zeros(len(traffic))
    slot = np.full(officers, -1, np.int64)
    for g in range(first, last):
        lo, hi = edges[g], edges[g + 1]
        if hi - lo < least:
            continue
        lines = []
        offered[:] = 0
        took[:] = 0
        for e in range(lo, hi):
            open_lanes = by_stream[stream_starts[stream[e]] : stream_starts[stream[e] + 1]]
            share = shares(open_lanes, (at[e] - since) // HOUR, traffic, row_lane[starts[e] : starts[e + 1]])
            for k in range(len(open_lanes)):
                lane = open_lanes[k]
                if share[k] <= 0.0:
                    continue
                offered[lane] += 1
                took[lane] += taken[e] == lane
                begun, now = working(lane, at[e], work_starts, work_begins, longest)
                for i in range(begun, now):
                    if ends[work_shift[i]] > at[e]:
                        lines.append((officer_of[work_shift[i]], lane, e, share[k]))
        for judged in _judge(lines, taken[lo:hi], lo, offered, took, slot):
            found.append((g, *judged))
    n = len(found)
    group, officer, on, times = (
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
    )
    expected, p = np.empty(n), np.empty(n)
    for i in range(n):
        group[i], officer[i], on[i], times[i], expected[i], p[i] = found[i]
    return group, officer, on, times, expected, p


@compiled
def shares(lanes, hour, traffic, own):
    """Each lane's share of the others' traffic in the hour and the ones beside it, one traveller added to each lane."""
    share = np.zeros(len(lanes))
    total = 0.0
    for k in range(len(lanes)):
        count = 0.0
        for h in range(max(hour - 1, 0), min(hour + 2, traffic.shape[1])):
            count += traffic[lanes[k], h]
        if count > 0:
            for lane in own:
                count -= lane == lanes[k]
            share[k] = max(count, 0.0) + 1.0
            total += share[k]
    return share / max(total, 1.0)


@compiled
def working(lane, at, starts, begins, longest):
    """From where to where the lane's shifts began by `at`, and not so long before that all have ended."""
    mine = begins[starts[lane] : starts[lane + 1]]
    return starts[lane] + first_from(mine, at - longest), starts[lane] + first_from(mine, at + 1)


@compiled
def _judge(lines, taken, first, offered, took, slot):
    """One test for each officer in the lines (officer, lane, passage, share); `taken` from the passage `first` on."""
    names = []
    for officer, _, _, _ in lines:
        if slot[officer] < 0:
            slot[officer] = len(names)
            names.append(officer)
    judged = []
    for officer in names:
        slot[officer] = -1
        mine = [(lane, e, share) for who, lane, e, share in lines if who == officer]
        mine_offered, mine_took = np.zeros(len(offered)), np.zeros(len(took))
        there = np.zeros(len(taken), np.bool_)
        times = 0
        for lane, e, _ in mine:
            mine_offered[lane] += 1
            mine_took[lane] += taken[e - first] == lane
            times += taken[e - first] == lane
            there[e - first] = True
        one_lane = _one_lane(taken, there)
        chance = np.empty(len(mine))
        for i in range(len(mine)):
            lane, _, share = mine[i]
            others, other = took[lane] - mine_took[lane], offered[lane] - mine_offered[lane]
            habit = (others + OWN_HABIT * share * one_lane) / (other + OWN_HABIT)
            chance[i] = max(share * one_lane, habit)
        judged.append((officer, len(mine), times, chance.sum(), sum_tail(chance, times)))
    return judged


@compiled
def _one_lane(taken, there):
    """How often most of the group took one lane at all while the officer was not there."""
    passages = one = 0
    for e in range(len(taken)):
        if not there[e]:
            passages += 1
            one += taken[e] >= 0
    return (one + ONE_PARTY) / (passages + ONE_PARTY)


@compiled
def sum_tail(chance, times):
    """P(sum of independent draws with these chances ≥ times), exactly; 1 where times is no more than expected."""
    if times <= chance.sum():
        return 1.0
    n = len(chance)
    state = np.zeros(n + 1)
    state[0] = 1.0
    for i in range(n):
        for k in range(i + 1, 0, -1):
            state[k] = state[k] * (1.0 - chance[i]) + state[k - 1] * chance[i]
        state[0] *= 1.0 - chance[i]
    tail = 0.0
    for k in range(n, times - 1, -1):
        tail += state[k]
    return tail
