"""Each rule flags the hour that breaks it, and no other."""

import pyarrow as pa
import pytest

from arusha.lib.datasets import DATASETS
from arusha.lib.intake.consistency import BANDS, WAITING, flagged

RIGHT = {
    "port_code": "A", "terminal": "T", "day": 0, "hour": 4, "mean_wait": 20.0, "max_wait": 40.0, "passengers": 110,
    "excluded": 10, "within_15": 40, "within_30": 40, "within_45": 20, "within_60": 0, "within_90": 0,
    "within_120": 0, "over_120": 0, "flights": 2, "booths": 5,
}  # fmt: skip
NONE = dict.fromkeys(BANDS, 0)


def broken(**change: object) -> list[str]:
    rows = pa.Table.from_pylist([RIGHT, {**RIGHT, "passengers": 110, **change}], DATASETS["waiting"].schema)
    told = flagged(WAITING, rows, "passengers")
    assert all(one.weight in (0, change.get("passengers", 110)) for one in told)
    return [one.rule for one in told if one.rows]


@pytest.mark.parametrize(
    "change, rules",
    [
        ({}, []),
        ({"passengers": 109}, ["bands-do-not-add-up"]),
        ({"mean_wait": 41.0}, ["mean-above-longest", "mean-outside-bands"]),
        ({"mean_wait": 29.0}, ["mean-outside-bands"]),
        ({"mean_wait": 11.0}, ["mean-outside-bands"]),
        ({"max_wait": 46.0}, ["longest-outside-bands"]),
        ({"max_wait": 30.0}, ["longest-outside-bands"]),
        ({**NONE, "passengers": 10}, ["nobody-counted"]),
        ({"booths": 0}, ["no-booth-open"]),
        ({"flights": 0}, ["no-flight"]),
    ],
)
def test_what_each_rule_flags(change: dict[str, object], rules: list[str]) -> None:
    assert broken(**change) == rules


def test_a_mean_may_have_been_rounded() -> None:
    # 40·0 + 40·16 + 20·31 over 100 is 12.6, 40·15 + 40·30 + 20·45 is 27
    assert broken(mean_wait=11.7) == broken(mean_wait=27.9) == []


def test_an_open_band_reaches_to_the_longest_wait() -> None:
    long = {**NONE, "over_120": 100, "max_wait": 200.0}
    assert broken(**long, mean_wait=200.0) == []
    assert broken(**long, mean_wait=118.0) == ["mean-outside-bands"]


def test_rows_without_a_value_that_a_rule_needs_are_counted_as_untried() -> None:
    rows = pa.Table.from_pylist([{**RIGHT, "excluded": None}], DATASETS["waiting"].schema)
    assert [(one.rule, one.rows, one.untried) for one in flagged(WAITING, rows, "passengers")][0] == (
        "bands-do-not-add-up", 0, 1,
    )  # fmt: skip


def test_the_bands_leave_no_gap() -> None:
    ends = list(BANDS.values())
    assert all(
        most is not None and most + 1 == shortest for (_, most), (shortest, _) in zip(ends, ends[1:], strict=False)
    )
