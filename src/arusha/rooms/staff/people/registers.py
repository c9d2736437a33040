"""The list of persons and the list of units, and adding to them."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.people import people
from arusha.core.people.models import Unit
from arusha.rooms.staff.people import forms, listing
from arusha.rooms.staff.people.asking import ask, posted, today
from arusha.rooms.staff.people.who import ADMINISTRATORS, MANAGERS, READERS
from arusha.ui import lists
from arusha.ui.exports import csv_response
from arusha.ui.pages import act_of, page

UNIT_COLUMNS = (
    lists.Column(gettext_lazy("Code"), "code", "code"),
    lists.Column(gettext_lazy("Name"), "name", "name"),
    lists.Column(gettext_lazy("Part of"), "above", "parent__code"),
    lists.Column(gettext_lazy("Time zone"), "zone", "zone"),
    lists.Column(gettext_lazy("Persons"), "persons", "staff", numeric=True),
)


@page("people/", name="people", may=READERS)
def persons(request: Any) -> HttpResponse:
    """Every person, narrowed and sorted."""
    rows, found, form = _asked(request)
    cut = lists.paginate(listing.shown(rows.order_by(*found.order_by()), today(request)), found)
    link = MANAGERS(request.actor)
    shown = {
        "form": form,
        "headers": found.headers(),
        "rows": [listing.row(person, link=link) for person in cut.items],
        "page": cut,
        "keep": found.hidden(),
        "export": reverse("people-csv") + found.url(),
        "may_add": link,
        "administers": ADMINISTRATORS(request.actor),
    }
    return render(request, "people/persons.html", shown)


@page("people.csv", name="people-csv", may=READERS)
def persons_file(request: Any) -> HttpResponse:
    """The same list as a file."""
    rows, found, _form = _asked(request)
    ordered = listing.shown(rows.order_by(*found.order_by()), today(request))
    return csv_response("people", listing.EXPORT, listing.export_rows(ordered.iterator(500)))


@page("people/add/", name="people-add", may=MANAGERS, methods=("GET", "POST"))
def add_person(request: Any) -> HttpResponse:
    """Add a person, with the unit and the post they hold."""

    def perform(told: dict[str, Any]) -> str:
        one = (told["name"], told["staff_number"] or None, told["unit"], told["title"])
        done = people.add_persons([one], act=act_of(request))
        return reverse("people-one", args=[done.id])

    return ask(
        request,
        forms.Person(posted(request)),
        perform,
        title=_("Add a person"),
        submit=_("Add the person"),
        done=_("The person is added. Roles and an account are given separately."),
        back=reverse("people"),
        back_text=_("People"),
    )


@page("people/units/", name="people-units", may=MANAGERS)
def units(request: Any) -> HttpResponse:
    """Every unit, with how many persons serve there today, those of units below it not counted."""
    found = lists.read(request.GET, UNIT_COLUMNS, order="code")
    on = today(request)
    last = Q(posts__postings__until=None) | Q(posts__postings__until__gte=on)
    counted = Count("posts__postings", filter=last & Q(posts__postings__since__lte=on))
    rows = Unit.objects.filter(until=None).select_related("parent").annotate(staff=counted)
    cut = lists.paginate(rows.order_by(*found.order_by()), found)
    shown = {"headers": found.headers(), "rows": [_unit(row) for row in cut.items], "page": cut}
    return render(request, "people/units.html", shown)


@page("people/units/add/", name="people-units-add", may=MANAGERS, methods=("GET", "POST"))
def add_unit(request: Any) -> HttpResponse:
    """Add a unit."""

    def perform(told: dict[str, Any]) -> str:
        one = (told["code"], told["name"], told["zone"], told["above"] or None)
        people.add_units([one], act=act_of(request))
        return reverse("people-units")

    return ask(
        request,
        forms.AUnit(posted(request), initial={"zone": settings.TIME_ZONE}),
        perform,
        title=_("Add a unit"),
        submit=_("Add the unit"),
        done=_("The unit is added."),
        back=reverse("people-units"),
        back_text=_("Units"),
    )


def _asked(request: Any) -> tuple[Any, lists.Ask, forms.Filters]:
    on = today(request)
    found = lists.read(request.GET, listing.COLUMNS, order="name", filters=listing.FILTERS)
    form = forms.Filters(request.GET or None)
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return listing.narrowed(listing.persons(on), told, on), found, form


def _unit(unit: Any) -> list[Any]:
    return [
        {"text": unit.code, "code": True},
        format_html("<bdi>{}</bdi>", unit.name),
        {"text": unit.parent.code if unit.parent else "", "code": True},
        {"text": unit.zone, "code": True},
        {"text": unit.staff, "href": f"{reverse('people')}?unit={unit.code}"},
    ]
