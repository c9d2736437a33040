"""The states of an action and who may take it from one to another: one table, which acts, pages and tests read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.core.journal.acts import Condition
from arusha.core.people.roles import May
from arusha.flow.actions.models import SEE_ALL, Action

STATES: dict[str, "str | Promise"] = {
    "open": pgettext_lazy("state of an action", "Open"),
    "done": pgettext_lazy("state of an action", "Done"),
    "verified": pgettext_lazy("state of an action", "Verified"),
    "cancelled": pgettext_lazy("state of an action", "Cancelled"),
}
TONES = {"open": "brand", "done": "info", "verified": "good", "cancelled": "neutral"}
OPENERS = frozenset({"integrity-officer", "investigator", "head-of-office", "auditor"})

Relation = Callable[[Action, Any], bool]
RELATIONS: dict[str, Relation] = {
    "owner": lambda action, actor: str(action.owner_id) == actor.person,
    "opener": lambda action, actor: str(action.opened_by_id) == actor.person,
    "integrity-officer": lambda _action, actor: "integrity-officer" in actor.roles,
    "figure reader": lambda _action, actor: bool(actor.roles & SEE_ALL),
    # Whoever carried it out, or said that it was, doesn't judge it.
    "other integrity-officer": lambda action, actor: "integrity-officer" in actor.roles and not _did_it(action, actor),
    "other auditor": lambda action, actor: "auditor" in actor.roles and not _did_it(action, actor),
}
"""How someone can stand to an action."""


@dataclass(frozen=True, slots=True)
class Move:
    """An act takes an action from a state to a state, or leaves it there; `who` are the relations of those who may."""

    act: str
    of: str
    to: str
    who: frozenset[str]


ITS_PEOPLE = frozenset({"owner", "opener", "integrity-officer"})
OWNER = frozenset({"owner", "integrity-officer"})
CHARGE = frozenset({"opener", "integrity-officer"})
OTHERS = frozenset({"other integrity-officer", "other auditor"})

READERS = frozenset({"figure reader"})

MOVES: tuple[Move, ...] = (
    Move("action.done", "open", "done", OWNER),
    Move("action.verified", "done", "verified", OTHERS),
    Move("action.returned", "done", "open", OTHERS),
    Move("action.cancelled", "open", "cancelled", CHARGE),
    Move("action.due-changed", "open", "open", CHARGE),
    Move("action.owner-changed", "open", "open", CHARGE),
    Move("action.evidence-added", "open", "open", ITS_PEOPLE),
    Move("action.evidence-added", "done", "done", ITS_PEOPLE),
    Move("action.measured", "done", "done", READERS),
    Move("action.measured", "verified", "verified", READERS),
)
"""Every act on an action. What is not here cannot be done."""


def _did_it(action: Action, actor: Any) -> bool:
    return actor.person in (str(action.owner_id), str(action.done_by_id))


def sees(action: Action, actor: Any) -> bool:
    """Whether the actor may see the action at all; asked of the database once a row."""
    known: dict[str, bool] = action.__dict__.setdefault("_seen_by", {})
    if actor.person not in known:
        known[actor.person] = Action.objects.visible_to(actor).filter(pk=action.pk).exists()
    return known[actor.person]


def may(act: str) -> May:
    """Whoever stands to the action as the table asks, and may see it."""
    who = sorted({relation for move in MOVES if move.act == act for relation in move.who})

    def allows(actor: Any, action: Any) -> bool:
        return action is not None and any(RELATIONS[name](action, actor) for name in who) and sees(action, actor)

    return May(" or ".join(who), allows)


SEEN = May("whoever sees the action", lambda actor, action: action is not None and sees(action, actor))


def when(act: str) -> tuple[Condition, ...]:
    """The states that the table gives the act."""
    states = frozenset(move.of for move in MOVES if move.act == act)
    said = _("The state of this action does not allow it.")
    return (Condition("action-state", lambda action: action.state in states, said),)


def after(act: str, state: str) -> str:
    """The state that an act leads to."""
    return next(move.to for move in MOVES if move.act == act and move.of == state)
