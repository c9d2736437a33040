"""One box finds findings by number, code, name and kind; never one that the reader may not see, nor a hint of it."""

from datetime import timedelta

import pytest

from arusha.core.journal.acts import Act
from arusha.core.journal.models import Entry
from arusha.core.people import people
from arusha.core.people.roles import System
from arusha.flow.inbox import search
from arusha.flow.inbox.models import FindingTerm
from arusha.flow.inbox.sightings import Seen
from arusha.flow.inbox.tests.seen import NOW, THEN, group, officer, see
from arusha.lib.ids import spoken

pytestmark = pytest.mark.django_db


def at_port(port, *members, **more):
    """A finding whose sentence names a port, and a day, which is no code."""
    told = [{"reason": "wait-longer-than-usual", "port": port, "day": "2026-02-03", "minutes": 41.0}]
    return Seen(
        **{"signal": "test-group", "kind": "group", "subjects": tuple(("traveller", m) for m in members)},
        **{"reasons": told, "support": 5, "first_at": THEN, "last_at": NOW, **more},
    )


@pytest.fixture
def reader(someone):
    return someone("integrity-officer", staff="OFF-99")


@pytest.fixture
def three(reader, someone):
    """Three findings, and an officer whom the administration knows by name."""
    someone("officer", staff="OFF-7")  # Person 2
    return see(group("T-1", "T-2")), see(officer("OFF-7", "T-3")), see(at_port("NBO", "T-40", q=0.3))


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("T-1", 0),
        (" t-1 ", 0),
        ("T-3", 1),
        ("OFF-7", 1),
        ("Person 2", 1),
        ("person 2", 1),
        ("nbo", 2),
        ("T-4", 2),
        ("T-1-T-2", 0),  # a group, by the id of its hit
        ("An officer", 1),
        ("officer", 1),
        ("2026-02-03", None),
        ("nothing like it", None),
        ("T", None),
    ],
)
def test_what_people_know_finds_it(reader, three, text, which):
    from arusha.flow.inbox import narrowing

    wanted = narrowing.narrowed({"q": text}, reader)
    expected = [] if which is None else [three[which].pk]
    assert list(narrowing.rows(wanted, reader).values_list("pk", flat=True)) == expected


def test_a_number_with_its_check_digit_finds_one_and_a_wrong_one_none(reader, three):
    assert search.found(spoken("F", three[0].number), reader).findings == {three[0].pk}
    assert not search.found(f"F-{three[0].number}-x", reader).findings


def test_a_unit_is_found_by_its_name(reader):
    people.add_units([("U-9", "Mountain Pass", "UTC", None)], act=Act(by=System("t"), at=NOW))
    about = see(at_port("NBO", "T-1"))
    from arusha.core.journal.guard import acting

    with acting():
        about.subjects.update(kind="unit", ref="U-9")
    assert search.found("mountain", reader).findings == {about.pk}


@pytest.mark.parametrize("text", ["OFF-99", "T-3", "Person 1", "T-", "NBO", "OFF-"])
def test_a_search_tells_nothing_of_what_the_reader_may_not_see(reader, signed_in, text):
    """Also not that there are more: only visible findings fill the bound."""
    see(officer("OFF-99", "T-3"))
    assert search.found(text, reader) == search.Found()


def test_more_than_the_bound_are_cut_to_the_newest_and_only_visible_ones_count(reader, signed_in, monkeypatch):
    monkeypatch.setattr(search, "MATCHES", 2)
    for n in range(3):
        see(officer("OFF-99", "T-9", f"x{n}", run=None))  # about the reader
    seen = [see(group("T-9", f"a{n}", f"b{n}"), at=NOW + timedelta(hours=n)) for n in range(2)]
    assert search.found("T-9", reader) == search.Found(frozenset(f.pk for f in seen))
    more = see(group("T-9", "c", "d"), at=NOW + timedelta(hours=2))
    told = search.found("T-9", reader)
    assert told.capped and told.findings == {seen[1].pk, more.pk}
    client = signed_in("integrity-officer")
    page = client.get("/findings/?q=T-9&state=any").content.decode()
    assert "More than 2 findings name this" in page and str(more.pk) in page


def test_a_search_is_recorded_once_an_hour_and_its_text_cannot_be_read(signed_in):
    client = signed_in("integrity-officer")
    for _ in range(2):
        client.get("/findings/?q=OFF-7&state=any")
    client.get("/findings/?q=OFF-8&state=any")
    client.get("/findings/?q=&state=any")
    entries = Entry.objects.filter(act="findings.searched")
    assert entries.count() == 2
    body = bytes(entries[0].body).decode()
    assert "OFF-7" not in body and search.keyed(" off-7") in body and client.actor.person in body


def test_the_codes_of_a_sighting_are_kept_once_and_days_are_none():
    finding = see(at_port("NBO", "T-1"))
    see(at_port("NBO", "T-1"))
    see(at_port("MBA", "T-1"))
    told = FindingTerm.objects.filter(of=finding).values_list("kind", "value").order_by("value")
    assert list(told) == [("port", "MBA"), ("port", "NBO")]
