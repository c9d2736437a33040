"""Declaring a page: its path, its name, who may see it. A view without a declared permission cannot exist.

@page("findings/", name="findings", may=role("integrity-officer"))
def findings(request: Asked) -> HttpResponse: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.functional import Promise

from arusha.core.journal.acts import Act
from arusha.core.people.roles import May


class Asked(HttpRequest):
    """A request as a page gets it: `at` is its moment, `actor` who asks (None where nobody is signed in)."""

    at: datetime
    actor: Any


@dataclass(frozen=True, slots=True)
class Page:
    """A declared page."""

    path: str
    name: str
    may: May
    methods: tuple[str, ...]
    view: Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the service navigation: the page it opens, its label, its place."""

    page: str
    label: "str | Promise"
    place: int


PAGES: dict[str, Page] = {}
"""Every declared page by name."""
MENU: dict[str, MenuItem] = {}
"""Every menu item by the name of its page."""


def page(
    path: str, *, name: str, may: May, methods: tuple[str, ...] = ("GET",)
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Declare a page. `path` is as in Django's `path()`, without a leading slash."""

    def declare(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        if name in PAGES and PAGES[name].view.__module__ != view.__module__:
            raise ValueError(f"two pages are called {name!r}")
        PAGES[name] = Page(path, name, may, methods, view)
        return view

    return declare


def may_open(address: str, actor: Any) -> bool:
    """Whether the page of an address is for the actor: a link that leads to a refusal is not drawn."""
    try:
        name = resolve(address.partition("?")[0]).url_name
    except Resolver404:
        return False
    return name in PAGES and PAGES[name].may(actor)


def menu(page_name: str, label: "str | Promise", place: int) -> None:
    """Put a page into the service navigation, for those who may see it."""
    MENU[page_name] = MenuItem(page_name, label, place)


def act_of(request: HttpRequest) -> Act:
    """The act a posted form stands for: who, when, the reason it gives, its request key, the version it saw."""
    version = request.POST.get("version", "")
    # Under a name of their own, so that no form can use up a key of the program's.
    once = request.POST.get("once", "")
    return Act(
        by=request.actor,  # type: ignore[attr-defined]
        at=request.at,  # type: ignore[attr-defined]
        why=request.POST.get("why", ""),
        once=f"form:{once[:80]}" if once else None,
        version=int(version[:9]) if version.isdecimal() else None,
    )
