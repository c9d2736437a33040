"""The times a group was seen together: its members' crossings of one stream, each within a window of the next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.loops import sort_up
from arusha.rooms.watch.co_travel.streams import Streams


@dataclass(frozen=True, slots=True)
class Episodes:
    """Episodes of several groups, one group after the other.

    `group` (episodes,) and `present` (episodes,) how many different members were there; `starts` (episodes + 1,) into
    `position`, places in the streams, in time.
    """

    group: NDArray[np.int32]
    present: NDArray[np.int32]
    starts: NDArray[np.int64]
    position: NDArray[np.int64]


def episodes_of(members: NDArray[np.int32], starts: NDArray[np.int64], streams: Streams, window: int) -> Episodes:
    """Every episode with two members or more of each group; group g is members[starts[g]:starts[g + 1]]."""
    return Episodes(*_episodes(members, starts, streams.key, streams.who, streams.own, streams.own_starts, window))


@compiled
def _episodes(members, group_starts, key, who, own, own_starts, window):
    room = 0
    for m in members:
        room += own_starts[m + 1] - own_starts[m]
    group, present = np.empty(room, np.int32), np.empty(room, np.int32)
    starts, position = np.zeros(room + 1, np.int64), np.empty(room, np.int64)
    seen = np.full(len(own_starts), -1, np.int64)
    found = used = 0
    for g in range(len(group_starts) - 1):
        mine = _positions(members[group_starts[g] : group_starts[g + 1]], own, own_starts)
        i = 0
        while i < len(mine):
            j = i
            there = 0
            while j < len(mine) and (j == i or key[mine[j]] - key[mine[j - 1]] <= window):
                if seen[who[mine[j]]] != used + i:
                    seen[who[mine[j]]] = used + i
                    there += 1
                j += 1
            if there > 1:
                position[starts[found] : starts[found] + j - i] = mine[i:j]
                group[found], present[found] = g, there
                starts[found + 1] = starts[found] + j - i
                found += 1
            i = j
        used += len(mine)
    return group[:found], present[:found], starts[: found + 1], position[: starts[found]]


@compiled
def _positions(members, own, own_starts):
    n = 0
    for m in members:
        n += own_starts[m + 1] - own_starts[m]
    mine = np.empty(n, np.int64)
    n = 0
    for m in members:
        for i in range(own_starts[m], own_starts[m + 1]):
            mine[n] = own[i]
            n += 1
    sort_up(mine, n)
    return mine
