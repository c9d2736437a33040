"""Whether chances come true: pairs as sure as each bound, beside the strangers that chance would make as sure."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from arusha.lib.datasets import Crossing
from arusha.lib.detect import Table
from arusha.rooms.watch.co_travel.rings import Settings, evidence_of
from arusha.rooms.watch.co_travel.ties import BOUNDS


class Calibration(NamedTuple):
    """Arrays (bounds,): pairs with a chance of at most each of `bounds`, in truth and expected of strangers."""

    bounds: NDArray[np.float64]
    seen: NDArray[np.int64]
    expected: NDArray[np.float64]


def calibration(crossings: Table[Crossing], p: Settings) -> Calibration:
    """Where nobody moves with anybody, as many are seen as expected, or fewer: else the stated chances are too small.

    Expected is the sum over all pairs of travellers of the chance to come to a chance so small, as `ties_among` uses
    it. Where people do move together more are seen, the more the smaller the bound.
    """
    found = evidence_of(crossings, p)
    seen = np.searchsorted(np.sort(found.chance), BOUNDS, side="right")
    return Calibration(BOUNDS, seen, found.by_chance)
