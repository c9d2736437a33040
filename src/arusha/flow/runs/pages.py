"""The supervision page: sources and their freshness, detectors and what they found, early warnings, disposal times."""

from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arusha.core.people.roles import role
from arusha.flow.inbox import findings, offered
from arusha.flow.inbox.listing import certain, title_of, what
from arusha.flow.inbox.models import Finding
from arusha.flow.runs.models import DetectorChange, Run
from arusha.flow.runs.standing import governed
from arusha.lib.datasets import DATASETS
from arusha.lib.ids import spoken
from arusha.lib.intake import Lake
from arusha.ui.components import draw
from arusha.ui.pages import page

READERS = role("integrity-officer", "analyst", "risk-officer", "auditor", "head-of-office")
NEWEST = 8
FRESH = timedelta(days=7)
STATES = {
    "running": gettext_lazy("Interrupted or under way"),
    "done": gettext_lazy("Finished"),
    "failed": gettext_lazy("Failed"),
    "called-off": gettext_lazy("Called off"),
}
TONES = {"running": "caution", "done": "good", "failed": "bad", "called-off": "neutral"}


@page("supervision/", name="supervision", may=READERS)
def supervision(request: Any) -> HttpResponse:
    """The state of the watch at a glance."""
    seen = Finding.objects.visible_to(request.actor)
    reads = findings.READERS(request.actor)  # others see how many there are, and no finding itself
    shown = {
        "source_headers": [_("Source"), _("Rows"), _("From"), _("To"), _("Last received"), _("State")],
        "source_rows": sources(request.at),
        "detector_headers": [_("Detector"), _("Last run"), _("Took"), _("Open findings"), _("State")],
        "detector_rows": detectors(seen),
        "reads": reads,
        "warnings": [*broken(request.at), *(warnings(seen) if reads else ())],
        "stats": [told if reads else {**told, "href": ""} for told in stats(seen, request.at)],
    }
    return render(request, "runs/supervision.html", shown)


@page("supervision/runs/<uuid:pk>/", name="supervision-run", may=READERS)
def run(request: Any, pk: Any) -> HttpResponse:
    """One run: what it read, with what, what came of it, how to have it again."""
    row = Run.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return render(request, "runs/run.html", {"run": row, "rows": told(row), "title": f"{row.kind} {row.name}"})


def sources(at: Any) -> list[list[Any]]:
    """Every declared dataset: what has been received of it, from when to when, how long ago."""
    rows = []
    lake = Lake(settings.ARUSHA_HOME)
    for name in DATASETS:
        manifests = lake.manifests(name)
        if not manifests:
            missing = draw("tag", text=_("Nothing received"), tone="neutral")
            rows.append([{"text": name, "code": True}, 0, "–", "–", "–", missing])
            continue
        spans = [m.span for m in manifests if m.span]
        newest = max(m.at for m in manifests)
        rows.append(
            [
                {"text": name, "code": True},
                sum(m.accepted for m in manifests),
                min(s[0] for s in spans)[:10] if spans else "–",
                max(s[1] for s in spans)[:10] if spans else "–",
                _("%(time)s ago") % {"time": timesince(newest, at)},
                freshness(datetime.fromisoformat(max(s[1] for s in spans)) if spans else newest, at),
            ]
        )
    return rows


def freshness(until: datetime, at: datetime) -> Any:
    """How far a source reaches: what was received today may end last year."""
    until = until if until.tzinfo else until.replace(tzinfo=UTC)  # a source of days, or of local hours
    if at - until <= FRESH:
        return draw("tag", text=_("Fresh"), tone="good")
    return draw("tag", text=_("Ends %(time)s ago") % {"time": timesince(until, at)}, tone="caution")


def detectors(seen: Any) -> list[list[Any]]:
    """Every detector: its last run, how long it took, its open findings without a mark."""
    rows = []
    off = set(DetectorChange.objects.filter(state="in-force", on=False).values_list("detector", flat=True))
    for name in offered.detectors():
        last = Run.objects.filter(kind="detect", name=name).order_by("-asked_at").first()
        open_now = seen.filter(signal=name, state="open", ordinary=False).count()
        link = {"text": name, "code": True, "href": f"/supervision/detectors/{name}/" if governed(name) else None}
        if last is None:
            rows.append([link, "–", "–", open_now, draw("tag", text=_("Never run"), tone="neutral")])
            continue
        when = formats.date_format(timezone.localtime(last.asked_at), "SHORT_DATETIME_FORMAT")
        rows.append(
            [
                link,
                {"text": when, "href": reverse("supervision-run", args=[last.pk])},
                _("%(seconds)s s") % {"seconds": formats.number_format(last.seconds or 0, 1)},
                open_now,
                draw("tag", text=_("Off"), tone="neutral")
                if name in off
                else draw("tag", text=STATES[last.state], tone=TONES[last.state]),
            ]
        )
    return rows


def warnings(seen: Any) -> list[dict[str, Any]]:
    """The newest open findings without a mark, as early warnings: of every kind the most certain before any second."""
    among = Window(RowNumber(), partition_by=("signal", "kind"), order_by=("-opened_at", "q", "-support"))
    newest = seen.filter(state="open", ordinary=False).alias(among=among).order_by("-opened_at", "among", "q")[:NEWEST]
    return [
        {
            "title": f"{spoken('F', f.number)} · {title_of(f)}",
            "when": f.opened_at,
            "text": what(f)["said"],
            "by": format_html("q {}", certain(f.q)),
            "href": reverse("findings-one", args=[f.pk]),
            "tone": "brand",
        }
        for f in newest
    ]


def broken(at: Any) -> list[dict[str, Any]]:
    """Sources whose last file did not come in at all: what the source changed has broken how it is read."""
    told = []
    last: dict[str, Run] = {}
    for run in Run.objects.filter(kind="receive", asked_at__gte=at - FRESH).order_by("asked_at"):
        last[run.name] = run
    for name, run in sorted(last.items()):
        nothing = run.state == "done" and run.counts.get("received") and not run.counts.get("accepted")
        if run.state == "failed" or (nothing and not run.counts.get("duplicates")):
            said = run.error or _("Every row was set aside.")
            told.append(
                {
                    "title": format_html("{} · {}", name, _("The last file did not come in")),
                    "when": run.asked_at,
                    "text": f"{run.inputs.get('file', '')}: {said}",
                    "href": reverse("supervision-run", args=[run.pk]),
                    "tone": "caution",
                }
            )
    return told


def stats(seen: Any, at: Any) -> list[dict[str, Any]]:
    """How many are open, how many nobody looks into, how long a disposal takes."""
    open_ones = seen.filter(state="open", ordinary=False)
    done = seen.exclude(disposed_at=None).filter(disposed_at__gte=at - timedelta(days=90))
    days = [(d - o).total_seconds() / 86400 for o, d in done.values_list("opened_at", "disposed_at")]
    middle = formats.number_format(median(days), 1) if days else "–"
    return [
        {"label": _("Open findings"), "value": open_ones.count(), "href": "/findings/"},
        {
            "label": _("Nobody looks into them"),
            "value": open_ones.filter(assigned_to=None).count(),
            "href": "/findings/?state=open&whose=nobody&marks=without",
        },
        {"label": _("Days to a disposal, median of 90 days"), "value": middle, "href": "/findings/?state=explained"},
    ]


def told(row: Run) -> list[tuple[Any, Any]]:
    """A run as label and value."""
    rows: list[tuple[Any, Any]] = [
        (_("State"), draw("tag", text=STATES[row.state], tone=TONES[row.state])),
        (_("Asked for"), formats.date_format(timezone.localtime(row.asked_at), "DATETIME_FORMAT")),
        (_("Program"), f"Arusha {row.software}"),
        (_("Fingerprint"), draw("bdi", value=row.fingerprint, code=True)),
    ]
    rows += [(name, ", ".join(value) if isinstance(value, list) else str(value)) for name, value in row.inputs.items()]
    rows += [(name, f"{value}") for name, value in row.params.items()]
    rows += [(name, str(value)) for name, value in row.counts.items()]
    if row.output:
        rows.append((_("Hash of its hits"), draw("bdi", value=row.output, code=True)))
    if row.error:
        rows.append((_("What went wrong"), row.error))
    return rows
