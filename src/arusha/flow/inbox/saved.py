"""Filters that a person keeps under a name, alone or for everybody who holds one of the inbox's roles."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, act
from arusha.core.journal.effects import Effects, create
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.roles import ROLES, May
from arusha.flow.inbox import listing
from arusha.flow.inbox.findings import READERS
from arusha.flow.inbox.models import SavedFilter

MOST = 20
"""Filters that one person keeps: each is counted when the list opens."""
LONGEST_NAME = 60
SHARED_WITH = ("integrity-officer", "investigator", "analyst", "auditor")
"""The roles that read findings, with which a filter can be shared."""


def of(actor: Any) -> "QuerySet[SavedFilter]":
    """Those of the actor, then those that others share with a role of the actor's; in the order they were made."""
    theirs = Q(person=actor.person) | Q(shared__in=[role for role in SHARED_WITH if role in actor.roles])
    return SavedFilter.objects.filter(theirs, removed_at=None).select_related("person").order_by("made_at", "id")


def roles_of(actor: Any) -> list[tuple[str, "str | Promise"]]:
    """The roles with which the actor can share: those that the actor holds."""
    return [(role, ROLES[role]) for role in SHARED_WITH if role in actor.roles]


def plain(text: str) -> str:
    """A query of the list in one writing: its filters and its order; nothing of the list as it opens."""
    given = QueryDict(text[:2000])
    form = listing.Filters(given)
    cleaned = form.cleaned_data if form.is_valid() else {}
    kept = [(name, cleaned[name].strip()) for name in listing.FILTERS if cleaned.get(name, "").strip()]
    if dict(kept) == listing.USUAL and not given.get("sort"):
        return ""
    sort = given.get("sort", "")
    sortable = {column.key for column in listing.COLUMNS if column.sorts}
    return urlencode([*kept, *([("sort", sort)] if sort.removeprefix("-") in sortable else [])])


def searches(query: str) -> bool:
    """Whether the filter looks for a text, which may be somebody's name."""
    return bool(QueryDict(query).get("q"))


def _own(actor: Any, row: Any) -> bool:
    return row is None or str(row.person_id) == str(actor.person)


OWNER = READERS & May("whose it is", _own)
KEPT = Condition("filter-removed", lambda row: row.removed_at is None, _("This filter is removed already."))

REMOVED = Condition("filter-kept", lambda row: row.removed_at is not None, _("You keep a filter of this name already."))


@act("filter.saved", may=READERS)
def save(name: str, query: str, shared: str = "", *, act: Act) -> Effects:
    """Keep a filter under a name; `shared`: a role that the person holds, whose other holders see it too."""
    name, query = " ".join(name.split()), plain(query)
    refuse_if(not name, "filter-name", _("Give the filter a name."))
    refuse_if(len(name) > LONGEST_NAME, "filter-name-long", _("A name has at most 60 characters."))
    refuse_if(not query, "filter-empty", _("Choose a filter or an order first: this is the list as it opens."))
    refuse_if(
        bool(shared) and (shared not in SHARED_WITH or shared not in act.by.roles),
        "filter-role",
        _("Share it with a role that you hold."),
    )
    named = _("A filter that searches for somebody is not shared: its text would tell others whom you look for.")
    refuse_if(bool(shared) and searches(query), "filter-search-shared", named)
    _room_for(name, act)
    row = SavedFilter(id=act.new_id(), person_id=act.by.person, name=name, query=query, shared=shared, made_at=act.at)
    return create(row)


@act("filter.removed", may=OWNER, when=(KEPT,))
def remove(row: Locked[SavedFilter], *, act: Act) -> Effects:
    """Keep it no longer; those it was shared with no longer see it."""
    return row.set(removed_at=act.at)


@act("filter.restored", may=OWNER, when=(REMOVED,))
def restore(row: Locked[SavedFilter], *, act: Act) -> Effects:
    """Undo a removal."""
    _room_for(row.name, act)
    return row.set(removed_at=None)


def _room_for(name: str, act: Act) -> None:
    """Refuse another filter where there are too many, or one of that name."""
    mine = list(SavedFilter.objects.filter(person=act.by.person, removed_at=None))
    refuse_if(len(mine) >= MOST, "filter-too-many", _("You keep 20 filters, which is the most: remove one first."))
    taken = any(held.name.casefold() == name.casefold() for held in mine)
    refuse_if(taken, "filter-name-taken", _("You keep a filter of this name already."))
