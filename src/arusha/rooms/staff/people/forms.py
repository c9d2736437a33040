"""The forms by which people, their roles and their accounts are asked for."""

import secrets
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from arusha.core.people.models import Unit
from arusha.core.people.people import SHORTEST_PASSWORD
from arusha.core.people.roles import ROLES
from arusha.ui.fields import DayMonthYear

RECUSED_FROM = {
    "officer": _("An officer, by staff number"),
    "unit": _("A unit, by its code"),
    "traveller": _("A traveller, by their token"),
    "trader": _("A trader, by their identifier"),
}


def units_to_choose(none: Any) -> list[tuple[str, Any]]:
    """Units that have not ended, by name, after the choice of none."""
    rows = Unit.objects.filter(until=None).order_by("name", "code").values_list("code", "name")
    return [("", none), *((code, f"{name} ({code})" if name != code else name) for code, name in rows)]


def reason_field() -> forms.CharField:
    """The field of a reason that an act requires."""
    return forms.CharField(
        label=_("Reason"), help_text=_("Kept with the entry, encrypted."), max_length=4000, widget=forms.Textarea
    )


def password_field(label: Any, hint: Any = "", *, autocomplete: str = "new-password") -> forms.CharField:
    """A field for a password; what was typed is never sent back."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, help_text=hint, max_length=128, strip=False, widget=widget)


class Filters(forms.Form):
    """What the list of persons is narrowed by."""

    q = forms.CharField(label=_("Name or staff number"), required=False, max_length=120)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[("", _("Any")), *ROLES.items()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the units there are."""
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units_to_choose(_("Any"))


class Posted(forms.Form):
    """Where a person serves, and as what."""

    unit = forms.ChoiceField(label=_("Unit"))
    title = forms.CharField(label=_("Post"), help_text=_("As the administration calls it."), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the units there are."""
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units_to_choose(_("Choose a unit"))


class Person(Posted):
    """A person, with where they serve."""

    name = forms.CharField(label=_("Name"), max_length=120)
    staff_number = forms.CharField(
        label=_("Staff number"),
        help_text=_("As in the rosters: by it the person is kept from what is about them."),
        required=False,
        max_length=40,
    )
    field_order = ("name", "staff_number", "unit", "title")


class Posting(Posted):
    """Another post from a day on."""

    since = forms.DateField(label=_("First day"), widget=DayMonthYear)


class AUnit(forms.Form):
    """A unit: code, name, zone, and what it is part of."""

    code = forms.CharField(label=_("Code"), help_text=_("As in the rosters. It stays."), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120)
    above = forms.ChoiceField(label=_("Part of"), required=False)
    zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the units there are, and every time zone."""
        super().__init__(*args, **kwargs)
        self.fields["above"].choices = units_to_choose(_("No other unit"))
        self.fields["zone"].choices = [(zone, zone) for zone in sorted(available_timezones())]


class Role(forms.Form):
    """A role from a day, to a day where that is known."""

    role = forms.ChoiceField(label=_("Role"), choices=list(ROLES.items()), widget=forms.RadioSelect)
    since = forms.DateField(label=_("First day"), widget=DayMonthYear)
    until = forms.DateField(label=_("Last day"), required=False, widget=DayMonthYear)


class RoleEnd(forms.Form):
    """The last day of a role, and why it ends."""

    until = forms.DateField(label=_("Last day"), widget=DayMonthYear)
    why = reason_field()


class NewPassword(forms.Form):
    """A password, typed twice."""

    password = password_field(_("Password"), _("At least 12 characters: some words without a link, for example."))
    again = password_field(_("The same password again"))

    def clean_password(self) -> str:
        """Long enough to be worth typing twice."""
        given = str(self.cleaned_data["password"])
        if len(given) < SHORTEST_PASSWORD:
            raise forms.ValidationError(_("A password has at least 12 characters."))
        return given

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        told = super().clean() or {}
        if told.get("password") and told.get("again") and told["password"] != told["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return told


class Account(NewPassword):
    """The account of a person."""

    username = forms.CharField(
        label=_("Sign-in name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    language = forms.ChoiceField(label=_("Language"))
    field_order = ("username", "language", "password", "again")

    def __init__(self, *args: Any, languages: Any, **kwargs: Any) -> None:
        """Offer the languages of the pages."""
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages


class Renewal(NewPassword):
    """A new first password for an account, and why."""

    why = reason_field()


class Closing(forms.Form):
    """Why an account is closed."""

    why = reason_field()


class OwnPassword(NewPassword):
    """Another password of one's own: the old one, and the new one twice."""

    old = password_field(_("Your password of now"), autocomplete="current-password")
    field_order = ("old", "password", "again")


class Recusal(forms.Form):
    """What a person stands back from, since when and why."""

    kind = forms.ChoiceField(label=_("From what"), choices=list(RECUSED_FROM.items()), widget=forms.RadioSelect)
    ref = forms.CharField(label=_("Number, code or token"), max_length=120)
    since = forms.DateField(label=_("First day"), widget=DayMonthYear)
    why = reason_field()

    def clean(self) -> dict[str, Any]:
        """A unit has to be one: a recusal that names nothing would protect nobody."""
        told = super().clean() or {}
        unit = told.get("ref") if told.get("kind") == "unit" else None
        if unit and not Unit.objects.filter(code=unit).exists():
            self.add_error("ref", _("There is no unit %s.") % unit)
        return told


class Machine(forms.Form):
    """Another program that acts here."""

    name = forms.CharField(label=_("Name"), help_text=_("What it is, as the record will name it."), max_length=120)


class Revoking(forms.Form):
    """Nothing is asked but to be sure."""


class NewToken(forms.Form):
    """A token: what uses it, what it may do, until when."""

    name = forms.CharField(
        label=_("What uses it"), help_text=_("For example, the nightly extract of the declarations."), max_length=60
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        help_text=_("Never more than you may yourself at that moment: choose what is needed."),
        widget=forms.CheckboxSelectMultiple,
    )
    until = forms.DateField(label=_("Last day"), help_text=_("A year from now at most."), widget=DayMonthYear)

    def __init__(self, *args: Any, scopes: Any, **kwargs: Any) -> None:
        """Offer the scopes whose operations the person may use."""
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = scopes


def fresh_key() -> str:
    """A request key for a form that is drawn now."""
    return secrets.token_urlsafe(18)


def dated(form: type[forms.Form], data: Any, on: date, *fields: str, **kwargs: Any) -> Any:
    """The form with that day in the named date fields, for whoever does not type another."""
    return form(data, initial=dict.fromkeys(fields, on), **kwargs)
