"""Every act that the page of an action offers, with its form and its words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Done
from arusha.flow.actions import actions, forms
from arusha.flow.actions.models import Action
from arusha.flow.cases.offers import ActForm, Offer, ReasonForm
from arusha.flow.cases.standing import named
from arusha.flow.cases.uploads import taken

Typed = Mapping[str, Any]


def _evidence(action: Action, typed: Typed, act: Act) -> Done:
    refusal = actions.add_evidence.refusal(act.by, action)
    if refusal:  # before a byte is kept
        raise refusal
    if not typed["file"]:
        return actions.add_evidence(action.pk, typed["text"], act=act)
    upload = taken(typed["file"], sum(held.size or 0 for held in action.evidence.all()))
    return actions.add_evidence(action.pk, typed["text"], upload.stored, upload.name, upload.media, act=act)


def _done(action: Action, typed: Typed, act: Act) -> Done:
    del typed
    return actions.finish(action.pk, act=act)


def _verify(action: Action, typed: Typed, act: Act) -> Done:
    del typed
    return actions.verify(action.pk, act=act)


def _back(action: Action, typed: Typed, act: Act) -> Done:
    del typed
    return actions.send_back(action.pk, act=act)


def _cancel(action: Action, typed: Typed, act: Act) -> Done:
    del typed
    return actions.cancel(action.pk, act=act)


def _due(action: Action, typed: Typed, act: Act) -> Done:
    return actions.change_due(action.pk, typed["due"], act=act)


def _owner(action: Action, typed: Typed, act: Act) -> Done:
    return actions.change_owner(action.pk, named(typed["who"]).pk, act=act)


def _measure(action: Action, typed: Typed, act: Act) -> Done:
    del typed
    return actions.measure(action.pk, act=act)


OFFERS = (
    Offer("evidence", actions.add_evidence, forms.Evidence, _evidence, _("Add what shows that it is done"),
          _("Add it"), _("It is added."), at="evidence", versioned=False),
    Offer("done", actions.finish, ActForm, _done, _("It is done"), _("Record that it is done"),
          _("The action is done, and waits to be verified by someone else.")),
    Offer("verify", actions.verify, ActForm, _verify, _("Verify that it is done"), _("It is done: verify it"),
          _("The action is verified.")),
    Offer("back", actions.send_back, ReasonForm, _back, _("Send it back"), _("It is not done: send it back"),
          _("The action is open again."), kind="secondary"),
    Offer("due", actions.change_due, forms.Due, _due, _("Change the due date"), _("Change the date"),
          _("The due date is changed."), kind="secondary"),
    Offer("owner", actions.change_owner, forms.Owner, _owner, _("Give it to someone else"), _("Give it to them"),
          _("The action is theirs now."), kind="secondary"),
    Offer("cancel", actions.cancel, ReasonForm, _cancel, _("Cancel the action"), _("Cancel it"),
          _("The action is cancelled."), kind="warning"),
    Offer("measure", actions.measure, ActForm, _measure, _("Keep the value of last month"), _("Keep the value"),
          _("The value is kept."), at="effect", kind="secondary", versioned=False),
)  # fmt: skip
