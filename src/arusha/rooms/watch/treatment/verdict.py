"""The tests of each pair as one, corrected over all pairs of travellers and of traders together."""

import numpy as np

from arusha.lib.detect import benjamini_hochberg
from arusha.rooms.watch.treatment.cases import Floats

SPEAKS = 0.5  # a test whose p cannot be smaller has nothing to say


def combined(p: Floats, smallest: Floats) -> tuple[Floats, Floats]:
    """The least p of k tests times k (Bonferroni), k those that can speak; and the same of what they could reach.

    Parameters
    ----------
    p, smallest : shape (tests, pairs); the p that each test gave, and the smallest that it could have given.
    """
    speaks = smallest <= SPEAKS
    k = np.maximum(speaks.sum(axis=0), 1)
    least, reach = (np.where(speaks, x, 1.0).min(axis=0, initial=1.0) for x in (p, smallest))
    return np.minimum(k * least, 1.0), np.minimum(k * reach, 1.0)


def corrected(p: Floats, smallest: Floats, level: float) -> Floats:
    """Benjamini–Hochberg over the pairs that could have been found at all: the others' q is 1.

    Of m tests, R(k) can reach level/k; k is the least with R(k) ≤ k, and the correction is over R(k) (Tarone, 1990,
    Biometrics 46, 515–522; Gilbert, 2005, J. R. Stat. Soc. C 54, 143–158). What a pair could reach depends on how many
    cases it has and on the cases of others, never on what came of its own.
    """
    q = np.ones(len(p))
    if not len(p) or not level > 0:
        return q
    order = np.sort(smallest)
    k = 1
    while np.searchsorted(order, level / k, side="right") > k:
        k += 1
    could = np.flatnonzero(smallest <= level / k)
    q[could] = benjamini_hochberg(p[could])
    return q
