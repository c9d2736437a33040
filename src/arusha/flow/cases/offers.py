"""What a page offers to do with a row: for each act its form, shown only to whoever may do it now.

An offer that is refused shows its form again with the reason and all that was typed; one that is done redirects.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Done, Performed
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.ui.pages import act_of

INVALID, REFUSED = 400, 409


class ActForm(forms.Form):
    """The ground of an act's form: which act it is, its request key, and the version of the row it was made from."""

    do = forms.CharField(widget=forms.HiddenInput)
    # Keys that the program itself gives have a colon: a form cannot use one of them up.
    once = forms.RegexField(r"^[\w-]+$", widget=forms.HiddenInput, max_length=80)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, row: Any = None, actor: Any = None, **kwargs: Any) -> None:
        """Keep the row and the actor, of which choices are made."""
        super().__init__(*args, **kwargs)
        self.row, self.actor = row, actor
        self.prepare()

    def prepare(self) -> None:
        """Fill choices in."""

    def choose(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Give a field of choices what there is to choose."""
        field: Any = self.fields[name]
        field.choices = list(choices)


class ReasonForm(ActForm):
    """A form that asks for nothing but the reason."""

    why = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=4000)


@dataclass(frozen=True, slots=True)
class Offer:
    """An act on a page. `versioned` where it must be refused once someone else changed the row meanwhile."""

    do: str
    act: Performed
    form: type[ActForm]
    perform: Callable[[Any, Mapping[str, Any], Act], Done]
    title: "str | Promise"
    button: "str | Promise"
    said: "str | Promise"
    at: str = ""
    versioned: bool = True
    kind: str = "primary"


@dataclass(frozen=True, slots=True)
class Shown:
    """An offer as a template draws it."""

    offer: Offer
    form: ActForm

    @property
    def wrong(self) -> bool:
        """Whether it is shown again because it was refused."""
        return self.form.is_bound

    @property
    def with_file(self) -> bool:
        """Whether the form sends a file."""
        return self.form.is_multipart()

    @property
    def fits(self) -> bool:
        """Whether there is anything to choose where something must be chosen."""
        if self.wrong:
            return True
        asked: list[Any] = [f for f in self.form.fields.values() if isinstance(f, forms.ChoiceField) and f.required]
        return all(any(value for value, _label in field.choices) for field in asked)


def fresh_key() -> str:
    """A request key for a form that is drawn now."""
    return secrets.token_urlsafe(18)


def shown(offers: Iterable[Offer], row: Any, actor: Any, tried: Shown | None = None) -> dict[str, Shown]:
    """The offers that the actor may take up now, by name; one that was just refused stays, so that nothing is lost."""
    found = {o.do: Shown(o, _fresh(o, row, actor)) for o in offers if o.act.offered(actor, row)}
    found = {name: offer for name, offer in found.items() if offer.fits}
    return found | ({tried.offer.do: tried} if tried else {})


def answer(offers: Iterable[Offer], request: Any, row: Any, to: str) -> "HttpResponse | tuple[Shown, int]":
    """Carry out the act that was posted: a redirect once it is done, else its form with what is wrong, and a status."""
    offer = next((o for o in offers if o.do == request.POST.get("do")), None)
    if offer is None:
        messages.error(request, str(_("This page does not offer that. Load it again.")))
        return redirect(to)
    if _done_before(offer, request):
        return _done(offer, request, to)
    form = offer.form(_with_version(request.POST, row), request.FILES, row=row, actor=request.actor, **_ids(offer))
    if not form.is_valid():
        return Shown(offer, form), INVALID
    try:
        offer.perform(row, form.cleaned_data, act_of(request))
    except Refused as refused:
        form.add_error("why" if refused.rule.startswith("why-") else None, str(refused.said))
        return Shown(offer, form), REFUSED
    return _done(offer, request, to)


def _done(offer: Offer, request: Any, to: str) -> HttpResponse:
    messages.success(request, str(offer.said))
    return redirect(f"{to}#{offer.at}" if offer.at else to)


def _done_before(offer: Offer, request: Any) -> bool:
    """Whether this very form was sent twice: what it chose from may be gone, though all went well."""
    once = act_of(request).once
    return bool(once) and Entry.objects.filter(once=once, act=offer.act.name, by=request.actor.ref).exists()


def _fresh(offer: Offer, row: Any, actor: Any) -> ActForm:
    first = {"do": offer.do, "once": fresh_key(), "version": row.version if offer.versioned else None}
    return offer.form(initial=first, row=row, actor=actor, **_ids(offer))


def _with_version(post: QueryDict, row: Any) -> QueryDict:
    """What was typed, beside the version it is shown again with; the act itself reads the one that was sent."""
    data = post.copy()
    if data.get("version"):
        data["version"] = str(row.version)
    return data


def _ids(offer: Offer) -> dict[str, Any]:
    return {"auto_id": f"id_{offer.do}_%s"}
