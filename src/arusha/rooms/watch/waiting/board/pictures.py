"""The picture of a hall: the hours before now as they were, the hours to come with the range they are expected in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from arusha.ui.drawing import NARROW, Spec, layered, moment, time_scale, tokens, value_scale

Point = tuple[datetime, float]
Range = tuple[datetime, float, float]


def ahead(
    told: Sequence[Point],
    expected: Sequence[Point],
    wide: Sequence[Range],
    close: Sequence[Range],
    *,
    y_title: str,
    width: int = 560,
    height: int = 220,
    direction: str = "ltr",
) -> Spec:
    """Minutes by local hour: what was told as a line, what is expected as a broken one over two bands."""
    colour = tokens()
    x = {"field": "x", **time_scale("", width, direction, padding=8)}
    x["axis"] |= {"format": "%H:%M", "tickCount": 4 if width < NARROW else 8}
    y = value_scale(y_title, direction, zero=True, nice=True)
    layers = [
        _layer(
            [{"x": moment(at), "low": low, "y": high} for at, low, high in band],
            {"type": "area", "color": colour[shade]},
            {"x": x, "y": y | {"field": "y"}, "y2": {"field": "low"}},
        )
        for band, shade in ((wide, "series-band"), (close, "on-brand-soft"))
    ]
    for points, dash in ((told, [1, 0]), (expected, [5, 4])):
        mark = {"type": "line", "color": colour["series-1"], "strokeWidth": 2.5, "strokeDash": dash}
        mark |= {"point": {"size": 36, "filled": not dash[1], "color": colour["series-1"], "fill": colour["page"]}}
        if not dash[1]:
            mark["point"] = {"size": 36, "filled": True, "color": colour["series-1"]}
        layers.append(_layer([{"x": moment(at), "y": v} for at, v in points], mark, {"x": x, "y": y | {"field": "y"}}))
    return layered([layer for layer in layers if layer["data"]["values"]], width, height, direction)


def _layer(values: list[dict[str, Any]], mark: Spec, encoding: Spec) -> Spec:
    return {"data": {"values": values}, "mark": mark, "encoding": encoding}
