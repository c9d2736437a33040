"""What the pages of received files show."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from arusha.flow.runs.sources import forms
from arusha.flow.runs.sources.arriving import path_of
from arusha.flow.runs.sources.models import Arrival
from arusha.lib.datasets import DATASETS
from arusha.lib.intake import IntakeError, Lake, Manifest, Plan, parse_mapping
from arusha.lib.intake.correcting import left
from arusha.lib.intake.drifting import drift, last_of_source
from arusha.lib.intake.previewing import Preview, first_rows, preview
from arusha.lib.intake.words import reject_sentence, sentence
from arusha.ui.components import draw

MOST = 200
FLAWS = 50


def listed(lake: Lake, dataset: str) -> dict[str, Any]:
    """The newest received files, of one dataset where it is named."""
    rows = []
    names = [dataset] if dataset in DATASETS else list(DATASETS)
    gone = {name: lake.gone(name) for name in names}
    everything = (one for name in names for one in lake.received(name))
    found = sorted(everything, key=lambda one: one.received_at, reverse=True)
    for one in found[:MOST]:
        rows.append(
            [
                {"text": one.file, "href": reverse("files-one", args=[one.dataset, one.manifest])},
                {"text": one.dataset, "code": True},
                _when(one.at),
                one.received,
                one.accepted,
                one.rejected,
                _standing(gone[one.dataset], one),
            ]
        )
    headers = [
        _("File"),
        _("What the file holds"),
        _("Received"),
        _("Rows"),
        _("Accepted"),
        _("Rows set aside"),
        _("State"),
    ]
    return {"headers": headers, "rows": rows, "more": max(0, len(found) - MOST)}


def waiting(arrivals: Iterable[Arrival]) -> dict[str, Any]:
    """Files that arrived and are not received yet."""
    states = {"draft": _("To be mapped"), "asked": _("Waits for the worker"), "failed": _("Failed")}
    rows = [
        [{"text": one.file, "href": reverse("files-arrived", args=[one.pk])}, {"text": one.dataset, "code": True},
         _when(one.arrived_at), states[one.state]]
        for one in arrivals
    ]  # fmt: skip
    return {"waiting_headers": [_("File"), _("What the file holds"), _("Arrived"), _("State")], "waiting_rows": rows}


def one(lake: Lake, manifest: Manifest, language: str) -> dict[str, Any]:
    """One received file."""
    language = "fr" if language == "fr" else "en"
    gone, received = lake.gone(manifest.dataset), lake.received(manifest.dataset)
    waits = left(lake, manifest)
    before = last_of_source(received, manifest)
    changes = [
        sentence("drift", one.what, {"column": one.column, "before": one.before, "now": one.now}, language)
        for one in (drift(before, manifest) if before else ())
    ]
    flaws = [
        [one.row, reject_sentence(one, language)] for one in lake.rejects(manifest.dataset, manifest.manifest, FLAWS)
    ]
    facts: list[tuple[Any, Any]] = [
        (_("State"), _standing(gone, manifest)),
        (_("Received"), _when(manifest.at)),
        (_("Rows"), manifest.received),
        (_("Accepted"), manifest.accepted),
        (_("Duplicates"), manifest.duplicates),
        (_("Rows set aside"), manifest.rejected),
        *([(_("Waits to be corrected"), len(waits.rows))] if manifest.rejected else []),
        *([(_("Not taken from the file"), ", ".join(manifest.not_taken))] if manifest.not_taken else []),
        *([(_("Corrects"), _link(lake, manifest.dataset, manifest.corrects))] if manifest.corrects else []),
        *((_("Restates"), _link(lake, manifest.dataset, name)) for name in manifest.replaces),
        (_("Its name"), draw("bdi", value=manifest.manifest, code=True)),
    ]
    return {
        "manifest": manifest,
        "facts": facts,
        "changes": changes,
        "flaw_headers": [_("Row"), _("What is wrong")],
        "flaws": flaws,
        "waits": len(waits.rows) and not manifest.corrects,
        "withdrawn": manifest.manifest in gone and not gone[manifest.manifest],
        "counts": manifest.manifest not in gone,
    }


def reading(row: Arrival, lake: Lake, typed: Any) -> tuple[forms.Reading, dict[str, Any]]:
    """The form of an arrival's mapping, and its first rows both ways."""
    told: dict[str, Any] = {"problem": row.error}
    try:
        plan = parse_mapping(row.mapping) if row.mapping else forms.empty_plan(row.dataset)
    except IntakeError as wrong:
        plan, told["problem"] = forms.empty_plan(row.dataset), str(wrong)
    names: tuple[str, ...] = ()
    if row.state != "asked":
        try:
            names, given = first_rows(path_of(row.pk), plan)
            told |= {"given_headers": names, "given_rows": given}
            told |= _both_ways(preview(path_of(row.pk), plan, lake.codes), plan)
        except IntakeError as wrong:
            told["problem"] = told["problem"] or str(wrong).replace(path_of(row.pk).name, row.file)
    earlier = [
        (one.manifest, _("It restates %(file)s of %(when)s") % {"file": one.file, "when": one.said_at})
        for one in sorted(lake.manifests(row.dataset), key=lambda one: one.received_at, reverse=True)[:20]
    ]
    return forms.Reading(typed, plan=plan, names=names, earlier=earlier), told


def _both_ways(seen: Preview, plan: Plan) -> dict[str, Any]:
    rows = [row for row in seen.understood if row]
    named = [column.name for column in plan.dataset.columns]
    columns = [name for name in named if any(row[name] is not None for row in rows)] or named[:1]
    aside = draw("tag", text=_("set aside"), tone="caution")
    return {
        "given_headers": list(seen.names),
        "given_rows": [[row[name] for name in seen.names] for row in seen.given],
        "understood_headers": columns,
        "understood_rows": [
            [_cell(row, name) for name in columns] if row else [aside, *[""] * (len(columns) - 1)]
            for row in seen.understood
        ],
        "flaw_headers": [_("Rows"), _("What is wrong")],
        "flaw_rows": [[times, reject_sentence(flaw)] for flaw, times in seen.flaws],
        "tried": _("Of the first %(tried)s rows %(accepted)s would be accepted.")
        % {"tried": seen.tried, "accepted": seen.accepted},
        "not_taken": ", ".join(seen.not_taken),
    }


def _cell(row: Mapping[str, object], name: str) -> str:
    value = row[name]
    return "" if value is None else str(value)


def _standing(gone: Mapping[str, str], one: Manifest) -> Any:
    if one.manifest not in gone:
        return draw("tag", text=_("Counts"), tone="good")
    return draw("tag", text=_("Restated") if gone[one.manifest] else _("Withdrawn"), tone="neutral")


def _link(lake: Lake, dataset: str, name: str) -> Any:
    found = lake.find(dataset, name)
    from django.utils.html import format_html

    href = reverse("files-one", args=[dataset, name])
    return format_html('<a href="{}">{}</a>', href, found.file if found else name[:12])


def _when(at: Any) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
