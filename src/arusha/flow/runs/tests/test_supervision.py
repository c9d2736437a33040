"""What the supervision page tells: warnings, and how fresh its sources are."""

import re
from datetime import datetime

import pytest

from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.tests.seen import NOW, group, officer, see
from arusha.flow.runs.pages import freshness, warnings

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


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-03-01T23:00:00+00:00", "Fresh"),
        ("2026-02-23T09:30:00", "Fresh"),
        ("2026-02-22", "Ends 1 week, 1 day ago"),
        ("2025-03-02T09:30:00+00:00", "Ends 1 year ago"),
    ],
)
def test_a_source_is_as_fresh_as_what_it_tells(until, said):
    tag = re.sub(r"<[^>]+>", "", freshness(datetime.fromisoformat(until), NOW)).replace("\xa0", " ")
    assert " ".join(tag.split()) == said


def test_a_source_whose_last_file_did_not_come_in_is_an_early_warning(tmp_path, settings, db):
    from datetime import timedelta

    from arusha.core.people.roles import System
    from arusha.flow.runs import receiving
    from arusha.flow.runs.pages import broken
    from arusha.flow.runs.tests.small import NOW as MOMENT
    from arusha.lib.intake import IntakeError

    settings.ARUSHA_HOME = tmp_path / "home"

    def receive(text, name, minute):
        (tmp_path / name).write_text(text)
        at = MOMENT + timedelta(minutes=minute)
        receiving.receive("codes", tmp_path / name, None, by=System("test"), at=at, progress=lambda told: None)

    receive("list,code\nports,P1\n", "a.csv", 0)
    assert broken(MOMENT + timedelta(hours=1)) == []
    with pytest.raises(IntakeError):
        receive("list,kode\nports,P1\n", "b.csv", 1)
    (warning,) = broken(MOMENT + timedelta(hours=1))
    assert "no column 'code' (is it 'kode'?)" in warning["text"] and warning["tone"] == "caution"
    receive("list,code\nports,\n", "c.csv", 2)
    (warning,) = broken(MOMENT + timedelta(hours=1))
    assert warning["text"] == "c.csv: Every row was set aside."
    receive("list,code\nports,P2\n", "d.csv", 3)
    assert broken(MOMENT + timedelta(hours=1)) == []
