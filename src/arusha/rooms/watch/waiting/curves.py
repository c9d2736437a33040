"""A curve through medians, and one through spreads: what depends on how many came, without a formula for it."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from arusha.rooms.watch.waiting.hours import Floats

ONE_SIGMA = 0.8413447460685429  # the share of a normal law below one standard deviation
BULK = 0.9  # of the hours, in stretches of equal number
STRETCHES = 18  # of the bulk, at most
SHORTEST = 40  # hours of a stretch of the bulk, at least
SHARPER = 1.6  # how much shorter each stretch above the bulk is than what lies above it: queues rise steeply there
LAST = 12  # hours of the last stretch
OF_SPREAD = 250  # hours that a spread is read from, at least
SPREADS = 12  # at most


@dataclass(frozen=True, slots=True)
class Curve:
    """A broken line through (x, y), both shape (knots,), x rising; level beyond its ends."""

    x: Floats
    y: Floats


def at(curve: Curve, x: Floats) -> Floats:
    """The curve's height at x, shape of x; 0 where the curve has no knot."""
    return np.interp(x, curve.x, curve.y) if len(curve.x) else np.zeros(len(x))


def level_curve(x: Floats, y: Floats) -> Curve:
    """Medians of y by stretches of x, shorter and shorter towards the largest x. Shapes (points,)."""
    return _curve(x, y, _edges(len(x)), lambda part: float(np.median(part)))


def scale_curve(x: Floats, y: Floats) -> Curve:
    """One-sided standard deviations of y by stretches of x of equal number. Shapes (points,)."""
    count = max(1, min(SPREADS, len(x) // OF_SPREAD))
    return _curve(x, y, [len(x) * i // count for i in range(count + 1)], sigma)


def sigma(y: Floats) -> float:
    """The one-sided standard deviation of a normal law about zero that has the same share below it."""
    return float(np.quantile(y, ONE_SIGMA))


def _edges(count: int) -> list[int]:
    """Where stretches of `count` ordered points begin and end."""
    bulk = max(1, min(STRETCHES, int(count * BULK) // SHORTEST))
    edges = [int(count * BULK) * i // bulk for i in range(bulk + 1)]
    while count - edges[-1] > LAST * SHARPER:
        edges.append(count - int((count - edges[-1]) / SHARPER))
    return [*edges, count]


def _curve(x: Floats, y: Floats, edges: list[int], of: Callable[[Floats], float]) -> Curve:
    order = np.lexsort((y, x))
    x, y = x[order], y[order]
    parts = [slice(a, b) for a, b in pairwise(edges) if b > a]
    middles = np.array([np.median(x[part]) for part in parts])
    heights = np.array([of(y[part]) for part in parts])
    knots, place = np.unique(middles, return_inverse=True)
    return Curve(knots, np.bincount(place, heights) / np.maximum(np.bincount(place), 1) if len(knots) else heights)
