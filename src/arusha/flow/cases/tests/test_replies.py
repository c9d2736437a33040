"""The subject's step of reply, and the outcome that waits for it."""

from datetime import timedelta

import pytest

from arusha.core.journal.refusals import Refused
from arusha.core.notices.models import Notice
from arusha.core.notices.notices import sentence
from arusha.flow.cases import content, opening, outcomes, replies
from arusha.flow.cases.models import CaseReply
from arusha.flow.cases.tests.world import NOW, TODAY, act

DUE = TODAY + timedelta(days=7)


@pytest.fixture
def officer(world) -> str:
    return str(world.case.subjects.get(kind="officer").pk)


def ask(world, subject, due=DUE):
    known = set(CaseReply.objects.values_list("pk", flat=True))
    replies.invite(world.case.pk, subject, "Where were you on 4 January?", due, act=act(world.lead))
    return CaseReply.objects.exclude(pk__in=known).get()


def accuse(world, *subjects, at=NOW):
    return outcomes.decide(world.case.pk, "substantiated", subjects, act=act(world.lead, at=at))


def rule_of(attempt) -> str:
    with pytest.raises(Refused) as told:
        attempt()
    return told.value.rule


def test_an_officer_is_not_accused_before_they_were_asked(world, officer):
    assert rule_of(lambda: accuse(world, officer)) == "not-heard"
    ask(world, officer)
    assert rule_of(lambda: accuse(world, officer)) == "not-heard"
    assert world.fresh().outcome == ""


@pytest.mark.parametrize("how", ["reply", "decline", "day passed"])
def test_they_are_heard_once_they_reply_decline_or_let_the_day_pass(world, officer, how):
    asked, at = ask(world, officer), NOW
    if how == "reply":
        replies.reply_to(asked.pk, "At home.", act=act(world.subject))
    elif how == "decline":
        replies.decline(asked.pk, act=act(world.subject))
    else:
        assert rule_of(lambda: accuse(world, officer, at=NOW + timedelta(days=7))) == "not-heard"
        at = NOW + timedelta(days=8)
    accuse(world, officer, at=at)
    assert world.fresh().outcome == "substantiated"
    assert world.case.outcomes.get().against == [int(officer)]


def test_a_second_question_has_to_be_answered_too(world, officer):
    replies.reply_to(ask(world, officer).pk, "At home.", act=act(world.subject))
    ask(world, officer)
    assert rule_of(lambda: accuse(world, officer)) == "not-heard"


def test_a_person_subject_is_heard_too_and_a_traveller_cannot_be(world, someone):
    someone("officer")
    other = someone("officer")
    opening.add_subject(world.case.pk, "person", other.person, act=act(world.lead))
    person = str(world.case.subjects.get(kind="person").pk)
    traveller = str(world.case.subjects.get(kind="traveller").pk)
    assert rule_of(lambda: accuse(world, person, traveller)) == "not-heard"
    accuse(world, traveller)


@pytest.mark.parametrize("outcome", ["not-substantiated", "no-breach", "referred"])
def test_other_outcomes_accuse_nobody_and_do_not_wait(world, outcome):
    outcomes.decide(world.case.pk, outcome, act=act(world.lead))
    assert world.fresh().outcome == outcome and world.case.outcomes.get().against == []


def test_an_outcome_names_whom_it_is_against_gives_a_reason_and_is_a_known_word(world, officer):
    assert rule_of(lambda: accuse(world)) == "against-nobody"
    assert rule_of(lambda: accuse(world, "999999")) == "against-nobody"
    assert rule_of(lambda: outcomes.decide(world.case.pk, "guilty", act=act(world.lead))) == "outcome-unknown"
    assert rule_of(lambda: outcomes.decide(world.case.pk, "referred", act=act(world.lead, why=""))) == "why-missing"


def test_an_outcome_written_without_the_answer_in_view_is_refused(world, officer):
    asked = ask(world, officer)
    seen = world.fresh().version
    replies.reply_to(asked.pk, "At home.", act=act(world.subject))
    late = act(world.lead, version=seen)
    assert rule_of(lambda: outcomes.decide(world.case.pk, "no-breach", act=late)) == "changed-meanwhile"


def test_only_the_person_asked_answers_once_while_the_case_is_open(world, officer):
    asked = ask(world, officer)
    assert rule_of(lambda: replies.reply_to(asked.pk, "x", act=act(world.lead))) == "not-allowed"
    replies.reply_to(asked.pk, "At home.", act=act(world.subject))
    assert rule_of(lambda: replies.reply_to(asked.pk, "No, away.", act=act(world.subject))) == "reply-given"
    assert rule_of(lambda: replies.decline(asked.pk, act=act(world.subject))) == "reply-given"
    second = ask(world, officer)
    outcomes.decide(world.case.pk, "no-breach", act=act(world.lead))
    assert rule_of(lambda: replies.reply_to(second.pk, "x", act=act(world.subject))) == "reply-late"


def test_the_notices_tell_the_subject_nothing_of_the_case_and_the_members_that_there_is_a_reply(world, officer):
    asked = ask(world, officer)
    notice = Notice.objects.get(person=world.subject.person)
    told = f"{sentence(notice)} {notice.facts} {notice.url}"
    assert str(asked.pk) in notice.url and str(world.case.number) not in told and str(world.case.pk) not in told
    replies.reply_to(asked.pk, "At home.", act=act(world.subject))
    reached = {str(n.person_id) for n in Notice.objects.filter(kind="case-replied")}
    assert reached == {world.lead.person, world.investigator.person, world.recused.person}


def test_only_a_subject_who_is_a_known_person_is_asked_and_in_time(world, officer):
    traveller = world.case.subjects.get(kind="traveller").pk
    assert rule_of(lambda: ask(world, traveller)) == "subject-no-person"
    assert rule_of(lambda: ask(world, "12345")) == "subject-unknown"
    assert rule_of(lambda: ask(world, officer, due=TODAY)) == "due-past"
    assert CaseReply.objects.count() == 0


def test_reopening_sets_the_outcome_aside_and_keeps_it(world):
    outcomes.decide(world.case.pk, "no-breach", act=act(world.lead))
    outcomes.close(world.case.pk, act=act(world.lead))
    assert rule_of(lambda: outcomes.reopen(world.case.pk, act=act(world.lead, why=""))) == "why-missing"
    outcomes.reopen(world.case.pk, act=act(world.lead))
    case = world.fresh()
    assert (case.state, case.outcome, case.decided_at, case.closed_at) == ("open", "", None, None)
    kept = case.outcomes.get()
    assert kept.outcome == "no-breach" and kept.set_aside_at == NOW


def test_a_case_with_tasks_left_is_not_closed(world):
    content.add_task(world.case.pk, "Ask the bank", world.observer.person, DUE, act=act(world.lead))
    outcomes.decide(world.case.pk, "no-breach", act=act(world.lead))
    assert rule_of(lambda: outcomes.close(world.case.pk, act=act(world.lead))) == "tasks-open"


def test_a_task_goes_to_a_member_and_is_finished_by_its_owner_or_the_lead(world):
    add = content.add_task
    rule = rule_of(lambda: add(world.case.pk, "x", world.outsider.person, DUE, act=act(world.lead)))
    assert rule == "owner-no-member"
    past = TODAY - timedelta(days=1)
    assert rule_of(lambda: add(world.case.pk, "x", world.lead.person, past, act=act(world.lead))) == "due-past"
    add(world.case.pk, "Ask the bank", world.observer.person, DUE, act=act(world.lead))
    task = world.case.tasks.get()
    finish = content.finish_task
    assert rule_of(lambda: finish(world.case.pk, task.pk, "x", act=act(world.investigator))) == "task-not-yours"
    finish(world.case.pk, task.pk, "They have no account.", act=act(world.observer))
    assert rule_of(lambda: finish(world.case.pk, task.pk, "x", act=act(world.lead))) == "task-done"
