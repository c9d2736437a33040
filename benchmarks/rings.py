"""What is found and what is false: rings of every band over fresh seeds, groups and officers judged by the answer key.

Twenty worlds of a million crossings (`border-year`), each made and watched through the command line; the key is read by
this process only, after the detectors have ended.
"""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from arusha.lib.synth.score import Report, pooled, score_folder
from measured import ARUSHA, WORK, fresh_seed, run, settings, world

WORLDS = int(os.environ.get("BENCH_WORLDS", "20"))
ROWS = 1_000_000


def judged(seed: int) -> Report:
    """One world, watched and scored."""
    folder = world("border-year", ROWS, seed)
    data, out = folder / "data", WORK / "rings"
    out.mkdir(exist_ok=True)
    groups, officers = out / "groups.parquet", out / "officers.parquet"
    crossings = f"crossings={data / 'crossings.parquet'}"
    households = f"households={data / 'households.parquet'}"
    run([*ARUSHA, "detect", "co-travel", "--input", crossings, "--input", households, "--out", str(groups)])
    roster = f"roster={data / 'roster.parquet'}"
    inputs = ["--input", crossings, "--input", roster, "--input", f"groups={groups}"]
    run([*ARUSHA, "detect", "duty-association", *inputs, "--out", str(officers)])
    hits = pa.concat_tables([pq.read_table(groups), pq.read_table(officers)])
    report = score_folder(hits, folder / "key")
    print(f"    {seed}: {sum(share.good for share in report.found.values())} rings found", flush=True)
    _forget(folder)
    return report


def _forget(folder: Path) -> None:
    """Twenty worlds would fill a small disk."""
    for path in (folder / "data").glob("*"):
        path.unlink()


def main() -> None:
    """Print the pooled shares."""
    print(settings())
    first = fresh_seed()
    seeds = [first + i for i in range(WORLDS)]
    print(f"seeds {seeds[0]} to {seeds[-1]}")
    report = pooled([judged(seed) for seed in seeds])
    rings = sum(share.all for share in report.found.values())
    print(f"{rings} rings in {WORLDS} worlds of {ROWS:,} crossings; found, by band:")
    for band, share in report.found.items():
        print(f"  {band:<18} {share.good:>4} of {share.all:<4} {share.value:.3f}")
    print("15 and more crossings within 20 minutes at full presence (crossings-15-60): to reach .98")
    print(
        f"false groups {report.false.good} of {report.false.all}: {report.false.value:.5f}, "
        f"95% upper limit {report.false_limit:.5f} (to reach: .01); they were {dict(report.false_as)}"
    )
    unmarked = report.unmarked_rings
    print(f"of {unmarked.all} groups without a mark {unmarked.value:.3f} are rings; marks right: {_marks(report)}")
    print(
        f"officers: precision {report.named.value:.3f} of {report.named.all}, recall {report.caught.value:.3f} of "
        f"{report.caught.all} (to reach: .95 and .95)"
    )


def _marks(report: Report) -> str:
    return ", ".join(f"{mark} {share.value:.3f}" for mark, share in report.marks.items())


if __name__ == "__main__":
    main()
