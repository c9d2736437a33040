"""The acts of questions: one is saved, changed, retired; one is asked, and answered or refused."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Effects, create
from arusha.core.journal.refusals import Refused, refuse_if
from arusha.core.people.roles import SYSTEM, role
from arusha.lib.intake import IntakeError, Lake
from arusha.lib.intake.asking import LONGEST, Answer, Limits, digest
from arusha.lib.intake.asking import ask as answer_of
from arusha.rooms.watch.questions.models import Look, Question

ASKERS = SYSTEM | role("analyst", "integrity-officer", "risk-officer")
KEPT = Condition("question-retired", lambda row: row.state == "kept", _("This question is retired."))


@act("question.saved", why=Why.REQUIRED, may=ASKERS)
def save(title: str, sql: str, *, act: Act) -> Effects:
    """Keep a question to be asked again."""
    refuse_if(not title.strip(), "question-title", _("Give the question a title."))
    refuse_if(
        Question.objects.filter(title=title.strip()).exists(), "question-known", _("There is a question of that title.")
    )
    _refuse_long(sql)
    row = Question(id=act.new_id(), title=title.strip(), sql=sql, saved_at=act.at, saved_by=act.by.ref)
    return create(row)


@act("question.changed", why=Why.REQUIRED, may=ASKERS, when=(KEPT,))
def change(row: Locked[Question], sql: str, *, act: Act) -> Effects:
    """Ask otherwise under the same title."""
    del act
    _refuse_long(sql)
    return row.set(sql=sql)


@act("question.retired", why=Why.REQUIRED, may=ASKERS, when=(KEPT,))
def retire(row: Locked[Question], *, act: Act) -> Effects:
    """It is not asked any more."""
    del act
    return row.set(state="retired")


@act("question.asked", may=ASKERS)
def _asked(of: Any, sql: str, *, act: Act) -> Effects:
    """Somebody looks at the data by a question."""
    _refuse_long(sql)
    told = {"digest": digest(sql), "asked_at": act.at, "asked_by": act.by.ref}
    return create(Look(id=act.new_id(), of_id=of, sql=sql, **told))


@act("question.answered", may=ASKERS)
def _answered(look: Locked[Look], answer: Answer, *, act: Act) -> Effects:
    """What the look gave."""
    del act
    tables = {name: list(files) for name, files in answer.tables.items()}
    return look.set(state="answered", tables=tables, count=answer.count, seconds=answer.seconds)


@act("question.refused", may=ASKERS)
def _refused(look: Locked[Look], error: str, *, act: Act) -> Effects:
    """Why it was not answered."""
    del act
    return look.set(state="refused", error=error[:2000])


def ask(sql: str, *, of: Question | None = None, limits: Limits = Limits(), act: Act) -> Answer:
    """Answer a question and record the look. Refused in the words of the intake where it is not answered."""
    look = _asked(of.pk if of else None, sql, act=act)
    then = Act(by=act.by, at=act.at)
    try:
        answer = answer_of(Lake(Path(settings.ARUSHA_HOME)), sql, limits)
    except IntakeError as wrong:
        _refused(look.id, str(wrong), act=then)
        raise Refused("question-refused", str(wrong)) from None
    _answered(look.id, answer, act=then)
    return answer


def _refuse_long(sql: str) -> None:
    refuse_if(
        not sql.strip() or len(sql) > LONGEST, "question-long", _("Write one SELECT of at most 20,000 characters.")
    )
