"""The forms of terms, holds and erasures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from arusha.core.retention.holds import EVERYTHING, SUBJECTS
from arusha.core.retention.kept import KEPT
from arusha.core.retention.terms import MOST_MONTHS
from arusha.flow.cases.offers import ReasonForm
from arusha.ui.fields import DayMonthYear


class ProposeTerm(ReasonForm):
    """How long a sort of thing is to be kept."""

    field_order = ("months", "basis", "why")
    months = forms.IntegerField(label=_("Months that it is kept"), min_value=1, max_value=MOST_MONTHS)
    basis = forms.CharField(
        label=_("The law or schedule of records that says so"),
        help_text=_("Such as the article, or the number of the schedule. Everybody who sees the term sees it."),
        max_length=300,
    )


class PlaceHold(ReasonForm):
    """What is held back, for which proceedings, and when that is looked at again."""

    field_order = ("kind", "ref", "matter", "review", "why")
    kind = forms.ChoiceField(label=_("What is held back"))
    ref = forms.CharField(
        label=_("Which one"),
        help_text=_("Its number, such as C-12-3, or the staff number, code, token or identifier. None for everything."),
        max_length=200,
        required=False,
    )
    matter = forms.CharField(
        label=_("For which proceedings"),
        help_text=_("Such as the court and the number of its file. It is stored encrypted."),
        widget=forms.Textarea,
        max_length=1000,
    )
    review = forms.DateField(label=_("To be looked at again on"), widget=DayMonthYear)

    def prepare(self) -> None:
        """Everything, a subject, or one of the sorts of things that are kept."""
        sorts = sorted(((name, one.title) for name, one in KEPT.items()), key=lambda pair: str(pair[1]))
        self.choose("kind", [(EVERYTHING, _("Everything that is kept here")), *SUBJECTS.items(), *sorts])

    def clean(self) -> dict[str, Any]:
        """Only everything needs no name."""
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("kind") != EVERYTHING and not typed.get("ref", "").strip():
            self.add_error("ref", _("Say which one."))
        return typed


class AskErasure(ReasonForm):
    """What is to go, and by which right or decision."""

    field_order = ("kept", "named", "why")
    kept = forms.ChoiceField(label=_("What is to go"))
    named = forms.CharField(label=_("Which one"), max_length=200)
    why = forms.CharField(
        label=_("By which law, decision or right"), widget=forms.Textarea, max_length=4000,
        help_text=_("Whoever decides reads it in the record."),
    )  # fmt: skip

    def prepare(self) -> None:
        """Every sort, and how one of it is named."""
        sorts = sorted(KEPT.items(), key=lambda pair: str(pair[1].title))
        self.choose("kept", [(name, f"{one.title} – {one.named_by}") for name, one in sorts])


class Narrow(forms.Form):
    """What the list of erasures is narrowed by."""

    kept = forms.ChoiceField(label=_("Sort"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, states: Any, **kwargs: Any) -> None:
        """Offer every sort and state."""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["kept"].choices = [("", _("Any")), *((name, one.title) for name, one in KEPT.items())]
        fields["state"].choices = [("", _("Any")), *states.items()]
