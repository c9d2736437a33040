"""The lake: whole or not at all, never changed, and read the same whatever the order in which files came."""

import errno
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from arusha.lib.datasets import DATASETS
from arusha.lib.intake import STEPS, IntakeError, Lake, Plan, receive, store
from arusha.lib.intake.tests.conftest import AT, Give
from arusha.lib.intake.words import receipt_sentences

CROSSINGS = Plan(DATASETS["crossings"])
HEADER = "person_token,port_code,direction,crossed_at,lane\n"


def many(rows: int, first: int = 0) -> str:
    """Crossings, a bad row and a duplicate among each hundred."""
    lines = []
    for n in range(first, first + rows):
        moment = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=n - n % 100 // 99)
        lines.append(f"T{n - n % 100 // 99},ARU,{'up' if n % 100 == 50 else 'in'},{moment.isoformat()},L1\n")
    return HEADER + "".join(lines)


def contents(home: Path) -> dict[str, bytes]:
    """Every file of a lake but its locks."""
    files = (path for path in home.rglob("*") if path.is_file() and path.name != ".lock")
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


def test_the_same_file_again_changes_nothing(give: Give, lake: Lake) -> None:
    first = give(many(10))
    before = contents(lake.home)
    again = give(many(10), name="renamed.csv")
    assert (first.already, again.already) == (False, True)
    assert again.manifest == first.manifest
    assert contents(lake.home) == before
    assert receipt_sentences(again)[0] == (
        f"Already received on 2026-11-24 09:30 UTC as {first.manifest.manifest}; nothing changed."
    )


def test_the_same_file_by_another_mapping_is_refused(give: Give, lake: Lake) -> None:
    give(many(10))
    with pytest.raises(IntakeError, match=r"received on 2026-11-24 09:30 UTC as .* by another mapping"):
        give(many(10), "dataset: crossings\nzone: UTC")
    assert give(many(10), "dataset: crossings\nsource: told in other words").already


def test_what_lies_beside_the_rows(give: Give, lake: Lake) -> None:
    mapping = "dataset: crossings\nlists: {ports: [ARU]}\n"
    receipt = give(HEADER.replace("\n", ",visa\n") + "T1,ARU,in,2026-03-01T08:00:00Z,L1,B\n,XX,in,,,\n", mapping)
    folder = lake.folder("crossings") / receipt.manifest.manifest
    said = json.loads((folder / "manifest.json").read_bytes())
    elsewhere = ("files", "manifest", "mapping_sha256", "version", "columns")
    assert {key: said[key] for key in said if key not in elsewhere} == {
        "dataset": "crossings", "file": "given.csv", "size": 100, "received_at": "2026-11-24T09:30:00.000000+00:00",
        "mapping": mapping, "received": 2, "accepted": 1, "rejected": 1, "duplicates": 0,
        "span": ["2026-03-01T08:00:00.000000+00:00", "2026-03-01T08:00:00.000000+00:00"],
        "reasons": {"missing": 2, "unknown-code": 1}, "not_taken": ["visa"], "unchecked": {"lanes": ["lane"]},
    }  # fmt: skip
    assert said["files"] == {name: store.sha256_of(folder / name) for name in said["files"]}
    assert receipt_sentences(receipt) == (
        "2 rows received: 1 accepted, 1 set aside, 0 duplicates.",
        "lane not checked: no list of lanes received.",
        "Not taken from the file: visa.",
    )
    told = json.loads(receipt.as_json())
    assert (told["received"], told["first_rejects"][0]["row"], told["already"]) == (2, 1, False)


def test_lists_of_codes_are_received_like_any_data(give: Give, lake: Lake) -> None:
    assert lake.codes("lanes") is None
    give("list,code,name\nlanes,L1,East\nports,ARU,Arusha\n", dataset="codes", name="codes.csv")
    assert lake.codes("lanes") == ("L1",)
    receipt = give(HEADER + "T1,ARU,in,2026-03-01T08:00:00Z,L7\n")
    assert receipt.manifest.unchecked == {}
    assert [(r.column, r.value, r.reason) for r in receipt.first_rejects] == [("lane", "L7", "unknown-code")]


def test_reading_is_the_same_whatever_came_first(tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.csv" for n in range(3)]
    for n, path in enumerate(paths):
        path.write_text(many(150, first=n * 1000))
    read = []
    for order in ([0, 1, 2], [2, 0, 1]):
        lake = Lake(tmp_path / "-".join(map(str, order)))
        for n in order:
            receive(lake, paths[n], CROSSINGS, at=AT + timedelta(hours=n))
        read.append(lake.read("crossings"))
    assert read[0].data.equals(read[1].data)
    assert [s.manifest for s in read[0].sources] == [s.manifest for s in read[1].sources]
    assert read[0].data.num_rows == 3 * 148
    assert pa.types.is_dictionary(read[0].data.schema.field("person_token").type)
    assert read[0].refs([0])[0].rows == (0,)


def test_reading_a_part(give: Give, lake: Lake) -> None:
    one, two = give(many(100)).manifest.manifest, give(many(100, first=5000)).manifest.manifest
    assert lake.read("crossings", manifests=[two]).sources[0].manifest == two
    some = lake.read("crossings", ("crossed_at", "person_token"), stop=datetime(2026, 3, 1, 0, 0, 10, tzinfo=UTC))
    assert some.data.column_names == ["person_token", "crossed_at"]
    assert [(s.manifest, s.count) for s in some.sources] == [(one, 10), (two, 0)]
    after = lake.read("crossings", start=datetime(2026, 3, 1, 0, 1, 30, tzinfo=UTC), manifests=[one])
    assert after.refs([0, 1])[0].rows == (90, 91)
    with pytest.raises(IntakeError, match="crossings 00 was not received"):
        lake.read("crossings", manifests=["00"])
    with pytest.raises(IntakeError, match="crossings has no column"):
        lake.read("crossings", ["port"])


def test_reading_nothing(lake: Lake) -> None:
    table = lake.read("roster")
    assert (table.data.num_rows, table.data.column_names) == (0, DATASETS["roster"].schema.names)


def test_fetching_rows_by_their_number(give: Give, lake: Lake) -> None:
    manifest = give(many(300)).manifest.manifest
    found = lake.rows("crossings", manifest, [201, 7])
    assert found.column("_row").to_pylist() == [7, 201]
    assert found.column("person_token").to_pylist() == ["T7", "T201"]
    with pytest.raises(IntakeError, match=r"rows \[50, 5000\] were not accepted"):
        lake.rows("crossings", manifest, [7, 50, 5000])


def test_a_file_altered_by_hand_is_named(give: Give, lake: Lake) -> None:
    folder = lake.folder("crossings") / give(many(10)).manifest.manifest
    assert lake.verify() == ()
    for name, says in (("rows.parquet", "was altered"), ("manifest.json", "is not as it was written")):
        path = folder / name
        kept = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(kept.replace(b"ARU", b"ARX") if name == "rows.parquet" else kept.replace(b",", b", ", 1))
        assert [says in line and str(path) in line for line in lake.verify()] == [True]
        path.write_bytes(kept)
    (folder / "rejects.parquet").unlink()
    (folder / "note.txt").touch()
    assert [line.removeprefix(str(folder)) for line in lake.verify()] == [
        "/note.txt: does not belong here", "/rejects.parquet: is missing",
    ]  # fmt: skip


def test_a_manifest_with_other_counts_is_found_by_its_hash_kept_elsewhere(give: Give, lake: Lake) -> None:
    receipt = give(many(10))
    path = lake.folder("crossings") / receipt.manifest.manifest / "manifest.json"
    assert store.sha256_of(path) == receipt.manifest_sha256


def test_the_checkpoints_come_in_order_with_progress(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text(many(100))
    steps: list[str] = []
    rows: list[int] = []
    receive(lake, path, CROSSINGS, at=AT, step=steps.append, progress=rows.append)
    assert tuple(steps) == STEPS
    assert rows == [0, 100]
    steps.clear()
    receive(lake, path, CROSSINGS, at=AT, step=steps.append)
    assert steps == ["read"]


KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from arusha.lib.datasets import DATASETS
from arusha.lib.intake import Lake, Plan, receive, store

def die(*_): os._exit(9)
home, path, at, where = sys.argv[1:]
step = lambda name: name == where and die()
progress = lambda rows: where == "progress" and rows and die()
if where.startswith("sync"):
    real, left = store._sync, [int(where[4:])]
    def _sync(path):
        left[0] -= 1
        if left[0] == 0:
            die()
        real(path)
    store._sync = _sync
plan, at = Plan(DATASETS["crossings"]), datetime.fromisoformat(at)
receive(Lake(Path(home)), Path(path), plan, at=at, step=step, progress=progress)
"""


def run(home: Path, path: Path, where: str = "", **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", KILLED, str(home), str(path), AT.isoformat(), where]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **more)


@pytest.mark.parametrize("where", [*STEPS, "progress", "sync1", "sync5", "sync6", "sync7"])
def test_a_kill_at_and_between_checkpoints_leaves_no_trace(where: str, tmp_path: Path) -> None:
    """Files are made durable one by one, then their folder (sync6), then, after the rename, the one above (sync7)."""
    path = tmp_path / "given.csv"
    path.write_text(many(200))
    undisturbed, disturbed = Lake(tmp_path / "a"), Lake(tmp_path / "b")
    expected = receive(undisturbed, path, CROSSINGS, at=AT)
    killed = run(disturbed.home, path, where)
    assert killed.returncode == 9, killed.stderr
    committed = bool(disturbed.manifests("crossings"))
    assert committed == (where in ("committed", "sync7")), "there whole, or not at all"
    receipt = receive(disturbed, path, CROSSINGS, at=AT)
    assert receipt.already == committed
    assert receipt.manifest == expected.manifest
    assert contents(disturbed.home) == contents(undisturbed.home)
    assert not list(disturbed.folder("crossings").glob(".staging*"))


def test_two_at_once_are_both_right(tmp_path: Path) -> None:
    """The same file in four threads, and two files that overlap in two processes."""
    path, other = tmp_path / "given.csv", tmp_path / "other.csv"
    path.write_text(many(2000))
    other.write_text(many(2000, first=1000))
    threads = Lake(tmp_path / "threads")
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _: receive(threads, path, CROSSINGS, at=AT), range(4)))
    assert sorted(receipt.already for receipt in receipts) == [False, True, True, True]
    processes = Lake(tmp_path / "processes")
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda given: run(processes.home, given), (path, other)))
    assert [one.returncode for one in ended] == [0, 0], ended
    both = processes.manifests("crossings")
    assert sorted(one.received for one in both) == [2000, 2000]
    assert sum(one.accepted for one in both) == 3000 - 30 - 30
    assert processes.verify() == threads.verify() == ()


def test_a_full_disk_leaves_nothing_half_done(give: Give, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for name in ("write", "close"):
        with monkeypatch.context() as patch:
            patch.setattr(store.Rows, name, full)
            with pytest.raises(IntakeError) as caught:
                give(many(10))
        assert caught.value.what == "the disk is full"
        assert "nothing was kept of this file; make room and receive it again" in str(caught.value)
        assert contents(lake.home) == {}
    assert give(many(10)).manifest.received == 10


def test_a_lake_that_cannot_be_made(give: Give, lake: Lake) -> None:
    lake.home.write_text("a file where the folder should be")
    with pytest.raises(IntakeError, match="the lake cannot be written: Not a directory"):
        give(many(10))


def test_a_write_that_the_system_cuts_short(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "given.csv"
    path.write_text(many(20_000))
    limit = 50_000
    ended = run(tmp_path / "home", path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    assert ended.returncode == 1
    assert "IntakeError: " in ended.stderr and "the file is too large; nothing was kept" in ended.stderr
    assert contents(tmp_path / "home") == {}


def test_a_file_that_grows_while_it_is_read_is_refused(lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text(many(10))

    def grow(step: str) -> None:
        if step == "read":
            with path.open("a") as file:
                file.write("T9,ARU,in,2026-03-02T08:00:00Z,\n")

    with pytest.raises(IntakeError, match="the file changed while it was being read"):
        receive(lake, path, CROSSINGS, at=AT, step=grow)
    assert contents(lake.home) == {}
