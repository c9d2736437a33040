"""Erasure by a decision of two people, and legal holds as people see them."""

import pytest

from arusha.core.journal.models import Entry, Reason
from arusha.core.journal.refusals import Refused
from arusha.core.people.models import Person
from arusha.core.retention import erasures, holds
from arusha.core.retention.models import Erasure, Hold
from arusha.flow.cases.models import CaseNote
from arusha.flow.cases.tests.world import NOW, act
from arusha.lib.ids import spoken
from arusha.rooms.assurance.retention.tests.closed import LATER, closed

REVIEW = LATER.date()


@pytest.fixture
def two(someone):
    """Who asks, and who decides."""
    return someone("hr-officer"), someone("head-of-office")


def noted(world):
    """The identifier of the entry that wrote the case's note."""
    closed(world)
    return Entry.objects.get(act="case.noted").id


def test_a_note_goes_by_the_entry_that_wrote_it_once_another_decides(world, two):
    entry = noted(world)
    done = erasures.ask("case-note", f"https://arusha.example/record/{entry}/", act=act(two[0]))
    assert CaseNote.objects.get().text == "He took the envelope."
    with pytest.raises(Refused, match="not allowed"):
        erasures.carry_out(done.id, act=act(two[0]))
    erasures.carry_out(done.id, act=act(two[1]))
    assert CaseNote.objects.get().text.startswith("Erased on 2 March 2026 by decision E-1-")
    with pytest.raises(Refused, match="gone already"):
        erasures.ask("case-note", str(entry), act=act(two[0]))


def test_a_reason_goes_and_its_entry_stays(world, two):
    closed(world)
    entry = Entry.objects.get(act="case.decided")
    done = erasures.ask("reason", str(entry.id), act=act(two[0]))
    erasures.carry_out(done.id, act=act(two[1]))
    assert not Reason.objects.filter(entry=entry.id).exists()
    assert Entry.objects.get(act="case.decided").body == entry.body


def test_who_left_loses_the_name_by_staff_number(someone, two):
    gone = someone(staff="OFF-77")
    done = erasures.ask("person", "off-77", act=act(two[0]))
    erasures.carry_out(done.id, act=act(two[1]))
    row = Person.objects.get(pk=gone.person)
    assert (row.name, row.staff_number) == ("–", None)


@pytest.mark.parametrize(
    ("kept", "named"), [("case-note", "nothing"), ("case", "C-9-9"), ("stamp", "x"), ("person", "")]
)
def test_what_is_not_known_is_refused(two, kept, named):
    with pytest.raises(Refused):
        erasures.ask(kept, named, act=act(two[0]))
    assert Erasure.objects.count() == 0


def test_nobody_asks_for_or_decides_what_is_about_them(world, two):
    case = closed(world)
    number = spoken("C", case.number)
    with pytest.raises(Refused, match="Nothing is known"):
        erasures.ask("case", number, act=act(world.subject))
    done = erasures.ask("case", number, act=act(two[0]))
    subject = type(world.subject)(
        **{name: getattr(world.subject, name) for name in world.subject.__slots__} | {"roles": frozenset({"auditor"})}
    )
    with pytest.raises(Refused, match="not allowed"):
        erasures.carry_out(done.id, act=act(subject))
    assert not Erasure.objects.visible_to(world.subject).exists()
    assert Erasure.objects.visible_to(two[1]).count() == 1


@pytest.mark.parametrize("kind", ["everything", "case", "officer", "traveller", "finding"])
def test_a_hold_of_any_width_stops_a_decision_too(world, two, kind):
    case = closed(world)
    entry = Entry.objects.get(act="case.noted").id
    done = erasures.ask("case-note", str(entry), act=act(two[0]))
    refs = {"case": spoken("C", case.number), "officer": "OFF-9", "traveller": "T-1", "everything": "",
            "finding": spoken("F", world.finding.number)}  # fmt: skip
    holds.place(kind, refs[kind], "Court 7/26", REVIEW, act=act(world.lead))
    with pytest.raises(Refused) as refused:
        erasures.carry_out(done.id, act=act(two[1]))
    assert refused.value.rule == "held"
    with pytest.raises(Refused, match="legal hold"):
        erasures.ask("case", spoken("C", case.number), act=act(two[0]))


def test_a_hold_on_another_stops_nothing(world, two):
    done = erasures.ask("case-note", str(noted(world)), act=act(two[0]))
    holds.place("officer", "OFF-1000", "Court 7/26", REVIEW, act=act(world.lead))
    erasures.carry_out(done.id, act=act(two[1]))
    assert Erasure.objects.get().state == "done"


def test_no_subject_sees_a_hold_that_would_warn_them(world):
    case = closed(world)
    for kind, ref in (("officer", "OFF-9"), ("case", spoken("C", case.number)), ("unit", "U-9")):
        holds.place(kind, ref, "Court 7/26", REVIEW, act=act(world.lead))
    assert Hold.objects.visible_to(world.subject).filter(kind__in=("officer", "case")).count() == 0
    assert Hold.objects.visible_to(world.staff).filter(kind__in=("unit", "case")).count() == 0
    assert Hold.objects.visible_to(world.lead).count() == 3
    with pytest.raises(Refused, match="Nothing is known"):
        holds.place("officer", "OFF-9", "mine", REVIEW, act=act(world.subject))


def test_what_a_hold_says_is_stored_encrypted_and_not_in_the_journal(world):
    holds.place("officer", "OFF-9", "Court file 7/26", REVIEW, act=act(world.lead, "the prosecutor asked"))
    row = Hold.objects.get()
    assert b"Court" not in bytes(row.__dict__["matter"]) and row.matter == "Court file 7/26"
    body = bytes(Entry.objects.get(act="hold.placed").body)
    assert b"Court" not in body and b"OFF-9" not in body


@pytest.mark.parametrize(
    ("kind", "ref", "matter", "review", "rule"),
    [("officer", "", "m", REVIEW, "hold-unknown"), ("case", "C-1-1", "m", REVIEW, "hold-unknown"),
     ("officer", "X", " ", REVIEW, "matter"), ("officer", "X", "m", NOW.date(), "review")],
)  # fmt: skip
def test_a_hold_that_would_hold_nothing_is_refused(world, kind, ref, matter, review, rule):
    with pytest.raises(Refused) as refused:
        holds.place(kind, ref, matter, review, act=act(world.lead))
    assert refused.value.rule == rule
