"""Opening a case, what joins it, and who may be named to it."""

import pytest

from arusha.core.journal.refusals import Refused
from arusha.core.notices.models import Notice
from arusha.core.people import people
from arusha.flow.cases import members, opening, outcomes
from arusha.flow.cases.models import Case, CaseMember
from arusha.flow.cases.tests.world import NOW, TODAY, act, again, finding
from arusha.flow.inbox import findings


def refused(attempt) -> str:
    with pytest.raises(Refused) as told:
        attempt()
    return told.value.rule


def test_a_case_takes_the_subjects_of_its_findings_and_whoever_opens_it_leads_it(someone):
    lead = someone("investigator")
    one, two = finding(("officer", "OFF-1"), key="1"), finding(("officer", "OFF-1"), ("unit", "U-7"), key="2")
    done = opening.open_case([one.pk, two.pk], "  A   matter ", act=act(lead))
    case = Case.objects.get(pk=done.id)
    assert case.title == "A matter" and case.state == "open" and case.number == 1001
    assert sorted(case.subjects.values_list("kind", "ref")) == [("officer", "OFF-1"), ("unit", "U-7")]
    assert list(case.members.values_list("person", "role")) == [(case.opened_by_id, "lead")]
    assert one.state == "open"


@pytest.mark.parametrize("role", ["officer", "analyst", "auditor", "head-of-office", "system-administrator"])
def test_only_an_integrity_officer_or_an_investigator_opens_one(someone, role):
    found = finding(("officer", "OFF-1"))
    assert refused(lambda: opening.open_case([found.pk], "x", act=act(someone(role)))) == "not-allowed"


def test_no_subject_opens_a_case_about_themselves_nor_learns_that_the_finding_exists(someone):
    someone("officer")
    found = finding(("officer", "OFF-1"))
    mine = someone("investigator", staff="OFF-1")
    assert refused(lambda: opening.open_case([found.pk], "x", act=act(mine))) == "not-found"
    assert refused(lambda: opening.open_case(["0"], "x", act=act(mine))) == "not-found"


@pytest.mark.parametrize("disposal", ["confirmed", "explained"])
def test_a_case_may_be_opened_from_a_disposed_finding(someone, disposal):
    lead, found = someone("integrity-officer"), finding(("officer", "OFF-1"))
    findings.dispose(found.pk, disposal, act=act(lead))
    assert opening.open_case([found.pk], "x", act=act(lead))


def test_but_not_from_a_duplicate(someone):
    lead, one, two = someone("integrity-officer"), finding(("officer", "A")), finding(("officer", "B"), key="2")
    findings.dispose(one.pk, "duplicate", duplicate_of=two.pk, act=act(lead))
    assert refused(lambda: opening.open_case([one.pk], "x", act=act(lead))) == "finding-duplicate"


def test_the_same_request_opens_one_case(someone):
    lead, found = someone("integrity-officer"), finding(("officer", "OFF-1"))
    first = opening.open_case([found.pk], "x", act=act(lead, once="k"))
    again_ = opening.open_case([found.pk], "x", act=act(lead, once="k"))
    assert again_.repeated and again_.id == first.id and Case.objects.count() == 1


def test_a_title_a_reason_and_a_finding_are_needed(someone):
    lead, found = someone("integrity-officer"), finding(("officer", "OFF-1"))
    assert refused(lambda: opening.open_case([found.pk], " ", act=act(lead))) == "title-missing"
    assert refused(lambda: opening.open_case([found.pk], "x" * 161, act=act(lead))) == "title-long"
    assert refused(lambda: opening.open_case([found.pk], "x", act=act(lead, why=" "))) == "why-missing"
    assert refused(lambda: opening.open_case([], "x", act=act(lead))) == "not-found"


def test_two_who_saw_the_same_version_cannot_both_change_it(world):
    version = world.fresh().version
    outcomes.decide(world.case.pk, "no-breach", act=act(world.lead, version=version))
    late = act(world.lead, version=version)
    assert refused(lambda: outcomes.reopen(world.case.pk, act=late)) == "changed-meanwhile"


def test_a_subject_is_never_named_nor_staff_of_a_unit_that_is_nor_who_stands_back(world):
    for person in (world.subject, world.staff):
        rule = refused(lambda p=person: members.name_member(world.case.pk, p.person, "observer", act=act(world.lead)))
        assert rule == "member-is-subject"
    members.end_member(world.case.pk, world.case.members.get(person=world.recused.person).pk, act=act(world.lead))
    rule = refused(lambda: members.name_member(world.case.pk, world.recused.person, "lead", act=act(world.lead)))
    assert rule == "member-is-subject"


def test_a_lead_is_an_investigator_or_integrity_officer_and_one_always_remains(world, someone):
    auditor = someone("auditor")
    name = members.name_member
    assert refused(lambda: name(world.case.pk, auditor.person, "lead", act=act(world.lead))) == "lead-role"
    mine = world.case.members.get(person=world.lead.person)
    assert refused(lambda: members.end_member(world.case.pk, mine.pk, act=act(world.lead))) == "no-lead-left"
    assert refused(lambda: name(world.case.pk, world.lead.person, "observer", act=act(world.lead))) == "no-lead-left"
    name(world.case.pk, world.outsider.person, "lead", act=act(world.lead))
    members.end_member(world.case.pk, mine.pk, act=act(world.lead))
    assert not Case.objects.visible_to(world.lead).exists() and Case.objects.visible_to(world.outsider).exists()


def test_a_member_who_becomes_a_subject_leaves_the_case_and_is_not_told(world, someone):
    insider = someone("investigator", staff="OFF-7")
    members.name_member(world.case.pk, insider.person, "investigator", act=act(world.lead))
    told = Notice.objects.filter(person=insider.person).count()
    opening.add_subject(world.case.pk, "officer", "OFF-7", act=act(world.lead))
    assert not Case.objects.visible_to(insider).exists()
    assert CaseMember.objects.get(of=world.case, person=insider.person).until == NOW
    assert Notice.objects.filter(person=insider.person).count() == told


def test_where_the_lead_becomes_a_subject_the_investigator_who_adds_them_leads(world):
    opening.add_subject(world.case.pk, "person", world.lead.person, act=act(world.investigator))
    role = world.case.members.get(person=world.investigator.person, until=None).role
    assert role == "lead" and not Case.objects.visible_to(world.lead).exists()


def test_a_finding_that_names_a_member_ends_their_membership(world, someone):
    insider = someone("investigator", staff="OFF-7")
    members.name_member(world.case.pk, insider.person, "investigator", act=act(world.lead))
    other = finding(("officer", "OFF-7"), key="other")
    opening.add_finding(world.case.pk, other.pk, act=act(world.lead))
    assert ("officer", "OFF-7") in world.case.subjects.values_list("kind", "ref")
    assert not Case.objects.visible_to(insider).exists()
    rule = refused(lambda: opening.add_finding(world.case.pk, other.pk, act=act(world.lead)))
    assert rule == "finding-known"


def test_nobody_adds_themselves_and_a_subject_once(world):
    mine = ("person", world.lead.person)
    assert refused(lambda: opening.add_subject(world.case.pk, *mine, act=act(world.lead))) == "subject-yourself"
    assert refused(lambda: opening.add_subject(world.case.pk, "unit", "U-9", act=act(world.lead))) == "subject-known"
    assert refused(lambda: opening.add_subject(world.case.pk, "god", "x", act=act(world.lead))) == "subject-kind"
    assert (
        refused(lambda: opening.add_subject(world.case.pk, "person", "No One", act=act(world.lead))) == "person-unknown"
    )


def test_a_finding_that_changes_later_hides_the_case_from_its_new_subject(world, someone):
    insider = someone("investigator", staff="OFF-8")
    members.name_member(world.case.pk, insider.person, "investigator", act=act(world.lead))
    assert Case.objects.visible_to(insider).exists()
    finding(("officer", "OFF-9"), ("unit", "U-9"), ("traveller", "T-1"), ("officer", "OFF-8"))
    assert not Case.objects.visible_to(insider).exists()


def test_standing_back_hides_the_case_from_that_day(world):
    people.recuse(world.observer.person, "traveller", "T-1", TODAY, act=act(world.observer))
    assert not Case.objects.visible_to(again(world.observer)).exists()
