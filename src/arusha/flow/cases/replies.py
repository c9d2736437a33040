"""A subject's step of reply: a question is put to them, they reply or decline; only then an outcome may accuse them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, act
from arusha.core.journal.effects import Create, Effects, Remember, Set
from arusha.core.journal.refusals import refuse_if
from arusha.core.notices.notices import SENTENCES, Notify
from arusha.core.people.roles import May
from arusha.flow.cases.content import checked_text
from arusha.flow.cases.models import Case, CaseReply, CaseSubject
from arusha.flow.cases.standing import day_of, members_of, number_of, person_of
from arusha.flow.cases.states import member_may, when

SENTENCES["case-question"] = _("A question is put to you. Please reply by %(due)s.")
SENTENCES["case-replied"] = _("There is a reply in case %(number)s.")

HEARD_FIRST = frozenset({"officer", "person"})
"""Kinds of subjects that are heard before an outcome may be substantiated against them."""


@act("case.asked", may=member_may("case.asked"), when=when("case.asked"))
def invite(case: Locked[Case], subject: Any, question: str, due: date, *, act: Act) -> Effects:
    """Put a question to a subject who is a known person. They are shown the question and nothing else of the case."""
    held = case.subjects.filter(pk=subject).first() if str(subject).isdecimal() else None
    refuse_if(held is None, "subject-unknown", _("Choose a subject of the case."))
    assert held is not None
    person = person_of((held.kind, held.ref))
    refuse_if(person is None, "subject-no-person", _("This subject is not a person the administration knows."))
    assert person is not None
    question = checked_text(question)
    refuse_if(due <= day_of(act.at), "due-past", _("Give a day to reply by, after today."))
    row = CaseReply(
        id=act.new_id(),
        of=case,
        subject=held,
        person=person,
        question=question,
        due=due,
        asked_by_id=act.by.person,
        asked_at=act.at,
    )
    tell = Notify(person.pk, "case-question", reverse("replies-one", args=[row.pk]), {"due": due.isoformat()})
    return case.set(changed_at=act.at) + Create(row) + tell


def _is_theirs(actor: Any, reply: Any) -> bool:
    return reply is not None and bool(actor.person) and str(reply.person_id) == actor.person


def _unanswered(reply: Any) -> bool:
    return reply.replied_at is None and reply.declined_at is None


def _still_taken(reply: Any) -> bool:
    return bool(reply.of.state == "open")


ASKED_PERSON = May("the person who was asked", _is_theirs)
UNANSWERED = Condition("reply-given", _unanswered, _("You have answered already. An answer is given once."))
STILL_TAKEN = Condition("reply-late", _still_taken, _("An answer is no longer taken."))


@act("case.question-read", may=ASKED_PERSON)
def read_question(reply: Locked[CaseReply], *, act: Act) -> Effects:
    """Record that the person saw the question."""
    return Effects() if reply.read_at else reply.set(read_at=act.at)


@act("case.replied", may=ASKED_PERSON, when=(UNANSWERED, STILL_TAKEN))
def reply_to(reply: Locked[CaseReply], text: str, *, act: Act) -> Effects:
    """Answer the question, once; also after the day it was asked for, as long as there is no outcome."""
    return reply.set(text=checked_text(text), replied_at=act.at) + _reached(reply, act)


@act("case.reply-declined", may=ASKED_PERSON, when=(UNANSWERED, STILL_TAKEN))
def decline(reply: Locked[CaseReply], *, act: Act) -> Effects:
    """Say that one will not answer."""
    return reply.set(declined_at=act.at) + _reached(reply, act)


def _reached(reply: CaseReply, act: Act) -> Effects:
    """Tell the members who work on it; the case's new version refuses an outcome written without the answer in view."""
    case = Case.objects.select_for_update().get(pk=reply.of_id)
    told = {"number": number_of(case)}
    url = reverse("cases-one", args=[case.pk])
    working = [m.person_id for m in members_of(case) if m.role != "observer"]
    tell = tuple(Notify(person, "case-replied", url, told) for person in working)
    return Effects((Set(case, {"changed_at": act.at}), *tell, Remember({"case": str(case.pk)})))


def finished(reply: CaseReply, on: date) -> bool:
    """Whether it was answered or declined, or its day has passed."""
    return reply.replied_at is not None or reply.declined_at is not None or reply.due < on


def not_heard(case: Case, subjects: Iterable[CaseSubject], on: date) -> list[CaseSubject]:
    """Those of the subjects who have to be heard first: never asked, or a question still waits for its answer."""
    asked: dict[int, list[CaseReply]] = {}
    for reply in case.replies.all():
        asked.setdefault(reply.subject_id, []).append(reply)
    return [
        subject
        for subject in subjects
        if subject.kind in HEARD_FIRST
        and not (asked.get(subject.pk) and all(finished(reply, on) for reply in asked[subject.pk]))
    ]
