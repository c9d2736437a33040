"""Who may do what in which state of a case: one table, which the acts, the pages and the tests read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.core.journal.acts import Condition
from arusha.core.people.roles import May
from arusha.flow.cases.models import Case, CaseMember

STATES: dict[str, "str | Promise"] = {
    "open": pgettext_lazy("state of a case", "Open"),
    "decided": pgettext_lazy("state of a case", "Outcome recorded"),
    "closed": pgettext_lazy("state of a case", "Closed"),
}
TONES = {"open": "brand", "decided": "caution", "closed": "neutral"}
MEMBER_ROLES: dict[str, "str | Promise"] = {
    "lead": pgettext_lazy("role in a case", "Lead"),
    "investigator": pgettext_lazy("role in a case", "Investigator"),
    "observer": pgettext_lazy("role in a case", "Observer"),
}

LEAD = frozenset({"lead"})
WORKING = frozenset({"lead", "investigator"})
ALL = frozenset(MEMBER_ROLES)


@dataclass(frozen=True, slots=True)
class Move:
    """An act takes a case from a state to a state, or leaves it there; `who` are the roles in the case that may."""

    act: str
    of: str
    to: str
    who: frozenset[str]


def _stays(act: str, states: Iterable[str], who: frozenset[str]) -> tuple[Move, ...]:
    return tuple(Move(act, state, state, who) for state in states)


MOVES: tuple[Move, ...] = (
    Move("case.decided", "open", "decided", LEAD),
    Move("case.closed", "decided", "closed", LEAD),
    Move("case.reopened", "decided", "open", LEAD),
    Move("case.reopened", "closed", "open", LEAD),
    *_stays("case.finding-added", ("open",), WORKING),
    *_stays("case.subject-added", ("open",), WORKING),
    *_stays("case.noted", ("open", "decided"), WORKING),
    *_stays("case.file-added", ("open",), WORKING),
    *_stays("case.rows-frozen", ("open",), WORKING),
    *_stays("case.task-added", ("open",), WORKING),
    *_stays("case.task-done", ("open", "decided"), ALL),
    *_stays("case.asked", ("open",), WORKING),
    *_stays("case.member-named", STATES, LEAD),
    *_stays("case.member-ended", STATES, LEAD),
    *_stays("case.looked", STATES, ALL),
    *_stays("case.file-taken", STATES, ALL),
)
"""Every act on a case. What is not here cannot be done."""

NOT_NOW: dict[str, "str | Promise"] = {
    "case.decided": _("This case has its outcome already. Open it again first."),
    "case.closed": _("Only a case with an outcome can be closed, and once."),
    "case.reopened": _("This case is open."),
}
"""What is said where a state does not allow an act."""


def standing(case: Case, actor: Any) -> str | None:
    """The actor's role in the case today, or None for whoever may not see it; asked of the database once a row."""
    if not actor.person:
        return None
    known: dict[str, str | None] = case.__dict__.setdefault("_standing", {})
    if actor.person not in known:
        mine = CaseMember.objects.filter(of=case.pk, person=actor.person, until=None)
        known[actor.person] = mine.filter(of__in=_seen_by(case, actor)).values_list("role", flat=True).first()
    return known[actor.person]


def _seen_by(case: Case, actor: Any) -> "models.QuerySet[Case]":
    return Case.objects.visible_to(actor).filter(pk=case.pk)


def member_may(act: str) -> May:
    """Whoever has, in the case, one of the roles that the table gives the act in any state."""
    who = frozenset(role for move in MOVES if move.act == act for role in move.who)
    told = " or ".join(name for name in MEMBER_ROLES if name in who)
    return May(f"{told} of the case", lambda actor, case: case is not None and standing(case, actor) in who)


def when(act: str) -> tuple[Condition, ...]:
    """The states that the table gives the act."""
    states = frozenset(move.of for move in MOVES if move.act == act)
    said = NOT_NOW.get(act, _("The state of this case does not allow it. Open the case again first."))
    return (Condition("case-state", lambda case: case.state in states, said),)


def after(act: str, state: str) -> str:
    """The state that an act leads to."""
    return next(move.to for move in MOVES if move.act == act and move.of == state)
