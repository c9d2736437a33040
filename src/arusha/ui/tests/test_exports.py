"""Does a spreadsheet read a file of ours as text, whole, and run nothing in it?"""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arusha.ui.exports import STARTS_A_FORMULA, cell, csv_pieces, csv_response, safe_file_name


def read_back(headers, rows):
    text = "".join(csv_pieces(headers, rows))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_formula_becomes_text(start):
    assert read_back(["a"], [[f"{start}1+1"]])[1] == [f"'{start}1+1"]


def test_headers_are_defused_too():
    assert read_back(["=cmd()"], [])[0] == ["'=cmd()"]


@pytest.mark.parametrize("number", [-5, -2.5, Decimal("-7.10"), 0])
def test_a_negative_number_stays_a_number(number):
    assert read_back(["a"], [[number]])[1] == [str(number)]


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=2), max_size=20))
def test_no_text_starts_a_formula_and_none_is_lost(rows):
    back = read_back(["a", "b"], rows)[1:]
    for row, returned in zip(rows, back, strict=True):
        for text, seen in zip(row, returned, strict=True):
            assert not seen.startswith(STARTS_A_FORMULA)
            assert seen in (text, f"'{text}")


def test_moments_truth_and_nothing():
    at = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    assert [cell(value) for value in (None, True, False, date(2027, 3, 1), at)] == [
        "",
        "true",
        "false",
        "2027-03-01",
        "2027-03-01T09:30:00+00:00",
    ]


def test_a_long_table_comes_in_pieces_and_is_never_held_whole():
    taken = []

    def rows():
        for number in range(5000):
            taken.append(number)
            yield [number]

    pieces = csv_pieces(["n"], rows())
    next(pieces)
    assert len(taken) < 1000
    assert sum(1 for _piece in pieces) >= 9
    assert len(taken) == 5000


def test_the_answer_is_a_download_in_utf_8():
    response = csv_response("Constats été", ["é"], [["ü"]])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Constats-%C3%A9t%C3%A9.csv")
    assert b"".join(response.streaming_content) == b"\xef\xbb\xbf\xc3\xa9\r\n\xc3\xbc\r\n"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc-passwd.csv"),
        (".hidden", "hidden.csv"),
        ('a"; filename="b', "a-filename-b.csv"),
        ("a\r\nSet-Cookie: x", "a-Set-Cookie-x.csv"),
        ("", "export.csv"),
        ("x" * 300, "x" * 80 + ".csv"),
        ("نتائج 2027", "نتائج-2027.csv"),
    ],
)
def test_a_file_name_is_safe(name, safe):
    assert safe_file_name(name, "csv") == safe
