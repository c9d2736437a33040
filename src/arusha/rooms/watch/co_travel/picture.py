"""The picture of chance for one group: how often its members would meet if each kept their rhythm in other weeks."""

from dataclasses import dataclass

import numba as nb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.detect.nulls import WEEK_US

SEED = 20030627  # any fixed number, so that the picture is the same at every look


@dataclass(frozen=True, slots=True)
class Picture:
    """Meetings counted pair by pair: `observed` in all, `pairs[i, j]` of members i and j, `draws` under the null."""

    members: tuple[str, ...]
    observed: int
    pairs: NDArray[np.int64]
    draws: NDArray[np.int64]


def picture(crossings: pa.Table, members: tuple[str, ...], *, window_us: int, weeks: int, draws: int = 400) -> Picture:
    """Count meetings within `window_us` of one port and direction, each crossing used once a pair, and the same with
    every member moved by another whole number of weeks out of ±1 … ±`weeks`, `draws` times. A group larger than there
    are moves takes from as many weeks more as it needs.

    `crossings`: columns of the declared table, the members' rows only.
    """
    who = pc.index_in(crossings["person_token"].cast(pa.string()), pa.array(members, pa.string()))
    where = pc.binary_join_element_wise(
        crossings["port_code"].cast(pa.string()), crossings["direction"].cast(pa.string()), "\0"
    )
    member = np.asarray(who.to_numpy(), np.int64)
    stream = np.asarray(pc.dictionary_encode(where).combine_chunks().indices, np.int64)
    at = np.asarray(crossings["crossed_at"].cast(pa.int64()), np.int64)
    order = np.lexsort((at, stream, member))
    member, stream, at = member[order], stream[order], at[order]
    starts = np.searchsorted(member, np.arange(len(members) + 1))
    seen = _pairs(starts, stream, at, np.zeros(len(members), np.int64), window_us)
    rng = np.random.default_rng(SEED)
    furthest = max(weeks, -(-len(members) // 2))
    moves = np.concatenate((np.arange(-furthest, 0), np.arange(1, furthest + 1)))
    steps = rng.permuted(np.tile(moves, (draws, 1)), axis=1)[:, : len(members)]
    chance = [int(_pairs(starts, stream, at, row * WEEK_US, window_us).sum()) for row in steps]
    return Picture(members, int(seen.sum()), seen, np.array(chance, np.int64))


@nb.njit(cache=True)
def _pairs(starts, stream, at, moved, window):
    """Meetings of every pair i < j; both lists are sorted by stream and time, the earliest free crossing is used."""
    members = len(starts) - 1
    met = np.zeros((members, members), np.int64)
    for a in range(members):
        for b in range(a + 1, members):
            i, j = starts[a], starts[b]
            while i < starts[a + 1] and j < starts[b + 1]:
                gap = (at[i] + moved[a]) - (at[j] + moved[b])
                if stream[i] < stream[j] or (stream[i] == stream[j] and gap < -window):
                    i += 1
                elif stream[i] > stream[j] or gap > window:
                    j += 1
                else:
                    met[a, b] += 1
                    i += 1
                    j += 1
    return met
