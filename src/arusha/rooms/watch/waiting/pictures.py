"""Pictures of waiting whose axis is the hours of a day; every figure in them stands in a table beside."""

from collections.abc import Iterable, Sequence
from typing import Any

from arusha.ui.drawing import NARROW, Spec, layered, tokens, value_scale

DAY = [0, 23]


def over_the_day(
    line: Iterable[tuple[int, float]],
    band: Iterable[tuple[int, float, float]],
    *,
    marked: Sequence[tuple[int, float]] = (),
    x_title: str,
    y_title: str,
    width: int = 560,
    height: int = 220,
    direction: str = "ltr",
) -> Spec:
    """Minutes by hour of the day, with a band of (hour, low, high) behind them and single hours marked."""
    colour = tokens()
    x = {"field": "hour", **_hours(x_title, width, direction)}
    y = {"field": "minutes", **value_scale(y_title, direction, zero=True, nice=True)}
    behind = [{"hour": hour, "low": low, "minutes": high} for hour, low, high in band]
    points = [{"hour": hour, "minutes": minutes} for hour, minutes in line]
    seen = [{"hour": hour, "minutes": minutes} for hour, minutes in marked]
    area = {"type": "area", "color": colour["series-band"], "interpolate": "monotone"}
    drawn = {"type": "line", "color": colour["series-1"], "strokeWidth": 2.5}
    drawn |= {"point": {"size": 36, "filled": True, "color": colour["series-1"]}}
    spot = {"type": "point", "filled": True, "size": 130, "opacity": 1, "color": colour["accent"], "shape": "diamond"}
    layers: list[dict[str, Any]] = [
        {"data": {"values": behind}, "mark": area, "encoding": {"x": x, "y": y, "y2": {"field": "low"}}},
        {"data": {"values": points}, "mark": drawn, "encoding": {"x": x, "y": y}},
        {"data": {"values": seen}, "mark": spot, "encoding": {"x": x, "y": y}},
    ]
    return layered([layer for layer in layers if layer["data"]["values"]], width, height, direction)


def _hours(title: str, width: int, direction: str) -> Spec:
    """The channel of the hours of a day, which run with the reading direction."""
    step = 6 if width < NARROW else 3
    axis = {
        "grid": False,
        "values": list(range(0, 24, step)),
        "labelExpr": "(datum.value < 10 ? '0' : '') + datum.value",
    }
    scale = {"domain": DAY, "reverse": direction == "rtl", "padding": 6, "nice": False}
    return {"type": "quantitative", "title": title or None, "scale": scale, "axis": axis}
