"""What the waiting pages can be asked for: a port, a terminal, days."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django import forms
from django.utils.translation import gettext_lazy as _

from arusha.rooms.watch.waiting import waits

NAMES = ("port", "terminal", "since", "until")


class Asking(forms.Form):
    """A port, a terminal, a first and a last day; what is left empty does not narrow."""

    port = forms.ChoiceField(label=_("Port"), required=False)
    terminal = forms.ChoiceField(label=_("Terminal"), required=False)
    since = forms.DateField(label=_("First day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, query: Any, table: pa.Table) -> None:
        """Offer the ports that were received, and the terminals of the one that is asked for."""
        super().__init__({name: query.get(name, "") for name in NAMES})
        fields: Any = self.fields
        fields["port"].choices = [("", _("All ports")), *_pairs(_texts(table, "port_code"))]
        there = waits.chosen(table.select(["port_code", "terminal", "day"]), port=query.get("port", ""))
        fields["terminal"].choices = [("", _("All terminals")), *_pairs(_texts(there, "terminal"))]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            self.add_error("until", _("The last day is before the first."))
        return given

    def chosen(self, table: pa.Table) -> pa.Table:
        """The hours that are asked for; none where the form has errors."""
        if not self.is_valid():
            return table.slice(0, 0)
        asked = self.cleaned_data
        stop = asked["until"] + timedelta(days=1) if asked["until"] and asked["until"] < date.max else None
        return waits.chosen(table, port=asked["port"], terminal=asked["terminal"], start=asked["since"], stop=stop)

    def kept(self) -> list[tuple[str, str]]:
        """What was asked, as pairs of an address."""
        return [(name, self.data[name]) for name in NAMES if self.data[name]]


def _texts(table: pa.Table, name: str) -> list[str]:
    return sorted(pc.unique(table.column(name).cast(pa.string())).to_pylist())


def _pairs(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]
