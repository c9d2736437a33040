"""The forms by which a detector is tried and a change of it proposed."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from arusha.flow.cases.offers import ActForm, ReasonForm
from arusha.flow.runs.standing import Standing
from arusha.lib.detect import Detector
from arusha.lib.detect.settings import checked, numeric, texts

PREFIX = "set_"


@dataclass(frozen=True, slots=True)
class Governed:
    """A detector with how it stands, as a page offers to change it."""

    detector: Detector
    standing: Standing | None

    @property
    def settings(self) -> dict[str, str]:
        """Those in force, or those it was shipped with; a setting that is new is the shipped one."""
        shipped = texts(self.detector.params())
        held = self.standing.settings if self.standing else {}
        return {name: held.get(name, value) for name, value in shipped.items()}


class TryForm(ActForm):
    """A field for each setting of the detector, and which of them is varied."""

    vary = forms.ChoiceField(
        label=_("Try other values too of"),
        help_text=_("Each other value takes a run of its own."),
        required=False,
    )

    def prepare(self) -> None:
        """A text field for each setting, in their order."""
        fields: Any = self.fields
        vary = fields.pop("vary")
        shipped = texts(self.row.detector.params())
        for name, value in self.row.settings.items():
            said = _("Shipped with %(value)s") % {"value": shipped[name]}
            fields[PREFIX + name] = forms.CharField(label=name, initial=value, help_text=said, max_length=40)
        fields["vary"] = vary
        self.choose("vary", [*((name, name) for name in numeric(self.row.detector)), ("", _("None"))])

    @property
    def settings(self) -> dict[str, str]:
        """What was typed, by the name of the setting."""
        return {k.removeprefix(PREFIX): v for k, v in self.cleaned_data.items() if k.startswith(PREFIX)}

    def clean(self) -> dict[str, Any]:
        """Each setting is read as the detector reads it, and goes on in one writing."""
        shipped = texts(self.row.detector.params())
        for name, typed in self.settings.items():
            try:
                self.cleaned_data[PREFIX + name] = checked(self.row.detector, {name: typed})[name]
            except (ValueError, OverflowError):
                said = _("This does not read: give a value such as %(value)s.") % {"value": shipped[name]}
                self.add_error(PREFIX + name, said)
        return self.cleaned_data


class ProposeForm(ReasonForm):
    """Why; the trial that was seen goes along."""

    trial = forms.UUIDField(widget=forms.HiddenInput)
