"""The pages of questions: the saved ones, and asking one."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from arusha.core.journal.acts import Act
from arusha.core.journal.refusals import Refused
from arusha.core.people.roles import role
from arusha.lib.datasets import DATASETS
from arusha.rooms.watch.questions import forms, questions
from arusha.rooms.watch.questions.models import Look, Question
from arusha.ui.exports import csv_response
from arusha.ui.pages import act_of, page

READERS = role("analyst", "integrity-officer", "risk-officer")
OVERSEERS = role("analyst", "integrity-officer", "risk-officer", "auditor")
INVALID, REFUSED = 400, 409
SHOWN = 200
LOOKS = 20


@page("questions/", name="questions", may=OVERSEERS)
def listed(request: Any) -> HttpResponse:
    """The saved questions and the latest looks, whoever's they are."""
    kept = [
        [{"text": one.title, "href": reverse("questions-ask") + f"?of={one.pk}"}, _when(one.saved_at)]
        for one in Question.objects.filter(state="kept").order_by("title")
    ]
    states = {"asked": _("Under way or interrupted"), "answered": _("Answered"), "refused": _("Not answered")}
    looks = [
        [_when(one.asked_at), _asked_what(one, request.actor), states[one.state],
         one.count if one.count is not None else "–"]
        for one in Look.objects.select_related("of").order_by("-asked_at")[:LOOKS]
    ]  # fmt: skip
    told = {
        "headers": [_("Question"), _("Saved on")],
        "rows": kept,
        "look_headers": [_("Asked on"), _("Question"), _("State"), _("Rows")],
        "looks": looks,
        "may_ask": READERS(request.actor),
    }
    return render(request, "questions/list.html", told)


@page("questions/ask/", name="questions-ask", may=READERS, methods=("GET", "POST"))
def ask(request: Any) -> HttpResponse:
    """Ask a question, new or saved (`?of=`); save it; have its answer as a file."""
    of = _saved(request.GET.get("of", ""))
    first = {"once": secrets.token_urlsafe(18), "sql": of.sql if of else "", "title": of.title if of else ""}
    form = forms.Asking(request.POST or None, initial=first)
    status, told = 200, {}
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                done = _done(request, form.cleaned_data, of)
                if isinstance(done, dict):
                    told, status = done, 200
                else:
                    return done
            except Refused as refused:
                form.add_error("sql" if refused.rule.startswith("question-") else None, str(refused.said))
                status = REFUSED
    told |= {"form": form, "of": of, "columns": _columns(), "column_headers": [_("Table"), _("Columns")]}
    return render(request, "questions/ask.html", told | {"fresh": secrets.token_urlsafe(18)}, status=status)


def _asked_what(look: Look, actor: Any) -> Any:
    """A saved question's title. What else was asked may name somebody, who may read this: its asker's and auditors'."""
    if look.of:
        return look.of.title
    if look.asked_by == actor.ref or "auditor" in actor.roles:
        return {"text": look.sql[:80], "code": True}
    return _("A question of somebody else")


def _done(request: Any, typed: dict[str, Any], of: Question | None) -> Any:
    do, act = request.POST.get("do"), act_of(request)
    same = of if of is not None and of.sql == typed["sql"] else None
    if do == "save":
        if of is not None and of.title == typed["title"]:
            questions.change(of.pk, typed["sql"], act=act)
            key = str(of.pk)
        else:
            key = questions.save(typed["title"], typed["sql"], act=act).id
        messages.success(request, _("The question is saved."))
        return redirect(reverse("questions-ask") + f"?of={key}")
    if do == "retire" and of is not None:
        questions.retire(of.pk, act=act)
        messages.success(request, _("The question is retired."))
        return redirect("questions")
    answer = questions.ask(typed["sql"], of=same, act=Act(by=act.by, at=act.at))
    if do == "csv":
        return csv_response(same.title if same else "answer", answer.columns, answer.rows)
    facts = {"count": answer.count, "shown": min(SHOWN, len(answer.rows)), "seconds": answer.seconds}
    said = (
        _("More than %(count)s rows, of which %(shown)s are shown; %(seconds)s s.")
        if answer.more
        else _("%(count)s rows, of which %(shown)s are shown; %(seconds)s s.")
    )
    rows = [[_cell(value) for value in row] for row in answer.rows[:SHOWN]]
    return {"answer": said % facts, "answer_headers": list(answer.columns), "answer_rows": rows}


def _saved(key: str) -> Question | None:
    if not key:
        return None
    try:
        found = Question.objects.filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _columns() -> list[list[Any]]:
    return [[{"text": name, "code": True}, ", ".join(column.name for column in dataset.columns)]
            for name, dataset in DATASETS.items()]  # fmt: skip


def _cell(value: Any) -> Any:
    return "" if value is None else value if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _when(at: Any) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
