"""The pages of supervision models: all of them, a new one, one with its versions."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.journal.acts import Act
from arusha.core.journal.refusals import Refused
from arusha.flow.cases.offers import INVALID, REFUSED, ActForm, Offer, ReasonForm, Shown, answer, fresh_key, shown
from arusha.lib.datasets import DATASETS
from arusha.rooms.watch.supervision import composing, forms, showing
from arusha.rooms.watch.supervision.definition import read
from arusha.rooms.watch.supervision.models import Model, Version
from arusha.rooms.watch.supervision.trying import tried
from arusha.ui.pages import act_of, page


def _try(version: Version, typed: Any, act: Act) -> Any:
    del typed
    try:
        facts = tried(read(version.definition), Path(settings.ARUSHA_HOME))
    except TimeoutError:
        said = gettext_lazy("It took too long for a page. Try it on the command line: arusha models try")
        raise Refused("model-slow", said) from None
    except MemoryError:
        said = gettext_lazy("The tables have too many pairs of rows: join them by more columns, or by fewer hours.")
        raise Refused("model-large", said) from None
    except ValueError as lacking:
        said = gettext_lazy("Nothing has been received of the table %s.")
        raise Refused("model-nothing", str(said) % lacking) from None
    return composing.keep_trial(version.pk, facts, act=act)


def _plain(performed: Any) -> Any:
    return lambda version, typed, act: performed(version.pk, act=act)


OFFERS = (
    Offer("try", composing.keep_trial, ActForm, _try, gettext_lazy("Try it on what was received"),
          gettext_lazy("Try it"), gettext_lazy("It was tried: see what it would make."), at="tried", versioned=False),
    Offer("propose", composing.propose, ReasonForm, _plain(composing.propose),
          gettext_lazy("Propose to put it in force"), gettext_lazy("Propose it"),
          gettext_lazy("It is proposed: someone else decides.")),
    Offer("agree", composing.put_in_force, ReasonForm, _plain(composing.put_in_force),
          gettext_lazy("Put it in force"), gettext_lazy("Put it in force"),
          gettext_lazy("It is in force: it runs with the next watch.")),
    Offer("decline", composing.decline, ReasonForm, _plain(composing.decline), gettext_lazy("Decline it"),
          gettext_lazy("Decline it"), gettext_lazy("It is declined."), kind="secondary"),
    Offer("retire", composing.retire, ReasonForm, _plain(composing.retire), gettext_lazy("Retire it"),
          gettext_lazy("Retire it"), gettext_lazy("It is retired, and makes no more findings."), kind="warning"),
)  # fmt: skip


@page("supervision/models/", name="models", may=composing.READERS)
def listed(request: Any) -> HttpResponse:
    """Every model with its state."""
    told = {
        "headers": showing.headers(),
        "rows": showing.rows(),
        "may_compose": composing.COMPOSER(request.actor),
    }
    return render(request, "supervision/list.html", told)


@page("supervision/models/new/", name="models-new", may=composing.COMPOSER, methods=("GET", "POST"))
def new(request: Any) -> HttpResponse:
    """First the tables (`?table=…&join=…`), then the rest of the form."""
    asked = forms.Tables(request.GET or None)
    if not asked.is_valid():
        return render(request, "supervision/tables.html", {"form": asked}, status=INVALID if asked.is_bound else 200)
    tables = tuple(filter(None, (asked.cleaned_data["table"], asked.cleaned_data["join"])))
    first = {"do": "compose", "once": fresh_key()}
    form = forms.Compose(request.POST or None, initial=first, tables=tables, actor=request.actor)
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                typed = form.cleaned_data
                done = composing.compose(typed["slug"], typed["title"], form.definition, act=act_of(request))
            except Refused as refused:
                form.add_error("slug" if refused.rule.startswith("slug") else None, str(refused.said))
                status = REFUSED
            else:
                messages.success(request, _("The model is a draft: try it, then propose it."))
                return redirect("models-one", done.id)
    return _composing(request, form, tables, status)


@page("supervision/models/<uuid:pk>/change/", name="models-change", may=composing.COMPOSER, methods=("GET", "POST"))
def change(request: Any, pk: Any) -> HttpResponse:
    """Another definition of a model, over the same tables; what is in force stays until the new one is agreed on."""
    model = _model(pk)
    last = model.versions.order_by("-number")[0]
    asked = read(last.definition)
    first = forms.typed_of(asked) | {"do": "change", "once": fresh_key(), "version": model.version}
    form = forms.Compose(
        request.POST or None, initial=first, tables=asked.tables, fresh=False, row=model, actor=request.actor
    )
    status = 200
    if request.method == "POST":
        status = INVALID
        if form.is_valid():
            try:
                composing.change(model.pk, form.definition, act=act_of(request))
            except Refused as refused:
                form.add_error(None, str(refused.said))
                status = REFUSED
            else:
                messages.success(request, _("The new version is a draft: try it, then propose it."))
                return redirect("models-one", model.pk)
    return _composing(request, form, asked.tables, status, model)


@page("supervision/models/<uuid:pk>/", name="models-one", may=composing.READERS, methods=("GET", "POST"))
def one(request: Any, pk: Any) -> HttpResponse:
    """A model: what its newest version says, what it would make, and what may be done with it."""
    model = _model(pk)
    version = showing.current(model, request.GET.get("version"))
    if version is None:
        raise Http404
    if request.method == "POST":
        answered = answer(OFFERS, request, version, f"{request.path}?version={version.number}")
        if isinstance(answered, HttpResponse):
            return answered
        return _page(request, model, Version.objects.get(pk=version.pk), *answered)
    return _page(request, model, version)


def _page(request: Any, model: Model, version: Version, wrong: Shown | None = None, status: int = 200) -> HttpResponse:
    told = {
        "model": model,
        "of": version,
        "offers": shown(OFFERS, version, request.actor, wrong),
        "wrong": wrong,
        "has_errors": wrong is not None,
        "may_change": composing.COMPOSER(request.actor),
        **showing.whole(model, version),
    }
    return render(request, "supervision/model.html", told, status=status)


def _composing(
    request: Any, form: forms.Compose, tables: tuple[str, ...], status: int, model: Model | None = None
) -> HttpResponse:
    columns = [(f"{table}.{c.name}", c.meaning) for table in tables for c in DATASETS[table].columns]
    told = {
        "form": form,
        "tables": tables,
        "model": model,
        "column_headers": [_("Column"), _("Meaning")],
        "columns": [[{"text": name, "code": True}, showing.in_english(meaning)] for name, meaning in columns],
        "has_errors": bool(form.errors),
        **{name: form.several(name) for name in ("subject", "peer", "on")},
    }
    return render(request, "supervision/compose.html", told, status=status)


def _model(pk: Any) -> Model:
    found = Model.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
