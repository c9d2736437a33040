"""Where a group passed: its joint crossings, each with port, direction, moment and the lane most members took."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from arusha.lib.datasets import Crossing
from arusha.lib.detect import Hit, Table
from arusha.lib.detect.codes import numbers
from arusha.lib.detect.compiled import compiled

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it was found: `rows` are its crossings, as rows of the crossings given."""

    hit_id: str
    members: tuple[str, ...]
    marks: tuple[str, ...]
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Passages:
    """Joint crossings of all groups, one group after the other; arrays (passages,) but for the last.

    `group`, `stream` (2 × port + 1 outwards), `at` seconds since 1970, `lane` the lane that more than half of the
    members took or −1, `present` how many members, `starts` (passages + 1,) into `row`, rows of crossings.
    """

    group: NDArray[np.int32]
    stream: NDArray[np.int32]
    at: NDArray[np.int64]
    lane: NDArray[np.int32]
    present: NDArray[np.int32]
    starts: NDArray[np.int64]
    row: NDArray[np.int64]


def groups_in(groups: Table[Hit], crossings: Table[Crossing]) -> list[Group]:
    """The groups of a file of hits, with their crossings found again.

    Raises
    ------
    ValueError
        where the evidence of a group does not point at crossings of its members: another file was given.
    """
    data = groups.data.filter(pc.equal(groups.data["kind"], "group"))
    evidence = data["evidence"].combine_chunks()
    flat = evidence.flatten()
    given = numbers(flat.field("row"))
    row = crossings.places(flat.field("manifest"), given)
    edges = np.r_[0, np.cumsum(numbers(pc.list_value_length(evidence)))].astype(np.int64)
    names = data.select(["hit_id", "subjects", "marks"]).to_pylist()
    found = [
        Group(name["hit_id"], tuple(name["subjects"]), tuple(name["marks"]), row[start:stop])
        for name, start, stop in zip(names, edges, edges[1:], strict=False)
    ]
    if (row < 0).any():
        _of_this_file(found, crossings, given, edges)
        found = [replace(group, rows=given[i:j]) for group, i, j in zip(found, edges, edges[1:], strict=False)]
    return found


def _of_this_file(
    groups: list[Group], crossings: Table[Crossing], row: NDArray[np.int64], edges: NDArray[np.int64]
) -> None:
    """Evidence of a file with another hash can speak of the same rows, in another encoding: their tokens must agree."""
    if "person_token" not in crossings.names:
        raise ValueError("groups: they were found in another file of crossings; give the file they were found in")
    if row.min() < 0 or row.max() >= crossings.length:
        raise ValueError("groups: their evidence points beyond the crossings given; give the file they were found in")
    # The first and the last crossing of each: another file, or this one in another order, would hardly keep both.
    ends = np.stack([edges[:-1], np.maximum(edges[1:] - 1, 0)], axis=1)[np.diff(edges) > 0]
    tokens = crossings.values("person_token", row[ends.reshape(-1)]).to_pylist()
    held = (group for group in groups if len(group.rows))
    for group, first, last in zip(held, tokens[0::2], tokens[1::2], strict=True):
        if not {first, last} <= set(group.members):
            raise ValueError(
                f"groups: the evidence of {group.hit_id} points at crossings of others; give the file it was found in"
            )


def passages_of(
    groups: list[Group],
    stream: NDArray[np.int32],
    at: NDArray[np.int64],
    lane: NDArray[np.int32],
    window: int,
) -> Passages:
    """Each group's crossings joined where one follows another of the same stream within the window.

    `stream`, `at`, `lane`: of all the groups' rows, one group after the other.
    """
    row = np.concatenate([g.rows for g in groups]) if groups else np.empty(0, np.int64)
    group = np.repeat(np.arange(len(groups), dtype=np.int32), [len(g.rows) for g in groups])
    order = np.lexsort((lane, at, stream, group))
    group, stream, at, lane, row = group[order], stream[order], at[order], lane[order], row[order]
    new = np.ones(len(row), bool)
    new[1:] = (group[1:] != group[:-1]) | (stream[1:] != stream[:-1]) | (at[1:] - at[:-1] > window)
    starts = np.r_[np.flatnonzero(new), len(row)].astype(np.int64)
    first = starts[:-1]
    present = np.diff(starts).astype(np.int32)
    return Passages(group[first], stream[first], at[first], _majorities(lane, starts), present, starts, row)


@compiled
def _majorities(lane, starts):
    """For each passage the lane that more than half of its rows name, −1 where there is none or it is not known."""
    most = np.full(len(starts) - 1, -1, np.int32)
    for e in range(len(starts) - 1):
        for i in range(starts[e], starts[e + 1]):
            same = 0
            for j in range(starts[e], starts[e + 1]):
                same += lane[j] == lane[i]
            if 2 * same > starts[e + 1] - starts[e]:
                most[e] = lane[i]
                break
    return most
