"""The hand behind the charts: one look for all of them, and the way from a spec to an SVG that may stand in a page."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

HERE = Path(__file__).parent
TRUETYPE = HERE / "static" / "arusha" / "truetype"
FONT = "Noto Sans, Noto Sans Arabic, sans-serif"
NUMBERS = {"fr": "fr-FR", "pt": "pt-PT", "es": "es-ES"}
MONTHS = {"fr": "fr-FR", "ar": "ar-EG", "pt": "pt-BR", "es": "es-ES"}
NARROW = 480
"""Under this width there is less room for ticks and words."""

Spec = dict[str, Any]


@cache
def tokens() -> Mapping[str, str]:
    """The colours of the style sheet, which stand in one file for both."""
    return json.loads((HERE / "assets" / "tokens.json").read_text(encoding="utf-8"))


def svg(spec: Spec, *, label: str, description: str = "", language: str | None = None, name: str = "") -> SafeString:
    """Draw a chart for a page: named for screen readers, with ids of its own, and nothing in it that could run.

    Two equal charts on one page need a `name` each, or their ids would be the same.
    """
    language = (language or get_language() or "en").split("-")[0]
    drawn = _drawn(json.dumps(spec, sort_keys=True), language)
    key = hashlib.sha256(f"{name}{label}{drawn}".encode()).hexdigest()[:10]
    return _named(_harmless(drawn, key), label, description, key)


def layered(layers: Sequence[Spec], width: int, height: int, direction: str = "ltr") -> Spec:
    """A spec of our look around layers; the width is that of the whole drawing, words included."""
    colour, anchor = tokens(), "end" if direction == "rtl" else "start"
    words = {"labelColor": colour["ink-soft"], "titleColor": colour["ink-soft"], "titleFontWeight": "normal"}
    sizes = {"labelFontSize": 12, "titleFontSize": 12, "labelFont": FONT, "titleFont": FONT}
    lines = {"gridColor": colour["surface-strong"], "domainColor": colour["line-strong"], "tickColor": colour["line"]}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": 4,
        "background": None,
        "layer": list(layers),
        "config": {
            "aria": False,
            "font": FONT,
            "view": {"stroke": None},
            "axis": words | sizes | lines | {"labelPadding": 6, "titlePadding": 8},
            "legend": words | sizes | {"symbolSize": 90, "layout": {"top": {"anchor": anchor}}},
            "text": {"font": FONT, "fontSize": 12, "color": colour["ink"]},
        },
    }


def moment(when: date) -> float:
    """Milliseconds as if the clock on the wall showed UTC, so that no machine's own zone moves a chart."""
    day = when if isinstance(when, datetime) else datetime(when.year, when.month, when.day)  # noqa: DTZ001
    return day.replace(tzinfo=UTC).timestamp() * 1000


def time_scale(title: str, width: int, direction: str, **scale: Any) -> Spec:
    """The channel of a time that runs with the reading direction."""
    axis = {"grid": False, "tickCount": 4 if width < NARROW else 8, "labelOverlap": True}
    return {
        "type": "temporal",
        "title": title or None,
        "scale": {"type": "utc", "reverse": direction == "rtl", **scale},
        "axis": axis,
    }


def value_scale(title: str, direction: str, **scale: Any) -> Spec:
    """The upright channel of amounts, its scale where a line of text begins."""
    axis = {"orient": "right" if direction == "rtl" else "left", "tickCount": 5, "domain": False, "ticks": False}
    return {"type": "quantitative", "title": title or None, "scale": scale, "axis": axis | {"format": ",~r"}}


def name_scale(width: int, direction: str, names: Sequence[str]) -> Spec:
    """The upright channel of names, in the order given."""
    axis = {
        "orient": "right" if direction == "rtl" else "left",
        "ticks": False,
        "domain": False,
        "labelLimit": width * 0.36,
    }
    return {"type": "nominal", "title": None, "sort": None, "scale": {"domain": list(names)}, "axis": axis}


def legend() -> Spec:
    """A legend above the drawing; it begins where a line of text begins."""
    return {"orient": "top", "direction": "horizontal", "title": None, "columns": 4}


@lru_cache(maxsize=64)
def _drawn(spec: str, language: str) -> str:
    """The bare drawing; the last few are kept, since a page is often read twice."""
    import vl_convert  # 84 MB: only a page with a chart loads it

    _register_fonts()
    return vl_convert.vegalite_to_svg(
        spec,
        allowed_base_urls=[],
        format_locale=NUMBERS.get(language, "en-US"),
        time_format_locale=MONTHS.get(language, "en-US"),
    )


@cache
def _register_fonts() -> None:
    """Words are measured in the letters that the page shows them in."""
    import vl_convert

    if TRUETYPE.is_dir():
        vl_convert.register_font_directory(str(TRUETYPE))


def _harmless(drawn: str, key: str) -> str:
    """Without what the page's policy forbids (scripts, links, handlers, styles) or roles of its parts; ids unique."""
    drawn = re.sub(r"<(script|foreignObject|style)\b.*?</\1\s*>", "", drawn, flags=re.DOTALL | re.IGNORECASE)
    drawn = re.sub(r"</?a\b[^>]*>", "", drawn)
    drawn = re.sub(r"""\s(?:role|aria-\w+)="[^"]*\"""", "", drawn)
    drawn = re.sub(r"""\s(?:on\w+|style|(?:xlink:)?href)=(?:"(?!#)[^"]*"|'(?!#)[^']*')""", "", drawn)
    drawn = re.sub(r'\bid="([^"]+)"', rf'id="c{key}-\1"', drawn)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#c{key}-\1)", drawn)


def _named(drawn: str, label: str, description: str, key: str) -> SafeString:
    """The picture says what it is; its words keep their own direction, whichever way the page runs."""
    described = format_html(' aria-describedby="c{}-words"', key) if description else ""
    words = format_html('<desc id="c{}-words">{}</desc>', key, description) if description else ""
    head = format_html('<svg role="img" aria-label="{}"{} direction="ltr" focusable="false"', label, described)
    opened = re.sub(r"<svg\b", lambda _match: head, drawn, count=1)
    return mark_safe(re.sub(r"(<svg\b[^>]*>)", lambda match: match[1] + words, opened, count=1))
