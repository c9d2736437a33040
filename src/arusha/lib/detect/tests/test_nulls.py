"""Null models: what they keep and what they break."""

import numpy as np
import pyarrow as pa

from arusha.lib.detect import LaneShuffle, Nulls, WeekShift, WeekShuffle
from arusha.lib.detect.nulls import HOUR_US, WEEK_US

RNG = 4


def crossings(n: int = 4000) -> pa.Table:
    rng = np.random.default_rng(1)
    at = 1_736_121_600_000_000 + rng.integers(0, 50 * WEEK_US, n)
    return pa.table(
        {
            "person_token": [f"t{i % 200}" for i in range(n)],
            "port_code": [f"P{i % 3}" for i in range(n)],
            "direction": ["in", "out"] * (n // 2),
            "crossed_at": pa.array(at, pa.timestamp("us", tz="UTC")),
            "lane": [f"L{x}" for x in rng.integers(0, 4, n)],
        }
    )


def moved(null, table: pa.Table) -> np.ndarray:
    drawn = null.draw({"crossings": table}, np.random.default_rng(RNG))["crossings"]
    before, after = (np.asarray(t["crossed_at"].cast(pa.int64())) for t in (table, drawn))
    assert ((after - before) % WEEK_US == 0).all(), "weekday and hour are kept"
    return (after - before) // WEEK_US


def test_a_shift_moves_each_traveller_as_one():
    table = crossings()
    steps = moved(WeekShift(weeks=4), table)
    assert set(np.unique(steps)) <= {-4, -3, -2, -1, 1, 2, 3, 4}
    by_person = [set(steps[i::200]) for i in range(200)]
    assert all(len(one) == 1 for one in by_person) and len(set.union(*by_person)) == 8


def test_a_shuffle_moves_each_crossing_and_stays_within_the_table():
    table = crossings()
    steps = moved(WeekShuffle(), table)
    assert len(np.unique(steps)) > 30 and len(set(steps[0::200])) > 5
    week = np.asarray(table["crossed_at"].cast(pa.int64())) // WEEK_US
    assert (week + steps >= week.min()).all() and (week + steps <= week.max()).all()


def test_a_burst_is_spread_over_half_a_year():
    table = crossings().append_column("n", pa.array(range(4000)))
    at = np.asarray(table["crossed_at"].cast(pa.int64())).copy()
    at[:20] = at.min() + 20 * WEEK_US
    table = table.set_column(3, table.schema.field(3), pa.array(at, pa.timestamp("us", tz="UTC")))
    table = table.set_column(0, "person_token", pa.array(["burst"] * 20 + [f"t{i}" for i in range(20, 4000)]))
    assert np.ptp(moved(WeekShuffle(least=26), table)[:20]) >= 15


def test_a_lane_shuffle_keeps_every_lanes_traffic_by_the_hour():
    table = crossings()
    drawn = LaneShuffle().draw({"crossings": table}, np.random.default_rng(RNG))["crossings"]
    assert drawn.drop_columns(["lane"]).equals(table.drop_columns(["lane"]))
    hour = np.asarray(table["crossed_at"].cast(pa.int64())) // HOUR_US

    def counted(t: pa.Table) -> list[tuple[str, str, int, str]]:
        return sorted(
            zip(
                *(t[c].to_pylist() for c in ("port_code", "direction")),
                hour.tolist(),
                t["lane"].to_pylist(),
                strict=True,
            )
        )

    assert counted(drawn) == counted(table) and drawn["lane"] != table["lane"]


def test_several_nulls_are_drawn_one_after_the_other():
    table = crossings()
    drawn = Nulls((LaneShuffle(), WeekShuffle())).draw({"crossings": table, "other": table}, np.random.default_rng(RNG))
    assert drawn["other"].equals(table) and drawn["crossings"]["crossed_at"] != table["crossed_at"]


def test_an_empty_table_is_drawn_as_it_is():
    empty = crossings().slice(0, 0)
    assert (
        Nulls((LaneShuffle(), WeekShuffle()))
        .draw({"crossings": empty}, np.random.default_rng(RNG))["crossings"]
        .num_rows
        == 0
    )
