"""Files in, hits out: whole files of either kind, and what is said of the others."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from arusha.lib.datasets import DATASETS
from arusha.lib.detect import HITS, Hit, Table, hits_table
from arusha.lib.detect.detector import Input
from arusha.lib.detect.files import read_input, write_hits

CROSSINGS = Input("crossings", DATASETS["crossings"], False)
GROUPS = Input("groups", None, False)
AT = datetime(2025, 1, 6, 8, tzinfo=UTC)


def rows(n: int = 300) -> pa.Table:
    return pa.table(
        {
            "note": ["not asked for"] * n,
            "crossed_at": pa.array([AT] * n, pa.timestamp("us", tz="UTC")),
            "person_token": [f"t{i % 7}" for i in range(n)],
            "port_code": ["P1", "P2"] * (n // 2),
            "direction": ["in"] * n,
        }
    )


def read(path: Path, wanted: Input = CROSSINGS) -> Table:
    return read_input(wanted, path)


@pytest.fixture
def parquet(tmp_path):
    path = tmp_path / "crossings.parquet"
    pq.write_table(rows(), path, row_group_size=100)
    return path


def test_a_parquet_file_is_read_in_the_declared_order_with_its_own_hash(parquet):
    table = read(parquet)
    assert table.data.column_names == DATASETS["crossings"].schema.names and table.data.num_rows == 300
    (source,) = table.sources
    assert source.manifest == hashlib.sha256(parquet.read_bytes()).hexdigest() and source.count == 300
    assert pa.types.is_dictionary(table.data["port_code"].type) and table.data["lane"].null_count == 300
    assert table.data["port_code"].to_pylist() == ["P1", "P2"] * 150


def test_csv_gives_the_same_rows(tmp_path, parquet):
    path = tmp_path / "crossings.csv"
    pa_csv.write_csv(rows(), path)
    one, other = read(path).data, read(parquet).data
    for name in ("person_token", "port_code", "direction", "crossed_at"):
        assert one[name].to_pylist() == other[name].to_pylist()


def spoil(path: Path, how: str) -> Path:
    whole = path.read_bytes()
    if how == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "another kind":
        path.write_bytes(b"\x89PNG\r\n" + whole)
    elif how == "a folder":
        path.unlink()
        path.mkdir()
    elif how == "gone":
        path.unlink()
    return path


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("truncated", "truncated or damaged"),
        ("empty", "is empty"),
        ("another kind", "not a Parquet file"),
        ("a folder", "is a folder"),
        ("gone", "is not there"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_name(parquet, how, said):
    with pytest.raises(ValueError, match=said) as told:
        read(spoil(parquet, how))
    assert str(parquet) in str(told.value)


def test_other_columns_are_told(tmp_path):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(ValueError, match=r"none of the columns .* it has a"):
        read(path)
    pq.write_table(rows().drop_columns(["direction"]), path)
    with pytest.raises(ValueError, match="column 'direction' is missing"):
        read(path)


def test_a_time_without_a_zone_is_told(tmp_path):
    path = tmp_path / "x.parquet"
    naive = pa.array(np.arange(300), pa.timestamp("us"))
    pq.write_table(rows().set_column(1, "crossed_at", naive), path)
    with pytest.raises(ValueError, match="without a zone"):
        read(path)
    csv = tmp_path / "x.csv"
    csv.write_text("person_token,port_code,direction,crossed_at\nt,P,in,2025-01-06 08:00:00\n")
    with pytest.raises(ValueError, match="does not read as crossings"):
        read(csv)


def test_a_csv_of_numbers_keeps_leading_zeros_in_tokens(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("person_token,port_code,direction,crossed_at\n007,01,in,2025-01-06 08:00:00Z\n")
    data = read(path).data
    assert data["person_token"].to_pylist() == ["007"] and data["port_code"].to_pylist() == ["01"]


def test_only_the_columns_that_a_detector_reads_are_read(parquet):
    few = Input("crossings", DATASETS["crossings"], False, ("port_code", "crossed_at"))
    table = read(parquet, few)
    assert table.data.column_names == ["port_code", "crossed_at"]
    assert table.sources == read(parquet).sources


def test_hits_come_back_as_they_were_written(tmp_path):
    hits = hits_table("d", [Hit("group", ("a", "b"), (AT, AT), 3, 0.1, 1e-9, 1e-7, (), ())])
    path = tmp_path / "hits.parquet"
    write_hits(hits, path)
    assert read(path, GROUPS).equals(hits) and [p.name for p in tmp_path.iterdir()] == ["hits.parquet"]
    other = tmp_path / "hits.csv"
    other.write_text("hit_id\n1\n")
    with pytest.raises(ValueError, match="hits travel in Parquet"):
        read(other, GROUPS)


def test_a_failed_write_leaves_what_was_there(tmp_path):
    path = tmp_path / "hits.parquet"
    write_hits(HITS.empty_table(), path)
    before = path.read_bytes()
    with pytest.raises(AttributeError):
        write_hits(None, path)
    assert path.read_bytes() == before
