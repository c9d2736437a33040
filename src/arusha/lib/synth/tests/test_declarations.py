from collections import Counter, defaultdict

import numpy as np

from arusha.lib.synth.declarations import CHECKED, GOODS, LANES
from arusha.lib.synth.tests.worlds import administration

TABLE = administration().tables["declarations"]
ROWS = TABLE.to_pylist()


def test_there_are_as_many_declarations_as_asked_for_with_their_items_in_order() -> None:
    items: dict[str, list[int]] = defaultdict(list)
    for row in ROWS:
        items[row["declaration_id"]].append(row["item_no"])
    assert len(items) == 20_000
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in items.values())
    assert 1.2 < len(ROWS) / len(items) < 1.3


def test_what_is_said_once_is_the_same_on_every_item() -> None:
    once = ("accepted_on", "office_code", "declarant_id", "importer_id", "exporter_id", "lane", "origin_country")
    seen: dict[str, tuple[object, ...]] = {}
    for row in ROWS:
        said = tuple(row[name] for name in once)
        assert seen.setdefault(row["declaration_id"], said) == said
        assert row["office_code"] in row["declaration_id"]


def test_importers_are_few_large_and_many_small() -> None:
    counts = sorted(Counter(row["importer_id"] for row in ROWS).values(), reverse=True)
    tenth = sum(counts[: len(counts) // 10]) / sum(counts)
    assert 0.35 < tenth < 0.9


def test_masses_are_heavy_tailed_and_prices_follow_mass_and_goods() -> None:
    mass = TABLE["net_mass"].to_numpy()
    assert mass.mean() > 1.5 * np.median(mass)
    usual = {code: price for code, price, _, _ in GOODS}
    less = set(administration().key.importers["importer_id"].to_pylist())
    ratio = [
        row["item_price"] / 100 / row["net_mass"] / usual[row["hs_code"]]
        for row in ROWS
        if row["importer_id"] not in less and row["net_mass"] > 1
    ]
    assert np.median(ratio) == 1 or abs(np.median(ratio) - 1) < 0.02
    assert 0.15 < np.std(np.log(ratio)) < 0.3


def test_importers_planted_to_declare_too_little_do() -> None:
    usual = {code: price for code, price, _, _ in GOODS}
    key = {row["importer_id"]: row["factor"] for row in administration().key.importers.to_pylist()}
    assert len(key) == 12
    told: dict[str, list[float]] = defaultdict(list)
    for row in ROWS:
        if row["importer_id"] in key:
            told[row["importer_id"]].append(row["item_price"] / 100 / row["net_mass"] / usual[row["hs_code"]])
    for importer, ratios in told.items():
        if len(ratios) > 30:
            assert abs(np.median(ratios) - key[importer]) < 0.1


def test_lanes_are_examined_by_their_share_and_only_what_was_examined_has_a_result() -> None:
    for lane, share in zip(LANES, CHECKED, strict=True):
        rows = [row["checked"] for row in ROWS if row["lane"] == lane]
        assert abs(np.mean(rows) - share) < 0.03
    assert all((row["irregular"] is None) == (not row["checked"]) for row in ROWS)
    rate = np.mean([row["irregular"] for row in ROWS if row["checked"]])
    assert 0.03 < rate < 0.15


def test_goods_countries_and_money_are_of_no_real_country() -> None:
    assert {row["currency"] for row in ROWS} == {"XTS"}
    assert all(row["origin_country"][0] == "X" for row in ROWS)
    assert all(len(row["hs_code"]) == 6 and row["hs_code"].isdigit() for row in ROWS)
    assert any(row["hs_code"].startswith("0") for row in ROWS), "leading zeros are kept"


def test_declarations_come_by_day_seldom_at_the_weeks_end() -> None:
    days = [row["accepted_on"] for row in ROWS]
    assert days == sorted(days)
    weekend = np.mean([day.weekday() >= 5 for day in days])
    assert 0.01 < weekend < 0.1
