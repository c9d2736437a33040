"""How good a file of hits is, judged by the answer key."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pyarrow as pa

from arusha.lib.synth.key import AnswerKey, read_key

ENOUGH = 3  # members of a ring that a group must hold for the ring to be found; all of them where it is smaller
MARKED_AS: Mapping[str, frozenset[str]] = {
    "household": frozenset({"family", "school-run"}),
    "tour": frozenset({"tour"}),
    "crew": frozenset({"crew"}),
    "shared-transport": frozenset({"daily-bus", "weekly-bus", "carpool"}),
}
"""The kinds of group of which each mark is true."""


@dataclass(frozen=True, slots=True)
class Share:
    """`good` of `all`; NaN of none."""

    good: int
    all: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.good / self.all if self.all else math.nan


@dataclass(frozen=True, slots=True)
class Report:
    """What the hits are worth.

    found : rings found, by band. A ring is found if one group holds at least three of it (or all) and at least half of
        that group is ring.
    groups : group hits; `false` those of which fewer than half of the member pairs were planted to move together.
    false_limit : the upper end of the one-sided 95% Clopper–Pearson interval of the share of false groups.
    false_as : what those false groups mostly were: a kind of the key, or 'strangers'.
    told : group hits by what they were, a kind of the key or 'strangers'.
    unmarked_rings : of the groups without a mark, those that are rings.
    marks : by mark, how many were given rightly.
    rings_marked : rings' groups that carry a mark, of all rings' groups: each is a ring excused.
    named : officers named, right ones of all.
    caught : colluding officers with enough to be seen by (see `score`) that were named, of all such.
    caught_of_found : the same where the ring was found.
    units : units named, of which the right one of a colluding officer.
    """

    found: Mapping[str, Share]
    groups: int
    false: Share
    false_limit: float
    false_as: Mapping[str, int]
    told: Mapping[str, int]
    unmarked_rings: Share
    marks: Mapping[str, Share]
    rings_marked: Share
    named: Share
    caught: Share
    caught_of_found: Share
    units: Share


@dataclass(frozen=True, slots=True)
class _Judged:
    """One group hit: what it is (a kind or 'strangers'), whether false, the ring it is of, if any."""

    members: tuple[str, ...]
    marks: tuple[str, ...]
    kind: str
    false: bool
    ring: str | None


def score_folder(hits: pa.Table, key: Path, **limits: float) -> Report:
    """`score` by the key in a folder."""
    return score(hits, read_key(key), **limits)


def score(hits: pa.Table, key: AnswerKey, *, served: float = 20, absences: float = 5) -> Report:
    """Judge hits (schema `arusha.lib.detect.HITS`; several detectors' may be joined).

    served, absences : a colluding officer counts towards recall if at least so many of the ring's joint crossings passed
        on the officer's lane, and so many would be expected to pass without the officer by chance.

    Raises
    ------
    ValueError
        where an officer's or unit's hit names a group that is not among the hits and carries no members of its own.
    """
    rows = hits.select(["hit_id", "kind", "subjects", "group_id", "marks"]).to_pylist()
    truth = _Truth.of(key, {token for row in rows for token in row["subjects"]})
    judged = {
        row["hit_id"]: truth.judge(tuple(row["subjects"]), tuple(row["marks"])) for row in rows if row["kind"] == "group"
    }
    groups = list(judged.values())
    found = {ring for ring, members in truth.rings.items() if any(_finds(group, ring, members) for group in groups)}
    false = Share(sum(group.false for group in groups), len(groups))
    plain = [group for group in groups if not group.marks]
    rings = [group for group in groups if group.ring is not None]
    named = [(row["subjects"][0], truth.ring_of(row, judged)) for row in rows if row["kind"] == "officer"]
    units = [(row["subjects"][0], truth.ring_of(row, judged)) for row in rows if row["kind"] == "unit"]
    able = _able(key, served, absences)
    return Report(
        found=_by_band(truth, found),
        groups=len(groups),
        false=false,
        false_limit=upper_limit(false.good, false.all),
        false_as=dict(Counter(group.kind for group in groups if group.false)),
        told=dict(Counter(group.kind for group in groups)),
        unmarked_rings=Share(sum(group.ring is not None for group in plain), len(plain)),
        marks=_marks(groups, truth),
        rings_marked=Share(sum(bool(group.marks) for group in rings), len(rings)),
        named=_right(named, truth.officers),
        caught=Share(len(able & set(named)), len(able)),
        caught_of_found=_within(able, set(named), found),
        units=_right(units, truth.units),
    )


def upper_limit(hits: int, tries: int, level: float = 0.95) -> float:
    """The upper Clopper–Pearson limit of a share: the largest p under which `hits` or fewer have chance 1 - level.

    One-sided (Clopper and Pearson, 1934, Biometrika 26, 404–413); 1 where nothing was tried or everything hit.
    """
    if hits >= tries:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(hits, tries, middle) > 1 - level else (low, middle)
    return high


def _at_most(hits: int, tries: int, p: float) -> float:
    if p in (0.0, 1.0):
        return 1.0 - p
    logs = (
        math.lgamma(tries + 1) - math.lgamma(k + 1) - math.lgamma(tries - k + 1) + k * math.log(p)
        + (tries - k) * math.log1p(-p)
        for k in range(hits + 1)
    )  # fmt: skip
    return math.fsum(math.exp(value) for value in logs)


@dataclass(frozen=True, slots=True)
class _Truth:
    """The key, arranged for asking: groups of each token as (id, kind), members of each ring, who works with which."""

    of: Mapping[str, Mapping[str, str]]
    rings: Mapping[str, frozenset[str]]
    bands: Mapping[str, str]
    officers: frozenset[tuple[str, str]]
    units: frozenset[tuple[str, str]]

    @classmethod
    def of_key(cls, key: AnswerKey, asked: set[str]) -> "_Truth":
        """Only what concerns the tokens asked about."""
        raise NotImplementedError
