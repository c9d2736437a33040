"""How a field of a form is drawn: the shape its widget takes, and the ids that tie label, hint, error and input."""

from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

WIDTHS = (2, 3, 4, 5, 10, 20)


class DayMonthYear(forms.Widget):
    """A date as three boxes to type in: quicker than a calendar for a date one knows, and it works everywhere."""

    template_name = "ui/components/day-month-year.html"
    use_fieldset = True
    parts = (
        ("day", pgettext_lazy("part of a date", "Day"), 2),
        ("month", pgettext_lazy("part of a date", "Month"), 2),
        ("year", pgettext_lazy("part of a date", "Year"), 4),
    )

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Lay the three boxes out, day first as in each of our languages."""
        attrs = self.build_attrs(self.attrs, attrs)
        base_id = attrs.get("id") or f"id_{name}"
        typed = self.format_value(value)
        boxes = [
            {"name": f"{name}_{part}", "id": f"{base_id}_{part}", "label": label, "width": width, "value": typed[part]}
            for part, label, width in self.parts
        ]
        return {"widget": {"boxes": boxes, "invalid": attrs.get("aria-invalid")}}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:  # noqa: ARG002
        """The ISO form, which a date field reads in every language; nonsense goes through, for the field to refuse."""
        year, month, day = (str(data.get(f"{name}_{part}") or "").strip() for part in ("year", "month", "day"))
        return f"{year}-{month}-{day}" if year or month or day else None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002
        """Omitted only when none of the boxes was sent."""
        return not any(f"{name}_{part}" in data for part, _label, _width in self.parts)

    def id_for_label(self, id_: str) -> str:
        """An error leads to the first box."""
        return f"{id_}_day"

    def format_value(self, value: Any) -> dict[str, Any]:
        """What was typed is shown again as it was typed, also where it is no date."""
        if isinstance(value, date):
            return {"day": value.day, "month": value.month, "year": value.year}
        year, month, day = value.split("-", 2) if isinstance(value, str) and value.count("-") >= 2 else ("", "", "")
        return {"day": day, "month": month, "year": year}


def prepare_field(values: dict[str, Any]) -> dict[str, Any]:
    """Everything that the template of a field needs, found out from the bound field."""
    field = values["field"]
    if not isinstance(field, BoundField):
        raise TypeError(f"field must be a field of a form, not {field!r}: does the form have a field of that name?")
    shape = _shape(field.field.widget)
    hint = values["hint"] or field.help_text
    described = [f"{field.auto_id}_hint"] * bool(hint) + [f"{field.auto_id}_error"] * bool(field.errors)
    return values | {
        "shape": shape,
        "name": field.html_name,
        "grouped": shape in ("radios", "checkboxes", "date"),
        "label": field.label if values["label"] is None else values["label"],
        "hint": hint,
        "errors": field.errors,
        "optional": not field.field.required,
        "input_id": field.id_for_label,
        "hint_id": f"{field.auto_id}_hint",
        "error_id": f"{field.auto_id}_error",
        "described_by": " ".join(described),
        "control": _control(field, shape, values, described),
        "options": _options(field) if shape in ("radios", "checkboxes") else [],
    }


def prepare_errors(values: dict[str, Any]) -> dict[str, Any]:
    """One line for each error, leading to its field; errors of the form as a whole lead nowhere."""
    items = [item if isinstance(item, dict) else {"text": item, "href": None} for item in values["items"]]
    form = values["form"]
    if form is not None:
        for name, messages in form.errors.items():
            if name in form.fields:
                bound = form[name]
                items += [{"text": _told(bound, text), "href": f"#{_first_id(bound)}"} for text in messages]
            else:
                items += [{"text": text, "href": None} for text in messages]
    return values | {"items": items, "title": values["title"] or _("There is a problem")}


def _told(field: BoundField, error: str) -> str:
    """An error away from its field names the field; each language sets its own colon."""
    return gettext("%(label)s: %(error)s") % {"label": field.label, "error": error}


def _shape(widget: forms.Widget) -> str:
    """The look that a widget takes; the more special class first."""
    shapes: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (DayMonthYear, "date"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "checkbox"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file"),
    )
    return next((shape for kind, shape in shapes if isinstance(widget, kind)), "input")


def _control(field: BoundField, shape: str, values: dict[str, Any], described: list[str]) -> str:
    """The widget's own HTML with our classes, for the shapes that are one element."""
    if shape in ("radios", "checkboxes"):
        return ""
    css = {"file": "ar-file-upload", "checkbox": "ar-checkboxes__input"}.get(shape, f"ar-{shape}")
    classes = [css]
    if field.errors and shape in ("input", "select", "textarea", "file"):
        classes.append(f"{css}--error")
    if values["width"]:
        if values["width"] not in WIDTHS:
            raise ValueError(f"width is one of {', '.join(map(str, WIDTHS))} characters, not {values['width']!r}")
        classes.append(f"ar-input--width-{values['width']}")
    attrs: dict[str, Any] = {"class": " ".join(classes)}
    # Where it is given, Django does not point at a hint under an id of its own.
    attrs |= {"aria-describedby": " ".join(described) or False}
    if shape == "textarea":
        attrs["rows"] = values["rows"] or 5
    if values["autocomplete"]:
        attrs["autocomplete"] = values["autocomplete"]
    return field.as_widget(attrs=attrs)


def _options(field: BoundField) -> list[dict[str, Any]]:
    """Radios and checkboxes as plain facts; a disabled option stays one."""
    return [
        {
            "id": option.id_for_label,
            "value": option.data["value"],
            "label": option.choice_label,
            "checked": option.data["selected"],
            "disabled": bool(option.data["attrs"].get("disabled")),
            "required": bool(option.data["attrs"].get("required")),
        }
        for option in field.subwidgets
        if option.data["value"] not in (None, "")
    ]


def _first_id(field: BoundField) -> str:
    if _shape(field.field.widget) in ("radios", "checkboxes"):
        return next((option["id"] for option in _options(field)), field.auto_id)
    return field.id_for_label


class Given(forms.Widget):
    """A widget that is never drawn: the value as a program sent it, not as boxes of a page are sent."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The value, of a file or of any other field."""
        return files.get(name) if name in files else data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Nothing was sent under its name."""
        return name not in data and name not in files


def filled(form: type[forms.Form], data: Any, *, files: Any = None, **kwargs: Any) -> Any:
    """A form of a page, filled in by a program: the same fields, choices and checks."""
    made = form(data, files or {}, **kwargs)
    for field in made.fields.values():
        field.widget = Given()
    return made
