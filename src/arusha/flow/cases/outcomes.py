"""How a case ends: an outcome with its reason, closing, and opening it again."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.core.journal.acts import Act, Locked, Why, act
from arusha.core.journal.effects import Create, Effects, Set
from arusha.core.journal.refusals import refuse_if
from arusha.flow.cases.models import Case, CaseOutcome
from arusha.flow.cases.replies import not_heard
from arusha.flow.cases.standing import day_of
from arusha.flow.cases.states import after, member_may, when

OUTCOMES: dict[str, "str | Promise"] = {
    "substantiated": pgettext_lazy("outcome of a case", "Substantiated"),
    "not-substantiated": pgettext_lazy("outcome of a case", "Not substantiated"),
    "no-breach": pgettext_lazy("outcome of a case", "No breach"),
    "referred": pgettext_lazy("outcome of a case", "Referred to another authority"),
}


@act("case.decided", why=Why.REQUIRED, may=member_may("case.decided"), when=when("case.decided"))
def decide(case: Locked[Case], outcome: str, against: Sequence[Any] = (), *, act: Act) -> Effects:
    """Record the outcome. A substantiated one names the subjects it is against, and each of them was heard before."""
    refuse_if(outcome not in OUTCOMES, "outcome-unknown", _("Choose the outcome."))
    named = []
    if outcome == "substantiated":
        wanted = {str(key) for key in against}
        named = [subject for subject in case.subjects.order_by("pk") if str(subject.pk) in wanted]
        refuse_if(
            not named or len(named) != len(wanted),
            "against-nobody",
            _("Choose the subjects it is substantiated against."),
        )
        waiting = not_heard(case, named, day_of(act.at))
        refuse_if(
            bool(waiting),
            "not-heard",
            lambda: (
                _("Not yet: %(subjects)s must be asked first, and reply, decline or let the day pass.")
                % {"subjects": ", ".join(subject.ref for subject in waiting)}
            ),
        )
    row = CaseOutcome(
        id=act.new_id(),
        of=case,
        outcome=outcome,
        against=[subject.pk for subject in named],
        by_id=act.by.person,
        at=act.at,
    )
    state = after("case.decided", case.state)
    return case.set(state=state, outcome=outcome, decided_at=act.at, changed_at=act.at) + Create(row)


@act("case.closed", may=member_may("case.closed"), when=when("case.closed"), why=Why.OPTIONAL)
def close(case: Locked[Case], *, act: Act) -> Effects:
    """Close the case once its outcome stands and its tasks are done."""
    left = case.tasks.filter(done_at=None).exists()
    refuse_if(left, "tasks-open", _("There are tasks left. Finish them first."))
    return case.set(state=after("case.closed", case.state), closed_at=act.at, changed_at=act.at)


@act("case.reopened", why=Why.REQUIRED, may=member_may("case.reopened"), when=when("case.reopened"))
def reopen(case: Locked[Case], *, act: Act) -> Effects:
    """Open the case again, with the reason; the outcome is kept, set aside."""
    standing = case.outcomes.filter(set_aside_at=None)
    aside = Effects(tuple(Set(row, {"set_aside_at": act.at}) for row in standing))
    state = after("case.reopened", case.state)
    return case.set(state=state, outcome="", decided_at=None, closed_at=None, changed_at=act.at) + aside
