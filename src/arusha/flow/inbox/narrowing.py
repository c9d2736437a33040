"""Which findings a list is narrowed to, and one page of them, at the same cost with three and with a million.

Every combination of state and ordinariness that is asked for, and every kind, is a stretch of one index in the order
of the list. A page takes its first rows from each stretch and merges them: nothing is sorted, skipped or counted past
a bound.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from arusha.core.people.roles import Actor
from arusha.flow.inbox import search
from arusha.flow.inbox.findings import STATES
from arusha.flow.inbox.models import Finding, FindingSet
from arusha.ui.keyset import BOUND, Cut, Place, Turn, cut, moment
from arusha.ui.lists import Ask

READS: dict[str, Any] = {"number": int, "sure": float, "support": int, "last_at": moment}
"""How the value of a place is read from an address, by what the list is ordered by."""
Row = tuple[Any, int, UUID]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is asked for. No kind: every kind. `among`: those that a search found, or None where nothing is searched."""

    states: tuple[str, ...] = tuple(STATES)
    ordinary: tuple[bool, ...] = (False, True)
    kinds: tuple[tuple[str, str], ...] = ()
    whose: str = ""
    among: frozenset[UUID] | None = None
    capped: bool = False


def narrowed(asked: dict[str, Any], actor: Actor) -> Narrowed:
    """What the cleaned filters ask for; `q` is searched among what the actor may see."""
    wanted = Narrowed()
    if asked.get("state") not in (None, "", "any"):
        wanted = replace(wanted, states=(asked["state"],))
    if asked.get("marks") == "without":
        wanted = replace(wanted, ordinary=(False,))
    if asked.get("signal") not in (None, "", "any"):
        name, _slash, kind = asked["signal"].partition("/")
        wanted = _only(wanted, _members((name, kind)))
    wanted = replace(wanted, whose=asked.get("whose") or "")
    text = (asked.get("q") or "").strip()
    if not text:
        return wanted
    told = search.found(text, actor)
    if told.kinds:
        named = tuple(member for kind in told.kinds for member in _members(kind))
        return _only(wanted, tuple(kind for kind in named if not wanted.kinds or kind in wanted.kinds))
    return replace(wanted, among=told.findings, capped=told.capped)


def _only(wanted: Narrowed, kinds: tuple[tuple[str, str], ...]) -> Narrowed:
    """These kinds and no other; none at all where there is none of them."""
    return replace(wanted, kinds=kinds) if kinds else replace(wanted, among=frozenset())


def _members(kind: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The kind itself; of a family, whose kind is empty, those that its members have found."""
    if kind[1]:
        return (kind,)
    found = Finding.objects.filter(signal__startswith=f"{kind[0]}:").order_by("signal", "kind")
    return tuple(found.values_list("signal", "kind").distinct())


def rows(wanted: Narrowed, actor: Actor) -> FindingSet:
    """All of them, in no order."""
    found = _of(actor, wanted).filter(state__in=wanted.states, ordinary__in=wanted.ordinary)
    return found if wanted.among is None else found.filter(pk__in=wanted.among)


def counted(found: FindingSet, bound: int = BOUND) -> int:
    """How many, up to one more than the bound."""
    return found.order_by()[: bound + 1].count()


def page(wanted: Narrowed, actor: Actor, ask: Ask, turn: Turn) -> Cut:
    """One page, of rows (value it is ordered by, number, id)."""
    order = next(str(column.sorts) for column in ask.columns if column.key == ask.key)
    down = ask.descending != turn.back
    found: list[Row] = []
    for stretch in _stretches(wanted, actor):
        found += _first(stretch, order, turn.place, down, ask.per_page + 1)
    found.sort(key=lambda row: row[:2], reverse=down)
    found = found[: ask.per_page + 1]
    shown = found[::-1] if turn.back else found
    return cut(shown, turn, ask, counted(rows(wanted, actor)), lambda row: Place(row[0], row[1]))


def first(wanted: Narrowed, actor: Actor, ask: Ask, most: int) -> list[UUID]:
    """The ids of the first so many, in the order of the list."""
    return [row[2] for row in page(wanted, actor, replace(ask, per_page=most), Turn()).items]


def _of(actor: Actor, wanted: Narrowed) -> FindingSet:
    found = Finding.objects.visible_to(actor)
    if wanted.whose == "mine":
        found = found.filter(assigned_to=UUID(actor.person))
    elif wanted.whose == "nobody":
        found = found.filter(assigned_to=None)
    if wanted.kinds:
        found = found.filter(reduce(or_, (Q(signal=name, kind=kind) for name, kind in wanted.kinds)))
    return found


def _stretches(wanted: Narrowed, actor: Actor) -> Iterator[FindingSet]:
    if wanted.among is not None:
        yield rows(wanted, actor)
        return
    each: list[tuple[tuple[str, str], ...]] = [(kind,) for kind in wanted.kinds] or [()]
    for kinds in each:
        found = _of(actor, replace(wanted, kinds=kinds))
        for state, ordinary in product(wanted.states, wanted.ordinary):
            yield found.filter(state=state, ordinary__in=(ordinary,))  # SQLite has no index for NOT ordinary


def _first(found: FindingSet, order: str, place: Place | None, down: bool, most: int) -> list[Row]:
    """The first rows of a stretch beyond a place: those equal to it in the order, then the others, by the index."""
    sign, beyond = ("-", "lt") if down else ("", "gt")
    ordered = found.order_by(*dict.fromkeys((f"{sign}{order}", f"{sign}number"))).values_list(order, "number", "pk")
    if place is None:
        return list(ordered[:most])
    first: list[Row] = []
    if order != "number":
        first = list(ordered.filter(**{order: place.value, f"number__{beyond}": place.number})[:most])
    return first + list(ordered.filter(**{f"{order}__{beyond}": place.value})[: most - len(first)])
