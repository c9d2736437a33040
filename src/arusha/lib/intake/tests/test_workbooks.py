"""Excel workbooks: each cell as it is held, and every file that only looks like one refused by a sentence."""

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from arusha.lib.intake import IntakeError, Lake, workbooks
from arusha.lib.intake.tests.conftest import Give
from arusha.lib.intake.words import reject_sentence

NAMES = ["person_token", "port_code", "direction", "crossed_at", "lane"]
moment = datetime.fromisoformat
UTC_ZONE = "dataset: crossings\nzone: UTC\n"


def book(*sheets: tuple[str, list[list[object]]], formats: dict[str, str] | None = None) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cell, said in (formats or {}).items():
            sheet[cell].number_format = said
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def changed(content: bytes, part: str, edit: object) -> bytes:
    """The same workbook with one part of it rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            body = given.read(name)
            made.writestr(name, edit(body) if name == part else body)
    return out.getvalue()


def refused(give: Give, content: bytes, mapping: str = UTC_ZONE, name: str = "given.xlsx") -> str:
    with pytest.raises(IntakeError) as caught:
        give(content, mapping, name=name)
    return str(caught.value)


def test_cells_are_taken_as_they_are_held(give: Give, lake: Lake) -> None:
    rows = [
        NAMES,
        ["T1", "A", "in", moment("2026-03-01T08:00:30"), None],
        [17, 4.5, "out", moment("2026-03-02"), True],
    ]
    receipt = give(book(("Crossings", rows)), UTC_ZONE, name="given.xlsx")
    assert (receipt.manifest.received, receipt.manifest.accepted) == (2, 2)
    first, second = lake.read("crossings").data.to_pylist()
    assert (first["person_token"], first["crossed_at"].isoformat()) == ("T1", "2026-03-01T08:00:30+00:00")
    assert (first["lane"], second["lane"]) == (None, "true")
    assert (second["person_token"], second["port_code"]) == ("17", "4.5")
    assert second["crossed_at"].isoformat() == "2026-03-02T00:00:00+00:00"


def test_a_day_without_a_time_is_no_moment_but_is_a_day(give: Give, lake: Lake) -> None:
    rows = [NAMES, ["T1", "A", "in", moment("2026-03-02"), "L"]]
    receipt = give(book(("s", rows), formats={"D2": "dd/mm/yyyy"}), UTC_ZONE, name="given.xlsx")
    assert receipt.manifest.reasons == {"no-time-of-day": 1}
    names = ["declaration_id", "item_no", "accepted_on", "office_code", "hs_code", "item_price", "currency"]
    item = ["D1", 1, date(2026, 3, 2), "O", "010121", 1234.5, "USD"]
    priced = "dataset: declarations\ndecimal: ','\ncolumns: {item_price: {from: item_price, unit: {from: major}}}"
    give(book(("s", [names, item])), priced, name="goods.xlsx")
    (row,) = lake.read("declarations").data.to_pylist()
    assert (row["accepted_on"], row["hs_code"], row["item_price"]) == (date(2026, 3, 2), "010121", 123_450)


def test_a_date_is_a_date_whatever_format_the_mapping_names_for_texts(give: Give, lake: Lake) -> None:
    rows = [NAMES, ["T1", "A", "in", moment("2026-03-04T08:00"), "L"], ["T2", "A", "in", "04.03.2026 09:00", "L"]]
    said = UTC_ZONE + 'columns: {crossed_at: {from: crossed_at, format: "%d.%m.%Y %H:%M"}}'
    assert give(book(("s", rows)), said, name="given.xlsx").manifest.accepted == 2
    assert [when.hour for when in lake.read("crossings").data.column("crossed_at").to_pylist()] == [8, 9]


def test_a_formula_counts_as_the_value_saved_with_it_and_not_without(give: Give) -> None:
    rows = [
        NAMES,
        ["T1", "=1+1", "in", moment("2026-03-01T08:00"), None],
        ["T2", "=A1", "in", moment("2026-03-01T09:00"), "L"],
    ]
    content = book(("s", rows))
    saved = changed(
        content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
        .replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(b"<f>A1</f><v />", b"<f>A1</f>")
        .replace(b"<f>A1</f><v></v>", b"<f>A1</f>")
    )  # fmt: skip
    receipt = give(saved, UTC_ZONE, name="given.xlsx")
    assert (receipt.manifest.accepted, receipt.manifest.reasons) == (1, {"formula-without-value": 1})
    assert receipt.first_rejects[0].row == 1
    assert reject_sentence(receipt.first_rejects[0]).startswith("Cell B3 holds a formula whose value was never saved")


def test_errors_and_cells_beyond_the_header_are_set_aside(give: Give) -> None:
    good = ["T1", "A", "in", moment("2026-03-01T08:00"), "L"]
    rows = [NAMES, ["T2", "#N/A", *good[2:]], [None] * 5, [*good, None, "more"], good]
    receipt = give(book(("s", rows)), UTC_ZONE, name="given.xlsx")
    assert (receipt.manifest.received, receipt.manifest.accepted) == (3, 1)
    assert [reject_sentence(one) for one in receipt.first_rejects] == [
        "Cell B2 holds the error #N/A instead of a value.",
        "The row has 7 fields where the header has 5: “T1\tA\tin\t2026-03-01T08:00:00\tL\tmore”.",
    ]


def test_a_number_shown_as_a_date_that_is_none_is_set_aside(give: Give) -> None:
    rows = [NAMES, ["T1", "A", "in", 99_999_999, "L"]]
    receipt = give(book(("s", rows), formats={"D2": "dd/mm/yyyy hh:mm"}), UTC_ZONE, name="given.xlsx")
    assert receipt.manifest.reasons == {"date-out-of-range": 1}


def test_the_sheet_is_the_only_one_with_data_or_the_one_named(give: Give, lake: Lake) -> None:
    rows = [NAMES, ["T1", "A", "in", moment("2026-03-01T08:00"), "L"]]
    two = book(("Notes", [["see below"]]), ("Data", rows), ("Empty", []))
    assert refused(give, two) == ("given.xlsx: 2 sheets hold something: 'Notes', 'Data'; say `sheet: …` in the mapping")
    assert "there is no sheet 'Dta'; name one of 'Notes', 'Data', 'Empty'" in refused(
        give, two, UTC_ZONE + "sheet: Dta"
    )
    assert "the sheet 'Empty' is empty" in refused(give, two, UTC_ZONE + "sheet: Empty")
    assert give(two, UTC_ZONE + "sheet: Data", name="given.xlsx").manifest.accepted == 1
    with pytest.raises(IntakeError, match="has no sheets"):
        give("person_token\nT1\n", UTC_ZONE + "sheet: Data")


def test_a_mapping_without_a_sheet_keeps_the_digest_it_had() -> None:
    from arusha.lib.intake import parse_mapping

    assert parse_mapping(UTC_ZONE).digest == "f316300d78bca6ff1596f6e4ec864a9d73e971bf4a7889fb7631987e20e21a44"
    assert parse_mapping(UTC_ZONE + "sheet: x").digest != parse_mapping(UTC_ZONE + "sheet: y").digest


def test_what_only_looks_like_a_workbook_is_told_by_what_it_is(give: Give, tmp_path: Path) -> None:
    def archive(*names: str) -> bytes:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as made:
            for name in names:
                made.writestr(name, "x")
        return held.getvalue()

    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_100_000)
    assert "an old Excel workbook (.xls); save the sheet as" in refused(give, ole)
    locked = ole + "EncryptedPackage".encode("utf-16-le")
    assert "protected with a password; save it without one" in refused(give, locked)
    assert "a zip archive, not an Excel workbook (.xlsx); unpack" in refused(give, archive("a.csv"))
    assert "an OpenDocument file" in refused(give, archive("mimetype", "content.xml"))
    assert "a binary Excel workbook (.xlsb)" in refused(give, archive("xl/workbook.bin"))
    whole = book(("s", [NAMES]))
    assert "cut short or damaged" in refused(give, whole[: len(whole) // 2])
    assert "cut short or damaged" in refused(give, archive("xl/workbook.xml"))


def test_a_bomb_is_refused_before_it_is_unpacked(give: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = book(("s", [NAMES, ["T1"]]))
    padded = changed(whole, "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 60_000_000)
    assert len(padded) < 100_000
    monkeypatch.setattr(workbooks, "_unpack", lambda *given: pytest.fail("it was unpacked"))
    assert "would unpack to 60," in refused(give, padded)


def test_entities_are_refused_before_anything_is_parsed(give: Give) -> None:
    laughs = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w>&b;</w>'
    content = changed(book(("s", [NAMES])), "xl/workbook.xml", lambda xml: laughs)
    assert "declares entities, which no workbook does" in refused(give, content)
    wide = changed(book(("s", [NAMES])), "xl/workbook.xml", lambda xml: laughs.decode().encode("utf-16"))
    assert "is not XML in UTF-8" in refused(give, wide)


def test_two_million_columns_are_refused_and_a_cell_far_out_costs_nothing(give: Give) -> None:
    content = book(("s", [NAMES, ["T1", "A", "in", moment("2026-03-01T08:00"), "L"]]))
    many = b"".join(b'<c t="inlineStr"><is><t>%d</t></is></c>' % n for n in range(2_000_000))
    wide = changed(content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</row>", many + b"</row>", 1))
    assert "has more columns than a table has" in refused(give, wide)
    far = changed(content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="E2"', b'r="ZZZ2"'))
    receipt = give(far, UTC_ZONE, name="given.xlsx")
    assert receipt.manifest.reasons == {"wrong-number-of-fields": 1}
    header = changed(content, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="E1"', b'r="ZZZ1"'))
    assert "the header has 18,278 columns" in refused(give, header)


def test_a_lone_time_is_told_for_what_it_is(give: Give) -> None:
    receipt = give(book(("s", [NAMES, ["T1", "A", "in", time(8, 30), "L"]])), UTC_ZONE, name="given.xlsx")
    assert receipt.first_rejects[0].value == "08:30:00" and receipt.manifest.rejected == 1
