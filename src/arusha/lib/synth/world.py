"""Making a world: the ground, the officers, the rings, everybody else; then the tables and the key."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from arusha.lib.synth import answers
from arusha.lib.synth.crowd import Crowd, gather, ordinary
from arusha.lib.synth.declarations import make_declarations
from arusha.lib.synth.ground import Ground, make_ground
from arusha.lib.synth.inspections import make_inspections
from arusha.lib.synth.key import ALIKE, FAVOURS, HOURS, IMPORTERS, AnswerKey
from arusha.lib.synth.plans import RingPlan, Scenario
from arusha.lib.synth.rings import make_rings
from arusha.lib.synth.rosters import Rosters, make_rosters
from arusha.lib.synth.rows import rng_for
from arusha.lib.synth.scenarios import SCENARIOS
from arusha.lib.synth.searches import make_searches
from arusha.lib.synth.tables import codes_table, crossings_table, households_table, roster_table, tokens
from arusha.lib.synth.waiting import make_waiting


@dataclass(frozen=True, slots=True)
class World:
    """An invented world: the tables an administration would hold, by dataset, and what was planted in them."""

    tables: Mapping[str, pa.Table]
    key: AnswerKey


def make(scenario: str | Scenario, rows: int, seed: int) -> World:
    """A world with exactly `rows` crossings; the same scenario, rows and seed give the same bytes.

    Raises
    ------
    ValueError
        where the scenario is unknown, or `rows` is too small to hold what it plants.
    """
    plan = _scenario(scenario)
    ground = make_ground(plan, rows, seed)
    rosters = make_rosters(ground, seed)
    others = ordinary(ground, rows, seed)
    rings = make_rings(rng_for(seed, "rings"), ground, rosters, others, ring_plans(plan, rows))
    crowd = gather(ground, rosters, rings, others, rows, seed)
    people = tokens(rng_for(seed, "tokens"), crowd.people)
    tables = _tables(ground, rosters, crowd, people, seed)
    about = {"scenario": plan.name, "rows": rows, "seed": seed, "start": plan.start.isoformat(), "days": plan.days}
    groups, members = answers.groups_tables(rings, crowd, people)
    hours, importers = HOURS.empty_table(), IMPORTERS.empty_table()
    if plan.waiting:
        tables["waiting"], hours = make_waiting(rng_for(seed, "waiting"), ground, rosters, crowd)
    if plan.declarations:
        tables["declarations"], importers = make_declarations(rng_for(seed, "declarations"), ground)
    favours, alike = FAVOURS.empty_table(), ALIKE.empty_table()
    if plan.inspections:
        tables |= (made := _examined(ground, rosters, crowd, people, tables.get("declarations"), importers, seed))[0]
        favours, alike = made[1:]
    key = AnswerKey(
        rings=answers.rings_table(ground, rings, crowd, people),
        ring_rows=answers.ring_rows_table(rings, crowd, people),
        groups=groups,
        members=members,
        officers=answers.officers_table(rings, rosters),
        served=answers.served_table(ground, rings, rosters, crowd),
        hours=hours,
        importers=importers,
        favours=favours,
        alike=alike,
        about=about,
    )
    return World(tables, key)


def _examined(
    ground: Ground,
    rosters: Rosters,
    crowd: Crowd,
    people: pa.Array,
    declarations: pa.Table | None,
    importers: pa.Table,
    seed: int,
) -> tuple[dict[str, pa.Table], pa.Table, pa.Table]:
    """Searches of travellers and, where there are declarations, inspections; the favours, and what looks like them."""
    made = {"searches": make_searches(rng_for(seed, "searches"), ground, rosters, crowd, people)}
    if declarations is not None:
        rng = rng_for(seed, "inspections")
        made["inspections"] = make_inspections(rng, ground, rosters, declarations, importers)
    favours, alike = (pa.concat_tables([parts[place] for parts in made.values()]) for place in (1, 2))
    return {name: parts[0] for name, parts in made.items()}, favours, alike


def ring_plans(scenario: Scenario, rows: int) -> list[RingPlan]:
    """One plan for each ring of a world with so many crossings."""
    scale = rows / 1e6 if scenario.rings_grow else 1.0
    return [plan for plan in scenario.rings for _ in range(max(1, round(plan.per_million * scale)))]


def _scenario(scenario: str | Scenario) -> Scenario:
    if isinstance(scenario, Scenario):
        return scenario
    if scenario not in SCENARIOS:
        raise ValueError(f"no scenario {scenario!r}; there are {', '.join(SCENARIOS)}")
    return SCENARIOS[scenario]


def _tables(ground: Ground, rosters: Rosters, crowd: Crowd, people: pa.Array, seed: int) -> dict[str, pa.Table]:
    homes = [(group, group.registered[group.of]) for group in crowd.groups if group.registered.any()]
    return {
        "crossings": crossings_table(ground, people, crowd.rows, crowd.utc, crowd.lane),
        "roster": roster_table(rng_for(seed, "roster-gaps"), ground, rosters),
        "households": households_table(
            rng_for(seed, "households"), people, [(group.who[known], group.of[known]) for group, known in homes]
        ),
        "codes": codes_table(ground),
    }
