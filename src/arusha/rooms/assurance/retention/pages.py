"""The pages of retention: every sort of thing that is kept, one with its terms; holds; erasures."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from arusha.core.retention import erasures, holds, terms
from arusha.core.retention.kept import KEPT
from arusha.core.retention.models import Erasure, Hold, Term
from arusha.flow.cases.offers import Offer, Shown, answer, shown
from arusha.rooms.assurance.retention import forms, showing
from arusha.ui import lists
from arusha.ui.exports import csv_response
from arusha.ui.pages import page


class Blank:
    """What a form that adds something is about, before it is there."""

    version = 0


def _plain(performed: Any) -> Any:
    return lambda row, typed, act: performed(row.pk, act=act)


PLACE = Offer(
    "place", holds.place, forms.PlaceHold,
    lambda row, typed, act: holds.place(typed["kind"], typed["ref"], typed["matter"], typed["review"], act=act),
    _("Place a legal hold"), _("Place the hold"), _("The hold stands: what it names is not erased."), versioned=False,
)  # fmt: skip
ASK = Offer(
    "ask", erasures.ask, forms.AskErasure,
    lambda row, typed, act: erasures.ask(typed["kept"], typed["named"], act=act),
    _("Ask for an erasure"), _("Ask for it"), _("It is asked for: someone else decides."), versioned=False,
)  # fmt: skip
PROPOSE = Offer(
    "propose", terms.propose, forms.ProposeTerm,
    lambda kept, typed, act: terms.propose(kept.name, typed["months"], typed["basis"], act=act),
    _("Propose a term"), _("Propose it"), _("It is proposed: someone else decides."), versioned=False,
)  # fmt: skip
OF_TERMS = (
    Offer("agree", terms.put_in_force, forms.ReasonForm, _plain(terms.put_in_force), _("Put it in force"),
          _("Put it in force"), _("It is in force: what is past it goes with the worker's next round."),
          kind="warning"),
    Offer("decline", terms.decline, forms.ReasonForm, _plain(terms.decline), _("Decline it"), _("Decline it"),
          _("It is declined."), kind="secondary"),
    Offer("end", terms.end, forms.ReasonForm, _plain(terms.end), _("End the term in force"), _("End it"),
          _("It is ended: nothing of this sort goes by itself any more."), kind="secondary"),
)  # fmt: skip
OF_HOLDS = (
    Offer("lift", holds.lift, forms.ReasonForm, _plain(holds.lift), _("Lift the hold"), _("Lift it"),
          _("It is lifted: what it held back goes when its term is over."), kind="warning"),
)  # fmt: skip
OF_ERASURES = (
    Offer("erase", erasures.carry_out, forms.ReasonForm, _plain(erasures.carry_out), _("Erase it"),
          _("Erase it now"), _("It is gone."), kind="warning"),
    Offer("decline", erasures.decline, forms.ReasonForm, _plain(erasures.decline), _("Decline it"), _("Decline it"),
          _("It is declined, and stays."), kind="secondary"),
)  # fmt: skip
COLUMNS = (
    lists.Column(_("Erasure"), "number", "number"),
    lists.Column(_("What"), "kept", "kept"),
    lists.Column(_("By"), "basis"),
    lists.Column(_("State"), "state", "state"),
    lists.Column(_("When"), "when"),
)


@page("retention/", name="retention", may=terms.READERS)
def retention(request: Any) -> HttpResponse:
    """What is kept for how long, and what is held back."""
    holder = holds.HOLDER(request.actor)
    told = {
        "headers": showing.headers(),
        "rows": showing.sorts(request.actor, request.at),
        "holder": holder,
        "asker": erasures.ASKER(request.actor),
        "hold_headers": showing.hold_headers(lifted=False),
        "holds": showing.hold_rows(request.actor, lifted=False) if holder else [],
        "lifted_headers": showing.hold_headers(lifted=True),
        "lifted": showing.hold_rows(request.actor, lifted=True) if holder else [],
    }
    return render(request, "retention/retention.html", told)


@page("retention/sorts/<slug:kept>/", name="retention-sort", may=terms.READERS, methods=("GET", "POST"))
def sort(request: Any, kept: str) -> HttpResponse:
    """One sort of thing: its term, what it would erase, who proposed and decided."""
    declared = KEPT.get(kept)
    if declared is None or declared.ended is None:
        raise Http404
    term = Term.objects.filter(kept=kept, state="proposed").first() or terms.in_force(kept)
    offers: tuple[Offer, ...] = (PROPOSE,) if request.POST.get("do") == "propose" else OF_TERMS
    wrong: Shown | None = None
    status = 200
    if request.method == "POST":
        row: Any = declared if offers == (PROPOSE,) else term
        if row is None:
            raise Http404
        answered = answer(offers, request, row, request.path)
        if isinstance(answered, HttpResponse):
            return answered
        wrong, status = answered
    proposed = term is not None and term.state == "proposed"
    found = dict(shown(OF_TERMS, term, request.actor, wrong if offers == OF_TERMS else None)) if term else {}
    if not proposed:
        found |= shown((PROPOSE,), declared, request.actor, wrong if offers == (PROPOSE,) else None)
    told = {"offers": found, "proposed": term if proposed else None, "wrong": wrong, "has_errors": wrong is not None}
    return render(
        request, "retention/sort.html", told | showing.sort(declared, request.actor, request.at), status=status
    )


@page("retention/holds/new/", name="retention-hold-new", may=holds.HOLDER, methods=("GET", "POST"))
def new_hold(request: Any) -> HttpResponse:
    """Place a legal hold."""
    return _adding(request, PLACE, "retention")


@page("retention/holds/<uuid:pk>/", name="retention-hold", may=holds.HOLDER, methods=("GET", "POST"))
def hold(request: Any, pk: Any) -> HttpResponse:
    """One hold."""
    row = Hold.objects.visible_to(request.actor).select_related("placed_by", "lifted_by").filter(pk=pk).first()
    return _one(request, row, OF_HOLDS, "retention/hold.html", showing.facts_of)


@page("retention/erasures/", name="retention-erasures", may=terms.READERS)
def erasures_listed(request: Any) -> HttpResponse:
    """What was erased, by which term or decision, and what is asked for."""
    ask, rows, form = _asked(request)
    cut = lists.paginate(rows.order_by(*ask.order_by()), ask)
    told = {
        "form": form,
        "headers": ask.headers(),
        "rows": [showing.erasure_cells(row) for row in cut.items],
        "page": cut,
        "keep": ask.hidden(),
        "asker": erasures.ASKER(request.actor),
        "narrowed": bool(ask.kept),
        "export": f"{ask.url()}",
    }
    return render(request, "retention/erasures.html", told)


@page("retention/erasures.csv", name="retention-erasures-csv", may=terms.READERS)
def erasures_file(request: Any) -> HttpResponse:
    """The same list as a file: what an older backup, once restored, has to lose again."""
    ask, rows, _form = _asked(request)
    headers = ("number", "kept", "of", "basis", "term", "state", "asked_at", "decided_at")
    return csv_response("erasures", headers, _lines(rows.order_by(*ask.order_by()).select_related("term")))


@page("retention/erasures/new/", name="retention-erasure-new", may=erasures.ASKER, methods=("GET", "POST"))
def new_erasure(request: Any) -> HttpResponse:
    """Ask that one thing go."""
    return _adding(request, ASK, "retention-erasures")


@page("retention/erasures/<uuid:pk>/", name="retention-erasure", may=terms.READERS, methods=("GET", "POST"))
def erasure(request: Any, pk: Any) -> HttpResponse:
    """One erasure."""
    rows = Erasure.objects.visible_to(request.actor).select_related("term", "asked_by", "decided_by")
    return _one(request, rows.filter(pk=pk).first(), OF_ERASURES, "retention/erasure.html", showing.erasure_facts)


def _adding(request: Any, offer: Offer, back: str) -> HttpResponse:
    wrong: Shown | None = None
    status = 200
    if request.method == "POST":
        answered = answer((offer,), request, Blank(), reverse(back))
        if isinstance(answered, HttpResponse):
            return answered
        wrong, status = answered
    found = shown((offer,), Blank(), request.actor, wrong)
    told = {
        "shown": found.get(offer.do),
        "title": offer.title,
        "back": back,
        "wrong": wrong,
        "has_errors": status != 200,
    }
    return render(request, "retention/adding.html", told, status=status)


def _one(request: Any, row: Any, offers: tuple[Offer, ...], template: str, facts: Any) -> HttpResponse:
    if row is None:
        raise Http404
    wrong: Shown | None = None
    status = 200
    if request.method == "POST":
        answered = answer(offers, request, row, request.path)
        if isinstance(answered, HttpResponse):
            return answered
        wrong, status = answered
    told = {
        "row": row,
        "facts": facts(row),
        "offers": shown(offers, row, request.actor, wrong),
        "wrong": wrong,
        "has_errors": wrong is not None,
    }
    return render(request, template, told, status=status)


def _asked(request: Any) -> tuple[lists.Ask, Any, forms.Narrow]:
    ask = lists.read(request.GET, COLUMNS, order="-number", filters=("kept", "state"))
    form = forms.Narrow(request.GET or None, states=showing.ERASURE_STATES)
    rows = Erasure.objects.visible_to(request.actor)
    if form.is_bound and form.is_valid():
        rows = rows.filter(**{name: value for name, value in form.cleaned_data.items() if value})
    return ask, rows, form


def _lines(rows: Any) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(500):
        term = f"{row.term.months} months: {row.term.basis}" if row.term else ""
        yield (erasures.number_of(row), row.kept, row.key, row.basis, term, row.state, row.asked_at, row.decided_at)
