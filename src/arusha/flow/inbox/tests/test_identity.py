"""What makes it the same finding again; what a disposal holds against; what opens it again."""

from datetime import date

import pytest

from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import Refused
from arusha.core.people.roles import System
from arusha.flow.inbox import findings
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.sightings import sight
from arusha.flow.inbox.tests.seen import NOW, RUN, group, officer, see

pytestmark = pytest.mark.django_db


def refs(finding, **filters):
    return sorted(finding.subjects.filter(**filters).values_list("ref", flat=True))


def test_a_group_seen_again_is_the_same_finding():
    first = see(group("a", "b", "c", "d"))
    again = see(group("d", "c", "b", "a", support=44))
    assert again.pk == first.pk and again.support == 44 and again.number == first.number
    assert again.sightings.count() == 2 and Finding.objects.count() == 1


def test_half_of_all_members_is_enough_and_less_is_not():
    first = see(group("a", "b", "c", "d"))
    assert see(group("a", "b")).pk == first.pk  # 2 of 4
    assert see(group("a", "x", "y")).pk != first.pk  # 1 of 6


def test_it_is_held_against_the_first_sighting_so_that_it_cannot_drift():
    first = see(group("a", "b", "c", "d"))
    assert see(group("b", "c", "d", "e")).pk == first.pk  # 3 of 5
    assert refs(first, current=True) == ["b", "c", "d", "e"] and refs(first, first=True) == ["a", "b", "c", "d"]
    assert see(group("c", "d", "e", "f")).pk == see(group("c", "d", "e", "f")).pk != first.pk  # 2 of 6 of the first


def test_of_two_that_fit_equally_the_oldest_takes_it_and_the_entry_says_that_they_come_together():
    first, second = see(group("a", "b", run=RUN)), see(group("c", "d", run=RUN))
    done = sight(group("a", "b", "c", "d"), act=Act(by=System("watch"), at=NOW))
    assert done.id == str(first.pk)
    body = bytes(Entry.objects.get(id=done.entry).body)
    assert f'"come-together-with":["{second.pk}"]'.encode() in body and b'"joined":2' in body


def test_what_one_run_tells_apart_stays_apart():
    first, second = see(group("a", "b", "c", run=RUN)), see(group("a", "b", "c", "d", run=RUN))
    assert first.pk != second.pk


def test_an_officer_is_the_same_only_with_the_same_id():
    first = see(officer("OFF-1", "a", "b", "c"))
    assert see(officer("OFF-2", "a", "b", "c")).pk != first.pk
    assert see(officer("OFF-1", "a", "b", "z")).pk == first.pk


def test_posting_the_same_hit_twice_is_one_sighting():
    act = Act(by=System("watch"), at=NOW, once="run:hit")
    what = group("a", "b")
    first, second = sight(what, act=act), sight(what, act=act)
    assert first.created and second.repeated and second.id == first.id
    assert Finding.objects.get().sightings.count() == 1


@pytest.fixture
def disposed(someone):
    io = someone("integrity-officer")
    finding = see(group("a", "b", "c", "d", support=40))
    findings.dispose(finding.pk, "explained", act=Act(by=io, at=NOW, why="a family, shown by the register"))
    return Finding.objects.get(pk=finding.pk)


def test_a_disposal_is_respected_by_later_runs(disposed):
    again = see(group("a", "b", "c", "d", support=59))
    assert again.state == "explained" and again.changed is None and again.support == 59


def test_half_as_much_again_opens_it_and_says_so(disposed):
    again = see(group("a", "b", "c", "d", support=60))
    assert again.state == "open" and again.changed == {"was": "explained", "joined": [], "support": [40, 60]}


def test_growth_is_measured_from_the_disposal_not_from_the_last_run(disposed):
    see(group("a", "b", "c", "d", support=50))
    assert see(group("a", "b", "c", "d", support=60)).state == "open"


def test_a_member_who_joined_opens_it_and_is_named(disposed):
    again = see(group("a", "b", "c", "d", "e"))
    assert again.state == "open" and again.changed["joined"] == ["e"]


def test_a_duplicate_stays_a_duplicate(someone):
    io = someone("integrity-officer")
    kept, double = see(group("a", "b")), see(group("x", "y"))
    act = Act(by=io, at=NOW, why="the same people under other papers")
    findings.dispose(double.pk, "duplicate", duplicate_of=kept.pk, act=act)
    assert see(group("x", "y", "z", support=900)).state == "duplicate"


def test_a_watched_finding_opens_on_the_day_after(someone):
    io = someone("integrity-officer")
    finding = see(group("a", "b"))
    act = Act(by=io, at=NOW, why="wait for the new roster")
    findings.dispose(finding.pk, "watching", watch_until=date(2026, 3, 10), act=act)
    for day, state in ((10, "watching"), (11, "open")):
        findings.end_watch(finding.pk, act=Act(by=System("worker"), at=NOW.replace(day=day)))
        finding.refresh_from_db()
        assert finding.state == state


@pytest.mark.parametrize(
    ("disposal", "more", "rule"),
    [
        ("gone", {}, "disposal-unknown"),
        ("watching", {}, "watch-until"),
        ("watching", {"watch_until": date(2026, 3, 2)}, "watch-until"),
        ("duplicate", {}, "duplicate-of"),
    ],
)
def test_a_disposal_that_lacks_something_is_refused(someone, disposal, more, rule):
    io = someone("integrity-officer")
    finding = see(group("a", "b"))
    with pytest.raises(Refused) as refused:
        findings.dispose(finding.pk, disposal, **more, act=Act(by=io, at=NOW, why="x"))
    finding.refresh_from_db()
    assert refused.value.rule == rule and finding.state == "open"


def test_two_dispose_at_once_and_one_is_told(someone):
    one, two = someone("integrity-officer"), someone("integrity-officer")
    finding = see(group("a", "b"))
    findings.dispose(finding.pk, "explained", act=Act(by=one, at=NOW, why="x", version=finding.version))
    with pytest.raises(Refused) as refused:
        findings.dispose(finding.pk, "confirmed", act=Act(by=two, at=NOW, why="y", version=finding.version))
    assert refused.value.rule == "changed-meanwhile"
    assert Finding.objects.get().state == "explained"
