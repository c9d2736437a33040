"""Rows that were seen before, in the file and in the lake; and that none is ever lost."""

import csv
import io
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, Manifest, Plan, parse_mapping, receive
from arusha.lib.intake.tests.conftest import AT, Give
from arusha.lib.intake.words import reject_sentence

HEADER = "person_token,port_code,direction,crossed_at,lane\n"
A = "T1,ARU,in,2026-03-01T08:00:00Z,L1\n"
A_ELSEWHERE = "T1,ARU,in,2026-03-01T08:00:00Z,L2\n"
A_SAID_OTHERWISE = "T1,ARU,in,2026-03-01T11:00:00+03:00,L1\n"
B = "T2,ARU,in,2026-03-01T09:00:00Z,\n"


def counts(manifest: Manifest) -> tuple[int, int, int, int]:
    return manifest.received, manifest.accepted, manifest.rejected, manifest.duplicates


def test_the_same_row_again_is_a_duplicate_and_the_first_stays(give: Give, lake: Lake) -> None:
    receipt = give(HEADER + B + A + B + A_SAID_OTHERWISE + B)
    assert counts(receipt.manifest) == (5, 2, 0, 3)
    told = lake.duplicates("crossings", receipt.manifest.manifest).to_pylist()
    mine = receipt.manifest.manifest
    assert told == [{"row": row, "manifest": mine, "of_row": of} for row, of in ((2, 0), (3, 1), (4, 0))]
    assert lake.read("crossings").refs([0, 1])[0].rows == (0, 1)


def test_the_same_key_with_other_content_is_set_aside(give: Give, lake: Lake) -> None:
    receipt = give(HEADER + A + B + A_ELSEWHERE + A_ELSEWHERE)
    assert counts(receipt.manifest) == (4, 2, 2, 0)
    assert [(r.row, r.reason, dict(r.facts)) for r in receipt.first_rejects] == [
        (2, "conflicts-in-file", {"row": 0, "differs": "lane"}),
        (3, "conflicts-in-file", {"row": 0, "differs": "lane"}),
    ]
    assert receipt.manifest.reasons == {"conflicts-in-file": 2}


def test_a_missing_value_is_a_value_when_rows_are_compared(give: Give) -> None:
    header = "officer_id,unit_id,port_code,post,shift_start,shift_end\n"
    shift = "O1,U1,ARU,,2026-03-01T06:00:00Z,2026-03-01T14:00:00Z\n"
    receipt = give(header + shift + shift + shift.replace(",,", ",L1,"), dataset="roster")
    assert counts(receipt.manifest) == (3, 2, 0, 1), "no post, no post again, and a post: the post is in the key"


def test_rows_of_an_earlier_file_are_known_again(give: Give, lake: Lake) -> None:
    first = give(HEADER + B + A).manifest.manifest
    second = give(HEADER + A + A_ELSEWHERE + "T3,ARU,out,2026-03-01T08:30:00Z,\n" + B).manifest
    assert counts(second) == (4, 1, 1, 2)
    assert lake.duplicates("crossings", second.manifest).to_pylist() == [
        {"row": 0, "manifest": first, "of_row": 1},
        {"row": 3, "manifest": first, "of_row": 0},
    ]
    (reject,) = lake.rejects("crossings", second.manifest)
    assert (reject.row, reject.reason, reject.facts) == (
        1, "conflicts-with", {"manifest": first, "row": 1, "differs": "lane"},
    )  # fmt: skip
    assert reject_sentence(reject) == f"Row 1 of the received file {first} has the same key, but another lane."
    assert lake.read("crossings").data.num_rows == 3


def test_a_file_of_another_time_is_not_even_compared(give: Give, lake: Lake) -> None:
    from arusha.lib.intake.comparing import _overlapping

    give(HEADER + A)
    later = give(HEADER + A.replace("2026", "2027"))
    path = lake.folder("crossings") / later.manifest.manifest / "rows.parquet"
    assert [name for name, _ in _overlapping(lake, path, DATASETS["crossings"], ())] == [later.manifest.manifest]


def test_datasets_whose_key_holds_no_time_are_compared_with_all(give: Give) -> None:
    header = "declaration_id,item_no,accepted_on,office_code,hs_code\n"
    give(header + "D1,1,2026-03-01,10,090121\n", dataset="declarations")
    second = give(header + "D1,1,2027-03-01,10,090121\n", dataset="declarations")
    assert second.first_rejects[0].facts["differs"] == "accepted_on"


FIELDS = st.sampled_from(
    [
        "T1",
        "T2",
        "H1",
        "H2",
        "",
        "NA",
        " T1 ",
        'say "x"',
        "a\nb",
        "a,b",
        "é",
        "a\x00",
        '"',
        '"T1"',
        '"T1',
        "T1\r",
        "\ufeff",
    ]
)
ROWS = st.lists(st.lists(FIELDS, min_size=1, max_size=3), max_size=12)


def held(lake: Lake, manifest: Manifest) -> list[int]:
    """Every row of a file, from the three places where it may be."""
    folder = lake.folder(manifest.dataset) / manifest.manifest
    accepted = pq.read_table(folder / "rows.parquet").column("_row").to_pylist()
    rejected = set(pq.read_table(folder / "rejects.parquet").column("row").to_pylist())
    repeated = pq.read_table(folder / "duplicates.parquet").column("row").to_pylist()
    assert counts(manifest) == (manifest.received, len(accepted), len(rejected), len(repeated))
    return sorted([*accepted, *rejected, *repeated])


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=3), st.booleans())
def test_intake_loses_nothing(files: list[list[list[str]]], quoted: bool) -> None:
    """received = accepted + rejected + duplicates, row by row, whatever the files hold."""
    with tempfile.TemporaryDirectory() as folder:
        lake, path = Lake(Path(folder)), Path(folder) / "given.csv"
        for rows in files:
            path.write_bytes(written(rows, quoted))
            try:
                receipt = receive(lake, path, Plan(DATASETS["households"]), at=AT)
            except IntakeError as wrong:
                assert wrong.kind == "open-quote" and not quoted
                continue
            assert held(lake, receipt.manifest) == list(range(receipt.manifest.received))
            if quoted:
                assert receipt.manifest.received == len(rows), "as many as were written"
        keys = lake.read("households").data.column("person_token").to_pylist()
        assert len(keys) == len(set(keys)), "a key is in the lake once"
        assert lake.verify() == ()


def written(rows: list[list[str]], quoted: bool) -> bytes:
    text = io.StringIO(newline="")
    if quoted:
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    else:
        text.write("".join(",".join(row) + "\n" for row in rows))
    return b"person_token,household_id\n" + text.getvalue().encode()


def test_a_file_of_which_nothing_came_in_is_received_anew_by_a_better_mapping(tmp_path):
    file = tmp_path / "waiting.csv"
    file.write_text("Port,terminal,day,hour,mean_wait,max_wait,passengers\nX9,T1,2026-01-05,4,5,9,12\n")
    text = "dataset: waiting\ncolumns: {port_code: Port}\nlists: {ports: [%s]}\n"
    lake = Lake(tmp_path)
    wrong = receive(lake, file, parse_mapping(text % "P01", "wrong"), at=AT)
    assert (wrong.manifest.accepted, wrong.manifest.rejected) == (0, 1)
    right = receive(lake, file, parse_mapping(text % "X9", "right"), at=AT)
    assert (right.already, right.manifest.accepted) == (False, 1)
    (one,) = lake.manifests("waiting")
    assert one.accepted == 1 and lake.verify() == ()
    assert receive(lake, file, parse_mapping(text % "X9", "again"), at=AT).already
