"""Each subject and period held against the number, its peers, or its own period before."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.detect import benjamini_hochberg
from arusha.rooms.watch.supervision.definition import Definition

EXACT = 2000
"""Rows up to which the chance of a share is summed exactly; beyond, the normal approximation is as good."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A subject in a period: what was measured, what it is held against, `p` and `q` where chance has a say (else NaN).

    `expected` is NaN where there is nothing to hold it against.
    """

    subjects: tuple[str, ...]
    period: date | None
    n: int
    value: float
    expected: float
    span: tuple[datetime | None, datetime | None]
    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    p: float = math.nan
    q: float = math.nan

    @property
    def times(self) -> float:
        """How many times the expected it is."""
        return self.value / self.expected if self.expected else math.nan


def judged(asked: Definition, groups: pa.Table) -> list[Judged]:
    """Everyone with at least `least` rows, held against what the definition names; nobody is chosen yet.

    Against `number`: expected is the number. Against `before`: the subject's own value in the calendar period before.
    Against `peers`: for a share, Σ over strata n·K/N, with N rows and K that meet it in the stratum, and p the chance
    that as many or more (or, for `most`, as few or fewer) of them would be the subject's, with n, K and N given
    (hypergeometric, strata convolved); for other measures, the mean of the others of each stratum, without p.
    """
    rows = groups.to_pylist()
    match asked.against:
        case "number":
            found = [_merged(asked, each, asked.than) for each in _by_subject(asked, rows).values()]
        case "before":
            found = _before(asked, rows)
        case _:
            found = _beside_peers(asked, rows)
    return [one for one in found if one.n >= asked.least and not math.isnan(one.value)]


def chosen(asked: Definition, everyone: Sequence[Judged]) -> list[Judged]:
    """Those who reach the threshold, at the rate of false discoveries asked for where there is a p."""
    tested = [one for one in everyone if not math.isnan(one.p)]
    q = dict(zip(map(id, tested), benjamini_hochberg(np.array([one.p for one in tested])), strict=True))
    found = []
    for one in everyone:
        held = one.value if asked.against == "number" else one.times
        beyond = held >= asked.than if asked.side == "least" else held <= asked.than
        sure = id(one) not in q or q[id(one)] <= asked.fdr
        if beyond and sure:
            found.append(_with_q(one, float(q.get(id(one), math.nan))))
    return found


def _with_q(one: Judged, q: float) -> Judged:
    facts = {name: getattr(one, name) for name in Judged.__slots__}
    return Judged(**{**facts, "q": q})


Row = Mapping[str, Any]
Key = tuple[tuple[str, ...], date | None]


def _subjects(asked: Definition, row: Row) -> tuple[str, ...]:
    return tuple(row[f"s{i}"] for i in range(len(asked.subjects)))


def _stratum(asked: Definition, row: Row) -> tuple[object, ...]:
    return (row["period"], *(row[f"peer{i}"] for i in range(len(asked.peers))))


def _by_subject(asked: Definition, rows: Iterable[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found[_subjects(asked, row), row["period"]].append(row)
    return found


def _merged(asked: Definition, rows: Sequence[Row], expected: float, p: float = math.nan) -> Judged:
    """The rows of one subject and period, one a stratum, as one."""
    n = sum(row["n"] for row in rows)
    firsts, lasts = ([row[end] for row in rows if row[end] is not None] for end in ("first_at", "last_at"))
    return Judged(
        subjects=_subjects(asked, rows[0]),
        period=rows[0]["period"],
        n=n,
        value=_over_strata(asked, rows, n),
        expected=expected,
        span=(min(firsts, default=None), max(lasts, default=None)),
        ours=tuple(sorted({at for row in rows for at in row["ours"]})),
        theirs=tuple(sorted({at for row in rows for at in row["theirs"]})),
        p=p,
    )


def _over_strata(asked: Definition, rows: Sequence[Row], n: int) -> float:
    if asked.measure == "share":
        return float(sum(row["met"] for row in rows) / n)
    measured = [(row["value"], row["n"]) for row in rows if row["value"] is not None]
    if not measured:
        return math.nan
    if asked.measure == "mean":
        return sum(value * weight for value, weight in measured) / sum(weight for _, weight in measured)
    return float(sum(value for value, _ in measured))


def _before(asked: Definition, rows: Sequence[Row]) -> list[Judged]:
    by_key = _by_subject(asked, rows)
    found = []
    for (subjects, period), each in by_key.items():
        earlier = by_key.get((subjects, _period_before(asked.period, period)))
        now = _merged(asked, each, math.nan)
        then = _merged(asked, earlier, math.nan) if earlier else None
        if then is not None and then.n >= asked.least and then.value > 0:
            found.append(_merged(asked, each, then.value))
        else:
            found.append(now)
    return found


def _period_before(every: str, start: date | None) -> date | None:
    assert start is not None
    if every == "month":
        return (start - timedelta(days=1)).replace(day=1)
    return start - timedelta(days=7 if every == "week" else 1)


def _beside_peers(asked: Definition, rows: Sequence[Row]) -> list[Judged]:
    strata: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        strata[_stratum(asked, row)].append(row)
    if asked.measure == "share":
        totals = {key: (sum(r["n"] for r in rows), sum(r["met"] for r in rows)) for key, rows in strata.items()}
        return [_share_beside(asked, each, totals) for each in _by_subject(asked, rows).values()]
    means = {key: _sums(asked, rows) for key, rows in strata.items()}
    return [_merged(asked, each, _expected(asked, each, means)) for each in _by_subject(asked, rows).values()]


def _share_beside(
    asked: Definition, rows: Sequence[Row], totals: Mapping[tuple[object, ...], tuple[int, int]]
) -> Judged:
    """Strata in which nobody else has a row say nothing, and are left out of what is expected and of the chance."""
    compared = [(row, *totals[_stratum(asked, row)]) for row in rows]
    compared = [(row, all_, met) for row, all_, met in compared if all_ > row["n"]]
    n = sum(row["n"] for row, _, _ in compared)
    if not n:
        return _merged(asked, rows, math.nan)
    expected = sum(row["n"] * met / all_ for row, all_, met in compared) / n
    seen = sum(row["met"] for row, _, _ in compared)
    p = tail(seen, [(row["n"], met, all_) for row, all_, met in compared], upper=asked.side == "least")
    return _merged(asked, [row for row, _, _ in compared], expected, p)


def _sums(asked: Definition, rows: Iterable[Row]) -> tuple[float, float]:
    told = [(r["value"], r["n"] if asked.measure == "mean" else 1) for r in rows if r["value"] is not None]
    return sum(value * weight for value, weight in told), sum(weight for _, weight in told)


def _expected(asked: Definition, rows: Sequence[Row], means: Mapping[tuple[object, ...], tuple[float, float]]) -> float:
    """What the others of the same strata have: their mean, of sums and counts added over the strata."""
    parts = []
    for row in rows:
        if row["value"] is None:
            continue
        weight = row["n"] if asked.measure == "mean" else 1
        total, weights = means[_stratum(asked, row)]
        if weights - weight > 0:
            parts.append(((total - row["value"] * weight) / (weights - weight), weight))
    if not parts:
        return math.nan
    if asked.measure == "mean":
        return sum(mean * weight for mean, weight in parts) / sum(weight for _, weight in parts)
    return sum(mean for mean, _ in parts)


def tail(seen: int, strata: Sequence[tuple[int, int, int]], *, upper: bool) -> float:
    """P(X ≥ seen), or ≤ where not `upper`, for X the sum over strata (n, K, N) of hypergeometric counts.

    Each stratum holds N rows of which K meet the condition, and n of the N are the subject's. Summed exactly up to
    `EXACT` rows, else by the normal distribution with the same mean and variance and a continuity correction.
    """
    if sum(n for n, _, _ in strata) <= EXACT:
        chances = np.ones(1)
        for n, met, all_ in strata:
            chances = np.convolve(chances, hypergeometric(n, met, all_))
        part = chances[seen:] if upper else chances[: seen + 1]
        return float(min(1.0, part.sum()))
    mean = sum(n * met / all_ for n, met, all_ in strata)
    spread = sum(n * met * (a - met) * (a - n) / (a * a * max(a - 1, 1)) for n, met, a in strata)
    if spread <= 0:
        return 1.0
    beyond = (seen - 0.5 - mean) if upper else (mean - seen - 0.5)
    return 0.5 * math.erfc(beyond / math.sqrt(2 * spread))


def hypergeometric(n: int, met: int, all_: int) -> NDArray[np.float64]:
    """P(X = k) for k = 0 … n, X being how many of n rows drawn from `all_` are among the `met`."""
    chances = np.zeros(n + 1)
    ways = _log_ways(all_, n)
    for k in range(max(0, n + met - all_), min(n, met) + 1):
        chances[k] = math.exp(_log_ways(met, k) + _log_ways(all_ - met, n - k) - ways)
    return chances


def _log_ways(of: int, take: int) -> float:
    return math.lgamma(of + 1) - math.lgamma(take + 1) - math.lgamma(of - take + 1)


def by_certainty(found: Iterable[Judged]) -> Iterator[Judged]:
    """The surest first; those of a rule by how far they are beyond it."""
    yield from sorted(found, key=lambda one: (math.isnan(one.q), one.q, -one.value, one.subjects))
