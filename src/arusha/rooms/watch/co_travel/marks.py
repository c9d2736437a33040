"""What can make a group benign, where the data tells it: one household, a tour, a crew, a shared vehicle."""

from dataclasses import dataclass

import numba as nb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.datasets import Household
from arusha.lib.detect import Table
from arusha.lib.detect.threads import in_threads, stretches
from arusha.rooms.watch.co_travel.episodes import Episodes
from arusha.rooms.watch.co_travel.groups import Sets
from arusha.rooms.watch.co_travel.streams import DAY, Streams

TIMETABLE = 1_200  # seconds: half of the episodes within twenty minutes of their usual time
PARTY = 120  # seconds: those who leave one vehicle or queue as one pass within two minutes
NEAR = 150  # seconds to either side in which the passengers of one vehicle pass


@dataclass(frozen=True, slots=True)
class Looks:
    """How each group crosses; arrays (groups,).

    `spread` median seconds from an episode's first member to its last; `first`, `last` seconds of the episodes'
    crossings; `ports`; `kept` share of the members' crossings that lie in episodes; `others` median number of other
    travellers who pass within two and a half minutes of an episode, and `usual` the same at the same time of the weeks
    around; `housed` share of pairs known to share a household; `present` mean share of the members at an episode;
    `loose` median seconds by which an episode misses the median time of day of its direction.
    """

    spread: NDArray[np.float64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    ports: NDArray[np.int64]
    kept: NDArray[np.float64]
    others: NDArray[np.float64]
    usual: NDArray[np.float64]
    housed: NDArray[np.float64]
    present: NDArray[np.float64]
    loose: NDArray[np.float64]


def looks_of(
    sets: Sets, episodes: Episodes, together: NDArray[np.int64], streams: Streams, homes: NDArray[np.int64]
) -> Looks:
    """Describe each group by its episodes of at least `together` members; `homes` (travellers,) −1 where unknown."""
    edges = np.searchsorted(episodes.group, np.arange(len(sets.sizes) + 1))
    given = (sets.members, sets.starts, edges, episodes.present, episodes.starts, episodes.position, together)
    arrays = (streams.key, streams.block, streams.own_starts, homes)

    def work(piece: tuple[int, int]) -> tuple[NDArray[np.generic], ...]:
        found: tuple[NDArray[np.generic], ...] = _looks(*piece, *given, *arrays)
        return found

    parts = in_threads(work, stretches(len(sets.sizes), 16) or [(0, 0)])
    return Looks(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def homes_of(
    streams: Streams, tokens: pa.Array, people: NDArray[np.int32], households: Table[Household] | None
) -> NDArray[np.int64]:
    """Each traveller's household by number, −1 where it is not known or not asked. Shape (travellers,).

    `people` are the travellers asked about, `tokens` theirs.
    """
    homes = np.full(streams.travellers, -1, np.int64)
    if households is None or not households.data.num_rows or not len(people):
        return homes
    known = households.data["person_token"].combine_chunks().cast(pa.string())
    home = households.data["household_id"].combine_chunks().cast(pa.string())
    at = pc.index_in(tokens, value_set=known).fill_null(-1).to_numpy(zero_copy_only=False)
    number = pc.index_in(home, value_set=pc.unique(home)).fill_null(-1).to_numpy(zero_copy_only=False)
    homes[people[at >= 0]] = number[at[at >= 0]]
    return homes


def marks_of(looks: Looks, sets: Sets, times: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """Marks of each group. The rules, each on what the crossings or the register show:

    household: at least half of the pairs share a registered household; or up to six people who always pass within two
    minutes and keep no timetable, as one party does. tour: people who hardly cross otherwise, on at most a dozen
    occasions, ten of them or amid others who pass at once. shared-transport: at least forty episodes by a timetable
    with nearly all there, or twice as many others around as usual and ten more. crew: by a timetable, taking turns.
    """
    size = sets.sizes
    amid = looks.others >= 2 * looks.usual + 10
    tour = (looks.kept >= 0.8) & (times <= 12) & ((size >= 10) | amid)
    timed = (times >= 40) & (looks.loose <= TIMETABLE)
    crew = timed & (looks.present < 0.75)
    vehicle = ((timed & ~crew) | amid) & ~tour
    party = (size <= 6) & (looks.spread <= PARTY) & ~timed & ~tour
    rules = {"household": (looks.housed >= 0.5) | party, "tour": tour, "crew": crew, "shared-transport": vehicle}
    return [tuple(mark for mark, holds in rules.items() if holds[g]) for g in range(len(size))]


@nb.njit(cache=True, nogil=True)
def _looks(lo, hi, members, starts, edges, present, episode_starts, position, together, key, block, own_starts, homes):
    n = hi - lo
    spread, kept, others, usual, housed = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    there, loose = np.zeros(n), np.zeros(n)
    first, last, ports = np.full(n, block, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    for i in range(n):
        g = lo + i
        mine = members[starts[g] : starts[g + 1]]
        begun, spreads, near, around, used = _episodes_like(
            edges[g], edges[g + 1], present, episode_starts, position, together[g], key
        )
        spread[i], others[i], usual[i] = np.median(spreads), np.median(near), np.median(around)
        first[i], last[i] = (used % block).min(), (used % block).max()
        ports[i] = len(np.unique(used // (2 * block)))
        kept[i], housed[i] = _members_like(mine, len(used), own_starts, homes)
        there[i] = len(used) / (len(begun) * len(mine))
        loose[i] = _off_timetable(begun, block)
    return spread, first, last, ports, kept, others, usual, housed, there, loose


@nb.njit(cache=True, nogil=True)
def _members_like(mine, used, own_starts, homes):
    """The share of the members' crossings that were used, and the share of pairs of one household."""
    total = same = 0
    for i in range(len(mine)):
        total += own_starts[mine[i] + 1] - own_starts[mine[i]]
        for j in range(i):
            same += homes[mine[i]] >= 0 and homes[mine[i]] == homes[mine[j]]
    return used / total, 2.0 * same / (len(mine) * (len(mine) - 1))


@nb.njit(cache=True, nogil=True)
def _off_timetable(begun, block):
    """Median seconds between an episode's time of day and the median one of its stream, the clock as a circle."""
    off = np.empty(len(begun))
    where = begun // block
    for stream in np.unique(where):
        mine = np.flatnonzero(where == stream)
        clock = begun[mine] % DAY
        around = (clock - clock[0] + DAY // 2) % DAY
        middle = np.median(around)
        for i in range(len(mine)):
            off[mine[i]] = abs(around[i] - middle)
    return np.median(off)


@nb.njit(cache=True, nogil=True)
def _episodes_like(lo, hi, present, starts, position, together, key):
    """Of the episodes with enough members: beginnings, spreads, others near and usually near, keys of crossings."""
    begun = np.empty(hi - lo, np.int64)
    spreads, near, around = np.zeros(hi - lo), np.zeros(hi - lo), np.zeros(hi - lo)
    used = np.empty(starts[hi] - starts[lo], np.int64)
    found = 0
    keys = 0
    for e in range(lo, hi):
        if present[e] < together:
            continue
        begin, end = key[position[starts[e]]], key[position[starts[e + 1] - 1]]
        begun[found], spreads[found] = begin, end - begin
        middle = key[position[(starts[e] + starts[e + 1]) // 2]]
        near[found] = max(_passing(key, middle) - (starts[e + 1] - starts[e]), 0)
        for weeks in (-2, -1, 1, 2):
            around[found] += _passing(key, middle + weeks * 7 * DAY) / 4
        found += 1
        for i in range(starts[e], starts[e + 1]):
            used[keys] = key[position[i]]
            keys += 1
    return begun[:found], spreads[:found], near[:found], around[:found], used[:keys]


@nb.njit(cache=True, nogil=True)
def _passing(key, at):
    return np.searchsorted(key, at + NEAR, side="right") - np.searchsorted(key, at - NEAR)
