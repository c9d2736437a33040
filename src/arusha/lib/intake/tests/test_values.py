"""What a text means, and what is said where it means nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, Plan, parse_mapping
from arusha.lib.intake.binding import bind
from arusha.lib.intake.flaws import Bad
from arusha.lib.intake.moments import parse_moment, quick_moments
from arusha.lib.intake.numbers import integers, numbers
from arusha.lib.intake.reading import Batch
from arusha.lib.intake.tests.conftest import Give
from arusha.lib.intake.validate import Checked, check
from arusha.lib.intake.words import reject_sentence
from arusha.lib.intake.zones import to_utc

CROSSING = {"person_token": "T", "port_code": "A", "direction": "in", "crossed_at": "2026-03-01T08:00:00Z", "lane": ""}
SHIFT = {"officer_id": "O1", "unit_id": "U1", "port_code": "A", "shift_start": "2026-03-01T06:00:00Z"}


def checked(dataset: str, rows: list[dict[str, str | None]], mapping: str = "", **lists: tuple[str, ...]) -> Checked:
    plan = parse_mapping(f"dataset: {dataset}\n{mapping}") if mapping else Plan(DATASETS[dataset])
    names = tuple(rows[0])
    batch = Batch(np.arange(len(rows)), {name: pa.array([row[name] for row in rows], pa.string()) for name in names})
    return check(batch, bind(plan, names, None, "given.csv", lambda name: lists.get(name)))


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


NUMBERS = st.text(st.sampled_from(list("0123456789+-.,eEx_ ")), max_size=22) | st.sampled_from(
    ["nan", "inf", "1e400", "0x10", "٣", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1_000"]
)


@settings(deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=5), st.sampled_from([".", ","]))
def test_a_number_is_read_the_same_whatever_stands_beside_it(texts: list[str], decimal: str) -> None:
    for read in (integers, numbers):
        together, _ = read(pa.array(texts, pa.string()), decimal)
        beside, _ = read(pa.array([*texts, "not a number"], pa.string()), decimal)
        alone = [read(pa.array([text], pa.string()), decimal)[0].to_pylist()[0] for text in texts]
        assert together.to_pylist() == beside.to_pylist()[:-1] == alone


def test_numbers_in_words_and_with_decimals() -> None:
    values, flaws = integers(pa.array(["5", "-5", "+5", "5.0", "5e2", "5.4", "0x5", "٥", "1e300", "1,5", None]), ".")
    assert values.to_pylist() == [5, -5, 5, 5, 500, None, None, None, None, None, None]
    assert {int(at): flaw.bad.reason for flaw in flaws for at in flaw.at} == {
        5: "not-whole", 6: "not-a-number", 7: "not-a-number", 8: "too-large", 9: "not-a-number",
    }  # fmt: skip
    assert numbers(pa.array(["1,5", "1.500,5", "-,5"]), ",")[0].to_pylist() == [1.5, None, -0.5]


def test_units_are_exact() -> None:
    row = {"port_code": "A", "terminal": "T", "day": "2026-03-01", "hour": "4", "max_wait": "90", "passengers": "3"}
    mapping = (
        "columns:\n  mean_wait: {from: s, unit: {from: seconds}}\n  max_wait: {from: max_wait, unit: {from: hours}}"
    )
    found = checked("waiting", [{**row, "s": "100"}, {**row, "s": "-1"}], mapping)
    assert found.accepted.column("mean_wait").to_pylist() == [100 / 60]
    assert found.accepted.column("max_wait").to_pylist() == [5400.0]
    assert found.rejects.column("reason").to_pylist() == ["too-small"]


GOODS = {"declaration_id": "D", "item_no": "1", "accepted_on": "2026-03-01", "office_code": "10", "hs_code": "090121"}


def test_money_becomes_minor_units_by_its_currency() -> None:
    amounts = [("12.34", "USD"), ("12.34", "JPY"), ("12.345", "KWD"), ("12", "KRW"), ("1", ""), ("1", "XYZ"), ("", "")]
    rows = [{**GOODS, "price": price, "currency": currency} for price, currency in amounts]
    found = checked("declarations", rows, "columns:\n  item_price: {from: price, unit: {from: major}}")
    assert found.accepted.column("item_price").to_pylist() == [1234, 12345, 12, None]
    assert [(line["row"], line["reason"]) for line in found.rejects.to_pylist()] == [
        (1, "not-whole"), (4, "no-currency"), (5, "no-currency"),
    ]  # fmt: skip


def test_rounding_goes_to_the_nearest_and_halves_to_the_even() -> None:
    rows = [{**GOODS, "price": price, "currency": "KRW"} for price in ("0.5", "1.5", "2.5000001", "372254.4")]
    found = checked("declarations", rows, "columns:\n  item_price: {from: price, unit: {from: major, round: nearest}}")
    assert found.accepted.column("item_price").to_pylist() == [0, 2, 3, 372254]


def test_codes_patterns_and_words_for_nothing() -> None:
    mapping = """
empty: ["-"]
columns:
  direction: {from: D, codes: {A: in, "NO": out}}
  lane: {from: L, pattern: "lane (\\\\d+).*", empty: [NA]}
"""
    rows = [{**CROSSING, "D": d, "L": lane} for d, lane in [("A", "lane 4 east"), ("NO", "NA"), ("B", ""), ("A", "-")]]
    found = checked(
        "crossings", [{k: v for k, v in row.items() if k not in ("direction", "lane")} for row in rows], mapping
    )
    assert found.accepted.column("direction").to_pylist() == ["in", "out"]
    assert found.accepted.column("lane").to_pylist() == ["4", None]
    assert [(line["row"], line["column"], line["reason"], line["facts"]) for line in found.rejects.to_pylist()] == [
        (2, "direction", "unmapped-code", '{"codes":"A, NO"}'),
        (3, "lane", "not-in-pattern", '{"pattern":"lane (\\\\d+).*"}'),
    ]


def test_spaces_around_a_value_are_not_part_of_it() -> None:
    found = checked("crossings", [{name: f"  {value} \t" for name, value in CROSSING.items()}])
    assert found.accepted.column("person_token").to_pylist() == ["T"]
    assert found.rejects.num_rows == 0


def test_yes_and_no() -> None:
    rows = [{**GOODS, "checked": word} for word in ("true", "FALSE", "1", "0", "yes", "")]
    found = checked("declarations", rows)
    assert found.accepted.column("checked").to_pylist() == [True, False, True, False, None]
    assert found.rejects.column("reason").to_pylist() == ["not-yes-or-no"]


def test_a_lane_that_does_not_exist() -> None:
    rows = [{**CROSSING, "lane": lane} for lane in ("L1", "L9", "")]
    found = checked("crossings", rows, lanes=("L1", "L2"), ports=("A",))
    assert found.accepted.column("lane").to_pylist() == ["L1", None]
    (line,) = found.rejects.to_pylist()
    assert (line["row"], line["column"], line["value"], line["reason"]) == (1, "lane", "L9", "unknown-code")
    from_mapping = checked("crossings", rows, "lists: {lanes: [L9]}", lanes=("L1",))
    assert from_mapping.accepted.column("lane").to_pylist() == ["L9", None], "the mapping's list goes before"


def test_a_shift_that_ends_before_it_starts_or_as_it_starts() -> None:
    ends = ["2026-03-01T14:00:00Z", "2026-03-01T05:00:00Z", "2026-03-01T06:00:00Z"]
    found = checked("roster", [{**SHIFT, "shift_end": end} for end in ends])
    assert found.accepted.num_rows == 1
    assert [(line["row"], line["column"], line["reason"]) for line in found.rejects.to_pylist()] == [
        (1, "shift_end", "ends-before-start"), (2, "shift_end", "ends-before-start"),
    ]  # fmt: skip


def test_an_hour_that_no_day_has() -> None:
    row = {"port_code": "A", "terminal": "T", "day": "2026-03-01", "mean_wait": "1", "max_wait": "2", "passengers": "3"}
    found = checked("waiting", [{**row, "hour": "24"}])
    assert found.rejects.column("reason").to_pylist() == ["too-large"]


def test_every_flaw_of_a_row_is_told_and_the_row_counted_once() -> None:
    found = checked("crossings", [{**CROSSING, "person_token": "", "direction": "up", "crossed_at": "x" * 500}])
    assert found.rejected == 1
    assert [(line["column"], line["reason"]) for line in found.rejects.to_pylist()] == [
        ("crossed_at", "not-a-date"), ("direction", "not-allowed"), ("person_token", "missing"),
    ]  # fmt: skip
    assert len(found.rejects.column("value")[0].as_py()) == 200


def test_a_constant_that_will_not_do_is_the_mappings_fault() -> None:
    with pytest.raises(IntakeError, match=r"the constant 'up' of column 'direction' won't do \(not-allowed\)"):
        checked("crossings", [CROSSING], "columns: {direction: {value: up}}")


def test_a_column_that_is_mapped_elsewhere_is_not_taken_by_its_name_too() -> None:
    found = checked("crossings", [{**CROSSING, "lane": "T5"}], "columns: {person_token: lane}")
    (row,) = found.accepted.to_pylist()
    assert (row["person_token"], row["lane"]) == ("T5", None)


HOSTILE = {
    "person_token": st.sampled_from(["T1", "", "NA", "a\x00b", " T ", "é"]),
    "port_code": st.sampled_from(["A", "B", ""]),
    "direction": st.sampled_from(["in", "out", "IN", "up", ""]),
    "crossed_at": st.sampled_from(
        ["2026-10-25T02:30:00", "2026-03-29T02:30:00", "2026-03-01T08:00:00Z", "1/2/2026", "", "2026-02-30T00:00:00Z"]
    ),
    "lane": st.sampled_from(["L1", "L9", "", "NA"]),
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.fixed_dictionaries(HOSTILE), min_size=1, max_size=6))
def test_what_is_said_of_a_row_never_depends_on_other_rows(rows: list[dict[str, str | None]]) -> None:
    mapping = "zone: Europe/Paris\nempty: [NA]\nlists: {lanes: [L1]}"
    together = checked("crossings", rows, mapping)
    lines, accepted = [], []
    for place, row in enumerate(rows):
        alone = checked("crossings", [row], mapping)
        lines += [{**line, "row": place} for line in alone.rejects.to_pylist()]
        accepted += [{**line, "_row": place} for line in alone.accepted.to_pylist()]
    assert together.rejects.to_pylist() == lines
    assert together.accepted.to_pylist() == accepted


def test_a_sentence_for_a_clerk(give: Give, lake: Lake) -> None:
    header = "person_token,port_code,direction,crossed_at,lane\n"
    receipt = give(
        header + "T1,A,in,03/04/2026 08:00,L1\nT1,A,up,2026-10-25T02:30:00,L9\n",
        "dataset: crossings\nzone: Europe/Paris\nlists: {lanes: [L1, L2]}",
    )
    assert [f"row {reject.row}: {reject_sentence(reject)}" for reject in receipt.first_rejects] == [
        "row 0: crossed_at: “03/04/2026 08:00” may be read as more than one date; say in the mapping how dates are "
        'written, such as `format: "%d/%m/%Y"`.',
        "row 1: crossed_at: “2026-10-25T02:30:00” came twice in Europe/Paris, when clocks were put back; say in the "
        "mapping which is meant, `ambiguous: earlier` or `ambiguous: later`.",
        "row 1: direction: “up” is not one of in, out.",
        "row 1: lane: “L9” is not among the 2 codes of the list of lanes.",
    ]


def test_a_value_that_is_bad_has_a_reason() -> None:
    assert parse_moment("2026-02-29T10:00Z", None) == Bad("no-such-day", {})
