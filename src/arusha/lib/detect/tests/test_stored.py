"""A table in files answers as the same table in memory does, and is refused for the same reasons."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arusha.lib.datasets import DATASETS
from arusha.lib.detect import table_of
from arusha.lib.detect.detector import Input
from arusha.lib.detect.files import read_input
from arusha.lib.detect.stored import Stored

CROSSINGS = DATASETS["crossings"]
WANTED = Input("crossings", CROSSINGS, False)
MIDNIGHT = datetime(2025, 1, 1, tzinfo=UTC)
row = st.tuples(
    st.sampled_from(["a", "b", "ﻢ", "x" * 40]),
    st.sampled_from(["P1", "P2", "P3"]),
    st.sampled_from(["in", "out"]),
    st.integers(0, 10**12),
    st.sampled_from([None, "1", "2"]),
)


def table(rows) -> pa.Table:
    names = [c.name for c in CROSSINGS.columns]
    told = [
        dict(zip(names, (who, port, way, MIDNIGHT + timedelta(microseconds=at), lane), strict=True))
        for who, port, way, at, lane in rows
    ]
    return pa.Table.from_pylist(told, schema=CROSSINGS.schema)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(row, min_size=1, max_size=40), group=st.integers(1, 9), data=st.data())
def test_it_answers_as_the_table_in_memory(rows, group, data, tmp_path):
    file = tmp_path / "crossings.parquet"
    pq.write_table(table(rows), file, row_group_size=group)
    stored, plain = read_input(WANTED, file), table_of(CROSSINGS, table(rows))
    assert isinstance(stored, Stored) and stored.length == len(rows) and stored.names == plain.names
    for name in ("port_code", "direction", "lane"):
        mine, theirs = stored.codes(name), plain.codes(name)
        texts = [[*codes.texts.to_pylist(), None] for codes in (mine, theirs)]
        assert [texts[0][i] for i in mine.codes] == [texts[1][i] for i in theirs.codes]
    assert np.array_equal(stored.seconds("crossed_at"), plain.seconds("crossed_at"))
    assert np.array_equal(stored.hashes("person_token"), plain.hashes("person_token"))
    wanted = np.array(data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=20)), np.int64)
    assert stored.values("person_token", wanted).to_pylist() == plain.values("person_token", wanted).to_pylist()
    assert np.array_equal(stored.microseconds("crossed_at", wanted), plain.microseconds("crossed_at", wanted))
    assert stored.data.to_pylist() == plain.data.to_pylist()


def test_a_gap_is_refused_by_its_row_in_the_whole_file(tmp_path):
    rows = table([("a", "P1", "in", i, None) for i in range(10)])
    gaps = pa.array(["a"] * 6 + [None, "a", None, "a"], pa.string())
    given_ = rows.set_column(0, pa.field("person_token", pa.string()), gaps)
    file = tmp_path / "gaps.parquet"
    pq.write_table(given_, file, row_group_size=4)
    with pytest.raises(ValueError, match="'person_token' is empty in 2 rows, the first of them row 6"):
        read_input(WANTED, file).refuse_gaps(CROSSINGS)


def test_moments_beyond_four_bytes_stay_whole(tmp_path):
    far = [datetime(1960, 5, 1, 0, 0, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)]
    rows = table([("a", "P1", "in", 0, None)] * 2)
    rows = rows.set_column(3, "crossed_at", pa.array(far, pa.timestamp("us", tz="UTC")))
    file = tmp_path / "far.parquet"
    pq.write_table(rows, file, row_group_size=1)
    assert read_input(WANTED, file).seconds("crossed_at").tolist() == [int(at.timestamp()) for at in far]


def test_a_file_that_is_cut_short_is_named(tmp_path):
    file = tmp_path / "cut.parquet"
    pq.write_table(table([("a", "P1", "in", 0, None)]), file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"cut\.parquet.*truncated or damaged"):
        read_input(WANTED, file)
