"""The inbox on the web: the list, a finding, what is done with it, its rows as a file."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from arusha.core.journal.acts import Done
from arusha.core.journal.refusals import Refused
from arusha.core.people.models import Person
from arusha.flow.inbox import findings, forms, listing
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.showing import evidence_page, evidence_rows, explanation, history
from arusha.flow.inbox.words import shown as shown_number
from arusha.lib.ids import spoken
from arusha.ui import lists
from arusha.ui.exports import csv_response
from arusha.ui.pages import act_of, page


@page("findings/", name="findings", may=findings.READERS)
def inbox(request: Any) -> HttpResponse:
    """Every finding the reader may see, narrowed and sorted."""
    rows, ask, form = _asked(request)
    found = lists.paginate(listing.shown(rows), ask)
    ordinary = Finding.objects.visible_to(request.actor).filter(state="open").exclude(marks=[])
    shown = {
        "form": form,
        "headers": ask.headers(),
        "rows": [listing.row(finding) for finding in found.items],
        "page": found,
        "keep": ask.hidden(),
        "narrowed": _filtered(request),
        "ordinary": 0 if _filtered(request) else ordinary.count(),
        "ordinary_shown": shown_number(ordinary.count()),
        "export": "/findings.csv" + ask.url(),
    }
    return render(request, "inbox/findings.html", shown)


@page("findings.csv", name="findings-csv", may=findings.READERS)
def inbox_file(request: Any) -> HttpResponseBase:
    """The same list as a file."""
    rows, ask, _form = _asked(request)
    ordered = rows.order_by(*ask.order_by()).prefetch_related("subjects")
    return csv_response("findings", listing.EXPORT, listing.export_rows(ordered.iterator(500)))


@page("findings/<uuid:pk>/", name="findings-one", may=findings.READERS)
def finding(request: Any, pk: Any) -> HttpResponse:
    """One finding: what, who, how sure, compared with what, since when, show me."""
    row = _visible(request, pk)
    return _finding_page(request, row, forms.Dispose(actor=request.actor), 200)


@page("findings/<uuid:pk>/rows.csv", name="findings-rows", may=findings.READERS)
def finding_rows(request: Any, pk: Any) -> HttpResponseBase:
    """The rows a finding rests on, as a file."""
    row = _visible(request, pk)
    headers, rows = evidence_rows(row)
    return csv_response(f"{spoken('F', row.number)}-rows", headers, rows)


@page("findings/<uuid:pk>/dispose/", name="findings-dispose", may=findings.READERS, methods=("POST",))
def dispose(request: Any, pk: Any) -> HttpResponse:
    """Dispose of a finding with a reason."""
    row = _visible(request, pk)
    form = forms.Dispose(request.POST, actor=request.actor)
    if not form.is_valid():
        return _finding_page(request, row, form, 400)
    other = form.cleaned_data["duplicate_of"]
    refused = _tried(
        lambda: findings.dispose(
            row.pk,
            form.cleaned_data["disposal"],
            watch_until=form.cleaned_data["watch_until"],
            duplicate_of=other,
            act=act_of(request),
        )
    )
    if refused:
        form.add_error(None, str(refused.said))
        return _finding_page(request, row, form, 409)
    messages.success(request, _("The finding is disposed of. Later runs respect it until it changes materially."))
    return redirect("findings-one", pk=row.pk)


@page("findings/<uuid:pk>/reopen/", name="findings-reopen", may=findings.READERS, methods=("POST",))
def reopen(request: Any, pk: Any) -> HttpResponse:
    """Undo a disposal."""
    row = _visible(request, pk)
    refused = _tried(lambda: findings.reopen(row.pk, act=act_of(request)))
    _say(request, refused, _("The finding is open again."))
    return redirect("findings-one", pk=row.pk)


@page("findings/<uuid:pk>/assign/", name="findings-assign", may=findings.READERS, methods=("POST",))
def assign(request: Any, pk: Any) -> HttpResponse:
    """Let someone look into it."""
    row = _visible(request, pk)
    person = request.POST.get("person") or None
    refused = _tried(lambda: findings.assign(row.pk, person, act=act_of(request)))
    _say(request, refused, _("The finding is assigned.") if person else _("The finding is nobody's now."))
    return redirect("findings-one", pk=row.pk)


def _asked(request: Any) -> tuple[Any, lists.Ask, listing.Filters]:
    given = _given(request)
    ask = lists.read(given, listing.COLUMNS, order="q", filters=listing.FILTERS)
    form = listing.Filters(given)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = listing.narrowed(Finding.objects.visible_to(request.actor), request.actor, asked)
    return rows.order_by(*ask.order_by()), ask, form


def _given(request: Any) -> Any:
    """What the address asks for; what is usual where it names no filter, also when it sorts or turns the page."""
    return request.GET if _filtered(request) else {**request.GET.dict(), **listing.USUAL}


def _filtered(request: Any) -> bool:
    return any(name in request.GET for name in listing.FILTERS)


def _visible(request: Any, pk: Any) -> Finding:
    row = Finding.objects.visible_to(request.actor).select_related("assigned_to").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _finding_page(request: Any, row: Finding, form: forms.Dispose, status: int) -> HttpResponse:
    handlers = Person.objects.filter(grants__role__in=("integrity-officer", "investigator", "analyst")).distinct()
    shown = {
        "finding": row,
        "number": spoken("F", row.number),
        "title": listing.title_of(row),
        "state": findings.STATES.get(row.state, row.state),
        "tone": listing.TONES.get(row.state, "neutral"),
        "form": form,
        "may_dispose": findings.dispose.offered(request.actor, row),
        "may_reopen": findings.reopen.offered(request.actor, row),
        "may_assign": findings.assign.offered(request.actor, row),
        "handlers": [p for p in handlers if findings.READERS(request.actor)],
        "once": uuid4().hex,
        "certainty": listing.certainty(row.q),
        "has_errors": bool(form.errors),
        **explanation(row, request.actor),
        **evidence_page(row, request.GET),
        **history(row, request.actor),
    }
    return render(request, "inbox/finding.html", shown, status=status)


def _tried(act: Any) -> Refused | None:
    try:
        done: Done = act()
        del done
    except Refused as refused:
        return refused
    return None


def _say(request: Any, refused: Refused | None, said: str) -> None:
    if refused:
        messages.error(request, str(refused.said))
    else:
        messages.success(request, said)
