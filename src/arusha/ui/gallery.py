"""Every component on one page, with invented content: for whoever builds pages, and for the tests that draw them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from arusha.ui import lists
from arusha.ui.components import TONES, draw
from arusha.ui.fields import DayMonthYear
from arusha.ui.gallery_figures import figures
from arusha.ui.keyset import BOUND, Cut, Place

COLUMNS = (
    lists.Column(_("Number"), "number", sorts="number"),
    lists.Column(_("State"), "state"),
    lists.Column(_("Opened"), "opened", sorts="opened"),
    lists.Column(_("Crossings"), "crossings", sorts="crossings", numeric=True),
)


class Example(forms.Form):
    """One field of every shape."""

    text = forms.CharField(label=_("Name"), help_text=_("As it stands in the register."))
    amount = forms.DecimalField(label=_("Amount"), required=False)
    note = forms.CharField(label=_("Reason"), widget=forms.Textarea)
    office = forms.ChoiceField(label=_("Office"), choices=[("", "—"), ("n", _("North gate")), ("s", _("South gate"))])
    outcome = forms.ChoiceField(
        label=_("Outcome"), widget=forms.RadioSelect, choices=[("c", _("Confirmed")), ("e", _("Explained"))]
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[("g", _("Group")), ("u", _("Unit")), ("o", _("Officer"))],
    )  # fmt: skip
    agreed = forms.BooleanField(label=_("I have read the evidence"), required=False)
    due = forms.DateField(label=_("Due date"), help_text=_("For example, 27 3 2027"), widget=DayMonthYear)
    file = forms.FileField(label=_("Evidence"), required=False)


class ExampleFilters(forms.Form):
    """Filters of a list."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), ("open", _("Open"))])
    unit = forms.CharField(label=_("Unit"), required=False)
    since = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def gallery(request: HttpRequest) -> HttpResponse:
    """All of it, in the active language."""
    return render(request, "ui/gallery.html", content(request.GET))


def content(query: Any) -> dict[str, Any]:
    """What the gallery shows; fixed, so that two pictures of it are the same."""
    ask = lists.read(query, COLUMNS, order="-opened", filters=("state", "unit"))
    found = lists.paginate(range(1, 318), ask)
    return {
        "form": Example(),
        "wrong": Example({"text": "", "due_day": "31", "due_month": "2", "due_year": "2027"}, auto_id="wrong_%s"),
        "filters": ExampleFilters(),
        "headers": ask.headers(),
        "hidden": ask.hidden(),
        "page": found,
        "turned": Cut(found.items[:6], BOUND + 1, ask, Place(7, 7), Place(12, 12)),
        "rows": [_row(number) for number in found.items[:6]],
        "none": [],
        "two": [_("What"), {"label": _("Value"), "numeric": True}],
        "tones": TONES,
        "events": _events(),
        "summary": [
            (_("Kind"), _("Group")),
            (_("Identifier"), draw("bdi", value="AR-2027-0012-K", code=True)),
            {"label": _("Assigned to"), "value": _("Nobody yet"), "href": "#assign", "action": _("Change")},
        ],
        **figures(),
    }


def _row(number: int) -> list[Any]:
    tones = ((_("Open"), "info"), (_("Confirmed"), "bad"), (_("Explained"), "good"), (_("Watched"), "caution"))
    state, tone = tones[number % 4]
    identifier = {"text": draw("bdi", value=f"F-2027-{number:04}"), "href": f"#finding-{number}"}
    return [identifier, draw("tag", text=state, tone=tone), date(2027, 3, 1) + timedelta(days=number), number * 37 % 90]


def _events() -> list[dict[str, Any]]:
    at = datetime(2027, 3, 4, 9, 30, tzinfo=UTC)
    return [
        {"title": _("Confirmed"), "when": at + timedelta(days=9), "by": "N. Mollel", "tone": "bad"},
        {"title": _("Assigned"), "when": at + timedelta(days=1), "by": "N. Mollel"},
        {"title": _("Found"), "when": at, "text": _("Seen together 41 times, expected 3."), "tone": "info"},
    ]
