"""How long sorts of things are kept: proposed by one person who saw how many would go at once, decided by another.

Without a term in force a sort of thing is kept without end: what is gone cannot be brought back, so nothing goes by
default.
"""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Effects, Set, create
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.roles import May, role
from arusha.core.retention.kept import KEPT, Kept
from arusha.core.retention.models import Term, not_gone

READERS = role("integrity-officer", "auditor", "head-of-office", "investigator", "system-administrator")
PROPOSER = role("integrity-officer", "auditor", "system-administrator")
MOST_MONTHS = 1200
STATES: dict[str, "str | Promise"] = {
    "proposed": pgettext_lazy("state of a term", "Proposed"),
    "in-force": pgettext_lazy("state of a term", "In force"),
    "declined": pgettext_lazy("state of a term", "Declined"),
    "ended": pgettext_lazy("state of a term", "Ended"),
}


def _someone_else(actor: Any, term: Any) -> bool:
    return term is None or str(term.proposed_by_id) != str(actor.person)


SECOND = role("auditor", "head-of-office", "integrity-officer") & May("not who proposed it", _someone_else)


def _in(state: str) -> tuple[Condition, ...]:
    return (Condition("term-state", lambda term: term.state == state, _("The state of this term does not allow it.")),)


@act("term.proposed", why=Why.REQUIRED, may=PROPOSER)
def propose(kept: str, months: int, basis: str, *, act: Act) -> Effects:
    """Propose how long a sort of thing is kept; how many would go at once is counted now and kept with it."""
    basis = " ".join(basis.split())
    declared = KEPT.get(kept)
    refuse_if(declared is None or declared.ended is None, "kept-unknown", _("There is no such sort of thing."))
    assert declared is not None
    refuse_if(not 1 <= months <= MOST_MONTHS, "months", _("Give a term of 1 to 1,200 months."))
    refuse_if(not basis or len(basis) > 300, "basis", _("Name the law or the schedule that says so: 300 characters."))
    waiting = Term.objects.filter(kept=kept, state="proposed").exists()
    refuse_if(waiting, "term-proposed", _("A term is proposed already: let it be decided first."))
    standing = in_force(kept)
    refuse_if(
        standing is not None and standing.months == months and standing.basis == basis,
        "term-same",
        _("This is the term that is in force."),
    )
    first = past(declared, months, act.at).count()
    return create(
        Term(
            id=act.new_id(),
            kept=kept,
            months=months,
            basis=basis,
            first=first,
            proposed_at=act.at,
            proposed_by_id=act.by.person,
        )
    )


@act("term.put-in-force", why=Why.REQUIRED, may=SECOND, when=_in("proposed"))
def put_in_force(term: Locked[Term], *, act: Act) -> Effects:
    """Let it hold, as someone else than who proposed it; the one before ends."""
    before = Term.objects.select_for_update().filter(kept=term.kept, state="in-force")
    ended = tuple(Set(old, {"state": "ended"}) for old in before)
    new = Set(term, {"state": "in-force", "decided_at": act.at, "decided_by_id": act.by.person})
    return Effects((*ended, new))


@act("term.declined", why=Why.REQUIRED, may=PROPOSER | SECOND, when=_in("proposed"))
def decline(term: Locked[Term], *, act: Act) -> Effects:
    """Say why it does not come into force, or take the proposal back."""
    return term.set(state="declined", decided_at=act.at, decided_by_id=act.by.person)


@act("term.ended", why=Why.REQUIRED, may=PROPOSER | SECOND, when=_in("in-force"))
def end(term: Locked[Term], *, act: Act) -> Effects:
    """End it: nothing of its sort goes by itself any more. One person may, since it erases nothing."""
    del act
    return term.set(state="ended")


def in_force(kept: str) -> Term | None:
    """The term of a sort of thing, None where it is kept without end."""
    return Term.objects.filter(kept=kept, state="in-force").first()


def past(of: Kept, months: int, at: datetime) -> Any:
    """The rows whose term of so many months is over at that moment, those that are gone left out."""
    assert of.ended is not None
    return not_gone(of.ended(months_before(at, months)), of.name)


def months_before(at: datetime, months: int) -> datetime:
    """The moment so many calendar months before; the last day of the month where the day is not in it."""
    year, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    for day in range(at.day, 0, -1):
        try:
            return at.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(f"no day in {year}-{month + 1}")
