"""Charts as plain Vega-Lite dicts, drawn to SVG on the server by `svg`: they print, and need no JavaScript.

Every function takes words that are already translated, and moments already in the office's own time. With
``direction="rtl"`` time and rank run from the right and the scale of values stands on the right; a number line keeps
its direction, since numbers are written from the left in Arabic too.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from arusha.ui.drawing import NARROW, Spec, layered, legend, moment, name_scale, svg, time_scale, tokens, value_scale
from arusha.ui.placing import places

__all__ = ["bars", "heatmap", "histogram_with_mark", "line", "network", "svg", "timeline"]

SHAPES = ["triangle-up", "triangle-down", "circle", "diamond", "square"]


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
    """A trend, with the usual range behind it and a target to reach where they are given."""
    colour = tokens()
    data = [{"x": moment(x), "y": y} for x, y in points]
    x = {"field": "x", **time_scale(x_title, width, direction)}
    y = {"field": "y", **value_scale(y_title, direction, zero=False, nice=True)}
    behind = [{"x": moment(x), "low": low, "high": high} for x, low, high in band]
    area = {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}}
    layers = [_layer(behind, {"type": "area", "color": colour["series-band"]}, area)] if behind else []
    mark = {
        "type": "line",
        "color": colour["series-1"],
        "strokeWidth": 2.5,
        "point": {"size": 36, "filled": True, "color": colour["series-1"]},
    }
    layers.append(_layer(data, mark | {"clip": False}, {"x": x, "y": y}))
    if target is not None:
        goal = [{"y": target, "label": target_label, "x": data[0]["x"] if data else 0}]
        layers += _goal(goal, direction, {"x": x, "y": y})
    return layered(layers, width, height, direction)


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
    most = max((row["value"] for row in data), default=1)
    # Room at the end of the longest bar for its figure.
    scale = {"reverse": direction == "rtl", "domain": [min(0, *(row["value"] for row in data), 0), most * 1.12 or 1]}
    x = {"field": "value", "type": "quantitative", "title": x_title or None, "scale": scale}
    x |= {"axis": {"grid": True, "tickCount": 4, "domain": False, "ticks": False, "format": ",~r"}}
    y = {"field": "name", **name_scale(width, direction, [row["name"] for row in data])}
    fill = {"condition": {"test": "datum.marked", "value": colour["series-2"]}, "value": colour["series-1"]}
    end = {"align": "right", "dx": -5} if direction == "rtl" else {"align": "left", "dx": 5}
    figure = {"field": "value", "type": "quantitative", "format": ",.4~r"}
    layers = [
        _layer(data, {"type": "bar", "height": {"band": 0.68}}, {"x": x, "y": y, "color": fill}),
        _layer(data, {"type": "text", "baseline": "middle", **end}, {"x": x, "y": y, "text": figure}),
    ]
    return layered(layers, width, max(60, 30 * len(data)), direction)


def histogram_with_mark(
    draws: Sequence[float],
    *,
    observed: float,
    expected: float,
    observed_label: str,
    expected_label: str,
    x_title: str,
    y_title: str = "",
    width: int = 560,
    height: int = 220,
    direction: str = "ltr",
) -> Spec:
    """What chance alone gives, as a histogram, and what was seen as a mark on the same line.

    Where what was seen lies beyond four times the draws, the line is a square-root one: chance would be a hair on it.
    """
    colour = tokens()
    data = _binned(draws, observed)
    top = max(row["count"] for row in data)
    low, high = data[0]["from"], max(data[-1]["to"], observed + (observed - data[0]["from"]) * 0.06)
    far = low >= -1 and observed > 4 * data[-1]["to"]
    for row in data if far else []:
        row["from"] = max(0.0, row["from"])
    middle = high / 4 if far else (low + high) / 2
    scale = {"domain": [0 if far else low, high], "nice": False, "zero": False} | ({"type": "sqrt"} if far else {})
    axis = {"grid": False, "tickCount": 5 if width < NARROW else 9, "format": ",~r"}
    x = {"type": "quantitative", "title": x_title, "scale": scale, "axis": axis}
    # Room above the highest bar, where the two labels stand.
    y = value_scale(y_title, direction, domain=[0, top * 1.5], nice=False)
    bar = {"type": "bar", "color": colour["series-quiet"], "binSpacing": 1}
    encoding = {"x": x | {"field": "from", "bin": {"binned": True}}, "x2": {"field": "to"}, "y": y | {"field": "count"}}
    layers = [_layer(data, bar, encoding)]
    for value, label, name, part, dash in (
        (expected, expected_label, "ink-soft", 1.18, [4, 3]),
        (observed, observed_label, "accent", 1.4, [1, 0]),
    ):
        flag = [{"at": value, "level": top * part, "label": label}]
        layers += _flag(flag, colour[name], dash, value > middle, {"x": x, "y": y})
    return layered(layers, width, height, direction)


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
    y = {"field": "lane", **name_scale(width, direction, lanes)}
    x = {"field": "at", **time_scale(x_title, width, direction, padding=8)}
    behind = [{"lane": lane, "at": moment(a), "to": moment(b), "kind": span_label} for lane, a, b in spans]
    points = [{"lane": lane, "at": moment(at), "kind": kind} for lane, at, kind in ticks]
    layers = []
    if behind:
        # Filled, not coloured: the channel of its own keeps the two legends apart.
        one = {"scale": {"domain": [span_label], "range": [colour["series-band"]]}, "legend": legend()}
        encoding = {"x": x, "x2": {"field": "to"}, "y": y, "fill": {"field": "kind", "type": "nominal", **one}}
        layers.append(_layer(behind, {"type": "bar", "height": {"band": 0.84}}, encoding))
    kinds = _kinds([row["kind"] for row in points])
    mark = {"type": "point", "filled": True, "size": 56, "opacity": 0.9}
    layers.append(_layer(points, mark, {"x": x, "y": y, **kinds}))
    return layered(layers, width, lane_height * max(1, len(lanes)), direction)


def network(
    nodes: Sequence[tuple[str, str, str]],
    edges: Iterable[tuple[str, str, float]],
    *,
    width: int = 520,
    height: int = 340,
    direction: str = "ltr",
) -> Spec:
    """Who was with whom: nodes as (id, label, kind), edges as (id, id, weight); the same input is the same picture."""
    colour = tokens()
    edges = [edge for edge in edges if edge[2] > 0]
    at = places([node for node, _label, _kind in nodes], edges, wide=width / height)
    dots = [{"x": at[node][0], "y": at[node][1], "label": label, "kind": kind} for node, label, kind in nodes]
    most = max((weight for _a, _b, weight in edges), default=1)
    lines = [
        dict(zip(("x", "y", "x2", "y2"), (*at[a], *at[b]), strict=True)) | {"w": 0.8 + 5 * weight / most}
        for a, b, weight in edges
    ]
    x, y = ({"field": axis, "type": "quantitative", "axis": None, "scale": {"domain": [-0.1, 1.1]}} for axis in "xy")
    place = {"x": x, "y": y}
    ends = place | {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    thick = {"field": "w", "type": "quantitative", "scale": None}
    words = place | {"text": {"field": "label"}}
    halo = {"type": "text", "dy": -14, "stroke": colour["page"], "strokeWidth": 3, "strokeJoin": "round"}
    layers = [
        _layer(lines, {"type": "rule", "color": colour["series-quiet"], "opacity": 0.8}, ends | {"strokeWidth": thick}),
        _layer(
            dots,
            {"type": "point", "filled": True, "size": 220, "opacity": 1},
            place | _kinds([dot["kind"] for dot in dots], first=2),
        ),
        _layer(dots, halo, words),
        _layer(dots, {"type": "text", "dy": -14}, words),
    ]
    return layered(layers, width, height, direction)


def heatmap(
    cells: Iterable[tuple[str, str, float | None]],
    *,
    columns: Sequence[str],
    rows: Sequence[str],
    value_title: str,
    x_title: str = "",
    width: int = 700,
    row_height: int = 26,
    direction: str = "ltr",
) -> Spec:
    """Amounts by hour and weekday, given as (row, column, amount); a cell without an amount stays empty."""
    colour = tokens()
    data = [{"row": row, "column": column, "value": value} for row, column, value in cells if value is not None]
    order = list(columns)[::-1] if direction == "rtl" else list(columns)
    every = 3 if width < NARROW else 1
    shown = [name for place, name in enumerate(columns) if place % every == 0]
    x = {
        "field": "column",
        "type": "ordinal",
        "title": x_title or None,
        "scale": {"domain": order, "paddingInner": 0.06},
    }
    x |= {"sort": None, "axis": {"labelAngle": 0, "values": shown, "domain": False, "ticks": False}}
    y = {"field": "row", **name_scale(width, direction, rows)}
    shades = {"range": [colour["surface"], colour["on-brand-soft"], colour["series-1"], colour["brand-dark"]]}
    scale_key = legend() | {"title": value_title, "gradientLength": min(200, width * 0.4), "titlePadding": 6}
    fill = {"field": "value", "type": "quantitative", "scale": shades | {"zero": True}, "legend": scale_key}
    mark = {"type": "rect", "cornerRadius": 2}
    return layered(
        [_layer(data, mark, {"x": x, "y": y, "color": fill})], width, row_height * max(1, len(rows)), direction
    )


def _layer(values: list[dict[str, Any]], mark: Spec, encoding: Spec) -> Spec:
    return {"data": {"values": values}, "mark": mark, "encoding": encoding}


def _goal(goal: list[dict[str, Any]], direction: str, scales: Spec) -> list[Spec]:
    """A broken line across, with its words where a line of text begins."""
    accent = tokens()["accent"]
    words = {"type": "text", "align": "right" if direction == "rtl" else "left", "dy": -7, "color": accent}
    rule = {"type": "rule", "color": accent, "strokeDash": [5, 4]}
    return [_layer(goal, rule, {"y": scales["y"]}), _layer(goal, words, scales | {"text": {"field": "label"}})]


def _flag(flag: list[dict[str, Any]], colour: str, dash: list[int], to_the_left: bool, scales: Spec) -> list[Spec]:
    """A line up from the axis with its words at the top, on the side where there is room."""
    x, y = scales["x"] | {"field": "at"}, scales["y"]
    pole = {"x": x, "y": y | {"field": "level"}, "y2": {"datum": 0}}
    side = {"align": "right", "dx": -6} if to_the_left else {"align": "left", "dx": 6}
    words = {"type": "text", "color": colour, "fontWeight": "bold", "baseline": "top", **side}
    text = {"x": x, "y": y | {"field": "level"}, "text": {"field": "label"}}
    return [
        _layer(flag, {"type": "rule", "color": colour, "strokeWidth": 2.5, "strokeDash": dash}, pole),
        _layer(flag, words, text),
    ]


def _kinds(kinds: Sequence[str], *, first: int = 0) -> Spec:
    """Kinds told apart by colour and by shape too, for whoever doesn't tell the colours apart."""
    colour = tokens()
    names = list(dict.fromkeys(kinds))
    colours = {"domain": names, "range": [colour[f"series-{place % 5 + 1}"] for place in range(len(names))]}
    shapes = {"domain": names, "range": [SHAPES[(place + first) % len(SHAPES)] for place in range(len(names))]}
    shared = {"field": "kind", "type": "nominal", "legend": legend()}
    return {"color": shared | {"scale": colours}, "shape": shared | {"scale": shapes}}


def _binned(draws: Sequence[float], observed: float, most: int = 36) -> list[dict[str, float]]:
    """Bins of one width from the lowest draw up; counts that are whole numbers get whole bins."""
    if not draws:
        return [{"from": 0.0, "to": max(1.0, observed), "count": 0}]
    low, high = min(draws), max(draws)
    whole = all(float(draw).is_integer() for draw in draws)
    step = max(1.0, math.ceil((high - low + 1) / most)) if whole else (high - low) / most or 1.0
    start = low - 0.5 if whole else low
    counts: dict[int, int] = {}
    for draw in draws:
        place = min(int((draw - start) / step), most - 1) if not whole else int((draw - start) // step)
        counts[place] = counts.get(place, 0) + 1
    return [
        {"from": start + place * step, "to": start + (place + 1) * step, "count": counts[place]}
        for place in sorted(counts)
    ]
