"""The form by which a finding is disposed of."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.findings import DISPOSALS
from arusha.flow.inbox.models import Finding
from arusha.lib.ids import heard
from arusha.ui.fields import DayMonthYear


class DisposeSeveral(forms.Form):
    """How and why, for several at once; each duplicate is of another finding, so that is said of one at a time."""

    disposal = forms.ChoiceField(
        label=_("Dispose of them as"),
        choices=[(word, said) for word, said in DISPOSALS.items() if word != "duplicate"],
        widget=forms.RadioSelect,
    )
    watch_until = forms.DateField(label=_("Watch until"), required=False, widget=DayMonthYear)
    why = forms.CharField(
        label=_("Reason, the same for each"),
        help_text=_("Kept with the entry, encrypted."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReopenSeveral(forms.Form):
    """Why several are opened again."""

    why = forms.CharField(
        label=_("Reason, the same for each"),
        help_text=_("Kept with the entry, encrypted."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AssignSeveral(forms.Form):
    """Who looks into several."""

    person = forms.ChoiceField(label=_("Person"), required=False)

    def __init__(self, *args: Any, persons: Any, **kwargs: Any) -> None:
        """Offer those who look into findings."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.choices = [("", _("Nobody")), *((str(person.pk), person.name) for person in persons)]


class Dispose(forms.Form):
    """How, why, and what goes with it."""

    disposal = forms.ChoiceField(label=_("Dispose of it as"), choices=list(DISPOSALS.items()), widget=forms.RadioSelect)
    why = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the entry, encrypted."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    watch_until = forms.DateField(label=_("Watch until"), required=False, widget=DayMonthYear)
    duplicate_of = forms.CharField(label=_("Number of the other finding"), required=False, max_length=30)

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        """The other finding is looked for among those the actor may see."""
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_duplicate_of(self) -> Any:
        """The other finding's key, from the number as people say it."""
        text = self.cleaned_data["duplicate_of"]
        if not text:
            return None
        number = heard(text, "F")
        seen = Finding.objects.visible_to(self.actor)
        other = seen.filter(number=number).values_list("pk", flat=True).first() if number else None
        if other is None:
            raise forms.ValidationError(_("There is no finding with this number. Numbers look like F-1001-4."))
        return other
