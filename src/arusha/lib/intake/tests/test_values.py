"""What a text means, and what is said where it means nothing."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.intake import IntakeError, Lake
from arusha.lib.intake.flaws import Bad
from arusha.lib.intake.moments import parse_moment
from arusha.lib.intake.numbers import integers, numbers
from arusha.lib.intake.tests.conftest import CROSSING, Give, checked
from arusha.lib.intake.words import reject_sentence

SHIFT = {"officer_id": "O1", "unit_id": "U1", "port_code": "A", "shift_start": "2026-03-01T06:00:00Z"}


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
