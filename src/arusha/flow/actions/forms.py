"""The forms of an action's acts, and the filters of the list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.flow.actions.states import STATES
from arusha.flow.cases.offers import ActForm, ReasonForm
from arusha.flow.scorecard.factors import FACTOR_NAMES
from arusha.flow.scorecard.figures import FIGURES
from arusha.ui.fields import DayMonthYear

CHOOSE = ("", _("Choose"))
WHO = _("Staff number or full name")


class Open(ActForm):
    """A new action."""

    what = forms.CharField(
        label=_("What is to be done"),
        help_text=_("Its owner reads this. Name nobody whom a case or finding is about."),
        max_length=300,
    )
    factor = forms.ChoiceField(label=_("Key factor"))
    who = forms.CharField(label=_("Who does it: staff number or full name"), max_length=120)
    due = forms.DateField(label=_("Due date"), widget=DayMonthYear)
    figure = forms.ChoiceField(
        label=_("The figure it should move"),
        help_text=_("Its value over the last full month is kept, to compare with later."),
        required=False,
    )

    def prepare(self) -> None:
        """Offer the factors and the figures."""
        self.choose("factor", [CHOOSE, *FACTOR_NAMES.items()])
        self.choose("figure", [("", _("None")), *((f.name, f.title) for f in FIGURES.values())])


class Evidence(ActForm):
    """What shows that it is done."""

    text = forms.CharField(
        label=_("What was done, and where it can be seen"), widget=forms.Textarea, required=False, max_length=20_000
    )
    file = forms.FileField(
        label=_("File"), help_text=_("50 MB at most."), required=False, allow_empty_file=True, max_length=2000
    )


class Due(ReasonForm):
    """Another due date."""

    due = forms.DateField(label=_("New due date"), widget=DayMonthYear)
    field_order = ("due", "why")


class Owner(ReasonForm):
    """Another owner."""

    who = forms.CharField(label=WHO, max_length=120)
    field_order = ("who", "why")


class Filters(forms.Form):
    """What the list can be narrowed by."""

    whose = forms.ChoiceField(
        label=_("Whose"),
        required=False,
        choices=[("", pgettext_lazy("actions", "All")), ("mine", pgettext_lazy("actions", "Mine"))],
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    factor = forms.ChoiceField(label=_("Key factor"), required=False)
    owner = forms.CharField(label=_("Owner: staff number or name"), required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer states and factors."""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["state"].choices = [
            ("", pgettext_lazy("actions", "Open and done")),
            ("overdue", pgettext_lazy("actions", "Overdue")),
            *STATES.items(),
            ("all", pgettext_lazy("actions", "All")),
        ]
        fields["factor"].choices = [("", _("Any")), *FACTOR_NAMES.items()]
