"""A file that cannot be received, or not quite: what is wrong, where, and what to do."""

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.intake import IntakeError, Lake
from arusha.lib.intake.csv_reading import _careful, _fast
from arusha.lib.intake.tests.conftest import Give

HEADER = "person_token,port_code,direction,crossed_at,lane\n"
ROW = "T1,ARU,in,2026-03-01T08:00:00Z,L1\n"
HOUSEHOLDS = "person_token,household_id\n"


def refusal(give: Give, lake: Lake, content: str | bytes, mapping: str = "", **more: str) -> IntakeError:
    with pytest.raises(IntakeError) as caught:
        give(content, mapping, **more)
    assert lake.manifests("crossings") == (), "a refused file leaves nothing"
    return caught.value


def test_a_plain_file_is_received(give: Give, lake: Lake) -> None:
    receipt = give(HEADER + ROW)
    assert (receipt.manifest.received, receipt.manifest.accepted) == (1, 1)
    assert lake.read("crossings").data.to_pylist()[0]["person_token"] == "T1"


def test_another_encoding_is_told_with_line_and_byte(give: Give, lake: Lake) -> None:
    content = (HEADER + ROW + ROW.replace("T1", "Zoé")).encode("windows-1252")
    wrong = refusal(give, lake, content)
    assert str(wrong) == (
        f"given.csv, line 3: byte {content.index(0xE9)} (0xe9) is not utf-8; say encoding: … in the mapping, such as "
        "windows-1252"
    )
    receipt = give(content, "dataset: crossings\nencoding: windows-1252")
    assert receipt.manifest.accepted == 2
    assert lake.read("crossings").data.column("person_token").to_pylist() == ["T1", "Zoé"]


def test_the_byte_is_counted_from_the_start_of_the_file_also_behind_a_mark(give: Give, lake: Lake) -> None:
    content = b"\xef\xbb\xbf" + HEADER.encode() + b"\n\nT\xff"
    wrong = refusal(give, lake, content)
    assert wrong.what == f"byte {content.index(0xFF)} (0xff) is not utf-8"
    assert wrong.where == "given.csv, line 4"


def test_the_byte_is_right_in_a_file_of_many_megabytes(give: Give, lake: Lake) -> None:
    rows = 300_000
    content = HOUSEHOLDS.encode() + b"T1234567,H123456\n" * rows + b"T\xc3,H1\n"
    wrong = refusal(give, lake, content, dataset="households")
    assert wrong.what == f"byte {content.index(0xC3)} (0xc3) is not utf-8"
    assert wrong.where == f"given.csv, line {rows + 2}"


def test_utf16_is_recognised_and_reads_when_named(give: Give, lake: Lake) -> None:
    content = (HEADER + ROW).encode("utf-16")
    assert "it looks like UTF-16" in str(refusal(give, lake, content))
    assert give(content, "dataset: crossings\nencoding: utf-16").manifest.accepted == 1
    without_mark = (HEADER + ROW).encode("utf-16-le")
    with pytest.raises(IntakeError, match="the header holds NUL bytes; if it is UTF-16"):
        give(without_mark)


def test_another_separator_is_told_from_the_header(give: Give, lake: Lake) -> None:
    content = (HEADER + ROW).replace(",", ";")
    wrong = refusal(give, lake, content)
    assert str(wrong) == (
        "given.csv: the header is separated by semicolon (';'), not ','; say separator: semicolon in the mapping"
    )
    assert give(content, "dataset: crossings\nseparator: semicolon").manifest.accepted == 1


@pytest.mark.parametrize("word, mark", [("tab", "\t"), ("pipe", "|")])
def test_any_usual_separator_is_told(give: Give, lake: Lake, word: str, mark: str) -> None:
    assert f"say separator: {word}" in str(refusal(give, lake, (HEADER + ROW).replace(",", mark)))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_line_end_are_accepted(give: Give, lake: Lake, end: str) -> None:
    content = b"\xef\xbb\xbf" + (HEADER + ROW).replace("\n", end).encode()
    assert give(content).manifest.accepted == 1
    assert lake.read("crossings").data.column("person_token").to_pylist() == ["T1"]


def test_a_byte_order_mark_before_a_quoted_header(give: Give, lake: Lake) -> None:
    assert give(b'\xef\xbb\xbf"person_token","household_id"\nT1,H1\n', dataset="households").manifest.accepted == 1


def test_quoted_newlines_separators_and_quotes_are_part_of_a_value(give: Give, lake: Lake) -> None:
    give('person_token,household_id\n"T,1","a\nb"\nT2,"say ""H"""\n', dataset="households")
    found = lake.read("households").data.to_pylist()
    assert found == [
        {"person_token": "T,1", "household_id": "a\nb"},
        {"person_token": "T2", "household_id": 'say "H"'},
    ]


def test_a_row_with_fields_too_many_or_too_few_is_set_aside_alone(give: Give, lake: Lake) -> None:
    receipt = give(HOUSEHOLDS + "T0,H0\nT1\nT2,H2\nT3,H3,x\nT4,H4\n", dataset="households")
    assert [(r.row, r.reason, r.value, dict(r.facts)) for r in receipt.first_rejects] == [
        (1, "wrong-number-of-fields", "T1", {"expected": 2, "found": 1}),
        (3, "wrong-number-of-fields", "T3,H3,x", {"expected": 2, "found": 3}),
    ]
    read = lake.read("households")
    assert read.data.column("person_token").to_pylist() == ["T0", "T2", "T4"]
    assert read.refs([1, 2])[0].rows == (2, 4), "evidence points at the rows of the file as given"


def test_the_same_with_quotes_in_the_file(give: Give, lake: Lake) -> None:
    receipt = give(HOUSEHOLDS + '"T0",H0\nT1\nT2,H2\nT3,H3,x\nT4,H4\n', dataset="households")
    assert [(r.row, r.facts["found"]) for r in receipt.first_rejects] == [(1, 1), (3, 3)]
    assert lake.read("households").refs([1, 2])[0].rows == (2, 4)


def test_a_stray_quote_sets_its_row_aside(give: Give, lake: Lake) -> None:
    receipt = give(HOUSEHOLDS + 'T0,H0\n"T"1,H1\nT2,H2\n', dataset="households")
    assert [(r.row, r.reason, r.value) for r in receipt.first_rejects] == [(1, "stray-quote", '"T"1,H1\n')]
    assert lake.read("households").data.column("person_token").to_pylist() == ["T0", "T2"]


@pytest.mark.parametrize("rest", ["", "T9,H9\n" * 40_000])
def test_a_quote_that_is_never_closed_is_told_with_its_line(give: Give, lake: Lake, rest: str) -> None:
    with pytest.raises(IntakeError) as caught:
        give(HOUSEHOLDS + 'T0,"H\n0"\nT1,"H1\nT2,H2\n' + rest, dataset="households")
    assert caught.value.where == "given.csv, line 4"
    assert caught.value.what.startswith("a quote opened in this line is not closed")


def test_an_open_quote_in_the_header(give: Give, lake: Lake) -> None:
    assert refusal(give, lake, 'person_token,"port\n').what == "a quote in the header is not closed"


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n  \r\n"])
def test_an_empty_file(give: Give, lake: Lake, content: str) -> None:
    assert str(refusal(give, lake, content)) == "given.csv: the file is empty; ask the source for the file again"


@pytest.mark.parametrize("content", [HEADER, HEADER.strip(), HEADER + "\n\r\n"])
def test_a_header_alone_is_a_file_of_no_rows(give: Give, lake: Lake, content: str) -> None:
    receipt = give(content)
    assert (receipt.manifest.received, receipt.manifest.accepted, receipt.manifest.span) == (0, 0, None)
    assert lake.read("crossings").data.num_rows == 0


def test_a_column_named_twice(give: Give, lake: Lake) -> None:
    wrong = refusal(give, lake, HEADER.replace("lane", "port_code") + ROW)
    assert str(wrong) == "given.csv, line 1: the header names 'port_code' more than once; rename one of them"


def test_a_missing_column_is_named_with_its_neighbour(give: Give, lake: Lake) -> None:
    wrong = refusal(give, lake, HEADER.replace("port_code", "Port Code") + ROW)
    assert wrong.what == (
        "no column 'port_code' (is it 'Port Code'?); the file has person_token, Port Code, direction, crossed_at, lane"
    )


def test_a_column_that_nobody_takes_is_told(give: Give) -> None:
    receipt = give(HEADER.replace("\n", ",visa\n") + ROW.replace("\n", ",B1\n"))
    assert receipt.manifest.not_taken == ("visa",)


def test_nul_characters_set_a_row_aside(give: Give, lake: Lake) -> None:
    receipt = give(HOUSEHOLDS + "T\x001,H1\nT2,H2\n", dataset="households")
    assert [(r.row, r.column, r.reason) for r in receipt.first_rejects] == [(0, "person_token", "nul-byte")]
    assert lake.read("households").data.num_rows == 1


@pytest.mark.parametrize(
    "start, what",
    [(b"PK\x03\x04", "the workbook is cut short"), (b"\x1f\x8b\x08\x00", "gzip"), (b"%PDF-1.7", "a PDF")],
)
def test_files_that_are_no_tables(give: Give, lake: Lake, start: bytes, what: str) -> None:
    assert what in refusal(give, lake, start + b"\0" * 100).what


def test_a_missing_file(lake: Lake, tmp_path: Path, give: Give) -> None:
    from arusha.lib.intake.reading import survey

    with pytest.raises(IntakeError, match=r"none\.csv: cannot be read: No such file or directory"):
        survey(tmp_path / "none.csv", "utf-8")


def crossings_parquet(**columns: object) -> bytes:
    sink = io.BytesIO()
    base = {
        "person_token": ["T1", "T2"],
        "port_code": ["ARU", "ARU"],
        "direction": ["in", "out"],
        "crossed_at": pa.array([1_772_352_000_000_000, 1_772_355_600_000_000], pa.timestamp("us", "UTC")),
    }
    pq.write_table(pa.table({**base, **columns}), sink)
    return sink.getvalue()


def test_parquet_is_received(give: Give, lake: Lake) -> None:
    assert give(crossings_parquet(), name="given.parquet").manifest.accepted == 2
    assert [str(t) for t in lake.read("crossings").data.column("crossed_at").to_pylist()] == [
        "2026-03-01 08:00:00+00:00",
        "2026-03-01 09:00:00+00:00",
    ]


@pytest.mark.parametrize("keep", [4, 100, -5])
def test_a_truncated_parquet(give: Give, lake: Lake, keep: int) -> None:
    wrong = refusal(give, lake, crossings_parquet()[:keep], name="given.parquet")
    assert str(wrong).startswith("given.parquet: the Parquet file is cut short or damaged (")
    assert str(wrong).endswith("; ask the source for the file again")


def test_a_parquet_damaged_within(give: Give, lake: Lake) -> None:
    content = bytearray(crossings_parquet(lane=[f"L{n}" * 500 for n in range(2)]))
    content[20:60] = b"\xff" * 40
    assert "cut short or damaged" in refusal(give, lake, bytes(content), name="given.parquet").what


def test_a_text_file_called_parquet(give: Give, lake: Lake) -> None:
    wrong = refusal(give, lake, HEADER + ROW, name="given.parquet")
    assert wrong.what == "the file is not Parquet although its name says so"


def test_naive_times_in_parquet_need_a_zone(give: Give, lake: Lake) -> None:
    content = crossings_parquet(crossed_at=pa.array([1_772_352_000_000, 1_772_355_600_000], pa.timestamp("ms")))
    receipt = give(content, name="a.parquet")
    assert [(r.row, r.reason, r.value) for r in receipt.first_rejects] == [
        (0, "naive-time", "2026-03-01 08:00:00.000"),
        (1, "naive-time", "2026-03-01 09:00:00.000"),
    ]
    sooner = crossings_parquet(crossed_at=pa.array([1_772_352_000_000, 1_772_355_600_001], pa.timestamp("ms")))
    assert give(sooner, "dataset: crossings\nzone: Africa/Dar_es_Salaam").manifest.accepted == 2
    assert str(lake.read("crossings").data.column("crossed_at").to_pylist()[0]) == "2026-03-01 05:00:00+00:00"


def test_parquet_of_other_types_goes_through_the_same_checks(give: Give, lake: Lake) -> None:
    content = crossings_parquet(
        person_token=pa.array([17, 18], pa.int32()),
        port_code=pa.array(["ARU", "ARU"]).dictionary_encode(),
        direction=pa.array(["in", "up"], pa.large_string()),
        crossed_at=["2026-03-01T08:00:00+03:00", "2026-03-01T08:00:00Z"],
    )
    receipt = give(content, name="given.parquet")
    assert [(r.row, r.column, r.value, r.reason) for r in receipt.first_rejects] == [
        (1, "direction", "up", "not-allowed")
    ]
    (row,) = lake.read("crossings").data.to_pylist()
    assert (row["person_token"], str(row["crossed_at"])) == ("17", "2026-03-01 05:00:00+00:00")


def test_parquet_with_lists_is_refused(give: Give, lake: Lake) -> None:
    wrong = refusal(give, lake, crossings_parquet(lane=[["L1"], ["L2"]]), name="given.parquet")
    assert wrong.what.startswith("column 'lane' holds list<")


LINES = st.lists(
    st.text(st.sampled_from(list("ab1 ,;é\u20ac")), max_size=6) | st.just("a,b") | st.just("x,y"), max_size=12
)


@settings(deadline=None)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_both_readers_of_csv_tell_the_same(lines: list[str], end: str, last: bool) -> None:
    body = end.join(lines) + (end if last else "")

    def told(reader: object) -> tuple[list[object], list[object]]:
        good: list[object] = []
        bad: list[object] = []
        file = io.StringIO(body, newline="")
        for batch in reader(file, Path("x"), ",", ("a", "b"), [1, 0]):
            good += zip(
                batch.rows.tolist(), batch.columns["a"].to_pylist(), batch.columns["b"].to_pylist(), strict=True
            )
            bad += [(b.row, b.text, b.reason, dict(b.facts)) for b in batch.broken]
        return good, bad

    assert told(_fast) == told(_careful)


def test_numbers_hold_across_the_pieces_that_arrow_reads(give: Give, lake: Lake) -> None:
    rows = [f"T{n:08d},H{n:08d}" for n in range(400_000)]
    rows[3], rows[250_000], rows[-1] = "x", "y,y,y", "z"
    receipt = give(HOUSEHOLDS + "\n".join(rows), dataset="households")
    assert [r.row for r in receipt.first_rejects] == [3, 250_000, 399_999]
    read = lake.read("households")
    assert read.refs([0, 3, 249_999, 399_996])[0].rows == (0, 4, 250_001, 399_998)
    fetched = lake.rows("households", receipt.manifest.manifest, [250_001, 399_998])
    assert fetched.column("person_token").to_pylist() == ["T00250001", "T00399998"]


def test_a_file_of_two_million_columns_is_refused_at_once(give: Give, lake: Lake) -> None:
    wrong = refusal(give, lake, ",".join(f"c{i}" for i in range(2_000_000)))
    assert wrong.kind == "too-many-columns"
    assert wrong.what == "the header has 2,000,000 columns; a table has 4,096 at most"
