"""How much one passenger's wait varies about the mean of the hour, as the bands of the table tell it."""

import numpy as np
import pyarrow as pa

from arusha.lib.intake.consistency import BANDS

PEOPLE = 20  # counted in an hour, before its bands say how waits vary
LONG = 15.0  # minutes: below it all waits lie in the first band, which says nothing
HOURS = 30
LAST_BAND = 60.0  # minutes that the open band is taken to reach
LEAST, MOST = 0.1, 1.0  # regular service, and the exponential's


def own_variation(table: pa.Table) -> float:
    """The squared coefficient of variation of one wait, Σ n·((m − w)² + d²/12) / Σ n / w²; NaN where no band tells.

    n passengers in a band of middle m and width d, w the mean by the bands; the median over hours with at least
    `PEOPLE` counted and a mean of `LONG` minutes.
    """
    counts = np.stack([table.column(name).cast(pa.float64()).to_numpy() for name in BANDS], axis=1)
    low = np.array([max(shortest - 1, 0) for shortest, _ in BANDS.values()], float)
    high = np.array([low[i] + LAST_BAND if most is None else most for i, (_, most) in enumerate(BANDS.values())], float)
    middle, width = (low + high) / 2, high - low
    people = counts.sum(axis=1)
    fit = people >= PEOPLE  # False where a band is missing
    counts, people = counts[fit], people[fit]
    mean = counts @ middle / people
    varies = (counts * ((middle - mean[:, None]) ** 2 + width**2 / 12)).sum(axis=1) / people / mean**2
    varies = varies[mean >= LONG]
    return float(np.clip(np.median(varies), LEAST, MOST)) if len(varies) >= HOURS else float("nan")
