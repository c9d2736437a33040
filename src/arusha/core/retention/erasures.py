"""How a thing goes: by its term, carried out by the worker, or by a decision that one person asks for, another takes.

Either way it is one act: what the thing said is overwritten or deleted, the entries about it stay, the chain is whole.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Create, Effects, Remember, Set, create
from arusha.core.journal.refusals import Refused, refuse_if
from arusha.core.people.roles import SYSTEM, May, System, role
from arusha.core.people.subjects import own
from arusha.core.retention import holds, terms
from arusha.core.retention.kept import KEPT, Gone, Kept, needed, told_of, touched
from arusha.core.retention.models import Erasure, Hold, Term, mark
from arusha.lib.ids import spoken

ASKER = role("integrity-officer", "auditor", "hr-officer")
AT_ONCE = 500
"""Things that the worker erases of one sort in one round; the rest waits for the next."""
AGAIN = timedelta(days=3)
"""For so long the worker makes sure that what lay outside the database is gone."""


def _someone_else(actor: Any, erasure: Any) -> bool:
    return erasure is None or str(erasure.asked_by_id) != str(actor.person)


def about_them(actor: Any, erasure: Erasure) -> bool:
    """Whether the actor is a subject of the thing; of what no folder keeps any more nobody is told."""
    declared = KEPT.get(erasure.kept)
    return declared is None or bool(own(actor) & touched(declared, [erasure.key])[str(erasure.key)])


def _no_subject(actor: Any, erasure: Any) -> bool:
    return erasure is None or not about_them(actor, erasure)


DECIDER = role("auditor", "head-of-office") & May("not who asked", _someone_else) & May("no subject of it", _no_subject)
ASKED = (Condition("erasure-state", lambda row: row.state == "asked", _("This is decided already.")),)


@act("erasure.by-term", may=SYSTEM)
def by_term(term: Locked[Term], key: Any, *, act: Act) -> Effects:
    """Let one thing go whose term is over. Refused under a hold, or where something else still rests on it."""
    declared = KEPT[term.kept]
    refuse_if(term.state != "in-force", "term-state", _("The state of this term does not allow it."))
    row = declared.model._default_manager.select_for_update().filter(pk=key).first()
    over = terms.past(declared, term.months, act.at).filter(pk=key).exists()
    refuse_if(row is None or not over, "term-not-over", _("Its term is not over."))
    refuse_if(bool(needed(declared, [key])), "still-needed", _("Something else still rests on it."))
    _refuse_held(declared, key)
    erasure = Erasure(
        id=act.new_id(),
        number=_next_number(),
        kept=declared.name,
        of=mark(key),
        basis="term",
        term=term,
        state="done",
        asked_at=act.at,
        decided_at=act.at,
    )
    return Effects((Create(erasure),)) + _gone(declared, row, erasure.number, act)


@act("erasure.asked", why=Why.REQUIRED, may=ASKER)
def ask(kept: str, named: str, *, act: Act) -> Effects:
    """Ask that one thing go, by a law, a court or the person's right; another decides."""
    declared = KEPT.get(kept)
    refuse_if(declared is None, "kept-unknown", _("There is no such sort of thing."))
    assert declared is not None
    key = declared.find(named.strip())
    unknown = key is None or bool(own(act.by) & touched(declared, [key])[str(key)])
    refuse_if(unknown, "erasure-unknown", _("Nothing is known here by that name."))
    known = Erasure.objects.filter(kept=kept, of=mark(key), state__in=("asked", "done")).first()
    if known is not None:
        said = _("It is gone already.") if known.state == "done" else _("Somebody asked for that already.")
        raise Refused("erasure-known", said)
    _refuse_held(declared, key)
    return create(
        Erasure(
            id=act.new_id(),
            number=_next_number(),
            kept=kept,
            of=mark(key),
            basis="decision",
            state="asked",
            asked_at=act.at,
            asked_by_id=act.by.person,
        )
    )


@act("erasure.carried-out", why=Why.REQUIRED, may=DECIDER, when=ASKED)
def carry_out(erasure: Locked[Erasure], *, act: Act) -> Effects:
    """Decide that it goes, as someone else than who asked; it is gone at once and cannot be brought back."""
    declared = KEPT[erasure.kept]
    row = declared.model._default_manager.select_for_update().filter(pk=erasure.key).first()
    refuse_if(row is None, "erasure-unknown", _("Nothing is known here by that name."))
    _refuse_held(declared, erasure.key)
    done = Set(erasure, {"state": "done", "decided_at": act.at, "decided_by_id": act.by.person})
    return Effects((done,)) + _gone(declared, row, erasure.number, act)


@act("erasure.declined", why=Why.REQUIRED, may=ASKER | DECIDER, when=ASKED)
def decline(erasure: Locked[Erasure], *, act: Act) -> Effects:
    """Say why it stays, or take the request back."""
    return erasure.set(state="declined", decided_at=act.at, decided_by_id=act.by.person)


def fall_due(at: datetime) -> int:
    """Let go what has reached its term, at most `AT_ONCE` of each sort, and make sure of what went; how many went."""
    went = 0
    for term in Term.objects.filter(state="in-force").order_by("kept"):
        declared = KEPT.get(term.kept)
        if declared is None or declared.ended is None:
            continue
        for key in ready(declared, term.months, at)[:AT_ONCE]:
            once = f"retention:{declared.name}:{key}"
            try:
                by_term(term.pk, key, act=Act(by=System("worker"), at=at, once=once))
            except Refused:
                continue  # held, needed or looked at again between the list and the act: the next round asks again
            went += 1
    for done in Erasure.objects.filter(state="done", decided_at__gt=at - AGAIN):
        if done.kept in KEPT:
            KEPT[done.kept].gone(done.key, at)
    return went


def ready(of: Kept, months: int, at: datetime) -> list[Any]:
    """Keys of what has reached its term and is neither held nor needed, the oldest first."""
    keys = list(terms.past(of, months, at).order_by("pk").values_list("pk", flat=True))
    staying = needed(of, keys)
    back = held(of, keys)
    return [key for key in keys if key not in staying and str(key) not in back]


def held(of: Kept, keys: Iterable[Any]) -> Mapping[str, list[Hold]]:
    """The holds that stand on each of these, by key; those without are left out."""
    standing = holds.standing()
    if not standing:
        return {}
    found = {key: holds.holding(refs, standing) for key, refs in touched(of, keys).items()}
    return {key: each for key, each in found.items() if each}


def number_of(erasure: Erasure) -> str:
    """The erasure's number as people say it, and as what was erased tells it."""
    return spoken("E", erasure.number)


def _gone(of: Kept, row: Any, number: int, act: Act) -> Effects:
    told = told_of(timezone.localtime(act.at).date().isoformat(), spoken("E", number))
    return of.erase(row, told, act) + Gone(of, row.pk) + Remember({"kept": of.name, "of": str(row.pk)})


def _refuse_held(of: Kept, key: Any) -> None:
    if held(of, [key]):
        # Not which: whoever asks may not be one who may see the hold.
        raise Refused("held", _("A legal hold stands on it: it cannot go until the hold is lifted."))


def _next_number() -> int:
    return (Erasure.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
