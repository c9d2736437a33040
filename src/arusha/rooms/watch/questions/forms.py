"""The forms of questions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from arusha.lib.intake.asking import LONGEST


class Asking(forms.Form):
    """A question, and what to save it as."""

    once = forms.RegexField(r"^[\w-]+$", widget=forms.HiddenInput, max_length=80)
    sql = forms.CharField(
        label=_("Question (one SELECT)"),
        widget=forms.Textarea(attrs={"dir": "ltr", "spellcheck": "false"}),
        max_length=LONGEST,
    )
    title = forms.CharField(label=_("Title to save it under"), required=False, max_length=120)
    why = forms.CharField(label=_("Reason"), required=False, max_length=4000)
