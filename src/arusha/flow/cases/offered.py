"""Every act that the page of a case offers, with its form and its words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Done
from arusha.flow.cases import content, forms, members, opening, outcomes, replies
from arusha.flow.cases.models import Case
from arusha.flow.cases.offers import Offer, ReasonForm
from arusha.flow.cases.standing import named
from arusha.flow.cases.uploads import taken
from arusha.flow.inbox.models import Finding
from arusha.lib.ids import heard

Typed = Mapping[str, Any]


def _note(case: Case, typed: Typed, act: Act) -> Done:
    return content.add_note(case.pk, typed["text"], act=act)


def _file(case: Case, typed: Typed, act: Act) -> Done:
    refusal = content.add_file.refusal(act.by, case)
    if refusal:  # before a byte is kept
        raise refusal
    upload = taken(typed["file"], sum(case.evidence.values_list("size", flat=True)))
    return content.add_file(case.pk, upload.stored, upload.name, upload.media, typed["what"], act=act)


def _rows(case: Case, typed: Typed, act: Act) -> Done:
    return content.freeze_rows(case.pk, typed["finding"], act=act)


def _task(case: Case, typed: Typed, act: Act) -> Done:
    return content.add_task(case.pk, typed["what"], typed["owner"], typed["due"], act=act)


def _task_done(case: Case, typed: Typed, act: Act) -> Done:
    return content.finish_task(case.pk, typed["task"], typed["note"], act=act)


def _member(case: Case, typed: Typed, act: Act) -> Done:
    return members.name_member(case.pk, named(typed["who"]).pk, typed["member_role"], act=act)


def _member_end(case: Case, typed: Typed, act: Act) -> Done:
    return members.end_member(case.pk, typed["member"], act=act)


def _subject(case: Case, typed: Typed, act: Act) -> Done:
    return opening.add_subject(case.pk, typed["subject_kind"], typed["ref"], act=act)


def _finding(case: Case, typed: Typed, act: Act) -> Done:
    number = heard(typed["number"], "F")
    found = Finding.objects.visible_to(act.by).filter(number=number or 0).first()
    return opening.add_finding(case.pk, found.pk if found else None, act=act)


def _ask(case: Case, typed: Typed, act: Act) -> Done:
    return replies.invite(case.pk, typed["subject"], typed["question"], typed["due"], act=act)


def _decide(case: Case, typed: Typed, act: Act) -> Done:
    return outcomes.decide(case.pk, typed["outcome"], typed["against"], act=act)


def _close(case: Case, typed: Typed, act: Act) -> Done:
    del typed
    return outcomes.close(case.pk, act=act)


def _reopen(case: Case, typed: Typed, act: Act) -> Done:
    del typed
    return outcomes.reopen(case.pk, act=act)


def _reply(reply: Any, typed: Typed, act: Act) -> Done:
    return replies.reply_to(reply.pk, typed["text"], act=act)


def _decline(reply: Any, typed: Typed, act: Act) -> Done:
    del typed
    return replies.decline(reply.pk, act=act)


# What only adds is not versioned: two members may write at the same time, and neither loses what they typed.
OFFERS = (
    Offer("note", content.add_note, forms.Note, _note, _("Write a note"), _("Add the note"),
          _("The note is added."), at="notes", versioned=False),
    Offer("file", content.add_file, forms.File, _file, _("Add a file"), _("Add the file"),
          _("The file is kept as evidence."), at="evidence", versioned=False),
    Offer("rows", content.freeze_rows, forms.Rows, _rows, _("Keep the rows of a finding"), _("Keep the rows"),
          _("The rows are kept as they are now."), at="evidence", versioned=False),
    Offer("task", content.add_task, forms.Task, _task, _("Give a task"), _("Give the task"),
          _("The task is given."), at="tasks", versioned=False),
    Offer("task_done", content.finish_task, forms.TaskDone, _task_done, _("Finish a task"), _("The task is done"),
          _("The task is finished."), at="tasks"),
    Offer("member", members.name_member, forms.Member, _member, _("Name a member, or change a role"), _("Name them"),
          _("They are named to the case."), at="members"),
    Offer("member_end", members.end_member, forms.MemberEnd, _member_end, _("Take a member off the case"),
          _("Take them off"), _("They see the case no longer."), at="members", kind="warning"),
    Offer("subject", opening.add_subject, forms.Subject, _subject, _("Add a subject"), _("Add the subject"),
          _("The subject is added. They cannot see the case."), at="subjects"),
    Offer("finding", opening.add_finding, forms.Finding, _finding, _("Take in another finding"), _("Take it in"),
          _("The finding is in the case."), at="findings"),
    Offer("ask", replies.invite, forms.Ask, _ask, _("Put a question to a subject"), _("Send the question"),
          _("The question is sent. The subject sees it, and nothing else."), at="replies"),
    Offer("decide", outcomes.decide, forms.Decide, _decide, _("Record the outcome"), _("Record the outcome"),
          _("The outcome is recorded."), at="outcome"),
    Offer("close", outcomes.close, forms.Close, _close, _("Close the case"), _("Close the case"),
          _("The case is closed."), at="outcome"),
    Offer("reopen", outcomes.reopen, ReasonForm, _reopen, _("Open the case again"), _("Open it again"),
          _("The case is open again."), at="outcome", kind="secondary"),
)  # fmt: skip
REPLY_OFFERS = (
    Offer("reply", replies.reply_to, forms.Reply, _reply, _("Answer"), _("Send the answer"),
          _("Your answer is recorded."), versioned=False),
    Offer("decline", replies.decline, forms.Decline, _decline, _("Decline to answer"), _("Decline to answer"),
          _("It is recorded that you do not wish to answer."), versioned=False, kind="secondary"),
)  # fmt: skip
