"""Charts as plain Vega-Lite dicts, drawn to SVG on the server: they print, and need no JavaScript.

Every function takes words that are already translated. Moments are shown as they are given: whoever calls has turned
them into the office's own time. With ``direction="rtl"`` time and rank run from the right and the scale of values
stands on the right; a number line keeps its direction, since numbers are written from the left in Arabic too.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from arusha.ui.drawing import svg

__all__ = ["bars", "heatmap", "histogram_with_mark", "line", "network", "svg", "timeline"]

Spec = dict[str, Any]
NARROW = 480
"""Under this width there is less room for ticks and words."""


@cache
def tokens() -> Mapping[str, str]:
    """The colours of the style sheet."""
    return json.loads((Path(__file__).parent / "assets" / "tokens.json").read_text(encoding="utf-8"))


def line(
    points: Iterable[tuple[date, float]],
    *,
    x_title: str = "",
    y_title: str = "",
    target: float | None = None,
    target_label: str = "",
    band: Iterable[tuple[date, float, float]] = (),
    width: int = 560,
    height: int = 220,
    direction: str = "ltr",
) -> Spec:
    """A trend, with a target to reach and the usual range behind it where they are given."""
    colour = tokens()
    data = [{"x": _moment(x), "y": y} for x, y in points]
    x = {"field": "x", "type": "temporal", **_time_axis(x_title, width, direction)}
    y = {"field": "y", "type": "quantitative", **_value_axis(y_title, direction), "scale": {"zero": False, "nice": True}}
    layers: list[Spec] = []
    behind = [{"x": _moment(x), "low": low, "high": high} for x, low, high in band]
    if behind:
        low = y | {"field": "low"}
        area = {"type": "area", "color": colour["series-band"]}
        layers.append({"data": {"values": behind}, "mark": area, "encoding": {"x": x, "y": low, "y2": {"field": "high"}}})
    mark = {"type": "line", "color": colour["series-1"], "strokeWidth": 2.5, "point": {"size": 34, "filled": True}}
    layers.append({"data": {"values": data}, "mark": mark, "encoding": {"x": x, "y": y}})
    if target is not None:
        layers += _level(target, target_label, data[-1]["x"] if data else 0, x, y)
    return _layered(layers, width, height)


def bars(
    values: Iterable[tuple[str, float]],
    *,
    x_title: str = "",
    mark: str | None = None,
    width: int = 560,
    direction: str = "ltr",
) -> Spec:
    """Named amounts in the order given, each with its figure; one of them may be marked."""
    colour = tokens()
    data = [{"name": name, "value": value, "marked": name == mark} for name, value in values]
    rtl = direction == "rtl"
    y_axis = {"orient": "right" if rtl else "left", "labelLimit": width * 0.4, "ticks": False, "domain": False}
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": y_axis}
    value_axis = {"grid": True, "tickCount": 5}
    x = {"field": "value", "type": "quantitative", "title": x_title, "axis": value_axis, "scale": {"reverse": rtl}}
    fill = {"condition": {"test": "datum.marked", "value": colour["series-2"]}, "value": colour["series-1"]}
    offset = -5 if rtl else 5
    text = {"type": "text", "align": "right" if rtl else "left", "dx": offset, "color": colour["ink"]}
    layers = [
        {"mark": {"type": "bar", "height": {"band": 0.7}}, "encoding": {"color": fill}},
        {"mark": text, "encoding": {"text": {"field": "value", "type": "quantitative", "format": ",.3~r"}}},
    ]
    shared = {"data": {"values": data}, "encoding": {"x": x, "y": y}}
    return _layered(layers, width, max(60, 30 * len(data))) | shared


def histogram_with_mark(
    draws: Sequence[float],
    *,
    observed: float,
    expected: float,
    observed_label: str,
    expected_label: str,
    x_title: str,
    y_title: str = "",
    bins: int = 30,
    width: int = 560,
    height: int = 220,
    direction: str = "ltr",
) -> Spec:
    """What chance alone gives, as a histogram, and what was seen as a mark on the same line."""
    colour = tokens()
    data = _binned(draws, bins, include=(observed, expected))
    top = max((row["count"] for row in data), default=1)
    low, high = min(row["from"] for row in data), max(*(row["to"] for row in data), observed + _step(draws, bins))
    x_scale = {"domain": [low, high], "nice": False, "zero": False}
    x_axis = {"grid": False, "tickCount": 5 if width < NARROW else 9, "format": ",~r"}
    x = {"field": "from", "type": "quantitative", "title": x_title, "scale": x_scale, "axis": x_axis}
    # Room above the highest bar, where the two labels stand.
    y = {"field": "count", "type": "quantitative", "scale": {"domain": [0, top * 1.42]}, **_value_axis(y_title, direction)}
    bar = {"type": "bar", "color": colour["series-quiet"], "binSpacing": 1}
    encoding = {"x": x | {"bin": "binned"}, "x2": {"field": "to"}, "y": y}
    layers: list[Spec] = [{"data": {"values": data}, "mark": bar, "encoding": encoding}]
    middle = (low + high) / 2
    marks = ((expected, expected_label, "ink-soft", 1.16, [4, 3]), (observed, observed_label, "series-2", 1.34, [1, 0]))
    for value, label, name, level, dash in marks:
        layers += _flag(value, label, colour[name], top * level, dash, value > middle, x, y)
    return _layered(layers, width, height)


def timeline(
    lanes: Sequence[str],
    *,
    ticks: Iterable[tuple[str, datetime, str]],
    spans: Iterable[tuple[str, datetime, datetime]] = (),
    span_label: str = "",
    x_title: str = "",
    width: int = 760,
    lane_height: int = 26,
    direction: str = "ltr",
) -> Spec:
    """Lanes of subjects over time: ticks coloured and shaped by kind, spans as bars behind them."""
    colour = tokens()
    rtl = direction == "rtl"
    axis = {"orient": "right" if rtl else "left", "labelLimit": width * 0.32, "ticks": False, "domain": False, "grid": True}
    y = {"field": "lane", "type": "nominal", "sort": None, "title": None, "scale": {"domain": list(lanes)}, "axis": axis}
    x = {"field": "at", "type": "temporal", **_time_axis(x_title, width, direction)}
    behind = [{"lane": lane, "at": _moment(a), "to": _moment(b), "kind": span_label} for lane, a, b in spans]
    points = [{"lane": lane, "at": _moment(at), "kind": kind} for lane, at, kind in ticks]
    kinds = list(dict.fromkeys(row["kind"] for row in points))
    palette = [colour["series-1"], colour["series-2"], colour["series-3"], colour["series-4"]]
    legend = _legend(direction, width)
    colours = {"field": "kind", "type": "nominal", "title": None, "legend": legend}
    layers: list[Spec] = []
    if behind:
        fill = colours | {"scale": {"domain": [span_label], "range": [colour["series-band"]]}}
        encoding = {"x": x, "x2": {"field": "to"}, "y": y, "color": fill}
        layers.append({"data": {"values": behind}, "mark": {"type": "bar", "height": {"band": 0.82}}, "encoding": encoding})
    scale = {"domain": kinds, "range": palette[: len(kinds)]}
    shapes = {"domain": kinds, "range": ["triangle-up", "triangle-down", "circle", "square"][: len(kinds)]}
    encoding = {"x": x, "y": y, "color": colours | {"scale": scale}, "shape": colours | {"scale": shapes}}
    point = {"type": "point", "filled": True, "size": 58, "opacity": 0.9}
    layers.append({"data": {"values": points}, "mark": point, "encoding": encoding})
    return _layered(layers, width, lane_height * len(lanes)) | {"resolve": {"scale": {"color": "independent"}}}
