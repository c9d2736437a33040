"""How many of the things found are false: control over many tests at once."""

import numpy as np
from numpy.typing import NDArray


def benjamini_hochberg(p: NDArray[np.float64], tests: int | None = None) -> NDArray[np.float64]:
    """Adjusted p-values that control the false discovery rate.

    q₍ᵢ₎ = min over j ≥ i of p₍ⱼ₎·m/j (Benjamini and Hochberg, 1995, J. R. Stat. Soc. B 57, 289–300).

    Parameters
    ----------
    p : shape (n,), values in [0, 1].
    tests : m, the number of tests made; n by default. Give it where only the smallest p-values are kept, so that the
        correction is over all that was eligible and not over what looked promising.
    """
    n = len(p)
    m = n if tests is None else tests
    if m < n:
        raise ValueError(f"{n} p-values cannot come from {m} tests")
    order = np.argsort(p, kind="stable")
    ranked = p[order] * (m / np.arange(1, n + 1))
    q = np.empty(n)
    q[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return q


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjusted p-values that control the family-wise error rate.

    p̃₍ᵢ₎ = max over j ≤ i of (n − j + 1)·p₍ⱼ₎ (Holm, 1979, Scand. J. Stat. 6, 65–70). Shape (n,) in and out.
    """
    n = len(p)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(n, 0, -1))
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
