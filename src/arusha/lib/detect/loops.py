"""Small steps for compiled loops. NumPy's own, general as they are, take most of the time that compiling takes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from arusha.lib.detect.compiled import compiled


@compiled
def first_from(x: NDArray[Any], value: float) -> int:
    """The place of the first element of ascending x that is at least `value`; len(x) where there is none."""
    lo, hi = 0, len(x)
    while lo < hi:
        middle = (lo + hi) >> 1
        if x[middle] < value:
            lo = middle + 1
        else:
            hi = middle
    return lo


@compiled
def sort_up(x: NDArray[Any], n: int) -> None:
    """Sort the first n elements of x in place (Shell, 1959; gaps of Knuth). For lists of hundreds."""
    gap = 1
    while 3 * gap + 1 < n:
        gap = 3 * gap + 1
    while gap:
        for i in range(gap, n):
            value = x[i]
            j = i
            while j >= gap and x[j - gap] > value:
                x[j] = x[j - gap]
                j -= gap
            x[j] = value
        gap //= 3


@compiled
def middle_of(x: NDArray[Any], n: int) -> float:
    """The median of the first n elements of x, which are sorted in place; nan of none."""
    if n == 0:
        return np.nan
    sort_up(x, n)
    middle: float = (x[(n - 1) >> 1] + x[n >> 1]) / 2
    return middle
