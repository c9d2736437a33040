"""Ten million rows of CSV, validated into the lake by `arusha receive`, beside the floor: DuckDB's bare copy.

The floor is `COPY (SELECT * FROM read_csv(file)) TO … (FORMAT parquet)` in a fresh process with two threads: it guesses
the types and checks nothing. Ours decodes, maps, checks every value against the declaration, looks for rows that
repeat, hashes the file and its parts, and makes all of it durable. Each round receives into a new installation; the
median of interleaved runs.
"""

import os
import shutil
import statistics
import sys
from pathlib import Path

from measured import ARUSHA, THREADS, WORK, Run, fresh_seed, run, settings, world

ROUNDS = 5
EXPORT = """
import duckdb, sys
duckdb.sql("SET timezone = 'UTC'")
duckdb.sql("COPY (SELECT * REPLACE (strftime(crossed_at, '%Y-%m-%dT%H:%M:%SZ') AS crossed_at) "
           f"FROM read_parquet('{sys.argv[1]}')) TO '{sys.argv[2]}' (FORMAT csv, HEADER)")
"""
FLOOR = """
import duckdb, sys
con = duckdb.connect()
con.execute(f"SET threads = {sys.argv[3]}")
con.execute(f"COPY (SELECT * FROM read_csv('{sys.argv[1]}')) TO '{sys.argv[2]}' (FORMAT parquet)")
"""


def csv_of(data: Path) -> Path:
    """The world's crossings as a source would send them: ISO 8601 times that name their zone. Made in a process of its
    own, since a process counts the peak memory of its parent as its own."""
    out = data / "crossings.csv"
    if not out.exists():
        run([sys.executable, "-c", EXPORT, str(data / "crossings.parquet"), str(out)])
    return out


def ours(file: Path) -> Run:
    """Receive into a new installation; its making is not counted."""
    home = WORK / "intake-home"
    for folder in (home, home.with_name(home.name + "-keys")):
        shutil.rmtree(folder, ignore_errors=True)
    os.environ["ARUSHA_HOME"] = str(home)
    run([*ARUSHA, "init", "--name", "Benchmark", "--zone", "UTC"])
    return run([*ARUSHA, "receive", "crossings", str(file)])


def floor(file: Path) -> Run:
    """Read and write, nothing else."""
    return run([sys.executable, "-c", FLOOR, str(file), str(WORK / "copied.parquet"), str(THREADS)])


def main() -> None:
    """At ten million rows, or as many as the first argument says."""
    print(settings())
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    seed = fresh_seed()
    file = csv_of(world("border-year", rows, seed) / "data")
    both = [(ours(file), floor(file)) for _ in range(ROUNDS)]
    mine, bare = (statistics.median(pair[i].seconds for pair in both) for i in (0, 1))
    peak, bare_peak = (max(pair[i].megabytes for pair in both) for i in (0, 1))
    print(f"{rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB of CSV, seed {seed}:")
    print(f"ours {mine:.2f} s, {peak:,.0f} MB; floor {bare:.2f} s, {bare_peak:,.0f} MB")
    print(f"ratio {mine / bare:.2f} (to reach: 3.0)")


if __name__ == "__main__":
    main()
