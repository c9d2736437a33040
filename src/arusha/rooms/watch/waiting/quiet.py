"""The null of unusual hours, as a value: worlds that keep what is usual and hold nothing unusual."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from arusha.rooms.watch.waiting.hours import Floats, Hours, hours_of, stretches_of
from arusha.rooms.watch.waiting.own import own_variation
from arusha.rooms.watch.waiting.usual import usual_of


@dataclass(frozen=True, slots=True)
class UsualHours:
    """Every hour keeps its usual wait, its passengers and its booths; how far it departs from the usual is drawn anew.

    The departures are as many draws of a standard normal law, in the scale of the hour. Which hour gets which goes by
    rank: each hall's departures are moved by a whole number of weeks, so that a slow hour keeps slow neighbours, and
    the largest draw goes where the largest of them came to lie. Waits told in whole minutes stay whole. Hours that
    cannot be judged, bands and longest waits stay as they were.
    """

    weeks: int = 8
    shrink: float = 4.0

    def draw(self, tables: Mapping[str, pa.Table], rng: np.random.Generator) -> dict[str, pa.Table]:
        """The table `waiting` of one such world, with the rows in their order."""
        table = tables["waiting"]
        hours = hours_of(table)
        usual = usual_of(hours, weeks=self.weeks, shrink=self.shrink, own=own_variation(table))
        tried = usual.tried
        order = np.argsort(_moved(hours, np.where(tried, usual.score(), np.nan), rng)[tried], kind="stable")
        drawn = np.empty(len(order))
        drawn[order] = np.sort(rng.standard_normal(len(order)))
        departure = np.zeros(len(tried))
        departure[tried] = drawn * np.where(drawn > 0, usual.upward[tried], usual.downward[tried])
        minutes = hours.minutes.copy()
        minutes[tried] = usual.minutes(departure)[tried]
        if (hours.minutes == np.round(hours.minutes)).all():
            minutes = np.round(minutes)
        column = np.empty(len(minutes))
        column[hours.row] = minutes
        at = table.column_names.index("mean_wait")
        return {**tables, "waiting": table.set_column(at, table.schema.field(at), pa.array(column))}


def _moved(hours: Hours, score: Floats, rng: np.random.Generator) -> Floats:
    """Each hall's scores moved by whole weeks round its calendar; chance where there was no such hour to come from."""
    moved = np.empty(len(score))
    for part in stretches_of(hours.hall):
        day, hour = hours.day[part] - hours.day[part.start], hours.hour[part]
        weeks = int(day[-1]) // 7 + 1
        cells = np.full((24, weeks * 7), np.nan)
        cells[hour, day] = score[part]
        cells = np.roll(cells, 7 * int(rng.integers(weeks)), axis=1)
        moved[part] = cells[hour, day]
    lacking = np.isnan(moved)
    moved[lacking] = rng.standard_normal(int(lacking.sum()))
    return moved
