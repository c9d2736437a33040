"""What the pages of governed detectors show."""

import inspect
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from arusha.flow.detectors.forms import Governed
from arusha.flow.detectors.history import events
from arusha.flow.inbox.listing import title_of_signal
from arusha.flow.inbox.offered import GOVERNED_AT, detectors
from arusha.flow.runs.governing import STATES
from arusha.flow.runs.models import DetectorChange, Run
from arusha.flow.runs.standing import governed
from arusha.lib.detect.settings import texts
from arusha.ui import charts
from arusha.ui.components import draw

TONES = {"proposed": "caution", "in-force": "good", "declined": "neutral", "replaced": "neutral"}
WIDE, PHONE = 480, 330


def headers() -> list[Any]:
    """The headers of the list."""
    return [_("Detector"), _("Finds"), _("State"), _("Change in force"), _("Since"), _("Last run")]


def rows() -> list[list[Any]]:
    """Every detector, those that people made after the others; the same queries for one and for many."""
    changes: dict[str, dict[str, DetectorChange]] = {}
    for change in DetectorChange.objects.filter(state__in=("in-force", "proposed")):
        changes.setdefault(change.detector, {})[change.state] = change
    done = Run.objects.filter(kind="detect", state="done").values_list("name")
    last = dict(done.annotate(last=Max("asked_at")).order_by())
    return [
        [
            {"text": name, "code": True, "href": _address(name)},
            title_of_signal(name),
            _standing(name, changes.get(name, {})),
            *_in_force(changes.get(name, {}).get("in-force")),
            _when(last[name]) if name in last else "–",
        ]
        for name in detectors()
    ]


def _address(name: str) -> str | None:
    family = name.partition(":")[0]
    return reverse("supervision-detector", args=[name]) if governed(name) else GOVERNED_AT.get(family)


def _standing(name: str, held: Mapping[str, DetectorChange]) -> Any:
    if not governed(name):
        return draw("tag", text=_("On: governed as a model"), tone="good")
    ruling = held.get("in-force")
    tag = _on(bool(ruling and ruling.on))
    if "proposed" not in held:
        return tag
    return format_html("{} {}", tag, draw("tag", text=STATES["proposed"], tone="caution"))


def _on(on: bool) -> SafeString:
    return draw("tag", text=_("On") if on else _("Off"), tone="good" if on else "neutral")


def _in_force(ruling: DetectorChange | None) -> list[Any]:
    return [ruling.number, _day(ruling.decided_at)] if ruling else ["–", "–"]


def whole(row: Governed, trial: Run | None, proposal: DetectorChange | None, at: datetime) -> dict[str, Any]:
    """All that the page of a detector shows."""
    name = row.detector.name
    changes = list(
        DetectorChange.objects.filter(detector=name).select_related("proposed_by", "decided_by").order_by("-number")
    )
    return {
        "finds": title_of_signal(name),
        "summary": _summary(row, next((change for change in changes if change.state == "in-force"), None)),
        "card": _card(row),
        "going": going(trial, at),
        "tried": tried(row, trial, proposal),
        "cost": _cost(name),
        "proposal": _proposed(row, proposal) if proposal else None,
        "change_headers": [_("Change"), _("State"), _("How it stands"), _("Expected"), _("First run"), _("Decided")],
        "change_rows": _lines(row, changes),
        "events": events(changes),
        "findings": f"/findings/?signal={name}%2F{row.detector.of[0]}&state=any",
    }


def _summary(row: Governed, ruling: DetectorChange | None) -> list[tuple[Any, Any]]:
    if ruling is None:
        begun = _("It has never been switched on: try it, then propose it.")
        if not DetectorChange.objects.exists():
            begun = _("Nothing has run yet: it begins with the first run, on, with the settings it was shipped with.")
        return [(_("State"), format_html("{} {}", _on(False), begun)), (_("Settings"), _settings(row.settings))]
    state = _("change %(number)s, in force since %(day)s") % {
        "number": ruling.number,
        "day": _when(ruling.decided_at),
    }
    told = [(_("State"), format_html("{} {}", _on(ruling.on), state)), (_("By"), _people(ruling))]
    told.append((_("Settings in force"), _settings(ruling.settings or row.settings)))
    if ruling.seen and ruling.expected:
        held = _("%(found)s found by the first run, %(expected)s expected")
        told.append(
            (_("First run"), held % {"found": _n(ruling.seen["hits"]), "expected": _n(ruling.expected["hits"])})
        )
    return told


def _people(change: DetectorChange) -> Any:
    """Who proposed it and who decided, or that the installation began so."""
    if change.proposed_by is None:
        return _("the program, as the installation began: shipped so, and no two people have changed it")
    if change.decided_by is None:
        return format_html(str(_("{} proposed it")), _bdi(change.proposed_by.name))
    return format_html(
        str(_("{} proposed it, {} decided")), _bdi(change.proposed_by.name), _bdi(change.decided_by.name)
    )


def _settings(settings: Mapping[str, str], than: Mapping[str, str] | None = None) -> SafeString:
    """Settings as `name = value`; where others are given only those that differ, from what to what."""
    if than is None:
        told = [f"{name} = {value}" for name, value in settings.items()]
    else:
        told = [
            f"{name} {than[name]} → {value}" for name, value in settings.items() if name in than and than[name] != value
        ]
    return format_html_join(", ", '<bdi dir="ltr" class="ar-nowrap">{}</bdi>', ((one,) for one in told)) or _bdi("–")


def _card(row: Governed) -> dict[str, Any]:
    """What the detector says of itself: a declaration, which speaks English only."""
    detector = row.detector
    reads = ", ".join(f"{i.name}{' (if given)' if i.optional else ''}" for i in detector.inputs)
    shipped = texts(detector.params())
    return {
        "doc": inspect.getdoc(detector.function) or "",
        "settings": inspect.getdoc(detector.params) or "",
        "rows": [
            (_("Version of its method"), detector.version),
            (_("Reads"), _bdi(reads)),
            (_("Chance is"), _bdi(type(detector.null).__name__)),
            (_("Does not see"), format_html_join(", ", "<bdi>{}</bdi>", ((b,) for b in detector.blind_to)) or "–"),
            (_("Shipped with"), _settings(shipped)),
        ],
    }


def going(trial: Run | None, at: datetime) -> dict[str, Any] | None:
    """How far a trial has come; None where there was none."""
    if trial is None:
        return None
    done, of = trial.counts.get("steps") or (0, max(1, len(trial.params["values"])))
    return {
        "state": trial.state,
        "done": done,
        "of": of,
        "words": _("%(done)s of %(of)s values tried; asked for %(time)s ago")
        % {
            "done": _n(done),
            "of": _n(of),
            "time": timesince(trial.asked_at, at),
        },
        "error": trial.error,
        "href": reverse("supervision-detector", args=[trial.name]),
    }


def tried(row: Governed, trial: Run | None, proposal: DetectorChange | None) -> dict[str, Any] | None:
    """What a trial told: counts, where the proposal does not tell them, and the findings at each value as a picture."""
    if trial is None or "hits" not in trial.counts:
        return None
    above = proposal is not None and proposal.expected.get("run") == str(trial.pk)
    counts, settings = trial.counts, trial.params["settings"]
    told = {
        "settings": _settings(settings) if settings == row.settings else _settings(settings, row.settings),
        "same": settings == row.settings,
        "rows": [] if above else _counted(counts),
        "when": _when(trial.asked_at),
        "chart": None,
    }
    values = counts.get("values", [])
    if len(values) > 1:
        told["chart"] = _picture(
            trial.params["vary"], settings[trial.params["vary"]], [(value, hits) for value, hits in values]
        )
    return told


def _counted(counts: Mapping[str, int]) -> list[tuple[Any, Any]]:
    return [
        (_("Findings it would make"), _n(counts["hits"])),
        (_("Of them with an ordinary explanation"), _n(counts["ordinary"])),
        (_("New, not yet in the inbox"), _n(counts["new"])),
        (_("Open now, and not found again (they stay)"), _n(counts["gone"])),
    ]


def _picture(vary: str, own: str, values: list[tuple[str, int]]) -> dict[str, Any]:
    label = _("Findings by %(setting)s") % {"setting": vary}
    direction = "rtl" if get_language_bidi() else "ltr"

    def drawn(width: int) -> Any:
        return charts.bars(values, x_title=_("Findings"), mark=own, width=width, direction=direction)

    return {
        "title": label,
        "svg": charts.svg(drawn(WIDE), label=label, name="values"),
        "narrow": charts.svg(drawn(PHONE), label=label, name="values-narrow"),
        "headers": [_bdi(vary), {"label": _("Findings"), "numeric": True}],
        "rows": [[{"text": value, "code": True}, hits] for value, hits in values],
    }


def _cost(name: str) -> str:
    """How long one value takes, by the last run or trial."""
    runs = Run.objects.filter(name=name, kind__in=("detect", "try"), state="done").order_by("-asked_at")[:5]
    took = next((run.counts.get("each") or run.seconds for run in runs if run.seconds), None)
    if took is None:
        return ""
    seconds = max(1, round(took))
    said = ngettext("Each value takes about %(n)s second.", "Each value takes about %(n)s seconds.", seconds)
    return said % {"n": _n(seconds)}


def _proposed(row: Governed, change: DetectorChange) -> dict[str, Any]:
    stands = _on(change.on)
    if change.on:
        stands = format_html("{} {}", stands, _settings(change.settings, row.settings))
    told: list[tuple[Any, Any]] = [(_("It would stand"), stands), (_("By"), _people(change))]
    if change.expected:
        told += _counted(change.expected)
        told.append((_("Tried"), _when(datetime.fromisoformat(change.expected["at"]))))
    return {"number": change.number, "rows": told}


def _lines(row: Governed, changes: list[DetectorChange]) -> list[list[Any]]:
    held = {change.number: change.settings or row.settings for change in changes}
    shipped = texts(row.detector.params())
    return [
        [
            {"text": str(change.number)},
            draw("tag", text=STATES[change.state], tone=TONES[change.state]),
            format_html("{} {}", _on(change.on), _changed(change, held, shipped)),
            _n(change.expected["hits"]) if change.expected else "–",
            _n(change.seen["hits"]) if change.seen else "–",
            _day(change.decided_at) if change.decided_at else "–",
        ]
        for change in changes
    ]


def _changed(change: DetectorChange, held: Mapping[int, Mapping[str, str]], shipped: Mapping[str, str]) -> Any:
    """What differs from the change before; the first is told as shipped."""
    if change.number == 1 and held[1] == shipped:
        return _("as shipped")
    return _settings(held[change.number], held.get(change.number - 1, shipped))


def _bdi(text: object) -> SafeString:
    return format_html("<bdi>{}</bdi>", text)


def _n(value: float) -> str:
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def _when(at: Any) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _day(at: Any) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATE_FORMAT")
