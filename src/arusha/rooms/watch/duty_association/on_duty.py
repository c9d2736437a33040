"""A unit and a group's choice of time: whether officers who share one roster were on duty oftener than at other weeks.

Team-mates work the same hours, so duty times tell a team and never an officer. Under the null the group's crossings,
moved by whole weeks, meet the same roster as often. How much such counts vary is read from all groups and officers
together, since a group that comes on one team's days comes back to them after the rota's own period. Every officer's
duties are counted, the best of the unit is kept, and its chance is multiplied by the officers it was chosen from.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.threads import in_threads, stretches
from arusha.rooms.watch.duty_association.passages import Passages
from arusha.rooms.watch.duty_association.posts import HOUR, Shifts

WEEK = 7 * 24
MOVES = 26  # weeks to either side
SAMPLE = 20_000  # lines from which the variance is read


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One line for each group and unit that serves its ports; arrays (tests,).

    `of` passages within the roster, `times` with the best officer of the unit on duty at that port, `expected` by the
    moves, `like` officers of the unit who were there at nine in ten of these, `p`.
    """

    group: NDArray[np.int32]
    unit: NDArray[np.int32]
    of: NDArray[np.int32]
    times: NDArray[np.int32]
    expected: NDArray[np.float64]
    like: NDArray[np.int32]
    p: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Duties:
    """`port` (officers, hours) the port at which each officer is on duty in each hour since `start`, −1 for none."""

    port: NDArray[np.int16]
    start: int
    unit: NDArray[np.int32]


def duties_in(shifts: Shifts) -> Duties:
    """The roster hour by hour; an hour counts where its middle lies in the shift."""
    if not len(shifts.begins):
        return Duties(np.full((0, 1), -1, np.int16), 0, np.empty(0, np.int32))
    start = int(shifts.begins.min()) // HOUR * HOUR
    hours = int(shifts.ends.max() - start) // HOUR + 1
    unit = np.zeros(len(shifts.officers), np.int32)
    unit[shifts.officer] = shifts.unit
    port = _hourly(shifts.officer, shifts.port, shifts.begins - start, shifts.ends - start, len(shifts.officers), hours)
    return Duties(port, start, unit)


@compiled
def _hourly(officer, port, begins, ends, officers, hours):
    table = np.full((officers, hours), -1, np.int16)
    for i in range(len(officer)):
        for hour in range((begins[i] + HOUR // 2) // HOUR, min((ends[i] + HOUR // 2) // HOUR, hours)):
            table[officer[i], hour] = port[i]
    return table


def units_on_duty(passages: Passages, groups: int, shifts: Shifts, least: int) -> OnDuty:
    """Test every unit that serves a group's ports, for groups of at least `least` passages within the roster."""
    duties = duties_in(shifts)
    edges = np.searchsorted(passages.group, np.arange(groups + 1))
    hour = (passages.at - duties.start) // HOUR
    ports = int(max(passages.stream.max(initial=0) // 2, shifts.port.max(initial=0))) + 1
    serves = np.zeros((ports, len(duties.port)), np.bool_)
    serves[shifts.port[shifts.port >= 0], shifts.officer[shifts.port >= 0]] = True
    where = passages.stream // 2
    group, officer, of, times = _lines(edges, where, hour, duties.port, serves, least)
    usual = _by_hour_of_day(hour, edges, duties.port, group, officer)
    drawn = _drawn(group, of, edges, hour)
    worth = drawn | (times > usual + 1.5 * np.sqrt(usual))
    rate = _moved(edges, where, hour, duties.port, group, officer, worth)
    p = _tails(times, of, rate, excess(times[drawn], of[drawn], rate[drawn]))
    best, tried = _best(group, duties.unit[officer], p)
    best, tried = best[p[best] < 1.0], tried[p[best] < 1.0]
    like = _like(edges, where, hour, duties.port, duties.unit, group[best], officer[best])
    expected = of[best] * rate[best]
    chance = np.minimum(p[best] * tried, 1.0)
    return OnDuty(group[best], duties.unit[officer[best]], of[best], times[best], expected, like, chance)


def _lines(
    edges: NDArray[np.int64],
    where: NDArray[np.int32],
    hour: NDArray[np.int64],
    duty: NDArray[np.int16],
    serves: NDArray[np.bool_],
    least: int,
) -> tuple[NDArray[np.int32], ...]:
    """For each group and officer who serves its ports: passages within the roster, and those with the officer there."""

    def work(piece: tuple[int, int]) -> NDArray[np.int32]:
        found: NDArray[np.int32] = _counted(*piece, edges, where, hour, duty, serves, least)
        return found

    parts = in_threads(work, stretches(len(edges) - 1, 16) or [(0, 0)])
    return tuple(np.ascontiguousarray(column) for column in np.concatenate(parts).T)


def _drawn(
    group: NDArray[np.int32], of: NDArray[np.int32], edges: NDArray[np.int64], hour: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """The lines of a sample of groups, drawn by when they came and not by how often which officer was there."""
    sums = np.add.reduceat(np.r_[hour, 0], edges[:-1]) if len(edges) > 1 else np.zeros(0, np.int64)
    drawn: NDArray[np.bool_] = (sums[group] + of) % max(1, len(group) // SAMPLE) == 0
    return drawn


def excess(times: NDArray[np.int32], of: NDArray[np.int32], rate: NDArray[np.float64]) -> float:
    """How many times the variance of independent passages the counts show, at least 1.

    The mean z² of the lower nine tenths, over that of χ²₁: what is to be found lies in the upper tenth.
    """
    use = (rate > 0.02) & (rate < 0.98)
    if use.sum() < 50:
        return 1.0
    n, r = of[use], rate[use]
    z2 = (times[use] - n * r) ** 2 / (n * r * (1 - r))
    lower = np.sort(z2)[: int(0.9 * len(z2))]
    return float(max(lower.mean() / 0.623240, 1.0))


def _best(
    group: NDArray[np.int32], unit: NDArray[np.int32], p: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each group and unit the line of the smallest p, and how many lines it was chosen from."""
    order = np.lexsort((p, unit, group))
    first = np.r_[True, (np.diff(group[order]) != 0) | (np.diff(unit[order]) != 0)] if len(order) else np.empty(0, bool)
    at = np.flatnonzero(first)
    return order[at], np.diff(np.r_[at, len(order)])


@compiled
def _counted(first, last, edges, port, hour, duty, serves, least):
    lines = np.empty((1024, 4), np.int32)
    concerned = np.empty(len(duty), np.bool_)
    found = 0
    for g in range(first, last):
        lo, hi = edges[g], edges[g + 1]
        inside = 0
        concerned[:] = False
        for e in range(lo, hi):
            inside += 0 <= hour[e] < duty.shape[1]
            if e == lo or port[e] != port[e - 1]:
                for o in range(len(duty)):
                    concerned[o] |= serves[port[e], o]
        if inside < least:
            continue
        while found + len(duty) > len(lines):
            lines = _grown(lines)
        for o in range(len(duty)):
            if concerned[o]:
                times, of = _there(port, hour, lo, hi, 0, duty, o)
                lines[found, 0], lines[found, 1], lines[found, 2], lines[found, 3] = g, o, of, times
                found += 1
    return lines[:found]


@compiled
def _grown(lines):
    """The same with twice the room."""
    more = np.empty((2 * len(lines), 4), np.int32)
    for i in range(len(lines)):
        for k in range(4):
            more[i, k] = lines[i, k]
    return more


@compiled
def _by_hour_of_day(hour, edges, duty, group, officer):
    """Passages expected with the officer there, by the officer's duties at that hour of the day, wherever."""
    share = np.zeros((len(duty), 24))
    for o in range(len(duty)):
        for h in range(duty.shape[1]):
            share[o, h % 24] += (duty[o, h] >= 0) * 24.0 / duty.shape[1]
    usual = np.zeros(len(group))
    for i in range(len(group)):
        for e in range(edges[group[i]], edges[group[i] + 1]):
            usual[i] += share[officer[i], hour[e] % 24]
    return usual


@compiled
def _moved(edges, port, hour, duty, group, officer, worth):
    """The share of passages with the officer there, over all moves of ±1 … ±26 weeks; nan where it is not worth it."""
    rate = np.full(len(group), np.nan)
    for i in range(len(group)):
        if worth[i]:
            met = of = 0
            for weeks in range(1, MOVES + 1):
                for move in (weeks * WEEK, -weeks * WEEK):
                    times, inside = _there(port, hour, edges[group[i]], edges[group[i] + 1], move, duty, officer[i])
                    met += times
                    of += inside
            rate[i] = (met + 0.5) / (of + 1.0)
    return rate


@compiled
def _there(port, hour, lo, hi, move, duty, officer):
    """Passages lo … hi − 1 moved by `move` hours with the officer there, and those still within the roster."""
    times = of = 0
    for e in range(lo, hi):
        at = hour[e] + move
        if 0 <= at < duty.shape[1]:
            of += 1
            times += duty[officer, at] == port[e]
    return times, of


@compiled
def _tails(times, of, rate, excess):
    """Binomial tails of counts that vary `excess` times as much: of so many fewer passages."""
    p = np.ones(len(times))
    for i in range(len(times)):
        if times[i] > of[i] * rate[i]:
            p[i] = binomial_tail(int(times[i] / excess), math.ceil(of[i] / excess), rate[i])
    return p


@compiled
def binomial_tail(times, n, rate):
    """P(Binomial(n, rate) ≥ times)."""
    total = 0.0
    log_ways = math.lgamma(n + 1.0)
    for k in range(times, n + 1):
        ways = log_ways - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0)
        total += math.exp(ways + k * math.log(rate) + (n - k) * math.log1p(-rate))
    return min(total, 1.0)


@compiled
def _like(edges, port, hour, duty, unit, group, officer):
    """Officers of the unit on duty at nine in ten of the passages at which this one was, itself among them."""
    like = np.zeros(len(group), np.int32)
    for i in range(len(group)):
        mine = [
            e
            for e in range(edges[group[i]], edges[group[i] + 1])
            if 0 <= hour[e] < duty.shape[1] and duty[officer[i], hour[e]] == port[e]
        ]
        for o in range(len(duty)):
            if unit[o] == unit[officer[i]]:
                there = 0
                for e in mine:
                    there += duty[o, hour[e]] == port[e]
                like[i] += 10 * there >= 9 * len(mine)
    return like
