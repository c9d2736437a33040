"""A page that asks for something by a form, does it, and where it is refused asks again with what was typed."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from arusha.core.journal.refusals import Refused

FIELDS: Mapping[str, str] = {
    "staff-number-taken": "staff_number",
    "unit-unknown": "unit",
    "unit-exists": "code",
    "post-held": "title",
    "posting-later": "since",
    "role-held": "role",
    "role-unknown": "role",
    "dates-reversed": "until",
    "username-taken": "username",
    "password-short": "password",
    "password-wrong": "old",
    "password-same": "password",
    "why-missing": "why",
    "why-too-long": "why",
}
"""The field that a refusal is about, by its rule; the others are about the form as a whole."""


def today(request: Any) -> date:
    """The day of the request, in the office's zone."""
    return timezone.localtime(request.at).date()


def posted(request: Any) -> Any:
    """What a form is bound to: what was posted, or nothing."""
    return request.POST if request.method == "POST" else None


def ask(request: Any, form: forms.Form, perform: Callable[[dict[str, Any]], Any], **words: Any) -> HttpResponse:
    """Show the form; where it was posted and is right, perform the act and go where `perform` says.

    `words`: `title`, `submit`, `back` (an address) with `back_text`, `done` (said afterwards); `lead`, `warning`, and
    the `version` of what is changed, where there is one.
    """
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                onward = perform(form.cleaned_data)
            except Refused as refused:
                field = FIELDS.get(refused.rule)
                form.add_error(field if field in form.fields else None, str(refused.said))
                status = 409
            else:
                messages.success(request, words["done"])
                return redirect(onward)
    shown = {"form": form, "once": uuid4().hex, "has_errors": bool(form.errors), **words}
    return render(request, "people/form.html", shown, status=status)
