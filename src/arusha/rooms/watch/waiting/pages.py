"""Waiting times on the web: by port and hour, and the hours in which the source contradicts itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from arusha.core.people.roles import role
from arusha.lib.intake import Lake
from arusha.lib.intake.consistency import WAITING, Rule
from arusha.rooms.watch.waiting import showing
from arusha.rooms.watch.waiting.asking import NAMES, Asking
from arusha.ui import lists
from arusha.ui.exports import csv_response
from arusha.ui.pages import PAGES, page

READERS = role("integrity-officer", "analyst", "risk-officer", "auditor", "head-of-office")
COLUMNS = (
    lists.Column(_("Day"), "day", "day"),
    lists.Column(_("Hour"), "hour", "hour"),
    lists.Column(_("Port"), "port", "port_code"),
    lists.Column(_("Terminal"), "terminal"),
    lists.Column(_("Mean wait (minutes)"), "mean", "mean_wait", numeric=True),
    lists.Column(_("Longest wait (minutes)"), "longest", "max_wait", numeric=True),
    lists.Column(_("Passengers"), "passengers", "passengers", numeric=True),
    lists.Column(_("Not counted"), "excluded", "excluded", numeric=True),
    lists.Column(_("Booths"), "booths", "booths", numeric=True),
)


@page("waiting/", name="waiting", may=READERS)
def waiting(request: Any) -> HttpResponse:
    """How long passengers waited, by port and hour."""
    lake, table, form = _asked(request)
    chosen = form.chosen(table)
    kept = form.kept()
    shown = {
        "form": form,
        "nothing": not table.num_rows,
        "receive": showing.RECEIVE,
        "has_errors": bool(form.errors),
        "export": reverse("waiting-csv") + (f"?{urlencode(kept)}" if kept else ""),
        "unusual": "/findings/?signal=waiting-unusual%2Fhour" if _may_see("findings", request.actor) else "",
        "count": chosen.num_rows,
        **showing.received(lake),
    }
    if chosen.num_rows:
        shown |= {"spanned": showing.spanned(chosen), **showing.measured(chosen), **showing.drawn(chosen)}
        shown |= {**showing.halls(chosen), **showing.rules(chosen, kept)}
    return render(request, "waiting/waiting.html", shown)


@page("waiting.csv", name="waiting-csv", may=READERS)
def waiting_file(request: Any) -> HttpResponse:
    """The hours that are shown, as they were received."""
    _lake, table, form = _asked(request)
    return csv_response("waiting", table.column_names, _each(form.chosen(table)))


@page("waiting/consistency/<str:rule>/", name="waiting-rule", may=READERS)
def rule(request: Any, rule: str) -> HttpResponse:
    """The hours that break one rule of consistency."""
    found, form = _breaking(request, _rule(rule))
    ask = lists.read(request.GET, COLUMNS, order="-passengers", filters=NAMES)
    ordered = _ordered(found, ask)
    cut = lists.paginate(range(ordered.num_rows), ask)
    shown = {
        "said": showing.rule_words(rule),
        "form": form,
        "has_errors": bool(form.errors),
        "headers": ask.headers(),
        "rows": [_row(told) for told in ordered.take(pa.array(cut.items, pa.int64())).to_pylist()],
        "page": cut,
        "keep": ask.hidden(),
        "back": reverse("waiting") + (f"?{urlencode(form.kept())}" if form.kept() else ""),
        "export": reverse("waiting-rule-csv", args=[rule]) + (f"?{urlencode(form.kept())}" if form.kept() else ""),
    }
    return render(request, "waiting/rule.html", shown)


@page("waiting/consistency/<str:rule>.csv", name="waiting-rule-csv", may=READERS)
def rule_file(request: Any, rule: str) -> HttpResponse:
    """The same hours as a file."""
    found, _form = _breaking(request, _rule(rule))
    return csv_response(f"waiting-{rule}", found.column_names, _each(found))


def _asked(request: Any) -> tuple[Lake, pa.Table, Asking]:
    lake = Lake(Path(settings.ARUSHA_HOME))
    table = lake.read("waiting").data
    return lake, table, Asking(request.GET, table)


def received() -> pa.Table:
    """Every hour that was received."""
    return Lake(Path(settings.ARUSHA_HOME)).read("waiting").data


def _rule(name: str) -> Rule:
    found = [one for one in WAITING if one.name == name]
    if not found:
        raise Http404
    return found[0]


def _breaking(request: Any, wanted: Rule) -> tuple[pa.Table, Asking]:
    _lake, table, form = _asked(request)
    chosen = form.chosen(table)
    return chosen.filter(wanted.breaks(chosen)), form


def _ordered(table: pa.Table, ask: lists.Ask) -> pa.Table:
    first = ask.order_by()[0]
    keys = {first.removeprefix("-"): "descending" if first.startswith("-") else "ascending"}
    for name in ("day", "hour", "port_code", "terminal"):
        keys.setdefault(name, "ascending")
    for name in ("port_code", "terminal"):
        at = table.column_names.index(name)
        table = table.set_column(at, name, table.column(at).cast(pa.string()))  # a dictionary does not sort
    return table.sort_by(list(keys.items()))


def _row(told: dict[str, Any]) -> list[Any]:
    return [
        told["day"],
        showing.hour_words(told["hour"]),
        {"text": told["port_code"], "code": True},
        {"text": told["terminal"], "code": True},
        showing.minutes(told["mean_wait"]),
        showing.minutes(told["max_wait"]),
        showing.count(told["passengers"]),
        *(None if told[name] is None else showing.count(told[name]) for name in ("excluded", "booths")),
    ]


def _each(table: pa.Table) -> Iterator[list[Any]]:
    for batch in table.to_batches(max_chunksize=5_000):
        for told in batch.to_pylist():
            yield list(told.values())


def _may_see(name: str, actor: Any) -> bool:
    return name in PAGES and PAGES[name].may(actor)
