"""The components: what each is given, declared as data, and the one function that draws them.

A template says ``{% ui "button" text=… %}``; Python that fills a table cell says ``draw("tag", text=…)``. An attribute
that is misspelt, missing or outside its choices is a `ComponentError` that names what would have been right.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from arusha.ui import fields, rows


class ComponentError(TemplateSyntaxError):
    """A component was called in a way that its declaration does not allow."""


NEEDED = object()
"""Stands in a declaration for an attribute that must be given."""


@dataclass(frozen=True)
class OneOf:
    """An attribute with a few allowed values; the first is the default."""

    allowed: tuple[str, ...]


def one_of(*allowed: str) -> OneOf:
    """Declare the allowed values, the default first."""
    return OneOf(allowed)


@dataclass(frozen=True)
class Component:
    """The attributes with their defaults, whether a body is ``none``, ``allowed`` or ``needed``, and a preparation."""

    attributes: Mapping[str, Any]
    body: str = "none"
    prepare: Callable[[dict[str, Any]], dict[str, Any]] | None = None


TONES = ("neutral", "good", "caution", "bad", "info", "brand", "warm")

COMPONENTS: dict[str, Component] = {
    "back": Component({"href": NEEDED, "text": None}),
    "bdi": Component({"value": NEEDED, "code": False}),
    "breadcrumbs": Component({"items": NEEDED}),
    "button": Component(
        {
            "text": NEEDED,
            "href": None,
            "kind": one_of("primary", "secondary", "warning", "quiet"),
            "small": False,
            "name": None,
            "value": None,
            "id": None,
            "form": None,
            "disabled": False,
        }
    ),
    "chart": Component(
        {
            "title": NEEDED,
            "svg": NEEDED,
            "narrow": None,
            "headers": NEEDED,
            "rows": NEEDED,
            "text": "",
            "download": None,
            "level": 2,
            "hide_title": False,
        },
        body="allowed",
    ),
    "details": Component({"summary": NEEDED, "open": False, "text": ""}, body="allowed"),
    "empty": Component({"title": NEEDED, "text": "", "action": None, "href": None}),
    "errors": Component({"form": None, "items": (), "title": None}, prepare=fields.prepare_errors),
    "field": Component(
        {
            "field": NEEDED,
            "label": None,
            "hint": None,
            "width": None,
            "inline": False,
            "label_hidden": False,
            "prefix": None,
            "suffix": None,
            "rows": None,
            "autocomplete": None,
            "heading": False,
            "mark_optional": True,
        },
        prepare=fields.prepare_field,
    ),
    "filters": Component({"form": None, "action": "", "clear": None, "label": None, "keep": ()}, body="allowed"),
    "inset": Component({"text": ""}, body="allowed"),
    "notice": Component(
        {"text": "", "title": None, "tone": one_of("info", "good", "caution", "bad")},
        body="allowed",
    ),
    "page-links": Component({"page": NEEDED, "label": None}),
    "panel": Component(
        {"title": None, "tone": one_of("plain", "soft", "strong"), "level": 2, "id": None}, body="needed"
    ),
    "panels": Component({"columns": one_of("2", "3", "wide-first", "wide-last")}, body="needed"),
    "post-button": Component(
        {
            "text": NEEDED,
            "action": NEEDED,
            "kind": one_of("primary", "secondary", "warning", "quiet"),
            "small": False,
            "values": (),
            "name": None,
            "value": None,
        },
        prepare=rows.prepare_hidden,
    ),
    "progress": Component({"label": NEEDED, "value": NEEDED, "max": 100, "words": None}),
    "stat": Component(
        {
            "label": NEEDED,
            "value": NEEDED,
            "unit": "",
            "trend": one_of("none", "up", "down", "flat"),
            "trend_text": "",
            "trend_tone": one_of("neutral", "good", "bad"),
            "tone": one_of("brand", "good", "caution", "bad"),
            "href": None,
        },
        prepare=rows.prepare_stat,
    ),
    "stats": Component({}, body="needed"),
    "summary": Component({"rows": NEEDED}, prepare=rows.prepare_summary),
    "table": Component(
        {
            "caption": NEEDED,
            "headers": NEEDED,
            "rows": None,
            "empty": None,
            "note": "",
            "caption_hidden": False,
            "compact": False,
            "stack": True,
            "row_headers": True,
            "id": None,
        },
        body="allowed",
        prepare=rows.prepare_table,
    ),
    "tag": Component({"text": NEEDED, "tone": one_of(*TONES)}),
    "timeline": Component({"items": NEEDED, "level": 3}, prepare=rows.prepare_timeline),
    "turn-links": Component({"page": NEEDED, "label": None}),
    "warning": Component({"text": NEEDED}),
}


def declaration(name: str, given: Iterable[str], *, with_body: bool) -> Component:
    """The component of that name, once it is sure that it may be called with these attributes."""
    component = COMPONENTS.get(name)
    if component is None:
        raise ComponentError(f"no component is called {name!r}; there are: {', '.join(sorted(COMPONENTS))}")
    given = set(given)
    allowed = ", ".join(component.attributes) or "none"
    for attribute in sorted(given - set(component.attributes)):
        raise ComponentError(f"component {name!r} has no attribute {attribute!r}; allowed are: {allowed}")
    for attribute, default in component.attributes.items():
        if default is NEEDED and attribute not in given:
            raise ComponentError(f"component {name!r} needs the attribute {attribute!r}; allowed are: {allowed}")
    if with_body and component.body == "none":
        raise ComponentError(f"component {name!r} has no body: write {{% ui {name!r} … %}}")
    if not with_body and component.body == "needed":
        raise ComponentError(f"component {name!r} has a body: write {{% uiblock {name!r} … %}}…{{% enduiblock %}}")
    return component


def draw(name: str, /, *, body: str | None = None, csrf_token: Any = None, **given: Any) -> SafeString:
    """Draw one component; the same checks whether a template or Python asks."""
    component = declaration(name, given, with_body=body is not None)
    values = {attribute: _value(name, attribute, default, given) for attribute, default in component.attributes.items()}
    if component.prepare:
        try:
            values = component.prepare(values)
        except (TypeError, ValueError) as error:
            raise ComponentError(f"component {name!r}: {error}") from error
    # A body was rendered by the template that holds it, and is escaped already.
    values |= {"body": mark_safe(body) if body is not None else "", "csrf_token": csrf_token}
    return get_template(f"ui/components/{name}.html").render(values)


def _value(name: str, attribute: str, default: Any, given: Mapping[str, Any]) -> Any:
    if attribute not in given:
        return default.allowed[0] if isinstance(default, OneOf) else default
    value = given[attribute]
    if default is NEEDED and value is None:
        raise ComponentError(f"component {name!r}: the attribute {attribute!r} has no value")
    if isinstance(default, OneOf):
        value = default.allowed[0] if value is None else str(value)
        if value not in default.allowed:
            raise ComponentError(
                f"component {name!r}: {attribute!r} is one of {', '.join(default.allowed)}, not {value!r}"
            )
    return value
