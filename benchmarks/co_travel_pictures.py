"""The two pictures of the method card of `co-travel`, measured on fresh seeds and drawn to `docs/pictures`.

How much of a ring's trouble helps it (worlds `effort`), and whether stated chances come true where nobody moves with
anybody (worlds `loners`, calm and with everybody's days moving together).
"""

from pathlib import Path
from typing import Any

import numpy as np

from arusha.lib.datasets import DATASETS
from arusha.lib.detect import table_of
from arusha.lib.synth import Report, make
from arusha.lib.synth.efforts import EFFORTS, LEANINGS
from arusha.lib.synth.score import Share
from arusha.rooms.watch.co_travel.calibration import Calibration, calibration
from arusha.rooms.watch.co_travel.detect import CoTravel
from arusha.ui.drawing import Spec, layered, legend, name_scale, svg, tokens
from measured import ROOT, fresh_seed
from rings import COMMOTIONS, ROWS, limits, measured

PICTURES = ROOT / "docs" / "pictures"
WIDTH = 760


def effort(report: Report, seeds: str) -> str:
    """A row a step: the share found with its 95% limits."""
    rows = [(f"{kind}: {step}", "rings found", report.found[plan.band]) for kind, steps in EFFORTS.items()
            for step, plan in steps.items()]  # fmt: skip
    rows += [(f"officer takes {step}", "officers named", report.caught_by_band[plan.band])
             for step, plan in LEANINGS.items()]  # fmt: skip
    data = [_row(*row) for row in rows]
    colour = tokens()
    shades = {"domain": ["rings found", "officers named"], "range": [colour["series-1"], colour["series-2"]]}
    told = {"field": "kind", "type": "nominal", "scale": shades, "legend": legend()}
    x = {"type": "quantitative", "title": "share found, with 95% limits", "scale": {"domain": [0, 1]}}
    y = {"field": "name", **name_scale(2 * WIDTH, "ltr", [row["name"] for row in data])}
    spans = {"x": x | {"field": "low"}, "x2": {"field": "high"}, "y": y, "color": told}
    dots = {"x": x | {"field": "share"}, "y": y, "color": told}
    values = {"data": {"values": data}}
    layers: list[Spec] = [
        values | {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.5}, "encoding": spans},
        values | {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1}, "encoding": dots},
    ]
    label = f"Share of rings found, and of officers named, by the trouble they take; {seeds}"
    return _drawn(
        layered(layers, WIDTH, 22 * len(data)), label, "; ".join(f"{d['name']} {d['share']:.2f}" for d in data)
    )


def _row(name: str, kind: str, share: Share) -> dict[str, Any]:
    low, high = limits(share)
    return {"name": name, "kind": kind, "share": share.value, "low": low, "high": high}


def chances(kinds: dict[str, list[Calibration]], seeds: str) -> str:
    """Pairs seen at each chance against pairs expected; on the diagonal chances come true, under it they are safe."""
    data = []
    for name, worlds in kinds.items():
        expected, seen = (np.mean([getattr(one, side) for one in worlds], axis=0) for side in ("expected", "seen"))
        data += [{"x": x, "y": y, "kind": name} for x, y in zip(expected, seen, strict=True) if x > 0.02 and y > 0]
    colour = tokens()
    shades = {"domain": list(kinds), "range": [colour[f"series-{i + 1}"] for i in range(len(kinds))]}
    told = {"field": "kind", "type": "nominal", "legend": legend(), "scale": shades}
    log = {"type": "quantitative", "scale": {"type": "log", "domain": [0.02, 400]}}
    x = {"field": "x", **log, "title": "pairs of strangers expected at such a chance or less, each world"}
    y = {"field": "y", **log, "title": "pairs seen"}
    even = {"data": {"values": [{"x": 0.02, "y": 0.02}, {"x": 400, "y": 400}]}, "encoding": {"x": x, "y": y}}
    layers: list[Spec] = [
        even | {"mark": {"type": "line", "strokeDash": [5, 4], "color": colour["ink-soft"]}},
        {
            "data": {"values": data},
            "mark": {"type": "line", "point": True},
            "encoding": {"x": x, "y": y, "color": told},
        },
    ]
    return _drawn(layered(layers, WIDTH, 420), f"Chances stated against chances come true; {seeds}", "")


def _drawn(spec: Spec, label: str, description: str) -> str:
    page = {"background": tokens()["page"]}
    return str(svg(spec | page, label=label, description=description, language="en")) + "\n"


def calibrated(scenario: str, first: int, worlds: int) -> list[Calibration]:
    """Of several worlds of consecutive seeds."""
    found = []
    for seed in range(first, first + worlds):
        crossings = make(scenario, ROWS, seed).tables["crossings"]
        found.append(calibration(table_of(DATASETS["crossings"], crossings, manifest=scenario), CoTravel()))
    return found


def main() -> None:
    """Measure and draw both."""
    first, worlds = fresh_seed(), 4
    kinds = {"calm": "loners"} | {name: f"loners-{name}" for name in COMMOTIONS}
    seeds = f"seeds {first} to {first + worlds - 1}"
    null = {name: calibrated(scenario, first, worlds) for name, scenario in kinds.items()}
    written: dict[str, str] = {
        "co-travel-chances.svg": chances(null, seeds),
        "co-travel-effort.svg": effort(measured("effort", first, worlds), seeds),
    }
    for name, picture in written.items():
        Path(PICTURES / name).write_text(picture, encoding="utf-8")
        print(PICTURES / name)


if __name__ == "__main__":
    main()
