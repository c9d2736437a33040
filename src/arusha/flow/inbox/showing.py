"""What a finding's page shows: why, against what, on which rows, what was decided before, what happened since."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.evidence import Rested
from arusha.flow.inbox.findings import STATES
from arusha.flow.inbox.listing import MARKS, certain, title_of
from arusha.flow.inbox.models import Finding, FindingSubject
from arusha.flow.inbox.offered import DETECTORS, RAN_WITH, detector_of
from arusha.flow.inbox.panels import FindingView, Panel
from arusha.flow.inbox.signals import explainer_of
from arusha.flow.inbox.words import sentences, shown
from arusha.lib.datasets import DATASETS
from arusha.lib.ids import spoken
from arusha.lib.intake import Lake
from arusha.ui.lists import Ask, Page

TEN = 10
BEFORE = 8
SHARED = 30
"""Subjects of a finding by which earlier ones are looked for; a group has rarely more."""
SHARING = 500
COLUMNS = {
    "person_token": _("Traveller"),
    "port_code": _("Port"),
    "direction": _("Direction"),
    "crossed_at": _("Crossed at"),
    "lane": _("Lane"),
    "officer_id": _("Officer"),
    "unit_id": _("Unit"),
    "post": _("Lane of the shift"),
    "shift_start": _("Shift from"),
    "shift_end": _("Shift to"),
    "terminal": _("Terminal"),
    "day": _("Day"),
    "hour": _("Hour"),
    "mean_wait": _("Mean wait, minutes"),
    "max_wait": _("Longest wait, minutes"),
    "passengers": _("Passengers"),
}
"""What the columns are called that people look at most; the others bear their declared names."""
KINDS = {
    "traveller": _("traveller"),
    "officer": _("officer"),
    "unit": _("unit"),
    "person": _("person"),
    "trader": _("trader"),
    "office": _("office"),
    "port": _("port"),
    "hour": _("hour"),
    "action": _("action"),
    "detector": _("detector"),
}


def explanation(row: Finding, rests: Rested, actor: Any) -> dict[str, Any]:
    """Sentences, pictures, subjects, and how to run it again."""
    subjects = list(row.subjects.filter(current=True).order_by("place"))
    others = related(row, actor)
    panels = _panels(row, rests, subjects, others)
    return {
        "sentences": sentences(row.reasons),
        "measures": _measures(row, actor),
        "marks": [MARKS.get(mark, mark) for mark in row.marks],
        "null_panels": [panel for panel in panels if panel.place == "null"],
        "more_panels": [panel for panel in panels if panel.place != "null"],
        "related_headers": [_("Finding"), _("What"), _("How sure (q)")],
        "related_rows": [
            [
                {"text": spoken("F", f.number), "href": reverse("findings-one", args=[f.pk])},
                format_html("{} <bdi>{}</bdi>", title_of(f), leading.ref),
                certain(f.q),
            ]
            for f, leading in others
        ],
        "subject_headers": [_("Identifier"), _("Kind"), _("Since the first sighting")],
        "subject_rows": [
            [{"text": s.ref, "code": True}, KINDS.get(s.kind, s.kind), _("yes") if s.first else _("joined later")]
            for s in subjects
        ],
        "run_again": _run_again(row, rests),
        "case_url": f"/cases/new/?finding={row.pk}",
        "changed": _change(row),
    }


def _measures(row: Finding, actor: Any) -> list[tuple[Any, Any]]:
    """How sure, how much, against what, since when."""
    first, last = (
        formats.date_format(timezone.localtime(at), "SHORT_DATE_FORMAT") for at in (row.first_at, row.last_at)
    )
    by_chance = "–" if row.expected is None else shown(row.expected)
    return [
        (_("How sure (q)"), format_html("{}; {}", certain(row.q), _("the share of false ones to expect"))),
        (
            _("Counted; by chance"),
            format_html("{}; {}", shown(row.support), by_chance),
        ),
        (_("First and last"), format_html("<bdi>{}</bdi> – <bdi>{}</bdi>", first, last)),
        *_not_again(row, actor),
    ]


def _not_again(row: Finding, actor: Any) -> list[tuple[Any, Any]]:
    """That a later run found others of its kind and not this one; nothing where that cannot be told."""
    seen = Finding.objects.visible_to(actor).filter(signal=row.signal, kind=row.kind)
    since = seen.filter(seen_at__gt=row.seen_at).exclude(run=row.run)
    later = since.order_by("-seen_at").values_list("seen_at", flat=True).first() if row.run else None
    if later is None:
        return []
    then = formats.date_format(timezone.localtime(later), "SHORT_DATETIME_FORMAT")
    return [(_("Not found again"), format_html(str(_("by the run of {}, which found others of its kind")), then))]


def related(row: Finding, actor: Any) -> list[tuple[Finding, FindingSubject]]:
    """Other findings that rest on the same group, each with its leading subject, among those the actor may see."""
    group = row.group_hit or row.hit_id
    if not group:
        return []
    same = Finding.objects.visible_to(actor).filter(Q(group_hit=group) | Q(hit_id=group)).exclude(pk=row.pk)
    found = []
    for other in same.order_by("q", "number")[:BEFORE].prefetch_related("subjects"):
        leading = min((s for s in other.subjects.all() if s.current), key=lambda s: s.place)
        found.append((other, leading))
    return found


def _panels(
    row: Finding, rests: Rested, subjects: Sequence[FindingSubject], others: Sequence[tuple[Finding, FindingSubject]]
) -> list[Panel]:
    explain = explainer_of(row.signal)
    if explain is None:
        return []
    lake = Lake(settings.ARUSHA_HOME)
    view = FindingView(
        finding=row,
        subjects=tuple((s.kind, s.ref) for s in subjects),
        evidence=rests.table,
        rows_of=lambda dataset, column, values: _rows_of(lake, dataset, column, values),
        related=tuple((leading.kind, leading.ref, other.support) for other, leading in others),
    )
    return list(explain(view))


def _rows_of(lake: Lake, dataset: str, column: str, values: Sequence[str]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    table = lake.read(dataset).data
    return table.filter(pc.is_in(table[column].cast(pa.string()), pa.array(list(values), pa.string())))


def evidence_page(rows: Rested, query: Mapping[str, str]) -> dict[str, Any]:
    """Ten of the rows it rests on, as they stand in the file as given."""
    names = rows.datasets()
    name = query.get("data", "")
    name = name if name in names else (names[0] if names else "")
    count = rows.count(name)
    pages = max(1, -(-count // TEN))
    asked = query.get("page", "1")
    number = min(max(1, int(asked)) if asked.isdecimal() and len(asked) < 9 else 1, pages)
    kept = (("data", name),) if name and name != names[0] else ()
    page = Page([], count, pages, Ask((), "", False, number, kept, "", TEN))
    return {
        "evidence_headers": [*(COLUMNS.get(column, column) for column in _headers(name)), _("Row")] if name else [""],
        "evidence_rows": [_cells(name, told) for told in rows.slice(name, (number - 1) * TEN, TEN)],
        "evidence_page_links": page,
        "evidence_empty": _("The run's file of hits is no longer here, so its rows cannot be shown."),
        "evidence_choices": [
            (format_html('<a href="?{}"><bdi>{}</bdi></a>', urlencode({"data": other}), other))
            for other in names
            if other != name
        ],
    }


def evidence_rows(rows: Rested) -> tuple[list[str], Iterator[list[Any]]]:
    """All of them, with dataset, manifest and row, for a file."""
    columns = list(dict.fromkeys(name for dataset in rows.datasets() for name in DATASETS[dataset].schema.names))

    def each() -> Iterator[list[Any]]:
        for dataset in rows.datasets():
            for told in rows.slice(dataset, 0, rows.count(dataset)):
                yield [dataset, told["manifest"], told["_row"], *(told.get(column) for column in columns)]

    return ["dataset", "manifest", "row", *columns], each()


def _headers(dataset: str) -> list[str]:
    return list(DATASETS[dataset].schema.names)


def _cells(dataset: str, told: Mapping[str, Any]) -> list[Any]:
    cells: list[Any] = []
    for name in _headers(dataset):
        value = told.get(name)
        if hasattr(value, "tzinfo") and value is not None:
            at = timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
            cells.append(format_html('<bdi class="ar-nowrap">{}</bdi>', at))
        elif isinstance(value, str):
            cells.append({"text": value, "code": True})
        else:
            cells.append("" if value is None else value)
    return [*cells, told["_row"]]


def history(row: Finding, actor: Any) -> dict[str, Any]:
    """What was decided before about the same subjects, and what happened to this finding."""
    return {
        "before_headers": [_("Finding"), _("What"), _("Decided"), _("When")],
        "before_rows": [
            [
                {"text": spoken("F", f.number), "href": reverse("findings-one", args=[f.pk])},
                title_of(f),
                STATES.get(f.state, f.state),
                f.disposed_at,
            ]
            for f in before(row, actor)
        ],
        "events": list(_events(row)),
    }


def before(row: Finding, actor: Any) -> list[Finding]:
    """Disposed findings that share a subject with this one, the latest first, among those the actor may see.

    Of a subject that very many findings name, the newest `SHARING` are looked at.
    """
    sharing: set[Any] = set()
    for kind, ref in row.subjects.values_list("kind", "ref")[:SHARED]:
        newest = FindingSubject.objects.filter(ref=ref).order_by("-of").values_list("of", "kind")[:SHARING]
        sharing.update(of for of, of_kind in newest if of_kind == kind)
    seen = Finding.objects.visible_to(actor).filter(pk__in=sharing - {row.pk}).exclude(disposed_at=None)
    return list(seen.order_by("-disposed_at")[:BEFORE])


def _events(row: Finding) -> Iterator[dict[str, Any]]:
    if row.disposed_at:
        yield {"title": STATES.get(row.state, row.state), "when": row.disposed_at, "tone": "info"}
    sightings = row.sightings.order_by("-at")[:TEN]
    for place, sighting in enumerate(sightings):
        first = place == len(sightings) - 1 and sighting.at == row.opened_at
        yield {
            "title": _("First seen") if first else _("Seen again"),
            "when": sighting.at,
            "text": _("Counted: %(support)s") % {"support": shown(sighting.support)},
            "tone": "brand" if first else "neutral",
        }


def _change(row: Finding) -> str:
    told = row.changed
    if not told:
        return ""
    said: list[Any] = _gone(told)
    if told["was"] != "open":
        said.append(_("It had been disposed of as: %(was)s.") % {"was": STATES.get(told["was"], told["was"])})
    if told.get("joined"):
        said.append(_("Joined since: %(who)s.") % {"who": ", ".join(told["joined"])})
    if told.get("support") and told["support"][0] != told["support"][1]:
        then, now = told["support"]
        said.append(_("Counted then %(then)s, now %(now)s.") % {"then": shown(then), "now": shown(now)})
    if told.get("q") and told["q"][0] != told["q"][1]:
        then, now = told["q"]
        said.append(_("How sure (q): then %(then)s, now %(now)s.") % {"then": certain(then), "now": certain(now)})
    if told.get("until"):
        said.append(_("The day it was watched until has passed."))
    return " ".join(str(part) for part in said)


def _gone(told: Mapping[str, Any]) -> list[Any]:
    """Which files it rested on do not count any more, and whether it is found without them."""
    if not told.get("gone"):
        return []
    lake, said = Lake(settings.ARUSHA_HOME), []
    for dataset in DATASETS:
        for name, by in lake.gone(dataset).items():
            if name in told["gone"]:
                files = {"file": _file(lake, dataset, name), "by": _file(lake, dataset, by) if by else ""}
                if by:
                    said.append(_("%(file)s, on which it rested, was restated by %(by)s.") % files)
                else:
                    said.append(_("%(file)s, on which it rested, was withdrawn.") % files)
    found = _("Without it, it is still found.") if told["found"] else _("Without it, it is no longer found.")
    return [*said, found]


def _file(lake: Lake, dataset: str, name: str) -> str:
    found = lake.find(dataset, name)
    return found.file if found else name[:12]


def _run_again(row: Finding, rests: Rested) -> Any:
    detector = detector_of(row.signal)
    if row.run is None or detector is None:
        return _("It does not come from a detector.")
    inputs = " ".join(f"--input {wanted.name}={'FILE' if wanted.dataset else 'HITS'}" for wanted in detector.inputs)
    # A detector that people of the installation made is known to its database only.
    on_files = format_html(
        "<p>{}</p><p><code dir='ltr'>arusha detect {} {} --out HITS.parquet</code></p>",
        _("On files of your own, without a database:"),
        row.signal,
        inputs,
    )
    ran_with = [told for tells in RAN_WITH for told in tells(row.run)]
    return format_html(
        "<p>{}</p><p><code dir='ltr'>arusha watch {}</code></p>{}{}"
        "<p>{} <a href='/supervision/runs/{}/'><bdi>{}</bdi></a> <bdi>{}</bdi></p><p>{} {}</p>",
        _("On what this installation has received:"),
        row.signal,
        on_files if row.signal in DETECTORS else "",
        format_html_join("", "<p>{} {}</p>", ran_with),
        _("Run and hit:"),
        row.run,
        row.run,
        row.hit_id,
        _("The files that its rows stand in, by their hash:"),
        format_html_join(", ", "<bdi>{}</bdi>", ((manifest,) for manifest in rests.manifests())) or "–",
    )
