"""The list of persons: what it filters, sorts and shows."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from arusha.core.people.actors import in_force
from arusha.core.people.models import Grant, Person, Posting, Unit
from arusha.core.people.roles import ROLES
from arusha.ui.components import draw
from arusha.ui.lists import Column

FILTERS = ("q", "unit", "role")
COLUMNS = (
    Column(_("Name"), "name", "name"),
    Column(_("Staff number"), "staff", "staff_number"),
    Column(_("Unit"), "unit", "unit_code"),
    Column(_("Post"), "post"),
    Column(_("Roles"), "roles"),
    Column(_("Since"), "since", "since"),
)
EXPORT = ("name", "staff_number", "units", "posts", "roles", "since", "until")


def persons(on: date) -> "QuerySet[Person]":
    """Every person, with the code of the unit they serve in on that day."""
    now = Posting.objects.filter(in_force(on), person=OuterRef("pk")).order_by("-since", "id")
    return Person.objects.annotate(unit_code=Subquery(now.values("post__unit__code")[:1]))


def narrowed(rows: "QuerySet[Person]", asked: dict[str, Any], on: date) -> "QuerySet[Person]":
    """The persons that the filters leave. A unit stands for those below it too."""
    if asked.get("q"):
        rows = rows.filter(Q(name__icontains=asked["q"]) | Q(staff_number__icontains=asked["q"]))
    if asked.get("unit"):
        here = Posting.objects.filter(in_force(on), person=OuterRef("pk"), post__unit_id__in=with_below(asked["unit"]))
        rows = rows.filter(Exists(here))
    if asked.get("role"):
        rows = rows.filter(Exists(Grant.objects.filter(in_force(on), person=OuterRef("pk"), role=asked["role"])))
    return rows


def with_below(code: str) -> set[Any]:
    """Keys of a unit and of every unit that is part of it; one query, since there are few units."""
    known = list(Unit.objects.values_list("pk", "code", "parent_id"))
    found = {pk for pk, here, _above in known if here == code}
    fresh = set(found)
    while fresh:
        fresh = {pk for pk, _code, above in known if above in fresh} - found
        found |= fresh
    return found


def shown(rows: "QuerySet[Person]", on: date) -> "QuerySet[Person]":
    """With all that a row shows, in a fixed number of queries."""
    postings = Posting.objects.filter(in_force(on)).select_related("post__unit").order_by("-since", "id")
    grants = Grant.objects.filter(in_force(on)).order_by("since", "id")
    return rows.prefetch_related(Prefetch("postings", postings, "serving"), Prefetch("grants", grants, "holding"))


def row(person: Any, *, link: bool) -> list[Any]:
    """A person as the cells of `COLUMNS`; the page of a person is not for all who see the list."""
    units = [called(p.post.unit.name, p.post.unit.code) for p in person.serving]
    roles = [draw("tag", text=ROLES.get(g.role, g.role)) for g in person.holding]
    return [
        {"text": format_html("<bdi>{}</bdi>", person.name), "href": f"/people/{person.pk}/" if link else None},
        {"text": person.staff_number, "code": True},
        _together(", ", "<bdi>{}</bdi>", units),
        _together(", ", "<bdi>{}</bdi>", [p.post.title for p in person.serving]),
        _together(" ", "{}", roles),
        person.since,
    ]


def _together(between: str, shape: str, parts: list[Any]) -> Any:
    """Several things in one cell, kept together where a narrow screen sets label and value apart."""
    return (
        format_html("<span>{}</span>", format_html_join(between, shape, ((part,) for part in parts))) if parts else ""
    )


def called(name: str, code: str) -> str:
    """A unit by its name and its code, once where the two are the same."""
    return name if name == code else f"{name} ({code})"


def export_rows(rows: Iterable[Any]) -> Iterable[list[Any]]:
    """Rows for a file: stable words rather than labels."""
    for p in rows:
        units = " ".join(posting.post.unit.code for posting in p.serving)
        posts = "; ".join(posting.post.title for posting in p.serving)
        roles = " ".join(grant.role for grant in p.holding)
        yield [p.name, p.staff_number, units, posts, roles, p.since, p.until]
