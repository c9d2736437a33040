"""How good a file of hits is, judged by the answer key."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from arusha.lib.synth.judge import Judged, Truth, judge, truth_about
from arusha.lib.synth.key import AnswerKey, read_key


@dataclass(frozen=True, slots=True)
class Share:
    """`good` of `all`."""

    good: int
    all: int

    @property
    def value(self) -> float:
        """The share itself; NaN of none."""
        return self.good / self.all if self.all else math.nan


@dataclass(frozen=True, slots=True)
class Report:
    """What the hits are worth. All shares but the last five are of hits of the kind 'group'.

    found : rings found, by band, of all planted. A ring is found if one group holds at least three of it (or all) and
        at least half of that group is ring.
    false : groups of which fewer than half of the member pairs were planted to move together.
    false_limit : the upper Clopper–Pearson limit of that share, one-sided, 95%.
    false_as : what the false groups mostly were: 'shift-team' (the same hours, each alone) or 'strangers'.
    told : what all groups mostly were: a kind of the key, or 'strangers'.
    unmarked_false : of the groups without a mark, the false ones.
    unmarked_rings : of the groups without a mark, those half of which or more, and two at least, are of one ring.
    marks : by mark, those given rightly.
    rings_marked : of the rings' groups, those that carry a mark, each a ring excused.
    named : of the officers named, those who work with the ring of the group they were named with.
    caught : of the officers who work with a ring and served enough of it (see `score`), those named with it.
    caught_of_found : the same of those whose ring was found.
    caught_by_band : of all officers who work with a ring, those named with it, by the ring's band.
    units : of the units named, those of an officer who works with the ring.
    """

    found: Mapping[str, Share]
    false: Share
    false_limit: float
    false_as: Mapping[str, int]
    told: Mapping[str, int]
    unmarked_false: Share
    unmarked_rings: Share
    marks: Mapping[str, Share]
    rings_marked: Share
    named: Share
    caught: Share
    caught_of_found: Share
    caught_by_band: Mapping[str, Share]
    units: Share


def score_folder(hits: pa.Table, key: Path, *, served: float = 20, absences: float = 5) -> Report:
    """`score` by the key in a folder."""
    return score(hits, read_key(key), served=served, absences=absences)


def score(hits: pa.Table, key: AnswerKey, *, served: float = 20, absences: float = 5) -> Report:
    """Judge hits (schema `arusha.lib.detect.HITS`; several detectors' may be joined).

    served, absences : an officer who works with a ring counts for recall if at least so many of its joint crossings
        passed on the officer's lane, and at least so many would by chance have passed without the officer.
    """
    rows = hits.select(["hit_id", "kind", "subjects", "marks", "group_id"]).to_pylist()
    truth = truth_about(key, (token for row in rows for token in row["subjects"]))
    judged = {row["hit_id"]: judge(truth, row["subjects"], row["marks"]) for row in rows if row["kind"] == "group"}
    groups = list(judged.values())
    found = {group.found for group in groups if group.found}
    false = _share(group.false for group in groups)
    officers, units = (_named(truth, judged, rows, kind) for kind in ("officer", "unit"))
    guilty = {(row["officer_id"], row["ring_id"]) for row in key.officers.to_pylist()}
    in_units = {(row["unit_id"], row["ring_id"]) for row in key.officers.to_pylist()}
    able = guilty & _seen(key, served, absences)
    return Report(
        found=_by_band(key, found),
        false=false,
        false_limit=upper_limit(false.good, false.all),
        false_as=dict(Counter(group.kind for group in groups if group.false)),
        told=dict(Counter(group.kind for group in groups)),
        unmarked_false=_share(group.false for group in groups if not group.right),
        unmarked_rings=_share(group.ring is not None for group in groups if not group.right),
        marks=_marks(groups),
        rings_marked=_share(bool(group.right) for group in groups if group.ring is not None),
        named=_share(pair in guilty for pair in officers),
        caught=_caught(able, officers),
        caught_of_found=_caught({pair for pair in able if pair[1] in found}, officers),
        caught_by_band=_caught_by_band(key, guilty, officers),
        units=_share(pair in in_units for pair in units),
    )


def pooled(reports: Sequence[Report]) -> Report:
    """Several worlds' reports as one, every share over the sum of what it counts."""
    false = _sum(report.false for report in reports)
    return Report(
        found=_sum_by(report.found for report in reports),
        false=false,
        false_limit=upper_limit(false.good, false.all),
        false_as=dict(sum((Counter(report.false_as) for report in reports), Counter())),
        told=dict(sum((Counter(report.told) for report in reports), Counter())),
        unmarked_false=_sum(report.unmarked_false for report in reports),
        unmarked_rings=_sum(report.unmarked_rings for report in reports),
        marks=_sum_by(report.marks for report in reports),
        rings_marked=_sum(report.rings_marked for report in reports),
        named=_sum(report.named for report in reports),
        caught=_sum(report.caught for report in reports),
        caught_of_found=_sum(report.caught_of_found for report in reports),
        caught_by_band=_sum_by(report.caught_by_band for report in reports),
        units=_sum(report.units for report in reports),
    )


def upper_limit(hits: int, tries: int, level: float = 0.95) -> float:
    """The upper Clopper–Pearson limit of a share: the p under which `hits` or fewer have the chance 1 - level.

    One-sided (Clopper and Pearson, 1934, Biometrika 26, 404–413); 1 where nothing was tried or all were hits.
    """
    if hits >= tries:
        return 1.0
    low, high = hits / tries, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(hits, tries, middle) > 1 - level:
            low = middle
        else:
            high = middle
    return high


def _at_most(hits: int, tries: int, p: float) -> float:
    """The chance of `hits` or fewer of `tries` with 0 < p < 1."""
    whole = math.lgamma(tries + 1)
    return math.fsum(
        math.exp(
            whole - math.lgamma(k + 1) - math.lgamma(tries - k + 1) + k * math.log(p) + (tries - k) * math.log1p(-p)
        )
        for k in range(hits + 1)
    )


def _named(
    truth: Truth, judged: Mapping[str, Judged], rows: Iterable[Mapping[str, Any]], kind: str
) -> list[tuple[str, str | None]]:
    """Whom the hits of a kind name, with the ring of their group; the group by `group_id`, or as listed."""
    named = []
    for row in rows:
        if row["kind"] == kind:
            group = judged.get(row["group_id"]) or judge(truth, row["subjects"][1:])
            named.append((row["subjects"][0], group.ring))
    return named


def _seen(key: AnswerKey, served: float, absences: float) -> set[tuple[str, str]]:
    """Officers and rings of which they served enough to be told from chance."""
    return {
        (row["officer_id"], row["ring_id"])
        for row in key.served.to_pylist()
        if row["served"] >= served and row["expected_absences"] >= absences
    }


def _caught(able: Set[tuple[str, str]], named: Sequence[tuple[str, str | None]]) -> Share:
    return Share(len(able & set(named)), len(able))


def _caught_by_band(
    key: AnswerKey, guilty: Set[tuple[str, str]], named: Sequence[tuple[str, str | None]]
) -> dict[str, Share]:
    band = {row["ring_id"]: row["band"] for row in key.rings.select(["ring_id", "band"]).to_pylist()}
    bands = sorted({band[ring] for _, ring in guilty})
    return {name: _caught({pair for pair in guilty if band[pair[1]] == name}, named) for name in bands}


def _marks(groups: Sequence[Judged]) -> dict[str, Share]:
    given = Counter(mark for group in groups for mark in group.right)
    right = Counter(mark for group in groups for mark, is_right in group.right.items() if is_right)
    return {mark: Share(right[mark], given[mark]) for mark in sorted(given)}


def _by_band(key: AnswerKey, found: set[str]) -> dict[str, Share]:
    rows = key.rings.select(["ring_id", "band"]).to_pylist()
    bands = dict.fromkeys(row["band"] for row in rows)
    return {band: _share(row["ring_id"] in found for row in rows if row["band"] == band) for band in bands}


def _share(answers: Iterable[bool]) -> Share:
    given = list(answers)
    return Share(sum(given), len(given))


def _sum(shares: Iterable[Share]) -> Share:
    given = list(shares)
    return Share(sum(share.good for share in given), sum(share.all for share in given))


def _sum_by(parts: Iterable[Mapping[str, Share]]) -> dict[str, Share]:
    given = list(parts)
    names = dict.fromkeys(name for part in given for name in part)
    return {name: _sum(part[name] for part in given if name in part) for name in names}
