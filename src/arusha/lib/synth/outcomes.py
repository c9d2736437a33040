"""What comes of inspections and searches: officers and those whom they favour, times, duty and penalties."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from arusha.lib.synth.ground import Ground
from arusha.lib.synth.key import ALIKE, FAVOURS
from arusha.lib.synth.plans import FavourPlan
from arusha.lib.synth.rows import HOUR, MINUTE, Bools, Floats, Rng
from arusha.lib.synth.tables import moments

Numbers = NDArray[np.int64]
REDUCED = (0.1, 0.45)  # of the penalty that is due, where it is reduced as a favour
LENIENT_ODDS, EASY_ODDS = 6.0, 12.0  # of a case not carried out, times the usual
LENIENT_PENALTY = 0.55


@dataclass(frozen=True, slots=True)
class Favour:
    """An officer and the trader or traveller favoured, by number, and the places of their cases; `favoured` first."""

    plan: FavourPlan
    officer: int
    subject: int
    cases: Numbers
    favoured: int


def favours_table(favours: Sequence[Favour], officers: pa.Array, subjects: pa.Array) -> pa.Table:
    """The favours of one kind, for the key."""
    rows = [
        {
            "officer_id": officers[f.officer].as_py(),
            "subject": subjects[f.subject].as_py(),
            "of": f.plan.of,
            "band": f.plan.band,
            "how": f.plan.how,
            "cases": len(f.cases),
            "favoured": f.favoured,
        }
        for f in favours
    ]
    return pa.Table.from_pylist(rows, schema=FAVOURS)


def alike_table(kind: str, officers: Sequence[str | None], subjects: Sequence[str | None]) -> pa.Table:
    """Those who only look alike, for the key."""
    rows = [{"kind": kind, "officer_id": o, "subject": s} for o, s in zip(officers, subjects, strict=True)]
    return pa.Table.from_pylist(rows, schema=ALIKE)


def planned(
    rng: Rng, plans: Sequence[FavourPlan], of: str, choose: Callable[[FavourPlan, int], Favour | None]
) -> list[Favour]:
    """As many pairs of each band as there can be; `choose` finds one with so many cases, or none."""
    found = []
    for plan in (plan for plan in plans if plan.of == of):
        for _ in range(plan.pairs):
            pair = choose(plan, int(rng.integers(plan.cases[0], plan.cases[1] + 1)))
            if pair is not None:
                found.append(pair)
    return found


def spans(rng: Rng, ground: Ground, port: Numbers, at: Numbers, done: Bools) -> dict[str, pa.Array]:
    """When each case began and ended, null where it was not carried out; `at` in local seconds."""
    begins = at + (rng.uniform(6, 150, len(at)) * MINUTE).astype(np.int64)
    ends = begins + (rng.gamma(3, 14, len(at)) * MINUTE).astype(np.int64) + 5 * MINUTE
    where = port.astype(np.int16)
    begins, ends = (ground.utc(where, np.minimum(x, ground.days * 24 * HOUR).astype(np.int32)) for x in (begins, ends))
    ends = np.maximum(ends, begins + MINUTE)
    nulls = pa.array(~done)
    return {
        name: pa.array(np.asarray(moments(x).cast(pa.int64())), mask=np.asarray(nulls)).cast(
            pa.timestamp("us", tz="UTC")
        )
        for name, x in (("started_at", begins), ("ended_at", ends))
    }


def charged(rng: Rng, short: Floats, policy: Floats, lenient: Bools, reduced: Bools) -> tuple[Numbers, Numbers]:
    """Duty added and penalty, in minor units: `short` is the duty evaded, `policy` the office's or port's multiple."""
    multiple = policy * np.exp(rng.normal(0, 0.22, len(short))) * np.where(lenient, LENIENT_PENALTY, 1.0)
    favour = np.where(reduced, rng.uniform(*REDUCED, len(short)), 1.0)
    added = np.rint(short * np.where(reduced, np.sqrt(favour), 1.0)).astype(np.int64)
    return added, np.rint(short * multiple * favour).astype(np.int64)
