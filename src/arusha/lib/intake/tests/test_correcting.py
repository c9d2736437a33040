"""Rows set aside, corrected in a file of their own, and received again: row by row, and nothing twice."""

import csv
import io
from pathlib import Path

import pytest

from arusha.lib.intake import IntakeError, Lake, receive
from arusha.lib.intake.correcting import left, plan_of, write_left
from arusha.lib.intake.standing import write_withdrawn
from arusha.lib.intake.tests.conftest import AT, Give

MAPPING = """dataset: crossings
separator: ";"
encoding: windows-1252
zone: UTC
columns: {person_token: Wer, port_code: Ort, direction: {from: Richtung, codes: {E: in, A: out}}, crossed_at: Zeit}
"""
FILE = "Wer;Ort;Richtung;Zeit\nT1;Süd;E;2026-03-01 08:00\nT2;Süd;X;2026-03-01 08:00\n=T3;Süd;E;2026-03-01\nT1;Süd;E\n"


@pytest.fixture
def first(give: Give):
    return give(FILE.encode("windows-1252"), MAPPING).manifest


def waiting(lake: Lake, manifest) -> list[list[str]]:
    held = io.StringIO(newline="")
    write_left(lake, manifest, held)
    return list(csv.reader(io.StringIO(held.getvalue())))


def correct(lake: Lake, manifest, folder: Path, rows: list[list[str]], name: str = "corrected.csv"):
    path = folder / name
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return receive(lake, path, plan_of(manifest), at=AT.replace(hour=10), corrects=manifest.manifest[:10])


def test_the_file_to_correct_has_the_rows_as_given_with_what_is_wrong_beside(lake: Lake, first) -> None:
    header, second, third, broken = waiting(lake, first)
    assert header == ["row set aside", "what is wrong", "Wer", "Ort", "Richtung", "Zeit"]
    assert second[0] == "1" and second[2:] == ["T2", "Süd", "X", "2026-03-01 08:00"]
    assert second[1] == "direction: “X” is not among the codes that the mapping names: E, A."
    assert third[2:] == ["'=T3", "Süd", "E", "2026-03-01"], "a formula is none when a spreadsheet opens the file"
    assert broken[0] == "3" and broken[1].endswith("[T1;Süd;E]") and broken[2:] == ["", "", "", ""]


def test_corrected_rows_come_in_by_the_files_own_mapping_and_the_rest_waits(lake: Lake, first, tmp_path: Path) -> None:
    header, second, third, broken = waiting(lake, first)
    second[4], third[5] = "A", "2026-03-01 09:00"
    receipt = correct(lake, first, tmp_path, [header, second, third, broken])
    m = receipt.manifest
    assert (m.received, m.accepted, m.rejected, m.corrects) == (3, 2, 1, first.manifest)
    tokens = lake.read("crossings").data.column("person_token").to_pylist()
    assert sorted(tokens) == ["=T3", "T1", "T2"], "the apostrophe is not part of the value"
    assert (left(lake, first).rows.tolist(), left(lake, first).of) == ([3], 3)
    assert [row[0] for row in waiting(lake, first)[1:]] == ["3"]


def test_a_row_comes_in_once_whatever_is_sent_again(lake: Lake, first, tmp_path: Path) -> None:
    header, second, *_ = waiting(lake, first)
    second[4] = "A"
    twice = [*second[:2], "T9", *second[3:]]
    m = correct(lake, first, tmp_path, [header, second, twice, ["0", "", "T8", *second[3:]]]).manifest
    assert (m.accepted, m.reasons) == (1, {"no-such-row-waits": 2})
    again = correct(lake, first, tmp_path, [header, twice], "again.csv").manifest
    assert (again.accepted, again.reasons) == (0, {"no-such-row-waits": 1})
    assert sorted(lake.read("crossings").data.column("person_token").to_pylist()) == ["T1", "T2"]


def test_a_withdrawn_correction_lets_its_rows_wait_again(lake: Lake, first, tmp_path: Path) -> None:
    header, second, *_ = waiting(lake, first)
    second[4] = "A"
    m = correct(lake, first, tmp_path, [header, second]).manifest
    assert left(lake, first).rows.tolist() == [2, 3]
    write_withdrawn(lake.folder("crossings"), [m.manifest])
    assert left(lake, first).rows.tolist() == [1, 2, 3]


def test_rows_that_contradict_are_kept_as_given_too(give: Give, lake: Lake) -> None:
    give("list,code,name\nports,P1,One\n", dataset="codes", name="a.csv")
    second = give("list,code,name\nports,P1,Uno\nports,,x\n", dataset="codes", name="b.csv").manifest
    rows = waiting(lake, second)
    assert [row[2:] for row in rows[1:]] == [["ports", "P1", "Uno"], ["ports", "", "x"]]


def test_what_is_no_file_to_correct_is_refused(lake: Lake, first, tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match="there is no column 'row set aside'; correct the file that"):
        correct(lake, first, tmp_path, [["Wer", "Ort", "Richtung", "Zeit"], ["T", "S", "E", "x"]])
    header, second, *_ = waiting(lake, first)
    second[4] = "A"
    correction = correct(lake, first, tmp_path, [header, second]).manifest
    with pytest.raises(IntakeError, match="is a correction itself; correct the file that it corrects"):
        correct(lake, correction, tmp_path, [header, ["2", *second[1:]]], "more.csv")
    assert lake.verify() == ()
