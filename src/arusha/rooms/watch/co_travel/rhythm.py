"""Every traveller's habits, and how often two habits alone make two travellers meet.

A beat is one traveller on one stream: how their crossings spread over the hours of the day and the days of the week.
"""

from dataclasses import dataclass

import numba as nb
import numpy as np
from numpy.typing import NDArray

from arusha.rooms.watch.co_travel.streams import DAY, WEEK, Streams


@dataclass(frozen=True, slots=True)
class Habits:
    """`starts` (travellers + 1,) places a traveller's beats, by stream; `stream` and `count` (beats,) describe them.

    `hours` (beats, bins) crossings by time of day in bins of twice the window; `near` (beats, bins) six times those of
    a bin and once those of its neighbours; `days` (beats, 8) crossings by day of the week.
    `first`, `last` (travellers,) their first and last crossing, in seconds.
    """

    starts: NDArray[np.int64]
    stream: NDArray[np.int32]
    count: NDArray[np.int32]
    hours: NDArray[np.uint16]
    near: NDArray[np.uint16]
    days: NDArray[np.uint16]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def habits_of(streams: Streams, window: int) -> Habits:
    """The habits of all travellers; `window` in seconds."""
    starts = _beat_starts(streams.own_key, streams.own_starts, streams.block)
    bins = max(1, DAY // (2 * window))
    return Habits(starts, *_fill(streams.own_key, streams.own_starts, streams.block, starts, bins))


@nb.njit(cache=True, nogil=True)
def _beat_starts(own_key, own_starts, block):  # type: ignore[no-untyped-def]
    starts = np.zeros(len(own_starts), np.int64)
    for a in range(len(own_starts) - 1):
        beats = 0
        stream = np.int64(-1)
        for i in range(own_starts[a], own_starts[a + 1]):
            if own_key[i] // block != stream:
                stream = own_key[i] // block
                beats += 1
        starts[a + 1] = starts[a] + beats
    return starts


@nb.njit(cache=True, nogil=True)
def _fill(own_key, own_starts, block, starts, bins):  # type: ignore[no-untyped-def]
    beats = starts[-1]
    stream = np.full(beats, -1, np.int32)
    count = np.zeros(beats, np.int32)
    hours = np.zeros((beats, bins), np.uint16)
    near = np.zeros((beats, bins), np.uint16)
    days = np.zeros((beats, 8), np.uint16)
    first = np.full(len(starts) - 1, block, np.int64)
    last = np.zeros(len(starts) - 1, np.int64)
    for a in range(len(starts) - 1):
        beat = starts[a] - 1
        for i in range(own_starts[a], own_starts[a + 1]):
            where = own_key[i] // block
            at = own_key[i] % block
            if beat < starts[a] or stream[beat] != where:
                beat += 1
                stream[beat] = where
            count[beat] += 1
            hours[beat, at % DAY * bins // DAY] += 1
            days[beat, at % WEEK // DAY] += 1
            first[a] = min(first[a], at)
            last[a] = max(last[a], at)
    for beat in range(beats):
        for i in range(bins):
            before, after = hours[beat, i - 1 if i else bins - 1], hours[beat, i + 1 if i + 1 < bins else 0]
            near[beat, i] = min(before + 6 * np.int64(hours[beat, i]) + after, 65535)
    return stream, count, hours, near, days, first, last


@nb.njit(cache=True, nogil=True)
def foretold(a, b, starts, stream, count, hours, near, days, first, last):  # type: ignore[no-untyped-def]
    """Meetings that the habits of a and b foretell, and the most there could be.

    Foretold: Σ over shared streams of (pairs of crossings whose hours agree) × 7 Σ over weekdays of both shares
    × days both were about / (days a was about × days b was about). Hours agree with weight 6/8 in one bin of twice the
    window and 1/8 in the next: the share of meetings of two uniform moments there. The most: Σ min of both counts.
    """
    agree = 0.0
    most = 0
    i, j = starts[a], starts[b]
    while i < starts[a + 1] and j < starts[b + 1]:
        if stream[i] < stream[j]:
            i += 1
        elif stream[i] > stream[j]:
            j += 1
        else:
            agree += same_hours(hours[i], near[j]) * same_days(days[i], days[j]) / (count[i] * count[j])
            most += min(count[i], count[j])
            i += 1
            j += 1
    both = min(last[a], last[b]) - max(first[a], first[b]) + DAY
    if both <= 0:
        return 0.0, most
    return agree * both * DAY / ((last[a] - first[a] + DAY) * (last[b] - first[b] + DAY)), most


@nb.njit(cache=True, nogil=True)
def agreeing(a, b, starts, stream, hours, near):  # type: ignore[no-untyped-def]
    """Pairs of crossings of a and b on one stream at the same time of day, of any two days."""
    agree = 0.0
    i, j = starts[a], starts[b]
    while i < starts[a + 1] and j < starts[b + 1]:
        if stream[i] < stream[j]:
            i += 1
        elif stream[i] > stream[j]:
            j += 1
        else:
            agree += same_hours(hours[i], near[j])
            i += 1
            j += 1
    return agree


@nb.njit(cache=True, nogil=True)
def same_hours(x, near):  # type: ignore[no-untyped-def]
    """Pairs of crossings of x (bins,) and another, `near` (bins,), within a window at the same time of day, expected."""
    total = np.int64(0)
    for i in range(len(x)):
        total += np.int32(x[i]) * np.int32(near[i])
    return total / 8.0


@nb.njit(cache=True, nogil=True)
def same_days(x, y):  # type: ignore[no-untyped-def]
    """Seven times the pairs of crossings of x and y (8,) on the same day of the week."""
    total = np.int64(0)
    for d in range(7):
        total += np.int64(x[d]) * np.int64(y[d])
    return 7.0 * total


@nb.njit(cache=True, nogil=True)
def meetings_after(a, b, move, own_key, own_starts, window):  # type: ignore[no-untyped-def]
    """Meetings of a with b moved by `move` seconds, crossings matched one to one, in time."""
    i, j = own_starts[a], own_starts[b]
    met = 0
    while i < own_starts[a + 1] and j < own_starts[b + 1]:
        apart = own_key[j] + move - own_key[i]
        if apart < -window:
            j += 1
        elif apart > window:
            i += 1
        else:
            met += 1
            i += 1
            j += 1
    return met


@nb.njit(cache=True, nogil=True)
def by_shifts(a, b, weeks, own_key, own_starts, first, last, window):  # type: ignore[no-untyped-def]
    """Meetings over all moves of ±1 … ±`weeks` weeks, and how many times the pair's own overlap those moves cover."""
    met = 0
    both = min(last[a], last[b]) - max(first[a], first[b]) + DAY
    covered = 0
    for week in range(-weeks, weeks + 1):
        if week == 0:
            continue
        move = week * WEEK
        together = min(last[a], last[b] + move) - max(first[a], first[b] + move) + DAY
        if together > 0:
            met += meetings_after(a, b, move, own_key, own_starts, window)
            covered += together
    return met, covered / max(both, DAY)


@nb.njit(cache=True, nogil=True)
def most_by_days(a, b, enough, own_key, own_starts, first, last, window):  # type: ignore[no-untyped-def]
    """The most meetings, for the pair's overlap, after any move of ±5 … ±28 days; stops where `enough` are found.

    A rota that turns by the week or by eight days brings a team together as often after a move by its own period. Only
    moves that keep half of the overlap count; moves below five days would find a burst in itself.
    """
    most = 0.0
    both = min(last[a], last[b]) - max(first[a], first[b]) + DAY
    for days in range(5, 29):
        for move in (days * DAY, -days * DAY):
            together = min(last[a], last[b] + move) - max(first[a], first[b] + move) + DAY
            if 2 * together >= both > 0:
                met = meetings_after(a, b, move, own_key, own_starts, window) * both / together
                most = max(most, met)
                if most >= enough:
                    return most
    return most
