"""The picture of calibration: how many waits lay at or below each quantile, beside how many it promises."""

from collections.abc import Sequence

from arusha.ui.drawing import Spec, layered, tokens, value_scale


def calibration(
    points: Sequence[tuple[float, float]], *, x_title: str, y_title: str, width: int, direction: str = "ltr"
) -> Spec:
    """Points of (promised, seen) in per cent over the line on which they are the same."""
    colour = tokens()
    axis = {"grid": False, "tickCount": 5}
    scale = {"domain": [0, 100], "nice": False}
    x = {"field": "x", "type": "quantitative", "title": x_title, "axis": axis, "scale": scale}
    y = {"field": "y", **value_scale(y_title, direction, domain=[0, 100], nice=False)}
    line = {"type": "line", "color": colour["ink-soft"], "strokeDash": [4, 3]}
    mark = {"type": "line", "color": colour["series-1"], "strokeWidth": 2.5}
    mark |= {"point": {"size": 60, "filled": True, "color": colour["series-1"]}}
    layers: list[Spec] = [
        {"data": {"values": [{"x": at, "y": at} for at in (0, 100)]}, "mark": line, "encoding": {"x": x, "y": y}},
        {"data": {"values": [{"x": a, "y": b} for a, b in points]}, "mark": mark, "encoding": {"x": x, "y": y}},
    ]
    return layered(layers, width, 260, direction)
