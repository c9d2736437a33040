"""Declarations as papers to examine, their cases, the inspectors; and favours planted among the cases."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from arusha.lib.synth.declarations import LANES
from arusha.lib.synth.ground import SHIFTS, Ground
from arusha.lib.synth.outcomes import Favour, Numbers, planned
from arusha.lib.synth.plans import FavourPlan, InspectionPlan
from arusha.lib.synth.rosters import Rosters
from arusha.lib.synth.rows import Bools, Floats, Rng

GREEN, YELLOW, RED = 0, 2, 3
ENOUGH = 8  # cases that a favoured trader has with others


@dataclass(frozen=True, slots=True)
class Papers:
    """Declarations, one each: numbers of trader, office and lane; local day; whether examined, and irregular.

    value : in minor units. short : duty that the irregularity evades, in minor units.
    """

    ids: pa.Array
    trader: Numbers
    traders: pa.Array
    office: Numbers
    day: Numbers
    lane: Numbers
    examined: Bools
    irregular: Bools
    short: Floats


@dataclass(slots=True)
class Inspected:
    """Cases while they are made: the declaration, the lane it was selected for and where it went, the inspector."""

    paper: Numbers
    selected: Numbers
    lane: Numbers
    done: Bools
    inspector: Numbers
    reduced: Bools


@dataclass(frozen=True, slots=True)
class Staff:
    """Inspectors by number over all offices: `there` (inspectors, days), `officer` their numbers among all officers."""

    each: int
    officer: Numbers
    there: Bools

    def of(self, office: Numbers) -> Numbers:
        """The first inspector of each office."""
        return office * (self.each + 1)


def staff_of(ground: Ground, rosters: Rosters, plan: InspectionPlan) -> Staff:
    """The first clerks of each office, and the days on which they are on duty."""
    offices, each = ground.scenario.offices, plan.inspectors + 1
    units = len(rosters.unit_port) - offices
    clerks = [np.flatnonzero(rosters.unit == units + office)[:each] for office in range(offices)]
    if not clerks or min(len(c) for c in clerks) < each:
        raise ValueError(f"scenario {ground.scenario.name!r} wants {each} inspectors an office; its rosters have fewer")
    officer = np.concatenate(clerks).astype(np.int64)
    place = np.full(len(rosters.unit), -1)
    place[officer] = np.arange(len(officer))
    who, shift, _ = rosters.duties
    there = np.zeros((len(officer), ground.days), bool)
    mine = place[who] >= 0
    there[place[who[mine]], (shift[mine] - 1) // SHIFTS] = True
    return Staff(plan.inspectors, officer, there)


def papers_of(rng: Rng, ground: Ground, declarations: pa.Table, less: pa.Table) -> Papers:
    first = np.flatnonzero(np.asarray(declarations["item_no"]) == 1)
    of = np.repeat(np.arange(len(first)), np.diff(np.r_[first, declarations.num_rows]))
    said = declarations.take(pa.array(first))
    trader = said["importer_id"].combine_chunks().dictionary_encode()
    office = np.array([int(code[1:]) - 1 for code in said["office_code"].to_pylist()], np.int64)
    start = np.datetime64(ground.scenario.start)
    lane = np.array([LANES.index(name) for name in said["lane"].to_pylist()], np.int64)
    checked = np.asarray(declarations["checked"])
    irregular = np.asarray(declarations["irregular"].fill_null(False))
    duty = np.asarray(declarations["item_price"]) * np.asarray(declarations["tax_rate"]) / 100
    # An item not dutied is fined by its value.
    duty = np.where(duty > 0, duty, np.asarray(declarations["item_price"]) * 0.02) * irregular
    factor = dict(zip(less["importer_id"].to_pylist(), less["factor"].to_pylist(), strict=True))
    part = np.array([1 / factor.get(name, 1.0) - 1 for name in trader.dictionary.to_pylist()])[
        np.asarray(trader.indices)
    ]
    part = np.where(part > 0, part, rng.uniform(0.05, 0.4, len(part)))
    return Papers(
        ids=said["declaration_id"].combine_chunks(),
        trader=np.asarray(trader.indices).astype(np.int64),
        traders=trader.dictionary,
        office=office,
        day=(np.asarray(said["accepted_on"]).astype("datetime64[D]") - start).astype(np.int64),
        lane=lane,
        examined=np.bincount(of, checked) > 0,
        irregular=np.bincount(of, irregular) > 0,
        short=np.asarray(np.bincount(of, duty) * part, np.float64),
    )


def favoured(
    rng: Rng, papers: Papers, cases: Inspected, staff: Staff, plan: InspectionPlan, easy: Numbers
) -> list[Favour]:
    """Plant the favours: pairs that no other favour and no look-alike concerns."""
    taken, busy = set(easy.tolist()), set[int]()

    def choose(favour: FavourPlan, count: int) -> Favour | None:
        found = _pair(rng, papers, cases, staff, favour, count, taken, busy)
        if found is not None:
            taken.add(found.subject)
            busy.add(found.officer)
        return found

    return planned(rng, plan.favours, "trader", choose)


def _pair(
    rng: Rng,
    papers: Papers,
    cases: Inspected,
    staff: Staff,
    favour: FavourPlan,
    count: int,
    taken: set[int],
    busy: set[int],
) -> Favour | None:
    """A trader with cases enough and an inspector of the office where most are; None where there is no such pair."""
    wanted = round(count * favour.share)
    judged = cases.done if favour.how == "search" else cases.done & papers.irregular[cases.paper]
    mine = np.bincount(papers.trader[cases.paper[judged]], minlength=len(papers.traders))
    need = count - wanted if favour.how == "search" else count
    free = np.bincount(papers.trader[(papers.lane < YELLOW) & ~papers.examined], minlength=len(papers.traders))
    able = (mine >= 2 * need + ENOUGH) & ((free >= 4 * wanted) | (favour.how == "penalty"))
    for trader in rng.permutation(np.flatnonzero(able)):
        if int(trader) in taken:
            continue
        own = np.flatnonzero(papers.trader[cases.paper] == trader)
        office = int(np.bincount(papers.office[cases.paper[own]]).argmax())
        for inspector in rng.permutation(staff.each) + staff.of(np.array(office)):
            if int(inspector) not in busy:
                planted = _plant(rng, papers, cases, staff, favour, (int(trader), int(inspector), office), count)
                if planted is not None:
                    return planted
    return None


def _plant(
    rng: Rng,
    papers: Papers,
    cases: Inspected,
    staff: Staff,
    favour: FavourPlan,
    pair: tuple[int, int, int],
    count: int,
) -> Favour | None:
    """Give the inspector exactly so many of the trader's cases, the favoured among them; None where it cannot be."""
    trader, inspector, office = pair
    wanted = round(count * favour.share)
    there = staff.there[inspector]
    here = (papers.trader == trader) & (papers.office == office) & there[papers.day]
    of_case = here[cases.paper]
    irregular = cases.done & papers.irregular[cases.paper]
    carried = np.flatnonzero(of_case & (cases.done if favour.how == "search" else irregular))
    in_case = np.zeros(len(here), bool)
    in_case[cases.paper] = True
    free = np.flatnonzero(here & (papers.lane < YELLOW) & ~papers.examined & ~in_case)
    new = wanted if favour.how == "search" else 0
    if len(carried) < count - new or len(free) < new:
        return None
    kept = rng.choice(carried, count - new, replace=False)
    _elsewhere(rng, papers, cases, staff, trader, inspector)
    cases.inspector[kept] = inspector
    if favour.how == "penalty":
        cases.reduced[kept[:wanted]] = True
        return Favour(favour, inspector, trader, kept, wanted)
    chosen = rng.choice(free, new, replace=False)
    places = len(cases.paper) + np.arange(new)
    cases.paper = np.concatenate([cases.paper, chosen])
    cases.selected = np.concatenate([cases.selected, np.full(new, RED)])
    cases.lane = np.concatenate([cases.lane, papers.lane[chosen]])
    cases.done = np.concatenate([cases.done, np.zeros(new, bool)])
    cases.inspector = np.concatenate([cases.inspector, np.full(new, inspector)])
    cases.reduced = np.concatenate([cases.reduced, np.zeros(new, bool)])
    return Favour(favour, inspector, trader, np.concatenate([places, kept]), wanted)


def _elsewhere(rng: Rng, papers: Papers, cases: Inspected, staff: Staff, trader: int, inspector: int) -> None:
    """The trader's other cases go to the inspector's colleagues who are there."""
    mine = np.flatnonzero((papers.trader[cases.paper] == trader) & (cases.inspector == inspector))
    first = inspector // (staff.each + 1) * (staff.each + 1)
    who = first + np.arange(staff.each)
    score = rng.random((len(mine), len(who))) + staff.there[who][:, papers.day[cases.paper[mine]]].T
    score[:, inspector - first] = -1
    cases.inspector[mine] = first + score.argmax(axis=1)
