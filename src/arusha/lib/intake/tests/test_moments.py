"""Dates and moments: read when they mean one thing, and told when they do not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.intake.moments import parse_moment, quick_moments
from arusha.lib.intake.tests.conftest import CROSSING, checked
from arusha.lib.intake.zones import to_utc


def times(texts: list[str], mapping: str = "") -> tuple[list[str], list[tuple[int, str]]]:
    """Accepted moments of crossings at these texts, and the row and reason of the others."""
    found = checked("crossings", [{**CROSSING, "crossed_at": text} for text in texts], mapping)
    told = [str(when) for when in found.accepted.column("crossed_at").to_pylist()]
    return told, [(line["row"], line["reason"]) for line in found.rejects.to_pylist()]


def test_iso_8601_always_reads() -> None:
    told, wrong = times(
        [
            "2026-03-01T08:00:00Z",
            "2026-03-01 08:00+03:00",
            "2026-03-01T08:00:00.25-0330",
            "2026-03-01t08:00:00,5z",
            "2026-03-01T08:00:00.123456789Z",
        ]
    )
    assert told == [
        "2026-03-01 08:00:00+00:00",
        "2026-03-01 05:00:00+00:00",
        "2026-03-01 11:30:00.250000+00:00",
        "2026-03-01 08:00:00.500000+00:00",
        "2026-03-01 08:00:00.123456+00:00",
    ]
    assert wrong == []


def test_dates_in_three_formats_are_ambiguous_until_one_is_named() -> None:
    texts = ["03/04/2026 08:00", "2026-04-03T08:00", "04.03.2026 08:00", "13/04/2026 08:00"]
    assert times(texts, "zone: UTC") == (
        ["2026-04-03 08:00:00+00:00"],
        [(0, "ambiguous-date"), (2, "ambiguous-date"), (3, "ambiguous-date")],
    )
    named = 'zone: UTC\ncolumns: {crossed_at: {from: crossed_at, format: "%d/%m/%Y %H:%M"}}'
    assert times(texts, named) == (
        ["2026-04-03 08:00:00+00:00", "2026-04-03 08:00:00+00:00", "2026-04-13 08:00:00+00:00"],
        [(2, "not-in-format")],
    )
    american = 'zone: UTC\ncolumns: {crossed_at: {from: crossed_at, format: "%m/%d/%Y %H:%M"}}'
    assert times(texts, american) == (
        ["2026-03-04 08:00:00+00:00", "2026-04-03 08:00:00+00:00"],
        [(2, "not-in-format"), (3, "not-in-format")],
    )


def test_year_day_month_is_never_taken_for_iso() -> None:
    named = 'zone: UTC\ncolumns: {crossed_at: {from: crossed_at, format: "%Y-%d-%m %H:%M"}}'
    assert times(["2026-01-13 08:00", "2026-13-01 08:00"], named) == (
        ["2026-01-13 08:00:00+00:00"],
        [(0, "not-in-format")],
    )


def test_any_format_of_strptime_may_be_named() -> None:
    named = 'columns: {crossed_at: {from: crossed_at, format: "%d %b %Y, %I:%M %p %z"}}'
    assert times(["3 Apr 2026, 02:30 PM +0300"], named) == (["2026-04-03 11:30:00+00:00"], [])


def test_what_is_no_moment() -> None:
    texts = ["2026-02-30T08:00:00Z", "2026-03-01", "yesterday", "20260301", "", "2026-03-01T24:00:00Z", "9999"]
    reasons = ["no-such-day", "no-time-of-day", "not-a-date", "ambiguous-date", "missing", "no-such-day", "not-a-date"]
    assert times(texts, "zone: UTC") == ([], list(enumerate(reasons)))


def test_a_naive_time_needs_a_zone() -> None:
    assert times(["2026-03-01T08:00:00"]) == ([], [(0, "naive-time")])
    assert times(["2026-03-01T08:00:00"], "zone: Africa/Dar_es_Salaam")[0] == ["2026-03-01 05:00:00+00:00"]


PARIS = ["2026-10-25T02:30:00", "2026-03-29T02:30:00", "2026-10-25T03:00:00", "2026-10-25T02:30:00+02:00"]


def test_a_time_that_came_twice_and_one_that_never_came() -> None:
    good, wrong = times(PARIS, "zone: Europe/Paris")
    assert good == ["2026-10-25 02:00:00+00:00", "2026-10-25 00:30:00+00:00"]
    assert wrong == [(0, "clock-change"), (1, "nonexistent-time")]


@pytest.mark.parametrize("which, utc", [("earlier", "00:30"), ("later", "01:30")])
def test_the_mapping_may_say_which_of_two(which: str, utc: str) -> None:
    good, wrong = times(PARIS[:2], f"zone: Europe/Paris\nambiguous: {which}")
    assert good == [f"2026-10-25 {utc}:00+00:00"]
    assert wrong == [(1, "nonexistent-time")], "no mapping makes a moment of a time that never came"


ZONES = [
    "Europe/Paris",
    "America/New_York",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
]


@settings(deadline=None)
@given(
    st.lists(st.datetimes(datetime(1972, 1, 1), datetime(2045, 1, 1)), max_size=5),  # noqa: DTZ001
    st.integers(1972, 2036),
    st.sampled_from(ZONES),
    st.sampled_from(["earlier", "later", None]),
)
def test_local_times_are_what_zoneinfo_says(some: list[datetime], year: int, zone: str, which: str | None) -> None:
    around = [when for change in changes(zone, year) for when in (change, change + timedelta(minutes=31))]
    naive = some + [when + timedelta(minutes=shift) for when in around for shift in (-61, -30, -1, 0, 1, 30, 61)]
    micros = np.array([(when - datetime(1970, 1, 1)) // timedelta(microseconds=1) for when in naive], np.int64)  # noqa: DTZ001
    utc, twice, never = to_utc(micros, zone, which)
    for place, when in enumerate(naive):
        first, second = (when.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
        exists = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == when
        assert never[place] == (not exists), when
        assert twice[place] == (exists and first != second), when
        if exists and not (twice[place] and which is None):
            meant = second if which == "later" else first
            assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(utc[place])) == meant


def changes(zone: str, year: int) -> list[datetime]:
    """The local times just after which the clocks of a year change, to the hour."""
    hours = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(0, 8760, 6)]
    local = [hour.astimezone(ZoneInfo(zone)) for hour in hours]
    spots = [n for n in range(1, len(local)) if local[n].utcoffset() != local[n - 1].utcoffset()]
    fine = [hours[n - 1] + timedelta(minutes=30 * step) for n in spots for step in range(13)]
    near = [when.astimezone(ZoneInfo(zone)) for when in fine]
    return [
        near[n].replace(tzinfo=None, fold=0)
        for n in range(1, len(near))
        if near[n].utcoffset() != near[n - 1].utcoffset()
    ]


DIGITS = st.sampled_from(["1", "01", "03", "12", "13", "29", "30", "31", "60", "0", "24"])
TIMES = st.builds(
    lambda a, b, c, d, e, f: f"{a}{d}{b}{d}2024{e}{c}{f}",
    DIGITS, DIGITS, st.sampled_from(["08:00", "08:00:00", "8:00", "25:00", "23:59:59.5"]),
    st.sampled_from(["/", "-", "."]), st.sampled_from([" ", "T"]), st.sampled_from(["", "Z", "+03:00", "+0330", "+99"]),
) | st.builds(
    lambda a, b, c, e, f: f"2024-{a}-{b}{e}{c}{f}",
    DIGITS, DIGITS, st.sampled_from(["08:00", "08:00:00", "8:00", "25:00", "23:59:59.5"]),
    st.sampled_from([" ", "T", "t"]), st.sampled_from(["", "Z", "z", "+03:00", "+0330", "-03", "+99:00"]),
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(TIMES, min_size=1, max_size=4),
    st.sampled_from([None, "%d/%m/%Y %H:%M", "%m-%d-%Y %H:%M:%S", "%Y-%d-%m %H:%M"]),
)
def test_many_at_once_are_read_like_one_by_one(texts: list[str], format_: str | None) -> None:
    micros, aware, read = quick_moments(pa.array(texts, pa.string()), format_)
    for place, text in enumerate(texts):
        if read[place]:
            assert parse_moment(text, format_) == (micros[place], aware[place]), text


def test_plain_formats_are_read_many_at_once() -> None:
    texts = pa.array(["24/10/1987 13:45", "25/10/1987 13:45"])
    assert quick_moments(texts, "%d/%m/%Y %H:%M")[2].all(), "or a million rows take minutes"


def test_days_take_a_midnight_along_but_no_other_time() -> None:
    row = {"port_code": "A", "terminal": "T", "hour": "4", "mean_wait": "1", "max_wait": "2", "passengers": "3"}
    found = checked("waiting", [{**row, "day": day} for day in ("2026-03-01 00:00:00", "2026-03-01 07:00", "1/3/2026")])
    assert [str(day) for day in found.accepted.column("day").to_pylist()] == ["2026-03-01"]
    assert found.rejects.column("reason").to_pylist() == ["has-time-of-day", "ambiguous-date"]
