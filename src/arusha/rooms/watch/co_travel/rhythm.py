"""Every traveller's rhythm: when they crossed, and how often two rhythms make two travellers meet.

A beat is one traveller on one stream: how their crossings spread over the hours of the day and the days of the week.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.rooms.watch.co_travel.streams import DAY, WEEK, Streams


class Rhythms(NamedTuple):
    """Of all travellers; a named tuple, since compiled loops take it whole.

    `window` in seconds; `key` (crossings,) and `own` (travellers + 1,) their crossings as in `Streams.own_key`.
    `starts` (travellers + 1,) places a traveller's beats, by stream; `stream` and `count` (beats,) describe them;
    `hours` (beats, bins) crossings by time of day in bins of twice the window; `near` (beats, bins) six times those of
    a bin and once those of its neighbours; `days` (beats, 8) crossings by day of the week.
    `first`, `last` (travellers,) their first and last crossing, in seconds.
    """

    window: int
    key: NDArray[np.int64]
    own: NDArray[np.int64]
    starts: NDArray[np.int64]
    stream: NDArray[np.int32]
    count: NDArray[np.int32]
    hours: NDArray[np.uint16]
    near: NDArray[np.uint16]
    days: NDArray[np.uint16]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def rhythms_of(streams: Streams, window: int) -> Rhythms:
    """The rhythms of all travellers; `window` in seconds."""
    starts = _beat_starts(streams.own_key, streams.own_starts, streams.block)
    bins = max(1, DAY // (2 * window))
    beats = _fill(streams.own_key, streams.own_starts, streams.block, starts, bins)
    return Rhythms(window, streams.own_key, streams.own_starts, starts, *beats)


@compiled
def _beat_starts(own_key, own_starts, block):
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


@compiled
def _fill(own_key, own_starts, block, starts, bins):
    beats = starts[-1]
    stream, count = np.full(beats, -1, np.int32), np.zeros(beats, np.int32)
    hours, days = np.zeros((beats, bins), np.uint16), np.zeros((beats, 8), np.uint16)
    first, last = np.full(len(starts) - 1, block, np.int64), np.zeros(len(starts) - 1, np.int64)
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
    return stream, count, hours, _near(hours), days, first, last


@compiled
def _near(hours):
    beats, bins = hours.shape
    near = np.zeros((beats, bins), np.uint16)
    for beat in range(beats):
        for i in range(bins):
            beside = np.int64(hours[beat, i - 1 if i else bins - 1]) + hours[beat, i + 1 if i + 1 < bins else 0]
            near[beat, i] = min(beside + 6 * np.int64(hours[beat, i]), 32_767)
    return near


@compiled
def foretold(a, b, r):
    """Meetings that the habits of a and b foretell, the most there could be, and their crossings at like hours.

    Foretold: Σ over shared streams of (pairs of crossings whose hours agree) × 7 Σ over weekdays of both shares
    × days both were about / (days a was about × days b was about). Hours agree with weight 6/8 in one bin of twice the
    window and 1/8 in the next: the share of meetings of two uniform moments there. The most: Σ min of both counts.
    """
    agree = foreseen = 0.0
    most = 0
    i, j = r.starts[a], r.starts[b]
    while i < r.starts[a + 1] and j < r.starts[b + 1]:
        if r.stream[i] < r.stream[j]:
            i += 1
        elif r.stream[i] > r.stream[j]:
            j += 1
        else:
            alike = products(r.hours, i, r.near, j) / 8.0
            agree += alike
            if alike > 0.0:
                foreseen += alike * 7.0 * products(r.days, i, r.days, j) / (np.float64(r.count[i]) * r.count[j])
            most += min(r.count[i], r.count[j])
            i += 1
            j += 1
    both = overlap(a, b, 0, r)
    if both <= 0:
        return 0.0, most, agree
    about = float(r.last[a] - r.first[a] + DAY) * (r.last[b] - r.first[b] + DAY)
    return foreseen * both * DAY / about, most, agree


@compiled
def products(x, i, y, j):
    """Σ x[i]·y[j] over the columns. Rows are not sliced: a slice counts a reference, which two threads fight over."""
    total = np.int64(0)
    for k in range(x.shape[1]):
        total += np.int32(np.int32(x[i, k]) * np.int32(y[j, k]))
    return total


@compiled
def meetings_after(a, b, move, r):
    """Meetings of a with b moved by `move` seconds, crossings matched one to one, in time."""
    i, j = r.own[a], r.own[b]
    met = 0
    while i < r.own[a + 1] and j < r.own[b + 1]:
        apart = r.key[j] + move - r.key[i]
        if apart < -r.window:
            j += 1
        elif apart > r.window:
            i += 1
        else:
            met += 1
            i += 1
            j += 1
    return met


@compiled
def overlap(a, b, move, r):
    """Seconds for which a and b, moved by `move`, were both about; at most 0 where never."""
    return min(r.last[a], r.last[b] + move) - max(r.first[a], r.first[b] + move) + DAY


@compiled
def by_weeks(a, b, weeks, enough, r):
    """Meetings over all moves of ±1 … ±`weeks` weeks, and how many times the pair's own overlap those moves cover.

    (−1, 0) as soon as one move gives `enough`, for the pair's overlap: commuters are known at a fraction of the work.
    """
    met = covered = 0
    both = overlap(a, b, 0, r)
    for week in range(1, weeks + 1):
        for move in (week * WEEK, -week * WEEK):
            together = overlap(a, b, move, r)
            if together > 0:
                now = meetings_after(a, b, move, r)
                if 2 * together >= both > 0 and now * both >= enough * together:
                    return -1, 0.0
                met += now
                covered += together
    return met, covered / max(both, DAY)


@compiled
def met_as_often(a, b, enough, r):
    """Whether some move of ±5 … ±28 days gives `enough` meetings, for the pair's overlap.

    A rota that turns by the week or by eight days brings a team together as often after a move by its own period. Only
    moves that keep half of the overlap count; moves below five days would find a burst in itself.
    """
    both = overlap(a, b, 0, r)
    often = False
    for days in range(5, 29):
        for move in (days * DAY, -days * DAY):
            together = overlap(a, b, move, r)
            if not often and 2 * together >= both > 0:
                often = meetings_after(a, b, move, r) * both >= enough * together
    return often
