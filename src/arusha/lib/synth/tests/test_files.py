import stat
from pathlib import Path

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from arusha.lib.synth import files, make, read_key, write
from arusha.lib.synth.tests.worlds import border


def test_data_and_key_go_to_different_folders(tmp_path: Path) -> None:
    data, key = write(border(), tmp_path / "world")
    assert {path.name for path in data.iterdir()} == {f"{name}.parquet" for name in border().tables}
    assert data.parent == key.parent
    assert data != key
    assert stat.S_IMODE(key.stat().st_mode) == 0o700
    assert "answers to an invented world" in (key / "ANSWER-KEY").read_text("utf-8")
    for name, table in border().tables.items():
        assert pq.read_table(data / f"{name}.parquet").equals(table), name


def test_the_key_is_read_back_as_it_was(tmp_path: Path) -> None:
    _, folder = write(border(), tmp_path)
    key = read_key(folder)
    for name, table in border().key.tables().items():
        assert key.tables()[name].equals(table), name
    assert key.about == {"scenario": "border-year", "rows": 60_000, "seed": 7, "start": "2025-01-06", "days": 364}


def test_the_same_world_is_the_same_bytes(tmp_path: Path) -> None:
    first, _ = write(make("quiet", 40_000, 1), tmp_path / "a")
    second, _ = write(make("quiet", 40_000, 1), tmp_path / "b")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()


def test_csv_holds_the_same_rows_with_times_in_utc(tmp_path: Path) -> None:
    data, _ = write(border(), tmp_path, ("csv",))
    assert not list(data.glob("*.parquet"))
    crossings = pa_csv.read_csv(data / "crossings.csv")
    table = border().tables["crossings"]
    assert crossings.num_rows == table.num_rows
    assert crossings["person_token"].to_pylist() == table["person_token"].to_pylist()
    line = (data / "crossings.csv").read_text("utf-8").split("\n", 2)[1]
    assert line.split(",")[3] == table["crossed_at"][0].as_py().strftime("%Y-%m-%d %H:%M:%SZ")


def test_an_unknown_format_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no format 'xlsx'; there are parquet, csv"):
        write(border(), tmp_path / "out", ("xlsx",))
    assert not (tmp_path / "out").exists()


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_table: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(files, "_parquet", breaks)
    with pytest.raises(OSError, match="the disk is full"):
        write(border(), tmp_path)
    assert list((tmp_path / "data").iterdir()) == []
    assert (tmp_path / "key" / "ANSWER-KEY").is_file(), "the marker is there before any answer"


def test_a_folder_without_the_marker_is_no_key(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no answer key"):
        read_key(tmp_path)
