"""The page on which a person chooses what to have by e-mail."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.journal.refusals import Refused
from arusha.core.notices import mail
from arusha.core.notices.models import MailChoice
from arusha.core.people.roles import SIGNED_IN
from arusha.ui.pages import act_of, page


class Choose(forms.Form):
    """Where to, how often, and whether to be reminded."""

    digest = forms.ChoiceField(
        label=gettext_lazy("What waits for you, by e-mail"),
        choices=[
            ("never", gettext_lazy("Never")),
            ("daily", gettext_lazy("Every day")),
            ("weekly", gettext_lazy("Every Monday")),
        ],
        widget=forms.RadioSelect,
    )
    reminders = forms.BooleanField(
        label=gettext_lazy("Remind me on days on which something has waited too long"), required=False
    )
    address = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=200, required=False)

    def clean_digest(self) -> str:
        """Never is nothing."""
        wanted: str = self.cleaned_data["digest"]
        return "" if wanted == "never" else wanted


@page("me/mail/", name="me-mail", may=SIGNED_IN, methods=("GET", "POST"))
def chosen(request: Any) -> HttpResponse:
    """What the reader has by e-mail, and changing it."""
    held = MailChoice.objects.filter(person=request.actor.person).first()
    first: dict[str, Any] = {"digest": "never"}
    if held is not None:
        first = {"digest": held.digest or "never", "reminders": held.reminders, "address": held.address}
    form = Choose(request.POST or None, initial=first)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            told = form.cleaned_data
            try:
                mail.choose(told["address"], told["digest"], told["reminders"], act=act_of(request))
            except Refused as refused:
                form.add_error("address" if refused.rule == "mail-address" else None, str(refused.said))
                status = 409
            else:
                on = told["digest"] or told["reminders"]
                messages.success(request, _("It is sent to you from now on.") if on else _("Nothing is sent to you."))
                return redirect("me-mail")
    shown = {
        "form": form,
        "configured": mail.configured(),
        "once": uuid4().hex,
        "has_errors": bool(form.errors),
    }
    return render(request, "digests/mail.html", shown, status=status)
