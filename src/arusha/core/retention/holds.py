"""Legal holds: what they name is not erased, neither by its term nor by a decision, until someone else lifts them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Effects, create
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.roles import May, role
from arusha.core.people.subjects import own
from arusha.core.retention.kept import KEPT, Ref, touched
from arusha.core.retention.models import Hold

EVERYTHING = "everything"
SUBJECTS: Mapping[str, "str | Promise"] = {
    "officer": _("An officer, by staff number"),
    "unit": _("A unit, by its code"),
    "traveller": _("A traveller, by token"),
    "trader": _("A trader, by identifier"),
}
"""Subjects that a hold may name, beside the sorts of things that are kept."""
HOLDER = role("integrity-officer", "investigator", "auditor")


def _someone_else(actor: Any, hold: Any) -> bool:
    return hold is None or str(hold.placed_by_id) != str(actor.person)


LIFTER = HOLDER & May("not who placed it", _someone_else)
STANDING = (Condition("hold-lifted", lambda hold: hold.lifted_at is None, _("This hold is lifted already.")),)


@act("hold.placed", why=Why.REQUIRED, may=HOLDER)
def place(kind: str, ref: str, matter: str, review: date, *, act: Act) -> Effects:
    """Hold back whatever is, belongs to or is about this. `ref` is a key, or as `Kept.find` and people name it."""
    matter = matter.strip()
    refuse_if(not matter or len(matter) > 1000, "matter", _("Say for which proceedings, in at most 1,000 characters."))
    today = timezone.localtime(act.at).date()
    refuse_if(review <= today, "review", _("Give a day after today on which it is looked at again."))
    key = _key(kind, ref.strip())
    refuse_if(key is None, "hold-unknown", _("Nothing is known here by that name."))
    assert key is not None
    row = Hold(
        id=act.new_id(),
        number=(Hold.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
        kind=kind,
        ref=key,
        matter=matter,
        review=review,
        placed_at=act.at,
        placed_by_id=act.by.person,
    )
    refuse_if(hidden(act.by, row), "hold-unknown", _("Nothing is known here by that name."))
    return create(row)


@act("hold.lifted", why=Why.REQUIRED, may=LIFTER, when=STANDING)
def lift(hold: Locked[Hold], *, act: Act) -> Effects:
    """Let go what it held back, as someone else than who placed it."""
    refuse_if(hidden(act.by, hold), "not-found", _("There is nothing here, or not for you."))
    return hold.set(lifted_at=act.at, lifted_by_id=act.by.person)


def standing() -> list[Hold]:
    """The holds that are not lifted, the oldest first."""
    return list(Hold.objects.filter(lifted_at=None).order_by("number"))


def holding(refs: Iterable[Ref], holds: Iterable[Hold]) -> list[Hold]:
    """Those of the holds that name one of these, or everything."""
    refs = set(refs)
    return [hold for hold in holds if hold.kind == EVERYTHING or (hold.kind, hold.ref) in refs]


def refs_of(hold: Hold) -> set[Ref]:
    """What a hold names, and what that is about."""
    declared = KEPT.get(hold.kind)
    return touched(declared, [hold.ref])[hold.ref] if declared else {(hold.kind, hold.ref)}


def hidden(actor: Any, hold: Hold) -> bool:
    """Whether the actor is a subject of what the hold names: a hold would warn them."""
    return bool(own(actor) & refs_of(hold))


def _key(kind: str, ref: str) -> str | None:
    if kind == EVERYTHING:
        return ""
    if kind in KEPT:
        found = KEPT[kind].find(ref)
        return None if found is None else str(found)
    return ref if kind in SUBJECTS and ref and len(ref) <= 120 else None
