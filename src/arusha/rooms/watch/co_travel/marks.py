"""What can make a group benign, where the data tells it: one household, a tour, a crew, a shared vehicle."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.datasets import Household
from arusha.lib.detect import Table
from arusha.lib.detect.codes import numbers
from arusha.lib.detect.compiled import compiled
from arusha.lib.detect.loops import first_from, middle_of
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
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    ports: NDArray[np.float64]
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

    def work(piece: tuple[int, int]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = _looks(*piece, *given, *arrays)
        return found

    parts = in_threads(work, stretches(len(sets.sizes), 16) or [(0, 0)])
    return Looks(*np.concatenate(parts, axis=1))


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
    at = numbers(pc.index_in(tokens, value_set=known).fill_null(-1))
    number = numbers(pc.index_in(home, value_set=pc.unique(home)))
    homes[people[at >= 0]] = number[at[at >= 0]]
    return homes


def marks_of(looks: Looks, sets: Sets, times: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """Marks of each group. The rules, each on what the crossings or the register show:

    household: at least half of the pairs share a registered household; or up to six people who always pass within two
    minutes and keep no timetable, as one party does. tour: people who hardly cross otherwise, on at most a dozen
    occasions, ten of them or with twice as many others around as usual and five more. shared-transport: at least forty
    episodes by a timetable with nearly all there, or twice as many others around as usual and ten more. crew: by a
    timetable, taking turns.
    """
    size = sets.sizes
    amid = looks.others >= 2 * looks.usual + 10
    tour = (looks.kept >= 0.8) & (times <= 12) & ((size >= 10) | (looks.others >= 2 * looks.usual + 5))
    timed = (times >= 40) & (looks.loose <= TIMETABLE)
    crew = timed & (looks.present < 0.75)
    vehicle = ((timed & ~crew) | amid) & ~tour
    party = (size <= 6) & (looks.spread <= PARTY) & ~timed & ~tour
    rules = {"household": (looks.housed >= 0.5) | party, "tour": tour, "crew": crew, "shared-transport": vehicle}
    return [tuple(mark for mark, holds in rules.items() if holds[g]) for g in range(len(size))]


@compiled
def _looks(lo, hi, members, starts, edges, present, episode_starts, position, together, key, block, own_starts, homes):
    n = hi - lo
    looks = np.zeros((10, n))
    for i in range(n):
        g = lo + i
        mine = members[starts[g] : starts[g + 1]]
        kept, housed = _members_like(mine, own_starts, homes)
        many = edges[g + 1] - edges[g]
        spreads, near, around = np.zeros(many), np.zeros(many), np.zeros(many)
        begun = np.zeros(many, np.int64)
        found, used, first, last, ports = _episodes_like(
            edges[g],
            edges[g + 1],
            present,
            episode_starts,
            position,
            together[g],
            key,
            block,
            begun,
            spreads,
            near,
            around,
        )
        looks[0, i], looks[1, i], looks[2, i], looks[3, i] = middle_of(spreads, found), first, last, ports
        looks[4, i] = used / kept
        looks[5, i], looks[6, i], looks[7, i] = middle_of(near, found), middle_of(around, found), housed
        looks[8, i] = used / (found * len(mine))
        looks[9, i] = _off_timetable(begun, found, block)
    return looks


@compiled
def _members_like(mine, own_starts, homes):
    """The members' crossings, and the share of pairs of one household."""
    total = same = 0
    for i in range(len(mine)):
        total += own_starts[mine[i] + 1] - own_starts[mine[i]]
        for j in range(i):
            same += homes[mine[i]] >= 0 and homes[mine[i]] == homes[mine[j]]
    return total, 2.0 * same / (len(mine) * (len(mine) - 1))


@compiled
def _off_timetable(begun, n, block):
    """Median seconds between an episode's time of day and the median one of its stream, the clock as a circle."""
    off, around = np.empty(n), np.empty(n)
    start = 0
    while start < n:
        stop = start
        while stop < n and begun[stop] // block == begun[start] // block:
            around[stop - start] = (begun[stop] - begun[start] + DAY // 2) % DAY
            off[stop] = around[stop - start]
            stop += 1
        middle = middle_of(around, stop - start)
        for i in range(start, stop):
            off[i] = abs(off[i] - middle)
        start = stop
    return middle_of(off, n)


@compiled
def _episodes_like(lo, hi, present, starts, position, together, key, block, begun, spreads, near, around):
    """Of the episodes with enough members, into the last four: beginnings, spreads, others near and usually near.

    Returns how many episodes there are, their crossings, the first and last moment, and the ports.
    """
    found = used = ports = 0
    first, last, port = block, np.int64(0), np.int64(-1)
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
        used += starts[e + 1] - starts[e]
        first, last = min(first, begin % block), max(last, end % block)
        ports += begin // (2 * block) != port
        port = begin // (2 * block)
    return found, used, first, last, ports


@compiled
def _passing(key, at):
    return first_from(key, at + NEAR + 1) - first_from(key, at - NEAR)
