"""Forecasts of waiting, with a rolling origin over months held out, beside the seasonal naive forecast.

The hour a week before is the yardstick. Each month is forecast by a model learnt from the hours before it, from every
hour received, one to twelve hours ahead. `benchmarks/waiting.py [FILE…]`: files of US Customs and Border
Protection's Airport Wait Times, as published, are measured too, the last two years of them held out; without files, the
invented administration alone, of a seed that nobody has seen. The interval of the difference draws whole weeks.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from arusha.lib.intake import Lake, Plan, read_mapping, receive
from arusha.rooms.watch.waiting.forecast.replay import replayed, score
from arusha.rooms.watch.waiting.forecast.series import DAY, series_of
from arusha.rooms.watch.waiting.forecast.telling import NEXT
from arusha.rooms.watch.waiting.hours import hours_of
from measured import fresh_seed, settings, world

ROWS, WORLDS = 1_000_000, 2
MAPPING = Path(__file__).resolve().parents[1] / "src/arusha/packs/reference/mappings/us-cbp-airport-waits.yaml"


def tell(name: str, table: pa.Table, held_out: float) -> None:
    """The scores of each hall of a table, the last share of its hours held out."""
    for (port, terminal), series in series_of(hours_of(table)).items():
        days = len(series.wait) // DAY - 7
        replay = replayed(series, int(days * (1 - held_out)) * DAY)
        told = score(series, replay)
        if told is None:
            print(f"{name} {port} {terminal}: no forecast")
            continue
        covered = ", ".join(f"{per_cent}%: {share:.3f}" for per_cent, share in told.covered.items())
        print(
            f"{name} {port} {terminal}: {told.forecasts:,} forecasts; mean absolute miss {told.error:.2f} min, naive "
            f"{told.naive_error:.2f}; better by {told.better[0]:.2f} [{told.better[1]:.2f}, {told.better[2]:.2f}]; "
            f"MASE {told.scaled:.3f}; pinball {told.pinball:.3f}; covered {covered}; the model gave "
            f"{replay.model.mean():.0%}"
        )


def published(files: list[Path]) -> pa.Table:
    """The files through the ordinary door, as one table."""
    with TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        plan: Plan = read_mapping(MAPPING)
        for path in files:
            receive(lake, path, plan, at=datetime(2026, 1, 1, tzinfo=UTC))
        return lake.read("waiting").data


def main() -> None:
    """Print the scores."""
    print(settings())
    print(f"one to {NEXT} hours ahead")
    files = [Path(name) for name in sys.argv[1:]]
    if files:
        tell("as published", published(files), held_out=0.5)
    first = fresh_seed()
    for seed in range(first, first + WORLDS):
        made = world("administration", ROWS, seed)
        tell(f"invented, seed {seed}", pq.read_table(made / "data" / "waiting.parquet"), held_out=0.5)


if __name__ == "__main__":
    main()
