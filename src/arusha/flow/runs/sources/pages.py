"""The pages of received files: all of them, one of them, bringing one, and what is read of it."""

import io
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from arusha.core.journal.acts import Act
from arusha.core.journal.refusals import Refused
from arusha.core.people.roles import role
from arusha.flow.runs.sources import arriving, correcting, forms, showing, withdrawing
from arusha.flow.runs.sources.models import Arrival
from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, Manifest
from arusha.ui.pages import act_of, page

READERS = role("integrity-officer", "analyst", "risk-officer", "auditor", "head-of-office")
RECEIVERS = role("integrity-officer", "analyst", "risk-officer")
INVALID, REFUSED = 400, 409


@page("supervision/files/", name="files", may=READERS)
def listed(request: Any) -> HttpResponse:
    """Every received file, and those that arrived and are not received yet."""
    told = showing.listed(_lake(), request.GET.get("dataset", ""))
    arrivals = Arrival.objects.filter(state__in=("draft", "asked", "failed")).order_by("-arrived_at")[:20]
    told |= showing.waiting(arrivals) | {"may_receive": RECEIVERS(request.actor)}
    return render(request, "sources/list.html", told)


@page("supervision/files/receive/", name="files-receive", may=RECEIVERS, methods=("GET", "POST"))
def bring(request: Any) -> HttpResponse:
    """Bring a file: a mapping is proposed, and nothing is received yet."""
    form = forms.Bring(request.POST or None, request.FILES or None, initial={"once": secrets.token_urlsafe(18)})
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                typed = form.cleaned_data
                return redirect("files-arrived", arriving.arrive(typed["dataset"], typed["file"], act=act_of(request)))
            except Refused as refused:
                form.add_error("file", str(refused.said))
                status = REFUSED
    return render(request, "sources/bring.html", {"form": form}, status=status)


@page("supervision/files/arrived/<uuid:pk>/", name="files-arrived", may=RECEIVERS, methods=("GET", "POST"))
def arrived(request: Any, pk: Any) -> HttpResponse:
    """A file that arrived: how its columns are read, its first rows both ways, and receiving it."""
    row = Arrival.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    if row.state == "received":
        return redirect("files-one", row.dataset, row.manifest)
    if row.state == "dropped":
        return redirect("files")
    form, told = showing.reading(row, _lake(), request.POST or None)
    status = 200
    if request.method == "POST" and row.state != "asked":
        try:
            return _posted(request, row, form)
        except (Refused, IntakeError) as wrong:
            form.add_error(None, str(wrong))
            status = REFUSED
        except ValidationError:
            status = INVALID
    told |= {"form": form, "arrival": row, "once": secrets.token_urlsafe(18)}
    return render(request, "sources/arrived.html", told, status=status)


def _posted(request: Any, row: Arrival, form: Any) -> HttpResponse:
    if request.POST.get("do") == "drop":
        arriving.drop(row, act=act_of(request))
        messages.success(request, _("The file is thrown away. Nothing of it was received."))
        return redirect("files")
    if not form.is_valid():
        raise ValidationError("")
    act, text = act_of(request), form.mapping()
    if text != row.mapping:
        arriving.save_mapping(row.pk, text, act=act)
    if request.POST.get("do") != "receive":
        return redirect("files-arrived", row.pk)
    standing = form.cleaned_data["standing"]
    chosen = {"replaces": standing if standing not in ("ask", "beside") else "", "beside": standing == "beside"}
    arriving.ask(row.pk, **chosen, act=Act(by=act.by, at=act.at))
    return _now_or_later(request, row)


def _now_or_later(request: Any, row: Arrival) -> HttpResponse:
    """A small file is received at once, a large one by the worker."""
    row.refresh_from_db()
    if row.size <= arriving.AT_ONCE:
        arriving.carry_out(row, request.at)
        row.refresh_from_db()
    if row.state == "received":
        messages.success(request, _("The file is received: see what came of it."))
        return redirect("files-one", row.dataset, row.manifest)
    return redirect("files-arrived", row.pk)


@page("supervision/files/arrived/<uuid:pk>/mapping.yaml", name="files-mapping", may=RECEIVERS)
def mapping(request: Any, pk: Any) -> HttpResponse:
    """The mapping as a file, for the command line."""
    del request
    row = Arrival.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return _attached(row.mapping, "application/yaml", f"{row.dataset}.yaml")


@page("supervision/files/<str:dataset>/<str:name>/", name="files-one", may=READERS, methods=("GET", "POST"))
def one(request: Any, dataset: str, name: str) -> HttpResponse:
    """One received file: what came of it, whether it counts, and what can be done with it."""
    manifest = _found(dataset, name)
    form, status = forms.Reason(initial={"once": secrets.token_urlsafe(18)}), 200
    correct = forms.Correct(initial={"once": secrets.token_urlsafe(18)})
    if request.method == "POST":
        if not RECEIVERS(request.actor):
            raise Http404
        do = request.POST.get("do")
        form, correct, status, done = _done(request, do, manifest, form, correct)
        if done is not None:
            answer: HttpResponse = done
            return answer
    told = showing.one(_lake(), manifest, get_language() or "en")
    told |= {"form": form, "correct": correct, "may_receive": RECEIVERS(request.actor)}
    return render(request, "sources/one.html", told, status=status)


def _done(request: Any, do: Any, manifest: Manifest, form: Any, correct: Any) -> tuple[Any, Any, int, Any]:
    """Carry out what was posted: both forms, the status, and where to go, or None where it was refused."""
    try:
        if do == "correct":
            correct = forms.Correct(request.POST, request.FILES)
            if correct.is_valid():
                act = act_of(request)
                key = arriving.arrive(
                    manifest.dataset, correct.cleaned_data["file"], corrects=manifest.manifest, act=act
                )
                row = Arrival.objects.get(pk=key)
                arriving.ask(row.pk, act=Act(by=act.by, at=act.at))
                return form, correct, 200, _now_or_later(request, row)
            return form, correct, INVALID, None
        form = forms.Reason(request.POST)
        if not form.is_valid():
            return form, correct, INVALID, None
        perform = withdrawing.restore if do == "restore" else withdrawing.withdraw
        perform(manifest.dataset, manifest.manifest, act=act_of(request))
        messages.success(request, _("Done. The next run of the detectors judges anew what was concluded from it."))
        return form, correct, 200, redirect("files-one", manifest.dataset, manifest.manifest)
    except Refused as refused:
        (correct if do == "correct" else form).add_error(None, str(refused.said))
        return form, correct, REFUSED, None


@page("supervision/files/<str:dataset>/<str:name>/to-correct.csv", name="files-to-correct", may=RECEIVERS)
def to_correct(request: Any, dataset: str, name: str) -> HttpResponse:
    """The rows set aside that wait, with what is wrong beside each; taking them is recorded."""
    manifest, held = _found(dataset, name), io.StringIO(newline="")
    language = "fr" if get_language() == "fr" else "en"
    try:
        correcting.take(dataset, manifest.manifest, held, by=request.actor, at=request.at, language=language)
    except IntakeError as wrong:
        messages.error(request, str(wrong))
        return redirect("files-one", dataset, manifest.manifest)
    return _attached("\ufeff" + held.getvalue(), "text/csv; charset=utf-8", f"to-correct-{manifest.manifest[:12]}.csv")


def _attached(text: str, media: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _found(dataset: str, name: str) -> Manifest:
    if dataset not in DATASETS:
        raise Http404
    try:
        return _lake().named(dataset, name)
    except IntakeError:
        raise Http404 from None


def _lake() -> Lake:
    return Lake(Path(settings.ARUSHA_HOME))


def address(manifest: Manifest) -> str:
    """The page of a received file."""
    return reverse("files-one", args=[manifest.dataset, manifest.manifest])
