"""`co-travel` beside frequent patterns on the same rows: rings found, groups to look into, how many of them are rings.

The peers are our `fp-growth`, `pyfim`, mlxtend and, through Sail, Spark's. Each is run at the setting of the grid below
that was best on two worlds of other seeds (F1 of the share of rings found and the share of its groups that are rings),
then judged on fresh ones. Groups that `co-travel` marks as households and the like are not counted among those to look
into; the peers mark none.
A setting that takes longer than `PATIENCE` seconds, or more memory than `MEMORY`, is given up and says so.

The peers are installed apart by `make peers`; without them ours are measured alone.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from arusha.lib.detect import Hit
from arusha.lib.detect.hits import hits_table
from arusha.lib.synth.score import Report, pooled, score_folder
from measured import ARUSHA, ROOT, WORK, fresh_seed, settings, world

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
FRESH = 3
TUNING = (11, 12)
GRID = (8, 12, 20, 30, 50, 100, 200)
"""Supports: how many quarters of an hour a set must share."""
PATIENCE = 120
MEMORY = 6 << 30
THERE = ROOT / "build" / "peers" / "bin" / "python"
MOMENT = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Tried:
    """One method on one world: what it found, or why it did not."""

    report: Report | None
    seconds: float
    why_not: str = ""


def tried(method: str, folder: Path, support: int) -> Tried:
    """Run one method in a process of its own and judge what it found."""
    out = WORK / f"peer-{method}.out"
    out.unlink(missing_ok=True)
    crossings = folder / "data" / "crossings.parquet"
    command = _ours(method, folder, support, out)
    if not command:
        command = [str(THERE), str(Path(__file__).with_name("peer.py")), method, str(crossings), str(support), str(out)]
    began = time.perf_counter()
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=PATIENCE, preexec_fn=_bounded
        )
    except subprocess.TimeoutExpired:
        return Tried(None, PATIENCE, f"longer than {PATIENCE} s")
    seconds = time.perf_counter() - began
    if done.returncode or not out.exists():
        said = [line for line in done.stderr.strip().splitlines() if "Error" in line or "Exception" in line]
        return Tried(None, seconds, (said or done.stderr.strip().splitlines() or ["it ended"])[-1][:120])
    hits = pq.read_table(out) if out.read_bytes()[:4] == b"PAR1" else as_hits(json.loads(out.read_text()))
    return Tried(score_folder(hits, folder / "key"), seconds)


def _ours(method: str, folder: Path, support: int, out: Path) -> list[str]:
    crossings = f"crossings={folder / 'data' / 'crossings.parquet'}"
    base = [*ARUSHA, "detect", method, "--input", crossings, "--out", str(out)]
    if method == "co-travel":
        return [*base, "--input", f"households={folder / 'data' / 'households.parquet'}"]
    return [*base, "--set", f"support={support}"] if method == "fp-growth" else []


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def as_hits(sets: Iterable[Iterable[str]]) -> pa.Table:
    """A peer's sets as hits, so that one judge judges all."""
    groups = [tuple(members) for members in sets]
    hits = (
        Hit("group", members, (MOMENT, MOMENT), 1, float("nan"), float("nan"), float("nan"), (), ())
        for members in groups
    )
    return hits_table("peer", hits)


def f1(report: Report) -> float:
    """Between the share of rings found and the share of groups to look into that are rings."""
    recall = found(report)
    precision = report.unmarked_rings.value if report.unmarked_rings.all else 0.0
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


def found(report: Report) -> float:
    """The share of all planted rings that were found."""
    every = sum(share.all for share in report.found.values())
    return sum(share.good for share in report.found.values()) / every if every else 0.0


def best(method: str) -> tuple[int, list[str]]:
    """The setting of the grid that did best on the tuning worlds, and what was given up."""
    marks, given_up = {}, []
    for support in sorted(GRID, reverse=True):
        each = [tried(method, world("border-year", ROWS, seed), support) for seed in TUNING]
        failed = next((one.why_not for one in each if one.report is None), "")
        if failed:
            given_up.append(f"support {support}: {failed}")
            break  # a lower support takes longer still
        marks[support] = sum(f1(one.report) for one in each if one.report) / len(each)
    return (max(marks, key=lambda support: marks[support]) if marks else 0), given_up


def main() -> None:
    """Print a line for each method."""
    print(settings())
    methods = ["co-travel", "fp-growth"]
    if THERE.exists():
        methods += ["pyfim", "mlxtend", "spark"]
    else:
        print("peers are not installed: make peers")
    first = fresh_seed()
    print(f"{ROWS:,} crossings; tuned on seeds {TUNING}, judged on {first} to {first + FRESH - 1}; grid {GRID}")
    for method in methods:
        support, given_up = (0, []) if method == "co-travel" else best(method)
        for told in given_up:
            print(f"  {method}: {told}")
        if method != "co-travel" and not support:
            print(f"{method}: no setting of the grid came to an end")
            continue
        each = [tried(method, world("border-year", ROWS, first + i), support) for i in range(FRESH)]
        reports = [one.report for one in each if one.report is not None]
        if not reports:
            print(f"{method}: {each[0].why_not}")
            continue
        report = pooled(reports)
        seconds = sorted(one.seconds for one in each)[len(each) // 2]
        print(
            f"{method}{f' at support {support}' if support else ''}: rings found {found(report):.3f}, groups to look "
            f"into {report.unmarked_rings.all:,}, of them rings {report.unmarked_rings.value:.3f}; {seconds:.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
