"""What the supervision page puts first."""

import pytest

from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.tests.seen import group, officer, see
from arusha.flow.runs.pages import warnings

pytestmark = pytest.mark.django_db


def test_every_kind_is_warned_of_before_the_second_of_any():
    for place in range(10):
        see(group(f"a{place}", f"b{place}", q=10.0 ** -(20 + place)))
    see(officer("OFF-1", "a0", "b0"))
    titles = [told["title"].split(" · ")[1] for told in warnings(Finding.objects.all())]
    assert titles == ["A group", "An officer", *["A group"] * 6]


def test_what_has_an_ordinary_explanation_is_no_warning():
    see(group("a", "b", marks=["household"]))
    assert warnings(Finding.objects.all()) == []
