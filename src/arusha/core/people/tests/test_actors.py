"""Who a person is on a day."""

from datetime import timedelta

import pytest
from tests.support.fixtures import NOW, TODAY

from arusha.core.journal.acts import Act
from arusha.core.journal.guard import acting
from arusha.core.people import people
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Grant, Person
from arusha.core.people.roles import System

pytestmark = pytest.mark.django_db
SYSTEM = Act(by=System("test"), at=NOW, why="because")
DAY = timedelta(days=1)


@pytest.fixture
def person(someone):
    """An officer of U-1 from today on."""
    return Person.objects.get(pk=someone("officer", staff="OFF-1").person)


def test_a_role_holds_from_its_first_day_to_its_last(person):
    people.end_grant(Grant.objects.get().pk, TODAY + 3 * DAY, act=SYSTEM)
    held = [actor_of(person, TODAY + days * DAY).roles for days in (-1, 0, 3, 4)]
    assert held == [frozenset(), {"officer"}, {"officer"}, frozenset()]


def test_who_is_posted_elsewhere_no_longer_belongs_to_the_unit(person):
    people.add_units([("U-2", "South Bridge", "UTC", None)], act=SYSTEM)
    people.post_to(person.pk, "U-2", "Officer", TODAY + 5 * DAY, act=SYSTEM)
    units = [actor_of(person, TODAY + days * DAY).units for days in (4, 5)]
    assert units == [{"U-1"}, {"U-2"}]


def test_standing_back_ends_on_its_day(person):
    people.recuse(person.pk, "officer", "OFF-2", TODAY, act=Act(by=actor_of(person, TODAY), at=NOW, why="kin"))
    with acting():
        person.recusals.update(until=TODAY + DAY)
    held = [actor_of(person, TODAY + days * DAY).recused for days in (0, 1, 2)]
    assert held == [{("officer", "OFF-2")}, {("officer", "OFF-2")}, frozenset()]
