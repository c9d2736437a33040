"""Judging one group of people by the answer key: do they move together, as what, are they a ring."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc

from arusha.lib.synth.key import AnswerKey

STRANGERS = "strangers"
ENOUGH = 3  # members of a ring that a group must hold for the ring to be found; all of them where it is smaller
MARKED_AS: Mapping[str, frozenset[str]] = {
    "household": frozenset({"family", "school-run"}),
    "tour": frozenset({"tour"}),
    "crew": frozenset({"crew"}),
    "shared-transport": frozenset({"daily-bus", "weekly-bus", "carpool"}),
}
"""The kinds of group of which each mark is true."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The part of a key that concerns some people.

    groups : by token, the groups the person belongs to; `kind` and `together` by group.
    rings : by ring, its members; all rings of the key.
    """

    groups: Mapping[str, frozenset[str]]
    kind: Mapping[str, str]
    together: Mapping[str, bool]
    rings: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a group of people is.

    kind : what most of its pairs are to one another; 'strangers' where fewer than half share anything.
    false : fewer than half of its pairs were planted to move together, or there is no pair.
    ring : the ring to which half of it or more, and two at least, belong.
    found : that ring, where the group holds enough of it for the ring to count as found.
    right : its marks, and whether each is true of half the pairs or more.
    """

    kind: str
    false: bool
    ring: str | None
    found: str | None
    right: Mapping[str, bool]


def truth_about(key: AnswerKey, people: Iterable[str]) -> Truth:
    """What the key says of these people."""
    asked = pa.array(sorted(set(people)), pa.string())
    rows = key.members.filter(pc.is_in(key.members["person_token"], value_set=asked)).to_pylist()
    groups: dict[str, set[str]] = {}
    for row in rows:
        groups.setdefault(row["person_token"], set()).add(row["group_id"])
    return Truth(
        groups={token: frozenset(ids) for token, ids in groups.items()},
        kind={row["group_id"]: row["kind"] for row in rows},
        together={row["group_id"]: row["together"] for row in rows},
        rings={row["ring_id"]: frozenset(row["members"]) for row in key.rings.to_pylist()},
    )


def judge(truth: Truth, members: Sequence[str], marks: Sequence[str] = ()) -> Judged:
    """What this group of people is."""
    people = sorted(set(members))
    shared = [
        truth.groups.get(one, frozenset()) & truth.groups.get(other, frozenset())
        for one, other in combinations(people, 2)
    ]
    half = len(shared) / 2
    together = sum(any(truth.together[group] for group in pair) for pair in shared)
    kinds = Counter(kind for pair in shared for kind in {truth.kind[group] for group in pair})
    most = max(kinds, key=lambda kind: (kinds[kind], kind), default=STRANGERS)
    akin = sum(bool(pair) for pair in shared)
    ring, found = _ring(truth, people)
    return Judged(
        kind=most if shared and akin >= half else STRANGERS,
        false=not shared or together < half,
        ring=ring,
        found=found,
        right={mark: bool(shared) and _of_kind(kinds, mark) >= half for mark in marks},
    )


def _of_kind(kinds: Counter[str], mark: str) -> int:
    return sum(kinds[kind] for kind in MARKED_AS.get(mark, frozenset()))


def _ring(truth: Truth, people: Sequence[str]) -> tuple[str | None, str | None]:
    held = Counter(group for token in people for group in truth.groups.get(token, ()) if group in truth.rings)
    for ring, count in sorted(held.items(), key=lambda item: (-item[1], item[0])):
        if count >= 2 and 2 * count >= len(people):
            return ring, ring if count >= min(ENOUGH, len(truth.rings[ring])) else None
    return None, None
