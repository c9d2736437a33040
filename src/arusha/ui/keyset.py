"""Pages of a list that is too long to count or to skip through: each is cut by the place of its first or last row.

A place is what the row is ordered by and its number, as in ``?after=0.001,1042``: the page after it costs the same
however far down the list it is, and a row that comes in above moves nothing under the reader. A count stops at a bound.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import formats
from django.utils.translation import gettext as _

from arusha.ui.lists import Ask, ListError

BOUND = 1000
"""Rows beyond which a list says 'more than': counting further would read the whole table."""


@dataclass(frozen=True)
class Place:
    """Where a row stands: the value that it is ordered by, and its number, which tells equal ones apart."""

    value: Any
    number: int

    def told(self) -> str:
        """As an address carries it."""
        value = self.value.isoformat() if isinstance(self.value, datetime) else repr(self.value)
        return f"{value},{self.number}"


@dataclass(frozen=True)
class Turn:
    """Which page of a list is asked for: the first, the one after a place, or the one before it."""

    place: Place | None = None
    back: bool = False


def turned(query: Any, reads: Callable[[str], Any]) -> Turn:
    """Read `after` or `before` of an address; `reads` makes the ordered value of its text, or raises ValueError."""
    for name, back in (("after", False), ("before", True)):
        told = query.get(name)
        if told:
            value, _comma, number = told.rpartition(",")
            try:
                return Turn(Place(reads(value), int(number)), back)
            except ValueError:
                raise ListError(_("“%(place)s” is no place in this list.") % {"place": told[:60]}) from None
    if query.get("page") not in (None, "", "1"):
        raise ListError(_("This list is turned by “Next page” and “Previous page”: its pages have no numbers."))
    return Turn()


def moment(text: str) -> datetime:
    """An aware moment, as `reads` of a column of moments; a plus sign in an address may have become a blank."""
    read = datetime.fromisoformat(text.replace(" ", "+"))
    if read.tzinfo is None:
        raise ValueError(text)
    return read


@dataclass(frozen=True)
class Cut:
    """One page: its rows, how many there are in all (up to the bound), and the addresses of its neighbours."""

    items: Sequence[Any]
    count: int
    ask: Ask
    before: Place | None
    after: Place | None
    bound: int = BOUND

    @property
    def many(self) -> bool:
        """Whether there are more than are counted."""
        return self.count > self.bound

    @property
    def bound_said(self) -> str:
        """The bound as the reader's language writes it."""
        return formats.number_format(self.bound, use_l10n=True, force_grouping=True)

    @property
    def shown(self) -> int:
        """How many rows this page has."""
        return len(self.items)

    @property
    def first_url(self) -> str | None:
        """The first page, where this is another."""
        return self.ask.url() if self.before else None

    @property
    def previous_url(self) -> str | None:
        """The page before, where there is one."""
        return self._url("before", self.before)

    @property
    def next_url(self) -> str | None:
        """The page after, where there is one."""
        return self._url("after", self.after)

    def _url(self, name: str, place: Place | None) -> str | None:
        if place is None:
            return None
        address = replace(self.ask, number=1).url()
        return f"{address}{'' if address == '?' else '&'}{urlencode({name: place.told()})}"


def cut(rows: Sequence[Any], turn: Turn, ask: Ask, count: int, place_of: Callable[[Any], Place]) -> Cut:
    """Make a page of rows in the order of the list. One more than a page holds were asked for: it tells of the next.

    Going back, that one more is the first of them.
    """
    more = len(rows) > ask.per_page
    kept = list(rows[1:] if turn.back and more else rows[: ask.per_page])
    has_before = bool(kept) and (more if turn.back else turn.place is not None)
    has_after = bool(kept) and (True if turn.back else more)
    return Cut(
        items=kept,
        count=count,
        ask=ask,
        before=place_of(kept[0]) if has_before else None,
        after=place_of(kept[-1]) if has_after else None,
    )
