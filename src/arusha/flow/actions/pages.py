"""The pages of actions: the list and the same as a file, an action, a new one, its files."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.files import store
from arusha.core.journal.acts import Act
from arusha.core.journal.refusals import Refused
from arusha.core.people.roles import SIGNED_IN, role
from arusha.flow.actions import actions, forms, showing
from arusha.flow.actions.models import Action, ActionSet
from arusha.flow.actions.offered import OFFERS
from arusha.flow.actions.states import OPENERS
from arusha.flow.cases.beside import BESIDE, Beside
from arusha.flow.cases.models import Case
from arusha.flow.cases.offers import INVALID, REFUSED, Shown, answer, fresh_key, shown
from arusha.flow.cases.opening import visible_findings
from arusha.flow.cases.standing import day_of, named
from arusha.flow.cases.standing import number_of as case_number
from arusha.lib.ids import spoken
from arusha.ui import lists
from arusha.ui.exports import csv_response, file_response
from arusha.ui.pages import act_of, page

OPENER = role(*sorted(OPENERS))
FILTERS = ("whose", "state", "factor", "owner")


@page("actions/", name="actions", may=SIGNED_IN)
def listed(request: Any) -> HttpResponse:
    """The actions the reader may see, the overdue ones first."""
    rows, ask, form = _asked(request)
    today = day_of(request.at)
    found = lists.paginate(rows, ask)
    told = {
        "form": form,
        "headers": ask.headers(),
        "rows": [showing.row(action, today) for action in found.items],
        "page": found,
        "keep": ask.hidden(),
        "narrowed": bool(ask.kept),
        "export": "/actions.csv" + ask.url(),
        "may_open": OPENER(request.actor),
    }
    return render(request, "actions/list.html", told)


@page("actions.csv", name="actions-csv", may=SIGNED_IN)
def listed_file(request: Any) -> Any:
    """The same list as a file."""
    rows, _ask, _form = _asked(request)
    return csv_response("actions", showing.EXPORT, showing.export_rows(rows.iterator(500)))


@page("actions/new/", name="actions-new", may=OPENER, methods=("GET", "POST"))
def new_action(request: Any) -> HttpResponse:
    """A new action, from a case or a finding that the address names (`?case=…`, `?finding=…`), or from neither."""
    source = _source(request)
    first = {"do": "open", "once": fresh_key(), "factor": source.get("factor", "")}
    form = forms.Open(request.POST or None, initial=first, actor=request.actor)
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                opened = _opened(request, form, source)
            except Refused as refused:
                form.add_error(None, str(refused.said))
                status = REFUSED
            else:
                messages.success(request, _("The action is open, and its owner is told."))
                return redirect("actions-one", opened)
    return render(request, "actions/new.html", {"form": form, "has_errors": form.errors, **source}, status=status)


@page("actions/<uuid:pk>/", name="actions-one", may=SIGNED_IN, methods=("GET", "POST"))
def one(request: Any, pk: Any) -> HttpResponse:
    """One action, and each act on it that is offered to the reader now."""
    row = _visible(request, pk)
    if request.method == "POST":
        answered = answer(OFFERS, request, row, request.path)
        if isinstance(answered, HttpResponse):
            return answered
        return _page(request, _visible(request, pk), *answered)
    return _page(request, row)


@page("actions/<uuid:pk>/evidence/<uuid:item>/", name="actions-evidence", may=SIGNED_IN)
def evidence(request: Any, pk: Any, item: Any) -> Any:
    """A file of the action, to be saved; taking it is recorded."""
    row = _visible(request, pk)
    held = row.evidence.filter(pk=item).exclude(kept="").first()
    if held is None:
        raise Http404
    try:
        file = store.open_(held.kept)
    except store.StoreError:
        messages.error(request, _("This file is missing or altered on the disk: tell your system administrator."))
        return redirect("actions-one", pk)
    actions.take_file(row.pk, held.pk, act=Act(by=request.actor, at=request.at))
    return file_response(file, held.name, held.media)


def of_case(case: Case, actor: Any, today: date) -> list[Beside]:
    """The actions that came from a case, on its page: those the reader may see."""
    rows = Action.objects.visible_to(actor).filter(case=case).select_related("owner").order_by("due", "number")
    columns = [c.label for c in showing.COLUMNS]
    cells = [showing.row(action, today) for action in rows]
    add = f"/actions/new/?case={case.pk}" if OPENER(actor) else ""
    return [Beside(gettext_lazy("Actions"), columns, cells, gettext_lazy("No actions yet."), _("Open an action"), add)]


BESIDE.append(of_case)


def _asked(request: Any) -> tuple[ActionSet, lists.Ask, forms.Filters]:
    ask = lists.read(request.GET, showing.COLUMNS, order="due", filters=FILTERS)
    form = forms.Filters(request.GET or None)
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    today = day_of(request.at)
    rows = showing.narrowed(Action.objects.visible_to(request.actor), request.actor, asked, today)
    late = ("late",) if ask.key == "due" else ()
    return showing.late_first(rows, today).order_by(*late, *ask.order_by()), ask, form


def _visible(request: Any, pk: Any) -> Action:
    rows = Action.objects.visible_to(request.actor).select_related("owner", "opened_by", "verified_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: Any, row: Action, tried: Shown | None = None, status: int = 200) -> HttpResponse:
    told = {
        "action": row,
        "number": actions.number_of(row),
        "offers": shown(OFFERS, row, request.actor, tried),
        "tried": tried,
        "has_errors": tried is not None,
        **showing.whole(row, request.actor, day_of(request.at)),
    }
    return render(request, "actions/action.html", told, status=status)


def _source(request: Any) -> dict[str, Any]:
    """The case or finding that the address names, as the reader may see it."""
    told: dict[str, Any] = {}
    if request.GET.get("case"):
        try:
            case = Case.objects.visible_to(request.actor).filter(pk=request.GET["case"]).first()
        except (ValueError, ValidationError):
            case = None
        if case is None:
            raise Http404
        told |= {"case": case.pk, "case_number": case_number(case)}
    if request.GET.get("finding"):
        found = visible_findings(request.actor, [request.GET["finding"]])
        if not found:
            raise Http404
        told |= {"finding": found[0].pk, "finding_number": spoken("F", found[0].number), "factor": found[0].factor}
    return told


def _opened(request: Any, form: forms.Open, source: dict[str, Any]) -> str:
    typed = form.cleaned_data
    done = actions.open_action(
        typed["what"],
        typed["factor"],
        named(typed["who"]).pk,
        typed["due"],
        case=source.get("case"),
        finding=source.get("finding"),
        figure=typed["figure"],
        act=act_of(request),
    )
    return done.id
