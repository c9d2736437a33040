"""Inspections of declarations: who was to examine which, what came of it, and favours among them.

They agree with the declarations: what the extract calls examined was examined, and a case that was re-routed stands in
the lane to which it went.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from arusha.lib.datasets import DATASETS
from arusha.lib.synth.declarations import CURRENCY, LANES
from arusha.lib.synth.examined import GREEN, RED, YELLOW, Inspected, Papers, Staff, favoured, papers_of, staff_of
from arusha.lib.synth.ground import Ground
from arusha.lib.synth.outcomes import EASY_ODDS, LENIENT_ODDS, Numbers, alike_table, charged, favours_table, spans
from arusha.lib.synth.plans import InspectionPlan
from arusha.lib.synth.rosters import Rosters
from arusha.lib.synth.rows import HOUR, Rng
from arusha.lib.synth.tables import moments, officer_codes

DESK = 0.04  # share of the released declarations that the green desk minds


def make_inspections(
    rng: Rng, ground: Ground, rosters: Rosters, declarations: pa.Table, less: pa.Table
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Inspections in order of time, the favours among them (key), and what only looks like favours (key).

    Raises
    ------
    ValueError
        where the rosters have too few officers in the offices.
    """
    plan = ground.scenario.inspections or InspectionPlan()
    staff = staff_of(ground, rosters, plan)
    papers = papers_of(rng, ground, declarations, less)
    easy = _easy(rng, papers, plan.easy)
    cases = _selected(rng, papers, plan, easy)
    lenient = rng.choice(len(staff.officer), plan.lenient, replace=False)
    _assign(rng, papers, cases, staff, lenient)
    favours = favoured(rng, papers, cases, staff, plan, easy)
    table, absent = _table(rng, ground, rosters, papers, cases, staff, plan, lenient)
    codes = officer_codes(rosters).take(pa.array(staff.officer))
    alike = pa.concat_tables(
        [
            alike_table("lenient", codes.take(pa.array(lenient)).to_pylist(), [None] * len(lenient)),
            alike_table("easy", [None] * len(easy), papers.traders.take(pa.array(easy)).to_pylist()),
            absent,
        ]
    )
    return table, favours_table(favours, codes, papers.traders), alike


def _easy(rng: Rng, papers: Papers, count: int) -> Numbers:
    """Traders with many declarations that nobody looks at closely."""
    often = np.argsort(-np.bincount(papers.trader), kind="stable")[: 20 * count]
    return rng.choice(often, min(count, len(often)), replace=False).astype(np.int64)


def _selected(rng: Rng, papers: Papers, plan: InspectionPlan, easy: Numbers) -> Inspected:
    """Red and yellow as they stand; and, for each so many of a trader's, one that was re-routed out of the red."""
    odds = np.full(len(papers.traders), plan.evaded / (1 - plan.evaded))
    odds[easy] *= EASY_ODDS
    stands = np.flatnonzero(papers.lane >= YELLOW)
    unread = ~papers.examined[stands] & (rng.random(len(stands)) < plan.evaded)
    red = np.bincount(papers.trader[papers.lane == RED], minlength=len(odds))
    free = np.flatnonzero((papers.lane < YELLOW) & ~papers.examined)
    # In each trader's free declarations, the first so many in random order.
    order = free[np.lexsort((rng.random(len(free)), papers.trader[free]))]
    rank = np.arange(len(order)) - np.searchsorted(papers.trader[order], papers.trader[order])
    gone = order[rank < rng.poisson(red * odds)[papers.trader[order]]]
    paper = np.concatenate([stands, gone])
    return Inspected(
        paper=paper,
        selected=np.concatenate([papers.lane[stands], np.full(len(gone), RED)]),
        lane=papers.lane[paper].copy(),
        done=np.concatenate([~unread, np.zeros(len(gone), bool)]),
        inspector=np.full(len(paper), -1),
        reduced=np.zeros(len(paper), bool),
    )


def _assign(rng: Rng, papers: Papers, cases: Inspected, staff: Staff, lenient: Numbers) -> None:
    """Each case to an inspector of its office who is there; what is not carried out, oftener to the lenient."""
    weight = np.zeros(len(staff.officer))
    weight[lenient] = np.log(LENIENT_ODDS)
    first = staff.of(papers.office[cases.paper])
    who = first[:, None] + np.arange(staff.each)
    score = rng.gumbel(size=who.shape) + weight[who] * ~cases.done[:, None]
    score -= 1e6 * ~staff.there[who, papers.day[cases.paper][:, None]]
    cases.inspector[:] = first + score.argmax(axis=1)


def _table(
    rng: Rng,
    ground: Ground,
    rosters: Rosters,
    papers: Papers,
    cases: Inspected,
    staff: Staff,
    plan: InspectionPlan,
    lenient: Numbers,
) -> tuple[pa.Table, pa.Table]:
    """All assignments in order of time: the cases, those given on before, and what the green desks were given."""
    in_case = np.zeros(len(papers.trader), bool)
    in_case[cases.paper] = True
    idle = np.flatnonzero((papers.lane == GREEN) & ~papers.examined & ~in_case)
    idle = idle[rng.random(len(idle)) < DESK]
    desk = staff.of(papers.office[idle]) + staff.each
    at = papers.day * 24 * HOUR + (8 * HOUR + rng.uniform(0, 6 * HOUR, len(papers.day))).astype(np.int64)
    before, absent = _given_on(rng, papers, cases, staff, plan)
    main = _columns(rng, ground, rosters, papers, cases, staff, lenient, at)
    method = np.where(rng.random(len(cases.paper)) < 0.1, "manual", "automatic").astype(object)
    method[before >= 0] = "reassigned"
    early = np.flatnonzero(before >= 0)
    selected = np.array(LANES)
    parts = [
        {**main, "assignment_method": pa.array(method, pa.string())},
        _idle(rosters, papers, staff, cases.paper[early], before[early], at - 2 * HOUR, ground)
        | {"lane": pa.array(selected[cases.selected[early]])},
        _idle(rosters, papers, staff, idle, desk, at, ground) | {"lane": pa.repeat("green", len(idle))},
    ]
    schema = DATASETS["inspections"].schema
    made = [
        pa.Table.from_arrays(
            [part[f.name].cast(f.type) if f.name in part else pa.nulls(len(part["lane"]), f.type) for f in schema],
            schema=schema,
        )
        for part in parts
    ]
    whole = pa.concat_tables(made).sort_by([("assigned_at", "ascending"), ("declaration_id", "ascending")])
    codes = officer_codes(rosters).take(pa.array(staff.officer))
    desks = codes.take(pa.array(np.unique(desk))).to_pylist()
    return whole, pa.concat_tables([absent(codes), alike_table("green-desk", desks, [None] * len(desks))])


def _columns(
    rng: Rng,
    ground: Ground,
    rosters: Rosters,
    papers: Papers,
    cases: Inspected,
    staff: Staff,
    lenient: Numbers,
    at: Numbers,
) -> dict[str, pa.Array]:
    """The cases as columns."""
    paper, officer = cases.paper, staff.officer[cases.inspector]
    port = rosters.unit_port[rosters.unit[officer]].astype(np.int64)
    names = np.array(LANES)
    guilty = cases.done & papers.irregular[paper]
    policy = np.exp(rng.normal(0, 0.25, ground.scenario.offices))[papers.office[paper]]
    added, penalty = charged(rng, papers.short[paper], policy, np.isin(cases.inspector, lenient), cases.reduced)
    moved = (cases.selected != cases.lane) & ~cases.done
    return {
        "declaration_id": papers.ids.take(pa.array(paper)),
        "inspector_id": officer_codes(rosters).take(pa.array(officer)),
        "assigned_at": moments(ground.utc(port.astype(np.int16), at[paper].astype(np.int32))),
        "lane": pa.array(names[cases.lane]),
        "rerouted_from": pa.array(names[cases.selected], mask=~moved),
        **spans(rng, ground, port, at[paper], cases.done),
        "result": pa.array(np.where(guilty, "irregular", "conform"), mask=~cases.done),
        "duty_adjustment": pa.array(np.where(guilty, added, 0), mask=~cases.done),
        "penalty": pa.array(penalty, mask=~guilty),
        "currency": pa.array(np.full(len(paper), CURRENCY), mask=~cases.done),
    }


def _given_on(
    rng: Rng, papers: Papers, cases: Inspected, staff: Staff, plan: InspectionPlan
) -> tuple[Numbers, Callable[[pa.Array], pa.Table]]:
    """Who had each case before, -1 where nobody; and the inspectors who give on most of what one trader sends."""
    before = np.where(rng.random(len(cases.paper)) < plan.reassigned, 0, -1)
    often = np.argsort(-np.bincount(papers.trader[cases.paper]), kind="stable")[: 10 * plan.absent]
    traders = rng.choice(often, min(plan.absent, len(often)), replace=False)
    first = staff.of(papers.office[cases.paper])
    before[before == 0] = (first + rng.integers(0, staff.each, len(first)))[before == 0]
    pairs = []
    for trader in traders:
        own = np.flatnonzero(papers.trader[cases.paper] == trader)
        office = int(np.bincount(papers.office[cases.paper[own]]).argmax())
        inspector = int(staff.of(np.array(office))) + int(rng.integers(staff.each))
        given = own[(papers.office[cases.paper[own]] == office) & (rng.random(len(own)) < 0.5)]
        before[given] = inspector
        pairs.append((inspector, int(trader)))
    before = np.where(before == cases.inspector, -1, before)

    def told(codes: pa.Array) -> pa.Table:
        officers = [codes[o].as_py() for o, _ in pairs]
        return alike_table("absent", officers, [papers.traders[t].as_py() for _, t in pairs])

    return before, told


def _idle(
    rosters: Rosters, papers: Papers, staff: Staff, paper: Numbers, inspector: Numbers, at: Numbers, ground: Ground
) -> dict[str, pa.Array]:
    """Assignments of which nothing came."""
    officer = staff.officer[inspector]
    port = rosters.unit_port[rosters.unit[officer]].astype(np.int16)
    return {
        "declaration_id": papers.ids.take(pa.array(paper)),
        "inspector_id": officer_codes(rosters).take(pa.array(officer)),
        "assigned_at": moments(ground.utc(port, at[paper].astype(np.int32))),
        "assignment_method": pa.repeat("automatic", len(paper)),
    }
