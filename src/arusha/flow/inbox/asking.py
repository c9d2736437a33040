"""What the address of the list asks for: its filters, its order, its page, and the search that is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from arusha.core.journal.acts import Act
from arusha.flow.inbox import listing, narrowing, search
from arusha.ui import lists
from arusha.ui.keyset import Turn, turned


@dataclass(frozen=True, slots=True)
class Asked:
    """An address of the list, read."""

    narrowed: narrowing.Narrowed
    ask: lists.Ask
    turn: Turn
    form: listing.Filters


def read(request: Any, query: Any = None) -> Asked:
    """Read the request's own address, or another query of this list; a search in it is recorded as a look."""
    query = request.GET if query is None else query
    asked_for = given(query)
    ask = lists.read({**asked_for, "page": ""}, listing.COLUMNS, order="q", filters=listing.FILTERS)
    order = next(str(column.sorts) for column in ask.columns if column.key == ask.key)
    form = listing.Filters(asked_for)
    asked = form.cleaned_data if form.is_valid() else {}
    if asked.get("q", "").strip():
        search.searched(asked["q"], act=Act(by=request.actor, at=request.at))
    wanted = narrowing.narrowed(asked, request.actor)
    return Asked(wanted, ask, turned(query, narrowing.READS[order]), form)


def of(text: str) -> QueryDict:
    """The query that a form carries along as text."""
    return QueryDict(text[:2000])


def filtered(query: Mapping[str, Any]) -> bool:
    """Whether the address names a filter itself."""
    return any(name in query for name in listing.FILTERS)


def given(query: Any) -> dict[str, Any]:
    """What is asked for; what is usual where no filter is named, also when it sorts or turns the page."""
    return query.dict() if filtered(query) else {**query.dict(), **listing.USUAL}
