"""The pages of cases: the list, a case, opening one, its files, and what a subject is asked."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from arusha.core.files import store
from arusha.core.journal.acts import Act
from arusha.core.journal.refusals import Refused
from arusha.core.people.roles import SIGNED_IN, May, role
from arusha.flow.cases import forms, looks, opening, replies, showing, timeline
from arusha.flow.cases.beside import BESIDE
from arusha.flow.cases.models import Case, CaseReply
from arusha.flow.cases.offered import OFFERS, REPLY_OFFERS
from arusha.flow.cases.offers import INVALID, REFUSED, Shown, answer, fresh_key, shown
from arusha.flow.cases.standing import LEADERS, day_of, number_of
from arusha.flow.cases.states import STATES, standing
from arusha.flow.inbox import findings
from arusha.flow.inbox.listing import title_of
from arusha.flow.inbox.models import Finding
from arusha.lib.ids import spoken
from arusha.ui import lists
from arusha.ui.exports import file_response
from arusha.ui.pages import act_of, page

OPENER = role(*sorted(LEADERS))
MEMBER = May("named to a case", lambda actor, _row: Case.objects.visible_to(actor).exists())
CASES = OPENER | MEMBER


@page("cases/", name="cases", may=CASES)
def cases(request: Any) -> HttpResponse:
    """The cases that name the reader."""
    ask = lists.read(request.GET, showing.COLUMNS, order="-changed", filters=("state", "q"))
    form = forms.Filters(request.GET or None, states=STATES)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = showing.narrowed(Case.objects.visible_to(request.actor), asked)
    found = lists.paginate(showing.listed(rows).order_by(*ask.order_by()), ask)
    told = {
        "form": form,
        "headers": ask.headers(),
        "rows": [showing.row(case) for case in found.items],
        "page": found,
        "keep": ask.hidden(),
        "narrowed": bool(ask.kept),
    }
    return render(request, "cases/list.html", told)


@page("cases/new/", name="cases-new", may=OPENER, methods=("GET", "POST"))
def new_case(request: Any) -> HttpResponse:
    """Open a case from the findings that the address names (`?finding=…`, more than once for several)."""
    wanted = list(dict.fromkeys(request.GET.getlist("finding")))
    found = opening.visible_findings(request.actor, wanted)
    if not found or len(found) != len(wanted):
        raise Http404
    status = 200
    confirmable = [f for f in found if findings.dispose.offered(request.actor, f)]
    form = forms.Open(request.POST or None, initial=_suggested(found), actor=request.actor)
    if not confirmable:
        del form.fields["confirm"]
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                case = _opened(request, form, found, confirmable)
            except Refused as refused:
                form.add_error("why" if refused.rule.startswith("why-") else None, str(refused.said))
                status = REFUSED
            else:
                messages.success(request, _("The case is open, and you lead it."))
                return redirect("cases-one", case)
    told = {
        "form": form,
        "findings": [showing.finding_words(f, request.actor) for f in found],
        "has_errors": form.errors,
    }
    return render(request, "cases/new.html", told, status=status)


@page("cases/<uuid:pk>/", name="cases-one", may=CASES, methods=("GET", "POST"))
def case(request: Any, pk: Any) -> HttpResponse:
    """One case, and each act on it that is offered to the reader now."""
    row = _visible(request, pk)
    if request.method == "POST":
        answered = answer(OFFERS, request, row, request.path)
        if isinstance(answered, HttpResponse):
            return answered
        row = Case.objects.visible_to(request.actor).filter(pk=pk).first() or row
        return _case_page(request, row, *answered)
    return _case_page(request, row)


@page("cases/<uuid:pk>/evidence/<uuid:item>/", name="cases-evidence", may=CASES)
def evidence(request: Any, pk: Any, item: Any) -> Any:
    """A file of the case, always to be saved and never shown in the browser; taking it is recorded."""
    row = _visible(request, pk)
    held = row.evidence.filter(pk=item).first()
    if held is None:
        raise Http404
    try:
        file = store.open_(held.kept)
    except store.StoreError:
        # Evidence that is gone or altered is never handed out as if it were whole.
        messages.error(request, _("This file is missing or altered on the disk: tell your system administrator."))
        return redirect("cases-one", pk)
    looks.take_file(row.pk, held.pk, act=Act(by=request.actor, at=request.at))
    return file_response(file, held.name, held.media)


@page("replies/<uuid:pk>/", name="replies-one", may=SIGNED_IN, methods=("GET", "POST"))
def reply(request: Any, pk: Any) -> HttpResponse:
    """The question put to the reader, and their answer: nothing else of the case is on this page."""
    row = CaseReply.objects.filter(pk=pk, person=request.actor.person).select_related("of").first()
    if row is None:
        raise Http404
    tried, status = None, 200
    if request.method == "POST":
        answered = answer(REPLY_OFFERS, request, row, request.path)
        if isinstance(answered, HttpResponse):
            return answered
        tried, status = answered
        row = CaseReply.objects.select_related("of").get(pk=pk)
    elif row.read_at is None:
        replies.read_question(row.pk, act=Act(by=request.actor, at=request.at))
    told = {
        "reply": row,
        "offers": shown(REPLY_OFFERS, row, request.actor, tried),
        "passed": row.due < day_of(request.at),
        "tried": tried,
        "has_errors": tried is not None,
    }
    return render(request, "cases/reply.html", told, status=status)


def _visible(request: Any, pk: Any) -> Case:
    found = Case.objects.visible_to(request.actor).select_related("opened_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _case_page(request: Any, row: Case, tried: Shown | None = None, status: int = 200) -> HttpResponse:
    looks.looked(row, act=Act(by=request.actor, at=request.at))
    told = {
        "case": row,
        "number": number_of(row),
        "offers": shown(OFFERS, row, request.actor, tried),
        "tried": tried,
        "today": day_of(request.at),
        "has_errors": tried is not None,
        "timeline": timeline.happened(row),
        "looks": timeline.looks(row) if standing(row, request.actor) == "lead" else [],
        "beside": [panel for panels in BESIDE for panel in panels(row, request.actor, day_of(request.at))],
        **showing.whole(row, request.actor),
    }
    return render(request, "cases/case.html", told, status=status)


def _suggested(found: list[Finding]) -> dict[str, Any]:
    title = f"{title_of(found[0])}, {', '.join(spoken('F', f.number) for f in found[:4])}"
    return {"title": title[: opening.LONGEST_TITLE], "do": "open", "once": fresh_key()}


def _opened(request: Any, form: forms.Open, found: list[Finding], confirmable: list[Finding]) -> str:
    confirm = confirmable if form.cleaned_data.get("confirm") else []
    return opening.open_confirmed(found, form.cleaned_data["title"], confirm, act=act_of(request)).id
