"""What is found and what is false: rings of every band over fresh seeds, groups and officers judged by the answer key.

Worlds of a million crossings, each made and watched through the command line; the key is read by this process only,
after the detectors have ended. Easy worlds (`border-year`), worlds in which rings hide (`hiding`), both with feasts,
strikes, ferries and fog that move everybody's days together, worlds in which nobody moves with anybody (`loners`), and
worlds in which rings take one kind of trouble after another (`effort`). BENCH_WORLDS sets how many of the first two.
"""

import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from arusha.lib.synth import Report, pooled, score_folder
from arusha.lib.synth.efforts import EFFORTS, LEANINGS
from arusha.lib.synth.score import Share, upper_limit
from measured import ARUSHA, WORK, fresh_seed, run, settings, world

WORLDS = int(os.environ.get("BENCH_WORLDS", "8"))
ROWS = 1_000_000
COMMOTIONS = ("holidays", "strikes", "ferries", "fog")
TARGETS = {
    "crossings-4-6": 0.60,
    "crossings-6-8": 0.90,
    "crossings-8-10": 0.98,
    "crossings-10-13": 0.98,
    "crossings-15-60": 0.98,
    "spread-30-60": 0.99,
    "burst": 0.95,
    "rotation": 0.92,
    "five-ports": 0.95,
    "strangers-burst": 0.80,
    "fixed-hour": 0.50,
}
"""Share of the rings of each band to be found."""
HALF = LEANINGS["40% of the ring's crossings"].band
SPOILT = (0.1, 0.3, 0.5)  # shares of the duties written down for another officer


def judged(scenario: str, seed: int, spoilt: float = 0.0) -> Report:
    """One world, watched and scored; a share of the duties is written down for another officer."""
    folder = world(scenario, ROWS, seed)
    data, out = folder / "data", WORK / "rings"
    out.mkdir(exist_ok=True)
    groups, officers = out / "groups.parquet", out / "officers.parquet"
    crossings = f"crossings={data / 'crossings.parquet'}"
    households = f"households={data / 'households.parquet'}"
    run([*ARUSHA, "detect", "co-travel", "--input", crossings, "--input", households, "--out", str(groups)])
    pq.write_table(exchanged(pq.read_table(data / "roster.parquet"), spoilt, seed), out / "roster.parquet")
    roster = f"roster={out / 'roster.parquet'}"
    inputs = ["--input", crossings, "--input", roster, "--input", f"groups={groups}"]
    run([*ARUSHA, "detect", "duty-association", *inputs, "--out", str(officers)])
    report = score_folder(pa.concat_tables([pq.read_table(groups), pq.read_table(officers)]), folder / "key")
    # Many worlds would fill a small disk.
    for path in data.glob("*"):
        path.unlink()
    return report


def exchanged(roster: pa.Table, share: float, seed: int) -> pa.Table:
    """A roster in which the officers of a share of the duties changed places at random."""
    rng = np.random.default_rng(seed)
    spoilt = np.flatnonzero(rng.random(roster.num_rows) < share)
    order = np.arange(roster.num_rows)
    order[spoilt] = rng.permutation(spoilt)
    at = roster.column_names.index("officer_id")
    return roster.set_column(at, roster.schema.field(at), roster["officer_id"].take(order))


def measured(scenario: str, first: int, worlds: int, spoilt: float = 0.0) -> Report:
    """Several worlds of consecutive seeds, as one."""
    report = pooled([judged(scenario, first + i, spoilt) for i in range(worlds)])
    print(f"\n{scenario}: {worlds} worlds of {ROWS:,} crossings, seeds {first} to {first + worlds - 1}", flush=True)
    return report


def tell_bands(report: Report) -> None:
    """The bands with their targets, what is false, and the officers."""
    for band, share in report.found.items():
        target = f"  to reach {TARGETS[band]:.2f}" if band in TARGETS else ""
        print(f"  {band:<16} {share.good:>4} of {share.all:<4} {share.value:.3f}{target}")
    tell_false(report)
    named, caught = report.named, report.caught
    print(
        f"  officers: precision {named.value:.3f} of {named.all}, recall {caught.value:.3f} of {caught.all} "
        "(to reach: .95 and .95)"
    )


def tell_false(report: Report) -> None:
    """What is false among all groups and among those that nothing marks."""
    bare, rings = report.unmarked_false, report.unmarked_rings
    print(
        f"  false groups {report.false.good} of {report.false.all}: {report.false.value:.4f}, 95% upper limit "
        f"{report.false_limit:.4f} (to reach: .01); they were {dict(report.false_as)}"
    )
    print(
        f"  without a mark: {bare.good} false of {bare.all}, {rings.value:.3f} rings; marks right: "
        + ", ".join(f"{mark} {share.value:.3f}" for mark, share in report.marks.items())
    )


def tell_effort(report: Report) -> None:
    """Recall by effort, with 95% limits, and officers by what they take of a ring's crossings."""
    for kind, steps in EFFORTS.items():
        print(f"  {kind}")
        for step, plan in steps.items():
            print(f"    {step:<42} {_within(report.found[plan.band])}")
    print("  officers named, by what they take")
    for step, plan in LEANINGS.items():
        print(f"    {step:<42} {_within(report.caught_by_band[plan.band])}")
    tell_false(report)


def tell_spoilt(report: Report, share: float) -> None:
    """Officers named from a roster of which a share of the duties is wrong."""
    print(
        f"  {share:.0%} of the duties written down for another officer: {report.named.value:.3f} of "
        f"{report.named.all} named are right; of those who take 40% of a ring's crossings "
        f"{_within(report.caught_by_band[HALF])} are named"
    )


def limits(share: Share) -> tuple[float, float]:
    """The 95% Clopper–Pearson limits of a share."""
    low = 1 - upper_limit(share.all - share.good, share.all, 0.975)
    return low, upper_limit(share.good, share.all, 0.975)


def _within(share: Share) -> str:
    low, high = limits(share)
    return f"{share.good:>3} of {share.all:<3} {share.value:.2f} ({low:.2f} to {high:.2f})"


def main() -> None:
    """Print the pooled shares."""
    print(settings())
    first = fresh_seed()
    for scenario in ("border-year", "hiding"):
        tell_bands(measured(scenario, first, WORLDS))
    for name in COMMOTIONS:
        tell_bands(measured(f"hiding-{name}", first, 2))
    for scenario in ("loners", *(f"loners-{name}" for name in COMMOTIONS)):
        false = measured(scenario, first, 3).false
        print(f"  nobody moves with anybody here: {false.all} groups reported")
    tell_effort(measured("effort", first, 4))
    for share in SPOILT:
        tell_spoilt(measured("effort", first, 2, share), share)


if __name__ == "__main__":
    main()
