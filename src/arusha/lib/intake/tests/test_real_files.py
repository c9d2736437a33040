"""Data that administrations published, through the mappings that come with the project."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from arusha.lib.intake import Lake, Plan, parse_mapping, read_mapping, receive
from arusha.lib.intake.consistency import WAITING, flagged
from arusha.lib.intake.tests.conftest import AT, MAPPINGS, shared

WAITS = MAPPINGS / "us-cbp-airport-waits.yaml"


def received(lake: Lake, paths: list[Path], plan: Plan) -> pa.Table:
    for path in paths:
        manifest = receive(lake, path, plan, at=AT).manifest
        assert (manifest.accepted, manifest.rejected, manifest.duplicates) == (manifest.received, 0, 0)
        assert manifest.not_taken == ()
    return lake.read(plan.dataset.name).data


def mean_wait(rows: pa.Table) -> float:
    weighted = pc.sum(pc.multiply(rows.column("mean_wait"), rows.column("passengers"))).as_py()
    return float(weighted / pc.sum(rows.column("passengers")).as_py())


def by_hand(paths: list[Path]) -> float:
    """The same from the files themselves, in whole numbers."""
    waited = passengers = 0
    for path in paths:
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                waited += int(row["all_avg_wait"]) * int(row["all_total"])
                passengers += int(row["all_total"])
    return waited / passengers


def test_ohare_waits(lake: Lake) -> None:
    paths = sorted(shared("airport-waits").glob("*.csv"))
    rows = received(lake, paths, read_mapping(WAITS))
    assert rows.num_rows == 27_295
    assert pc.sum(rows.column("passengers")).as_py() == 21_348_758
    assert round(mean_wait(rows), 2) == 16.65
    assert mean_wait(rows) == pytest.approx(by_hand(paths), rel=1e-12)
    assert sorted(set(rows.column("hour").to_pylist())) == list(range(24))
    assert {told.rule: (told.rows, told.weight) for told in flagged(WAITING, rows, "passengers")} == {
        "bands-do-not-add-up": (3, 2314),
        "mean-above-longest": (0, 0),
        "mean-outside-bands": (0, 0),
        "longest-outside-bands": (0, 0),
        "nobody-counted": (1, 7),
        "no-booth-open": (9, 136),
        "no-flight": (0, 0),
    }


@pytest.mark.parametrize("pick", [[0], [2, 3], [1, 3]])
def test_any_subset_has_its_own_mean(lake: Lake, pick: list[int]) -> None:
    paths = sorted(shared("airport-waits").glob("*.csv"))
    chosen = [paths[n] for n in pick]
    assert mean_wait(received(lake, chosen, read_mapping(WAITS))) == pytest.approx(by_hand(chosen), rel=1e-12)


def test_another_order_of_columns_with_its_own_mapping(lake: Lake, tmp_path: Path) -> None:
    paths = sorted(shared("airport-waits").glob("*.csv"))[:1]
    with paths[0].open(newline="") as file:
        rows = list(csv.DictReader(file))
    turned = tmp_path / "turned.csv"
    with turned.open("w", newline="") as file:
        columns = list(reversed(rows[0]))
        writer = csv.writer(file, delimiter=";")
        writer.writerow([f"X {name}" for name in columns])
        writer.writerows([row[name] for name in columns] for row in rows[::-1])
    text = WAITS.read_text().replace("all_", "X all_").replace(": airport", ": X airport")
    text = (
        text.replace(": terminal", ": X terminal").replace(": date", ": X date").replace("from: hour", "from: X hour")
    )
    text = text.replace("[us_avg_wait, us_", "[X us_avg_wait, X us_").replace(", non_us", ", X non_us")
    there = received(lake, [turned], parse_mapping("separator: semicolon\n" + text))
    assert there.num_rows == 6_650
    assert mean_wait(there) == pytest.approx(by_hand(paths), rel=1e-12)


def test_synthetic_declarations(lake: Lake) -> None:
    paths = sorted(shared("customs-declarations").glob("*.csv"))
    rows = received(lake, paths, read_mapping(MAPPINGS / "customs-declarations-synthetic.yaml"))
    assert rows.num_rows == 45_519
    wanted, fraud = 0, 0
    for path in paths:
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                wanted += round(float(row["Item Price"]))
                fraud += int(row["Fraud"])
    assert pc.sum(rows.column("item_price")).as_py() == wanted
    assert pc.sum(rows.column("irregular")).as_py() == fraud
    assert set(rows.column("item_no").to_pylist()) == {1}
    assert min(len(code) for code in rows.column("hs_code").to_pylist()) == 6, "zeros lead"
