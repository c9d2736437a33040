"""The figures: the mean weighted by passengers, on real files and on any part of them; shares, quantiles, groups."""

import csv
from datetime import date
from pathlib import Path

import pytest

from arusha.lib.intake.consistency import WAITING, flagged
from arusha.lib.intake.tests.conftest import shared
from arusha.rooms.watch.waiting import waits
from arusha.rooms.watch.waiting.tests.tables import MONDAY, give, ohare, table


def by_hand(year: int | None = None, hour: int | None = None) -> float:
    """The mean from the files themselves, in whole numbers."""
    waited = passengers = 0
    for path in sorted(shared("airport-waits").glob("*.csv")):
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                if year in (None, int(row["date"][:4])) and hour in (None, int(row["hour"][:2])):
                    waited += int(row["all_avg_wait"]) * int(row["all_total"])
                    passengers += int(row["all_total"])
    return waited / passengers


@pytest.fixture(scope="module")
def chicago(tmp_path_factory):
    return ohare(tmp_path_factory.mktemp("ohare")).read("waiting").data


def test_the_ohare_files_say_16_65(chicago):
    told = waits.whole(chicago)
    assert (round(told.mean, 2), told.hours, told.passengers) == (16.65, 27_295, 21_348_758)
    assert told.mean == pytest.approx(by_hand(), rel=1e-12)


def test_any_part_of_them_has_its_own_mean(chicago):
    part = waits.chosen(chicago, port="ORD", start=date(2017, 1, 1), stop=date(2018, 1, 1))
    assert waits.whole(part).mean == pytest.approx(by_hand(year=2017), rel=1e-12)
    of_two = dict(waits.by_hour(chicago))[14]
    assert of_two.mean == pytest.approx(by_hand(hour=14), rel=1e-12)
    assert waits.whole(waits.chosen(chicago, terminal="Terminal 1")).mean is None


def test_groups_hold_all_hours_once(chicago):
    whole = waits.whole(chicago)
    for groups in (waits.by_hour, waits.by_weekday_and_hour, waits.by_month, waits.by_hall):
        told = [row[-1] for row in groups(chicago)]
        assert sum(one.hours for one in told) == whole.hours
        assert sum(one.passengers for one in told) == whole.passengers
        assert sum(one.mean * one.passengers for one in told if one.mean) / whole.passengers == pytest.approx(
            whole.mean
        )


def test_consistency_of_the_ohare_files(chicago):
    told = {one.rule: (one.rows, one.weight, one.untried) for one in flagged(WAITING, chicago, "passengers")}
    assert told == {
        "bands-do-not-add-up": (3, 2314, 0),
        "mean-above-longest": (0, 0, 0),
        "mean-outside-bands": (0, 0, 1),
        "longest-outside-bands": (0, 0, 1),
        "nobody-counted": (1, 7, 0),
        "no-booth-open": (9, 136, 0),
        "no-flight": (0, 0, 0),
    }


def test_columns_in_another_order_with_a_mapping_of_their_own(tmp_path: Path, chicago):
    from arusha.lib.intake import Lake, parse_mapping, receive
    from arusha.rooms.watch.waiting.tests.tables import AT

    path = tmp_path / "turned.csv"
    rows = chicago.slice(100, 500).to_pylist()
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["People", "When", "Wait", "Longest", "Clock", "Hall", "Place"])
        for row in rows:
            names = ("passengers", "day", "mean_wait", "max_wait", "hour", "terminal", "port_code")
            writer.writerow([row[name] for name in names])
    mapping = "dataset: waiting\nseparator: semicolon\ncolumns: {passengers: People, day: When, mean_wait: Wait, "
    mapping += "max_wait: Longest, hour: Clock, terminal: Hall, port_code: Place}\n"
    receive(Lake(tmp_path), path, parse_mapping(mapping), at=AT)
    told = waits.whole(Lake(tmp_path).read("waiting").data)
    assert told.mean == pytest.approx(waits.whole(chicago.slice(100, 500)).mean, rel=1e-12)


def test_the_mean_weighs_hours_by_passengers_and_not_alike():
    told = waits.whole(
        table([{"mean_wait": 10.0, "passengers": 300}, {"hour": 10, "mean_wait": 50.0, "passengers": 100}])
    )
    assert (told.mean, told.hours, told.passengers, told.p50, told.p90) == (20.0, 2, 400, 10.0, 50.0)


def test_nothing_and_nobody_have_no_mean():
    for rows in ([], [{"passengers": 0}]):
        told = waits.whole(table(rows))
        assert (told.mean, told.p90, told.hours) == (None, None, len(rows))
        assert waits.within(table(rows)).shares[30] is None


def test_shares_are_of_those_counted_in_whole_bands():
    bands = dict.fromkeys(("within_60", "within_90", "within_120", "over_120"), 0)
    full = {"within_15": 50, "within_30": 25, "within_45": 15, **bands, "over_120": 10}
    told = waits.within(table([full, {"hour": 10, "within_15": 99}]))
    assert told.counted == 100 and told.shares == {15: 0.5, 30: 0.75, 45: 0.9, 60: 0.9}


def test_weekdays_begin_on_monday():
    assert [(d, h) for d, h, _ in waits.by_weekday_and_hour(table([{"day": MONDAY, "hour": 23}]))] == [(0, 23)]


def test_what_is_received_is_what_is_told(tmp_path):
    from arusha.rooms.watch.waiting.tests.tables import hall

    made = hall(weeks=4)
    assert waits.whole(give(tmp_path, made).read("waiting").data).mean == pytest.approx(waits.whole(made).mean)
