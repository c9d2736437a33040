"""Shares side by side, each with the limits between which it lies nineteen times in twenty."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from arusha.ui.drawing import Spec, layered, name_scale, tokens

NINETEEN_IN_TWENTY = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """`times` of `of`, named; `marked` for the one that the others are compared with."""

    name: str
    times: float
    of: int
    marked: bool = False

    @property
    def per_cent(self) -> float:
        """The share itself, in per cent; 0 of none."""
        return 100 * self.times / self.of if self.of else 0.0

    @property
    def limits(self) -> tuple[float, float]:
        """In per cent; (c ± z·√(s(1 − s)/n + z²/4n²))/(1 + z²/n), c = s + z²/2n (Wilson, 1927, JASA 22, 209–212)."""
        if not self.of:
            return 0.0, 100.0
        n, s, z = self.of, self.times / self.of, NINETEEN_IN_TWENTY
        middle, reach = s + z * z / (2 * n), z * math.sqrt(s * (1 - s) / n + z * z / (4 * n * n))
        low, high = ((middle + sign * reach) / (1 + z * z / n) for sign in (-1, 1))
        return max(0.0, 100 * low), min(100.0, 100 * high)


def side_by_side(shares: Sequence[Share], *, x_title: str, width: int, direction: str) -> Spec:
    """A point and a span for each, in the order given."""
    colour = tokens()
    rows = [
        {"name": s.name, "at": s.per_cent, "low": s.limits[0], "high": s.limits[1], "marked": s.marked} for s in shares
    ]
    scale = {"domain": [0, 100], "reverse": direction == "rtl", "nice": False}
    axis = {"grid": True, "tickCount": 5, "domain": False, "ticks": False}
    x = {"type": "quantitative", "title": x_title, "scale": scale, "axis": axis}
    y = {"field": "name", **name_scale(width, direction, [s.name for s in shares])}
    shade = {"condition": {"test": "datum.marked", "value": colour["accent"]}, "value": colour["series-1"]}
    span = {"type": "rule", "strokeWidth": 4, "opacity": 0.45}
    point = {"type": "point", "filled": True, "size": 130, "opacity": 1}
    form = {"condition": {"test": "datum.marked", "value": "diamond"}, "value": "circle"}
    data = {"values": rows}
    layers = [
        {
            "data": data,
            "mark": span,
            "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y, "color": shade},
        },
        {"data": data, "mark": point, "encoding": {"x": x | {"field": "at"}, "y": y, "color": shade, "shape": form}},
    ]
    return layered(layers, width, 34 * len(rows), direction)
