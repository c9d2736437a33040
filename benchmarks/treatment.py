"""What favours `treatment` finds, by effort, and what it names wrongly; and its time beside DuckDB's group-by.

Twenty worlds (`inspections`: 12 offices, 300,000 declarations, 400,000 crossings), each made and watched through the
command line; the key is read by this process only, after the detector has ended. Then worlds drawn from the null, whose
p-values are held against how often they should occur.
"""

import os
import statistics
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from arusha.lib.synth import Favoured, pooled_favours, read_key, score_favours
from measured import ARUSHA, THREADS, WORK, Run, fresh_seed, run, settings, world

WORLDS = int(os.environ.get("BENCH_WORLDS", "20"))
NULLS = int(os.environ.get("BENCH_NULLS", "40"))
ROWS = 400_000
GROUP_BY = """
import duckdb, sys
connection = duckdb.connect(config={{"threads": {threads}}})
connection.execute('''
    copy (
        select inspector_id, importer_id, count(*) as cases, count(*) filter (where started_at is null) as undone
        from '{data}/inspections.parquet'
        join (select distinct declaration_id, importer_id from '{data}/declarations.parquet') using (declaration_id)
        group by all
        union all
        select officer_id, person_token, count(*), count(*) filter (where started_at is null)
        from '{data}/searches.parquet' group by all
    ) to '{out}' (format parquet)
''')
"""


def files(folder: Path) -> list[str]:
    """The inputs as the command takes them."""
    names = ("inspections", "declarations", "searches")
    return [part for name in names for part in ("--input", f"{name}={folder / 'data' / f'{name}.parquet'}")]


def judged(seed: int) -> tuple[Favoured, Run, Run]:
    """One world scored; what the detector and the group-by took, each in a process of its own."""
    folder, out = world("inspections", ROWS, seed), WORK / "pairs.parquet"
    took = run([*ARUSHA, "detect", "treatment", *files(folder), "--out", str(out)])
    asked = GROUP_BY.format(threads=THREADS, data=folder / "data", out=WORK / "grouped.parquet")
    floor = run([sys.executable, "-c", asked])
    report = score_favours(pq.read_table(out), read_key(folder / "key"))
    found, planted = (sum(getattr(s, name) for s in report.found.values()) for name in ("good", "all"))
    said = f"{found} of {planted} found, {report.false.good} false; {took.seconds:.1f} s, {floor.seconds:.1f} s"
    print(f"    {seed}: {said}", flush=True)
    (folder / "data" / "crossings.parquet").unlink()  # twenty would fill a small disk; the world is made anew if asked
    return report, took, floor


def calibrated(seed: int) -> None:
    """How often p-values as small as each level occur in worlds drawn from the null, among the pairs that can reach it.

    The searches and inspections of one world, officers exchanged within strata, `NULLS` times.
    """
    from arusha.rooms.watch.treatment.detect import treatment
    from arusha.rooms.watch.treatment.found import judged as judge
    from arusha.rooms.watch.treatment.shuffled import cases_in

    folder = WORK / f"inspections-{ROWS}-{seed}" / "data"
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in ("inspections", "declarations", "searches")}
    rng = np.random.default_rng(seed)
    seen: list[np.ndarray] = []
    reach: list[np.ndarray] = []
    reported = 0
    for _ in range(NULLS):
        drawn = treatment.null.draw(tables, rng)
        reported += treatment.run(drawn).num_rows > 0
        for cases in cases_in(drawn).values():
            one = judge(cases, 5)
            seen.append(one.p)
            reach.append(one.smallest)
    p, least = np.concatenate(seen), np.concatenate(reach)
    print(f"null: something reported in {reported} of {NULLS} worlds; {len(p):,} p-values; as small as a level:")
    for level in (0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001):
        able = least <= level
        share = float((p[able] <= level).mean()) if able.any() else float("nan")
        print(f"  {level:<7} {share:.5f} of {int(able.sum()):,} that could be ({share / level:.2f} of what is stated)")
    table = pa.table({"p": p, "smallest": least})
    pq.write_table(table, WORK / "null-p.parquet")


def main() -> None:
    """Print the pooled shares, the time, and the p-values of the null."""
    print(settings())
    first = fresh_seed()
    print(f"seeds {first} to {first + WORLDS - 1}")
    warm = world("inspections", ROWS, first)
    run([*ARUSHA, "detect", "treatment", *files(warm), "--out", str(WORK / "pairs.parquet")])  # its loops are compiled
    each = [judged(first + i) for i in range(WORLDS)]
    report = pooled_favours([one for one, _, _ in each])
    print("found, by band (of whom, how, cases with the officer, per cent of them favoured):")
    for band, share in report.found.items():
        print(f"  {band:<28} {share.good:>3} of {share.all:<3} {share.value:.2f}")
    false = report.false
    print(
        f"false pairs {false.good} of {false.all} named: {false.value:.4f}, 95% upper limit {report.false_limit:.4f} "
        f"(stated: .01); they are {dict(report.false_as)}"
    )
    for what in ("seconds", "processor"):
        took, floor = (statistics.median(getattr(one[place], what) for one in each) for place in (1, 2))
        named = "wall" if what == "seconds" else what
        print(f"median {named} seconds: {took:.2f}; DuckDB's group-by {floor:.2f}: {took / floor:.1f} times")
    if NULLS:
        calibrated(first)


if __name__ == "__main__":
    main()
