from collections import Counter
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.compute as pc

from arusha.lib.synth.tests.worlds import administration
from arusha.lib.synth.waiting import BANDS, EDGES

TABLE = administration().tables["waiting"]


def _column(name: str) -> np.ndarray:
    return TABLE[name].to_numpy()


def test_the_bands_hold_all_passengers_but_those_excluded() -> None:
    banded = sum(_column(band) for band in BANDS)
    assert (banded + _column("excluded") == _column("passengers")).all()


def test_mean_and_longest_wait_agree_with_the_bands() -> None:
    counts = np.stack([_column(band) for band in BANDS], axis=1)
    counted = counts.sum(axis=1)
    some = counted > 0
    low = (counts * EDGES[:-1]).sum(axis=1)[some] / counted[some]
    high = (counts * EDGES[1:]).sum(axis=1)[some] / counted[some]
    mean = _column("mean_wait")
    assert ((low - 0.01 <= mean[some]) & (mean[some] <= high + 0.01)).all()
    assert (mean[~some] == 0).all()
    top = len(BANDS) - 1 - (counts[:, ::-1] > 0).argmax(axis=1)
    longest = _column("max_wait")[some]
    assert ((longest >= EDGES[top][some]) & (longest <= EDGES[top + 1][some])).all()
    assert (longest >= mean[some]).all()


def test_passengers_are_those_who_entered_in_that_hour_by_the_clock_of_the_port() -> None:
    crossings = administration().tables["crossings"]
    entering = crossings.filter(pc.equal(crossings["direction"], "in"))
    zone = ZoneInfo("EET")
    seen: Counter[tuple[str, object, int]] = Counter()
    for port, at in zip(entering["port_code"].to_pylist(), entering["crossed_at"].to_pylist(), strict=True):
        local = at.astimezone(zone)
        seen[port, local.date(), local.hour] += 1
    told: Counter[tuple[str, object, int]] = Counter()
    for row in TABLE.select(["port_code", "day", "hour", "passengers"]).to_pylist():
        told[row["port_code"], row["day"], row["hour"]] += row["passengers"]
    assert told == seen


def test_unusual_hours_stand_out_from_their_like() -> None:
    hours = administration().key.hours.to_pylist()
    assert len(hours) == 14
    rows = {(r["port_code"], r["terminal"], r["day"], r["hour"]): r for r in TABLE.to_pylist()}
    mean, port, hour = _column("mean_wait"), np.array(TABLE["port_code"].to_pylist()), _column("hour")
    for planted in hours:
        row = rows[planted["port_code"], planted["terminal"], planted["day"], planted["hour"]]
        like = mean[(port == planted["port_code"]) & (hour == planted["hour"])]
        assert row["mean_wait"] > 1.7 * np.median(like)
        assert 3 <= planted["factor"] <= 5


def test_waits_rise_with_passengers_a_booth() -> None:
    load = _column("passengers") / _column("booths")
    busiest = np.array(TABLE["port_code"].to_pylist()) == "P01"
    heavy = busiest & (load > np.quantile(load[busiest], 0.95))
    light = busiest & (load < np.quantile(load[busiest], 0.5))
    assert _column("mean_wait")[heavy].mean() > 1.2 * _column("mean_wait")[light].mean()


def test_the_two_busiest_ports_have_two_terminals() -> None:
    halls = {(row["port_code"], row["terminal"]) for row in TABLE.select(["port_code", "terminal"]).to_pylist()}
    assert {port for port, hall in halls if hall == "T2"} == {"P01", "P02"}
    assert {port for port, _ in halls} == {f"P{n:02d}" for n in range(1, 13)}
