"""The inbox on the web: the list, a finding, what is done with it, its rows as a file."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from arusha.core.journal.acts import Done
from arusha.core.journal.refusals import Refused
from arusha.flow.inbox import (
    findings,
    forms,
    listing,
    narrowing,
    news,
    saved,
    saved_pages,
    search,
    several,
    several_pages,
)
from arusha.flow.inbox.asking import filtered, read
from arusha.flow.inbox.evidence import rested
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.showing import evidence_page, evidence_rows, explanation, history
from arusha.flow.inbox.words import shown as shown_number
from arusha.lib.ids import spoken
from arusha.ui.exports import csv_response
from arusha.ui.pages import act_of, page

assert several_pages  # the pages of several findings at once are declared there


@page("findings/", name="findings", may=findings.READERS)
def inbox(request: Any) -> HttpResponse:
    """Every finding the reader may see, narrowed and sorted."""
    asked = read(request)
    found = narrowing.page(asked.narrowed, request.actor, asked.ask, asked.turn)
    may_handle = findings.ASSIGNER.allows(request.actor, None)
    without_filter = not filtered(request.GET)
    ordinary = narrowing.Narrowed(states=("open",), ordinary=(True,))
    hidden = narrowing.counted(narrowing.rows(ordinary, request.actor)) if without_filter else 0
    shown = {
        "form": asked.form,
        "headers": asked.ask.headers(),
        "rows": [listing.row(finding, pick=may_handle) for finding in listing.in_order(found.items, request.actor)],
        "page": found,
        "keep": asked.ask.hidden(),
        "narrowed": not without_filter,
        "ordinary": hidden,
        "ordinary_shown": listing.counted(hidden),
        "export": "/findings.csv" + asked.ask.url(),
        "capped": asked.narrowed.capped,
        "matches": shown_number(search.MATCHES),
        "may_handle": may_handle,
        "may_dispose": findings.HANDLER.allows(request.actor, None),
        "asked": asked.ask.url().removeprefix("?"),
        "all_of_them": listing.counted(found.count),
        "most": shown_number(several.MOST),
        "more_than_most": found.count > several.MOST,
        "news": news.address(request.actor, asked.ask),
        "news_every": news.EVERY,
        **_saved(request, saved.plain(asked.ask.url().removeprefix("?"))),
    }
    return render(request, "inbox/findings.html", shown)


def _saved(request: Any, query: str) -> dict[str, Any]:
    """The filters that the reader keeps, and the form that keeps this one, where it is none of them."""
    kept = saved_pages.beside(request.actor, query)
    return {
        "saved": kept,
        "savable": bool(query) and not any(one["on"] for one in kept),
        "save_form": saved_pages.Save(actor=request.actor, auto_id="save_%s"),
        "once": uuid4().hex,
    }


@page("findings.csv", name="findings-csv", may=findings.READERS)
def inbox_file(request: Any) -> HttpResponseBase:
    """The same list as a file."""
    asked = read(request)
    found = narrowing.rows(asked.narrowed, request.actor)
    ordered = found.order_by(*asked.ask.order_by(tie="number")).prefetch_related("subjects")
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
    headers, rows = evidence_rows(rested(row))
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
        form.add_error(
            None, format_html("{} {}", refused.said, several.who_last(request.actor, [row.pk]).get(row.pk, ""))
        )
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


def _visible(request: Any, pk: Any) -> Finding:
    row = Finding.objects.visible_to(request.actor).select_related("assigned_to").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _finding_page(request: Any, row: Finding, form: forms.Dispose, status: int) -> HttpResponse:
    rests = rested(row)
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
        "handlers": findings.handlers(),
        "once": uuid4().hex,
        "certainty": listing.certainty(row.q),
        "has_errors": bool(form.errors),
        **explanation(row, rests, request.actor),
        **evidence_page(rests, request.GET),
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
