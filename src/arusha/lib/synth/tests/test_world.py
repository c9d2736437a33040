from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.datasets import DATASETS
from arusha.lib.synth import SCENARIOS, World, make
from arusha.lib.synth.crowd import _ordered
from arusha.lib.synth.ground import make_ground
from arusha.lib.synth.key import SCHEMAS
from arusha.lib.synth.rosters import make_rosters
from arusha.lib.synth.rows import make_rows, rng_for
from arusha.lib.synth.tests.worlds import administration, border, seconds


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    again = make("border-year", 60_000, 7)
    for name, table in border().tables.items():
        assert again.tables[name].equals(table), name
    for name, table in border().key.tables().items():
        assert again.key.tables()[name].equals(table), name
    assert not make("border-year", 60_000, 8).tables["crossings"].equals(border().tables["crossings"])


@settings(max_examples=6, deadline=None)
@given(st.sampled_from(["quiet", "border-year", "administration"]), st.integers(40_000, 60_000), st.integers(0, 2**32))
def test_a_world_has_as_many_crossings_as_were_asked_for(scenario: str, rows: int, seed: int) -> None:
    world = make(replace(SCENARIOS[scenario], declarations=0), rows, seed)
    assert world.tables["crossings"].num_rows == rows


@pytest.mark.parametrize("world", [border, administration])
def test_tables_are_as_declared(world: Callable[[], World]) -> None:
    made = world()
    for name, table in made.tables.items():
        assert table.schema.equals(DATASETS[name].schema), name
        for column in DATASETS[name].columns:
            values = table[column.name]
            assert column.optional or values.null_count == 0, (name, column.name)
            if column.allowed:
                assert set(values.unique().to_pylist()) <= {*column.allowed, None}
            if column.least is not None:
                assert pc.min(values).as_py() >= column.least
    for name, table in made.key.tables().items():
        assert table.schema.equals(SCHEMAS[name]), name


@pytest.mark.parametrize(
    "name", ["crossings", "roster", "households", "codes", "waiting", "declarations", "inspections", "searches"]
)
def test_no_two_rows_share_a_key(name: str) -> None:
    table = administration().tables[name].select(list(DATASETS[name].key))
    assert table.num_rows > 50
    assert table.group_by(table.column_names).aggregate([]).num_rows == table.num_rows


def test_every_code_in_the_data_is_in_the_list_of_codes() -> None:
    codes = administration().tables["codes"].to_pylist()
    known = {kind: {row["code"] for row in codes if row["list"] == kind} for kind in ("ports", "lanes", "offices")}
    for name, table in administration().tables.items():
        for column in DATASETS[name].columns:
            if column.code is not None:
                assert set(table[column.name].unique().to_pylist()) - {None} <= known[column.code], (name, column.name)


def test_crossings_come_in_order_of_time_and_within_the_world() -> None:
    at = seconds(border().tables["crossings"]["crossed_at"])
    assert (np.diff(at) >= 0).all()
    first = pc.strptime("2025-01-05", format="%Y-%m-%d", unit="s").cast(pa.int64()).as_py()
    assert at[0] >= first
    assert at[-1] < first + (364 + 2) * 86_400


def test_crossings_of_one_second_come_in_random_order() -> None:
    ground = make_ground(SCENARIOS["quiet"], 60_000, 1)
    rosters = make_rosters(ground, 1)
    rows = make_rows(np.arange(400), 0, 0, 50_000, 0.5)
    placed = _ordered(rng_for(1, "order"), ground, rosters, rows, 0, 400, ()).rows.person
    # Neighbours in a random order of 400 are a third of 400 apart; made side by side they would be one apart.
    assert 100 < np.abs(np.diff(placed)).mean() < 170


def test_the_register_holds_the_registered_families_and_no_others() -> None:
    key = border().key
    known = set(key.groups.filter(key.groups["registered"])["group_id"].to_pylist())
    family_of = {
        row["person_token"]: row["group_id"]
        for row in key.members.to_pylist()
        if row["kind"] in ("family", "school-run")
    }
    registered: dict[str, set[str]] = {}
    for row in border().tables["households"].to_pylist():
        registered.setdefault(row["household_id"], set()).add(row["person_token"])
    assert {family_of[token] for people in registered.values() for token in people} == known
    assert sorted(map(len, registered.values())) == sorted(
        row["size"] for row in key.groups.to_pylist() if row["group_id"] in known
    )
    assert len(known) < len(set(family_of.values()))


def test_tokens_say_nothing_of_families() -> None:
    """Of families sorted by token, neighbours belong together as often as any two would."""
    rows = border().tables["households"].sort_by("person_token").to_pylist()
    side_by_side = sum(a["household_id"] == b["household_id"] for a, b in zip(rows, rows[1:], strict=False))
    assert len(rows) > 150
    assert side_by_side <= 8
    firsts = {row["person_token"][0] for row in rows}
    assert len(firsts) == 16
    assert all(len(row["person_token"]) == 16 for row in rows)


def test_nobody_is_in_two_places_within_minutes_but_rings() -> None:
    table = border().tables["crossings"]
    person = np.asarray(table["person_token"].combine_chunks().dictionary_encode().indices)
    at = seconds(table["crossed_at"])
    order = np.lexsort((at, person))
    gap = np.diff(at[order])[np.diff(person[order]) == 0]
    assert (gap < 600).mean() < 1e-4


def test_too_few_crossings_are_refused() -> None:
    with pytest.raises(ValueError, match=r"plants [\d,]+ crossings and cannot have 2,000"):
        make("border-year", 2_000, 1)


def test_an_unknown_scenario_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no scenario 'nowhere'; there are border-year"):
        make("nowhere", 60_000, 1)


def test_every_scenario_says_what_it_is() -> None:
    for name, scenario in SCENARIOS.items():
        assert scenario.name == name
        assert len(scenario.meaning) > 100
        assert sum(scenario.shares.values()) < 0.85


def test_the_quiet_world_has_groups_but_no_ring_and_no_colluding_officer() -> None:
    key = make("quiet", 300_000, 3).key
    assert key.rings.num_rows == key.officers.num_rows == key.ring_rows.num_rows == key.served.num_rows == 0
    kinds = set(key.groups["kind"].to_pylist())
    assert {"family", "tour", "daily-bus", "shift-team"} <= kinds
    assert "ring" not in kinds


def test_the_administration_has_its_offices_and_officers() -> None:
    tables = administration().tables
    assert len(set(tables["roster"]["officer_id"].to_pylist())) == 600
    assert len(set(tables["declarations"]["office_code"].to_pylist())) == 12
    assert "flagship" in administration().key.rings["band"].to_pylist()
    assert SCENARIOS["administration"].declarations == 300_000


def test_ten_times_the_crossings_go_through_twice_the_ports() -> None:
    ports = [make_ground(SCENARIOS["border-year"], rows, 1).ports for rows in (1_000_000, 10_000_000)]
    assert ports == [15, 30]
