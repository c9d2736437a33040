"""The pages of governed detectors: all of them, one with its trial and its changes, and how a trial is going."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from arusha.flow.cases.offers import Offer, Shown, answer, shown
from arusha.flow.detectors import showing
from arusha.flow.detectors.forms import Governed
from arusha.flow.detectors.offers import OF_CHANGE, OF_DETECTOR, OF_TRIAL
from arusha.flow.inbox.findings import READERS as READERS_OF_FINDINGS
from arusha.flow.inbox.offered import DETECTORS
from arusha.flow.runs.governing import READERS
from arusha.flow.runs.models import DetectorChange, Run
from arusha.flow.runs.standing import governed, in_force
from arusha.ui.pages import page


@page("supervision/detectors/", name="supervision-detectors", may=READERS)
def listed(request: Any) -> HttpResponse:
    """Every detector with how it stands."""
    told = {"headers": showing.headers(), "rows": showing.rows(), "begun": DetectorChange.objects.exists()}
    return render(request, "detectors/list.html", told)


@page("supervision/detectors/<str:name>/", name="supervision-detector", may=READERS, methods=("GET", "POST"))
def one(request: Any, name: str) -> HttpResponse:
    """A detector: what it is, how it stands, what it would make otherwise, who changed it."""
    row = _governed(name)
    if request.method == "POST":
        offers, about = _asked_of(request, row)
        if about is None:
            raise Http404
        answered = answer(offers, request, about, reverse("supervision-detector", args=[name]))
        if isinstance(answered, HttpResponse):
            return answered
        return _page(request, row, *answered)
    return _page(request, row)


@page("supervision/detectors/<str:name>/trial/", name="supervision-detector-trial", may=READERS)
def going(request: Any, name: str) -> HttpResponse:
    """How far the latest trial has come: a part of the page, asked for again and again while somebody looks."""
    row = _governed(name)
    return render(request, "detectors/going.html", {"going": showing.going(_trial(row), request.at), "name": name})


def _governed(name: str) -> Governed:
    detector = DETECTORS.get(name)
    if detector is None or not governed(name):
        raise Http404
    return Governed(detector, in_force(name))


def _trial(row: Governed) -> Run | None:
    return Run.objects.filter(kind="try", name=row.detector.name).order_by("-asked_at").first()


def _proposal(row: Governed) -> DetectorChange | None:
    waiting = DetectorChange.objects.filter(detector=row.detector.name, state="proposed")
    return waiting.select_related("proposed_by").first()


def _asked_of(request: Any, row: Governed) -> tuple[tuple[Offer, ...], Any]:
    """The offers among which the posted one is, and what it is about."""
    do = request.POST.get("do")
    if do in [offer.do for offer in OF_CHANGE]:
        return OF_CHANGE, _change(row)
    if do == "stop":
        return OF_TRIAL, _trial(row)
    return OF_DETECTOR, row


def _change(row: Governed) -> DetectorChange | None:
    """The proposal; where it has just been decided, the latest change, so that the reader is told so."""
    latest = DetectorChange.objects.filter(detector=row.detector.name).order_by("-number").first()
    return _proposal(row) or latest


def _page(request: Any, row: Governed, wrong: Shown | None = None, status: int = 200) -> HttpResponse:
    trial, proposal = _trial(row), _proposal(row)
    offers = _offers(request, row, trial, proposal)
    if wrong is not None:
        offers[wrong.offer.do] = wrong
    told = {
        "name": row.detector.name,
        "offers": offers,
        "wrong": wrong,
        "has_errors": wrong is not None,
        **showing.whole(row, trial, proposal, request.at),
        "reads_findings": READERS_OF_FINDINGS(request.actor),
    }
    return render(request, "detectors/detector.html", told, status=status)


def _offers(request: Any, row: Governed, trial: Run | None, proposal: DetectorChange | None) -> dict[str, Shown]:
    """What may be done now: no second proposal beside one that waits, no change to what holds already."""
    offers = shown(OF_DETECTOR, row, request.actor)
    on = row.standing is not None and row.standing.on
    if "propose" in offers and trial is not None:
        offers["propose"].form.initial["trial"] = trial.pk
    fits = trial is not None and trial.state == "done" and not (on and trial.params["settings"] == row.settings)
    if proposal is not None or not fits:
        offers.pop("propose", None)
    if proposal is not None or not on:
        offers.pop("off", None)
    if trial is not None and trial.state == "running":
        offers.pop("try", None)
        offers |= shown(OF_TRIAL, trial, request.actor)
    return offers | (shown(OF_CHANGE, proposal, request.actor) if proposal else {})
