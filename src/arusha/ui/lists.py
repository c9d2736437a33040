"""List pages: which columns sort, which page is asked for, which filters stay in the address. No model is known here.

A view reads the address once, orders and cuts its rows by it, and gives the page to ``{% ui "page-links" %}``::

    ask = read(request.GET, COLUMNS, order="-opened_at", filters=("state", "unit"))
    page = paginate(gifts.order_by(*ask.order_by()), ask)
    headers = ask.headers()

An unknown column or a page that is no number is refused with words: such an address was made by hand or is older than
the page, and a silent first page would pass for the answer. A page past the end is the last one: lists shrink.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

PER_PAGE = 25
NEIGHBOURS = 1
"""How many page numbers are shown on either side of the current one."""


class ListError(BadRequest):
    """The address asks for something that the list doesn't have; its words are fit to be shown."""


@dataclass(frozen=True)
class Column:
    """A column of a list; `sorts` is what the rows are ordered by, and None where they can't be."""

    label: Any
    key: str = ""
    sorts: str | None = None
    numeric: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class Ask:
    """What an address asks of a list."""

    columns: tuple[Column, ...]
    key: str
    descending: bool
    number: int
    kept: tuple[tuple[str, str], ...]
    usual: str
    per_page: int = PER_PAGE

    def order_by(self, *, tie: str = "id") -> tuple[str, str]:
        """The order as a query takes it; the tie keeps rows from wandering between pages."""
        column = next(column for column in self.columns if column.key == self.key)
        return (f"{'-' if self.descending else ''}{column.sorts}", tie)

    def url(self) -> str:
        """The address of this very list, without what is usual."""
        order = f"{'-' if self.descending else ''}{self.key}"
        pairs = [*self.kept]
        pairs += [("sort", order)] * (order != self.usual) + [("page", str(self.number))] * (self.number > 1)
        return f"?{urlencode(pairs)}"

    def headers(self) -> list[dict[str, Any]]:
        """The headers of the table; choosing the sorted column again turns it round, another starts at page one."""
        return [self._header(column) for column in self.columns]

    def hidden(self) -> list[tuple[str, str]]:
        """What a form of filters carries along: the order, since its own fields hold the filters."""
        order = f"{'-' if self.descending else ''}{self.key}"
        return [("sort", order)] if order != self.usual else []

    def _header(self, column: Column) -> dict[str, Any]:
        header = {"label": column.label, "numeric": column.numeric, "hidden": column.hidden}
        if column.sorts is None:
            return header
        here = column.key == self.key
        turned = replace(self, key=column.key, descending=here and not self.descending, number=1)
        sorted_ = ("descending" if self.descending else "ascending") if here else None
        return header | {"sort_url": turned.url(), "sorted": sorted_}


@dataclass(frozen=True)
class Page:
    """One page of rows, and what the line of page links says."""

    items: Sequence[Any]
    count: int
    pages: int
    ask: Ask

    @property
    def number(self) -> int:
        """The page that is shown, counted from one."""
        return self.ask.number

    @property
    def first(self) -> int:
        """The place of its first row in the whole list; 0 where the list is empty."""
        return (self.number - 1) * self.ask.per_page + 1 if self.count else 0

    @property
    def last(self) -> int:
        """The place of its last row in the whole list."""
        return min(self.number * self.ask.per_page, self.count)

    @property
    def previous_url(self) -> str | None:
        """The page before, where there is one."""
        return self.url(self.number - 1) if self.number > 1 else None

    @property
    def next_url(self) -> str | None:
        """The page after, where there is one."""
        return self.url(self.number + 1) if self.number < self.pages else None

    def url(self, number: int) -> str:
        """The address of another page of the same list."""
        return replace(self.ask, number=number).url()

    @property
    def links(self) -> list[dict[str, Any]]:
        """The first, the last and the pages around this one, with gaps between."""
        near = range(self.number - NEIGHBOURS, self.number + NEIGHBOURS + 1)
        shown = sorted({1, self.pages, *near} & set(range(1, self.pages + 1)))
        links: list[dict[str, Any]] = []
        for before, number in zip([0, *shown], shown, strict=False):
            if number > before + 1:
                links.append({"gap": True})
            links.append({"number": number, "url": self.url(number), "current": number == self.number})
        return links


def read(
    query: Mapping[str, Any],
    columns: Sequence[Column],
    *,
    order: str,
    filters: Sequence[str] = (),
    per_page: int = PER_PAGE,
) -> Ask:
    """Read an address such as ``?state=open&sort=-opened&page=2``; an order is a column's key, ``-`` for falling."""
    sort = query.get("sort") or order
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    sortable = [column.key for column in columns if column.sorts is not None]
    if key not in sortable:
        raise ListError(_("This list doesn't sort by “%(key)s”.") % {"key": key})
    asked = query.get("page") or "1"
    if not (asked.isascii() and asked.isdecimal() and int(asked[:9]) > 0):
        raise ListError(_("“%(page)s” is no page number.") % {"page": asked})
    kept = tuple((name, value) for name in filters for value in _values(query, name) if value)
    return Ask(tuple(columns), key, descending, int(asked[:9]), kept, order, per_page)


def paginate(rows: Any, ask: Ask) -> Page:
    """Cut one page out of a list or a query set: one count and one slice, however long it is."""
    count = len(rows) if isinstance(rows, Sequence) else rows.count()
    pages = max(1, -(-count // ask.per_page))
    ask = replace(ask, number=min(ask.number, pages))
    start = (ask.number - 1) * ask.per_page
    return Page(list(rows[start : start + ask.per_page]), count, pages, ask)


def _values(query: Mapping[str, Any], name: str) -> list[str]:
    """Every value of a filter: an address may name it several times."""
    if hasattr(query, "getlist"):
        return query.getlist(name)
    value = query.get(name, [])
    return [value] if isinstance(value, str) else list(value)
