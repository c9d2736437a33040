"""`co-travel` then `duty-association`, Parquet with text tokens to hits, beside the floor: reading, sorting, writing.

The floor is DuckDB in a fresh process with two threads, which reads the same crossings, sorts them by port, direction
and time, and writes them. Public command line only; the second run counts, so that compiled code is cached; the median
of five interleaved runs.
"""

import statistics
import sys
from pathlib import Path

from measured import ARUSHA, THREADS, WORK, Run, fresh_seed, run, settings, world

ROUNDS = 5
FLOOR = """
import duckdb, sys
con = duckdb.connect()
con.execute(f"SET threads = {sys.argv[3]}")
con.execute(f"COPY (SELECT * FROM read_parquet('{sys.argv[1]}') ORDER BY port_code, direction, crossed_at) "
            f"TO '{sys.argv[2]}' (FORMAT parquet)")
"""


def ours(data: Path) -> Run:
    """Both detectors, one after the other."""
    groups, officers = str(WORK / "groups.parquet"), str(WORK / "officers.parquet")
    crossings = f"crossings={data / 'crossings.parquet'}"
    first = run(
        [*ARUSHA, "detect", "co-travel", "--input", crossings, "--input", f"households={data / 'households.parquet'}",
         "--out", groups]
    )  # fmt: skip
    second = run(
        [*ARUSHA, "detect", "duty-association", "--input", crossings, "--input", f"roster={data / 'roster.parquet'}",
         "--input", f"groups={groups}", "--out", officers]
    )  # fmt: skip
    print(f"    co-travel {first.seconds:.2f} s, duty-association {second.seconds:.2f} s")
    return Run(first.seconds + second.seconds, max(first.megabytes, second.megabytes))


def floor(data: Path) -> Run:
    """Read, sort, write."""
    return run(
        [sys.executable, "-c", FLOOR, str(data / "crossings.parquet"), str(WORK / "sorted.parquet"), str(THREADS)]
    )


def compare(rows: int, to_reach: str) -> None:
    """Print the ratio at one size."""
    seed = fresh_seed()
    data = world("border-year", rows, seed) / "data"
    ours(data)
    both = [(ours(data), floor(data)) for _ in range(ROUNDS)]
    mine, bare = (statistics.median(pair[i].seconds for pair in both) for i in (0, 1))
    peak, bare_peak = (max(pair[i].megabytes for pair in both) for i in (0, 1))
    print(
        f"{rows:,} crossings, seed {seed}: ours {mine:.2f} s, {peak:,.0f} MB; floor {bare:.2f} s, {bare_peak:,.0f} MB"
    )
    print(f"ratio {mine / bare:.2f}{to_reach}")


def main() -> None:
    """At one million and at ten."""
    print(settings())
    compare(1_000_000, "")
    compare(10_000_000, " (to reach: 3.0 and 3,000 MB)")


if __name__ == "__main__":
    main()
