"""The same from Python: a detector on pandas, Polars or Arrow gives the hits that files give."""

import polars as pl
import pyarrow as pa
import pytest

import arusha
from arusha.lib.synth import make

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tables():
    return make("border-year", 30_000, 5).tables


def frames(tables, kind):
    picked = {name: tables[name] for name in ("crossings", "households")}
    if kind == "pandas":
        return {name: table.to_pandas() for name, table in picked.items()}
    return {name: pl.from_arrow(table) for name, table in picked.items()} if kind == "polars" else picked


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_every_frame_gives_the_same_hits(tables, kind):
    expected = arusha.detect("co-travel", **frames(tables, "arrow"))
    found = arusha.detect("co-travel", **frames(tables, kind))
    assert expected.num_rows > 3
    assert found.drop_columns(["evidence"]).equals(expected.drop_columns(["evidence"]))
    rows = [[ref["row"] for ref in refs] for refs in expected["evidence"].to_pylist()]
    assert [[ref["row"] for ref in refs] for refs in found["evidence"].to_pylist()] == rows


def test_what_does_not_fit_is_told(tables):
    with pytest.raises(ValueError, match="there are co-travel"):
        arusha.detect("cotravel", crossings=tables["crossings"])
    with pytest.raises(ValueError, match="needs the input 'crossings'"):
        arusha.detect("co-travel")
    with pytest.raises(ValueError, match="'direction' is missing"):
        arusha.detect("co-travel", crossings=tables["crossings"].drop_columns(["direction"]))
    with pytest.raises(ValueError, match="window='soon' does not read"):
        arusha.detect("co-travel", crossings=tables["crossings"], settings={"window": "soon"})
    naive = tables["crossings"].set_column(
        3, "crossed_at", tables["crossings"]["crossed_at"].cast(pa.timestamp("us")).cast(pa.timestamp("us"))
    )
    with pytest.raises(ValueError, match="without a zone"):
        arusha.detect("co-travel", crossings=naive)
