"""Searches of travellers: who was selected at which crossing, whether the officer on the lane searched, what came."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from arusha.lib.datasets import DATASETS
from arusha.lib.synth.crowd import Crowd
from arusha.lib.synth.declarations import CURRENCY
from arusha.lib.synth.ground import Ground, shift_of
from arusha.lib.synth.outcomes import (
    EASY_ODDS,
    LENIENT_ODDS,
    Favour,
    Numbers,
    alike_table,
    charged,
    favours_table,
    planned,
    spans,
)
from arusha.lib.synth.plans import FavourPlan, InspectionPlan
from arusha.lib.synth.rosters import Rosters
from arusha.lib.synth.rows import Bools, Rng
from arusha.lib.synth.tables import moments, officer_codes, port_codes

KINDS: tuple[tuple[str, float, float], ...] = (
    # what is found, median value in major units, rate of duty
    ("tobacco", 180, 0.60),
    ("alcohol", 140, 0.40),
    ("clothing", 420, 0.25),
    ("electronics", 900, 0.20),
    ("jewellery", 1600, 0.10),
    ("medicines", 260, 0.15),
    ("food", 120, 0.20),
)
IRREGULAR = 0.15  # of the searches carried out
OFTEN = 12  # selections that make a traveller one that nobody searches worth looking for
MINIMUM = 6  # selections of a favoured traveller with other officers


@dataclass(slots=True)
class _Picked:
    """Selections while they are made: the row of crossings, the traveller, the officer, what came of it."""

    row: Numbers
    person: Numbers
    officer: Numbers
    done: Bools
    irregular: Bools
    reduced: Bools


def make_searches(
    rng: Rng, ground: Ground, rosters: Rosters, crowd: Crowd, people: pa.Array
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Searches in order of time, the favours among them (key), and what only looks like favours (key)."""
    plan = ground.scenario.inspections or InspectionPlan()
    officer = rosters.at_lane[crowd.lane, shift_of(crowd.rows.at)].astype(np.int64)
    person = crowd.rows.person.astype(np.int64)
    chosen = np.flatnonzero((rng.random(len(person)) < plan.searched) & (officer >= 0))
    easy = _easy(rng, person[chosen], plan.easy)
    busy = np.argsort(-np.bincount(officer[chosen]), kind="stable")
    lenient = rng.choice(busy[: max(plan.lenient, len(busy) // 2)], plan.lenient, replace=False)
    picked = _picked(rng, plan, chosen, person[chosen], officer[chosen], easy, lenient)
    favours = _favours(rng, plan, picked, person, officer, easy)
    order = np.argsort(crowd.utc[picked.row], kind="stable")
    table = _table(rng, ground, rosters, crowd, people, picked, order, lenient)
    codes = officer_codes(rosters)
    alike = [
        alike_table("lenient", codes.take(pa.array(lenient)).to_pylist(), [None] * len(lenient)),
        alike_table("easy", [None] * len(easy), people.take(pa.array(easy)).to_pylist()),
    ]
    return table, favours_table(favours, codes, people), pa.concat_tables(alike)


def _easy(rng: Rng, person: Numbers, count: int) -> Numbers:
    """Travellers often selected whom hardly anybody searches: crews known to all, people with passes."""
    often = np.argsort(-np.bincount(person), kind="stable")[: OFTEN * count]
    return np.asarray(rng.choice(often, min(count, len(often)), replace=False), np.int64)


def _picked(
    rng: Rng,
    plan: InspectionPlan,
    row: Numbers,
    person: Numbers,
    officer: Numbers,
    easy: Numbers,
    lenient: Numbers,
) -> _Picked:
    odds = np.full(len(row), plan.evaded / (1 - plan.evaded))
    odds[np.isin(person, easy)] *= EASY_ODDS
    odds[np.isin(officer, lenient)] *= LENIENT_ODDS
    done = rng.random(len(row)) >= odds / (1 + odds)
    return _Picked(row, person, officer, done, done & (rng.random(len(row)) < IRREGULAR), np.zeros(len(row), bool))


def _favours(
    rng: Rng, plan: InspectionPlan, picked: _Picked, person: Numbers, officer: Numbers, easy: Numbers
) -> list[Favour]:
    """Plant the favours where a traveller met an officer often enough; each is selected with others too."""
    if not any(favour.of == "traveller" for favour in plan.favours):
        return []
    crossed = np.bincount(person)
    many = int(officer.max()) + 2
    pairs, times = np.unique(person[officer >= 0] * many + officer[officer >= 0], return_counts=True)
    taken, busy = set(easy.tolist()), set[int]()

    def choose(favour: FavourPlan, count: int) -> Favour | None:
        enough = np.flatnonzero((times >= count) & (crossed[pairs // many] >= times + 4 * MINIMUM))
        for pair in rng.permutation(pairs[enough])[:200]:
            traveller, who = int(pair // many), int(pair % many)
            if traveller not in taken and who not in busy:
                taken.add(traveller)
                busy.add(who)
                return _plant(rng, plan, picked, favour, traveller, who, count, person, officer)
        return None

    return planned(rng, plan.favours, "traveller", choose)


def _plant(
    rng: Rng,
    plan: InspectionPlan,
    picked: _Picked,
    favour: FavourPlan,
    traveller: int,
    who: int,
    count: int,
    person: Numbers,
    officer: Numbers,
) -> Favour:
    """The traveller is selected so often with the officer, and half as often with others, as profiles would have it."""
    mine = np.flatnonzero((person == traveller) & (officer >= 0))
    with_him, apart = mine[officer[mine] == who], mine[officer[mine] != who]
    others = rng.choice(apart, min(len(apart), max(MINIMUM, count // 2)), replace=False)
    new = np.concatenate([rng.choice(with_him, count, replace=False), others])
    wanted = round(count * favour.share)
    done = rng.random(len(new)) >= plan.evaded
    irregular = done & (rng.random(len(new)) < IRREGULAR)
    reduced = np.zeros(len(new), bool)
    if favour.how == "search":
        done[:wanted], irregular[:wanted] = False, False
    else:
        done[:], irregular[:], reduced[:wanted] = True, True, True
    keep = picked.person != traveller
    start = int(keep.sum())
    picked.row = np.concatenate([picked.row[keep], new])
    picked.person = np.concatenate([picked.person[keep], np.full(len(new), traveller)])
    picked.officer = np.concatenate([picked.officer[keep], officer[new]])
    picked.done = np.concatenate([picked.done[keep], done])
    picked.irregular = np.concatenate([picked.irregular[keep], irregular])
    picked.reduced = np.concatenate([picked.reduced[keep], reduced])
    return Favour(favour, who, traveller, start + np.arange(count), wanted)


def _table(
    rng: Rng,
    ground: Ground,
    rosters: Rosters,
    crowd: Crowd,
    people: pa.Array,
    picked: _Picked,
    order: Numbers,
    lenient: Numbers,
) -> pa.Table:
    row, done, guilty = picked.row[order], picked.done[order], picked.irregular[order]
    port = crowd.rows.port[row].astype(np.int64)
    kind = rng.choice(len(KINDS), len(row))
    median, rate = (np.array(column) for column in list(zip(*KINDS, strict=True))[1:])
    value = np.rint(100 * median[kind] * np.exp(rng.normal(0, 0.6, len(row)))).astype(np.int64)
    policy = np.exp(rng.normal(0, 0.2, ground.ports))[port]
    soft = np.isin(picked.officer[order], lenient)
    duty, penalty = charged(rng, value * rate[kind], policy, soft, picked.reduced[order])
    names = pa.array([name for name, _, _ in KINDS])
    found = pa.array(~guilty)
    methods = rng.choice(("profile", "random", "officer"), len(row), p=(0.6, 0.3, 0.1))
    columns = {
        "person_token": people.take(pa.array(picked.person[order])),
        "officer_id": officer_codes(rosters).take(pa.array(picked.officer[order])),
        "port_code": port_codes(ground).take(pa.array(port)),
        "direction": pa.array(["in", "out"]).take(pa.array(crowd.rows.out[row])),
        "channel": pa.array(np.where(rng.random(len(row)) < 0.15, "red", "green")),
        "selected_at": moments(crowd.utc[row]),
        "selection_method": pa.array(methods),
        **spans(rng, ground, port, crowd.rows.at[row].astype(np.int64), done),
        "result": pa.array(np.where(guilty, "irregular", "conform"), mask=~done),
        "goods_kind": names.take(pa.array(kind)),
        "goods_value": pa.array(value),
        "duty": pa.array(duty),
        "penalty": pa.array(penalty),
        "currency": pa.repeat(CURRENCY, len(row)),
    }
    schema = DATASETS["searches"].schema
    only_found = ("goods_kind", "goods_value", "duty", "penalty", "currency")
    ready = [
        pa.compute.if_else(found, pa.scalar(None, field.type), columns[field.name].cast(field.type))
        if field.name in only_found
        else columns[field.name].cast(field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(ready, schema=schema)
