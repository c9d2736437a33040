"""The forms by which publishing is decided."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.journal.acts import Act, Done
from arusha.flow.cases.offers import Offer, ReasonForm
from arusha.rooms.watch.waiting.board import deciding
from arusha.rooms.watch.waiting.board.deciding import AS_OF, LICENCES, WITHIN, Terms
from arusha.rooms.watch.waiting.board.models import Board

FIRST = {"within": 30, "goal": 80, "licence": "CC-BY-4.0", "as_of": "now"}


class TermsForm(ReasonForm):
    """The terms of publication, as they stand."""

    within = forms.TypedChoiceField(label=gettext_lazy("Target: minutes to wait at most"), coerce=int)
    goal = forms.IntegerField(label=gettext_lazy("Target: how many travellers in 100"), min_value=1, max_value=100)
    licence = forms.ChoiceField(label=gettext_lazy("Licence of the figures"))
    as_of = forms.ChoiceField(label=gettext_lazy("What the page is of"), widget=forms.RadioSelect)
    field_order = ("within", "goal", "licence", "as_of", "why")

    def prepare(self) -> None:
        """Fill the choices in, and the terms that hold."""
        self.choose("within", [(minutes, str(minutes)) for minutes in WITHIN])
        self.choose("licence", [(name, name) for name in LICENCES])
        self.choose("as_of", AS_OF.items())
        for name, value in FIRST.items():
            self.initial.setdefault(name, getattr(self.row, name, value))


def _terms(typed: Mapping[str, Any]) -> Terms:
    return Terms(typed["within"], typed["goal"], typed["licence"], typed["as_of"])


def _publish(row: Any, typed: Mapping[str, Any], act: Act) -> Done:
    del row
    return deciding.publish(_terms(typed), act=act)


def _change(board: Any, typed: Mapping[str, Any], act: Act) -> Done:
    return deciding.change(board.pk, _terms(typed), act=act)


def _withdraw(board: Any, typed: Mapping[str, Any], act: Act) -> Done:
    del typed
    return deciding.withdraw(board.pk, act=act)


def offers(board: Board | None) -> tuple[Offer, ...]:
    """What can be decided: to publish; once it was, to change the terms or publish again, and to withdraw."""
    if board is None:
        publish = gettext_lazy("Publish waiting times")
        said = gettext_lazy("Waiting times are published.")
        return (Offer("publish", deciding.publish, TermsForm, _publish, publish, publish, said, versioned=False),)
    title = gettext_lazy("Change the terms") if board.shown else gettext_lazy("Publish waiting times again")
    said = gettext_lazy("Waiting times are published on these terms.")
    withdraw, withdrawn = gettext_lazy("Publish them no longer"), gettext_lazy("Waiting times are no longer published.")
    return (
        Offer("change", deciding.change, TermsForm, _change, title, title, said),
        Offer("withdraw", deciding.withdraw, ReasonForm, _withdraw, withdraw, withdraw, withdrawn, kind="warning"),
    )


def summary(board: Board | None) -> list[dict[str, Any]]:
    """The terms as they stand."""
    if board is None:
        return []
    target = _("%(goal)d travellers in 100 wait no longer than %(minutes)d minutes")
    who = board.decided_by.name if board.decided_by else "Arusha"
    when = formats.date_format(timezone.localtime(board.decided_at), "DATETIME_FORMAT")
    return [
        {"label": _("Published"), "value": _("Yes") if board.shown else _("No")},
        {"label": _("Target"), "value": target % {"goal": board.goal, "minutes": board.within}},
        {"label": _("Licence of the figures"), "value": board.licence},
        {"label": _("What the page is of"), "value": AS_OF[board.as_of]},
        {"label": _("Decided"), "value": f"{when}, {who}"},
    ]
