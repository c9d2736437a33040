"""What the pages of retention show."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import get_language_bidi, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from arusha.core.people.subjects import own
from arusha.core.retention import erasures, holds, terms
from arusha.core.retention.kept import KEPT, Kept, needed, touched
from arusha.core.retention.models import Erasure, Hold, Term
from arusha.lib.ids import spoken
from arusha.ui import charts
from arusha.ui.components import draw

TONES = {"proposed": "caution", "in-force": "good", "declined": "neutral", "ended": "neutral"}
ERASURE_STATES: dict[str, "str | Promise"] = {
    "asked": pgettext_lazy("state of an erasure", "Asked for"),
    "done": pgettext_lazy("state of an erasure", "Gone"),
    "declined": pgettext_lazy("state of an erasure", "Declined"),
}
ERASURE_TONES = {"asked": "caution", "done": "neutral", "declined": "neutral"}
BASES: dict[str, "str | Promise"] = {
    "term": pgettext_lazy("basis of an erasure", "Its term"),
    "decision": pgettext_lazy("basis of an erasure", "A decision"),
}
LADDER = (6, 12, 24, 36, 60, 120, 240)
"""Months at which a page counts what would go."""
MOST = 2000
"""Things that are asked one by one whom they are about; beyond, numbers are of all but those."""


def sorts(actor: Any, at: datetime) -> list[list[Any]]:
    """Every sort of thing that can have a term: since when, for how long, and what is over now."""
    ruling = {term.kept: term for term in Term.objects.filter(state="in-force")}
    proposed = set(Term.objects.filter(state="proposed").values_list("kept", flat=True))
    rows = []
    for one in sorted(_with_terms(), key=lambda kept: str(kept.title)):
        term = ruling.get(one.name)
        over, back = counted(one, term.months, actor, at) if term else (0, 0)
        tags = _tag("proposed", terms.STATES, TONES) if one.name in proposed else ""
        rows.append(
            [
                {"text": one.title, "href": reverse("retention-sort", args=[one.name])},
                one.since,
                format_html("{} {}", months(term.months) if term else _("without end"), tags),
                over if term else "–",
                back if term else "–",
            ]
        )
    return rows


def headers() -> list[Any]:
    """The headers of that table."""
    numbers = [{"label": _("Over, and to go"), "numeric": True}, {"label": _("Over, and held back"), "numeric": True}]
    return [_("What is kept"), _("Counted from"), _("For how long"), *numbers]


def counted(one: Kept, long: int, actor: Any, at: datetime) -> tuple[int, int]:
    """How many are over and to go, and how many of those over are held or needed; none that is about the actor."""
    keys = list(terms.past(one, long, at).order_by("pk").values_list("pk", flat=True)[:MOST])
    mine = own(actor)
    keys = [key for key, refs in zip(keys, touched(one, keys).values(), strict=True) if not refs & mine]
    back = {str(key) for key in needed(one, keys)} | set(erasures.held(one, keys))
    return len(keys) - len(back), len(back)


def sort(one: Kept, actor: Any, at: datetime) -> dict[str, Any]:
    """One sort of thing: its terms, and how many would go at each length."""
    term = terms.in_force(one.name)
    rungs = [(months(long), sum(counted(one, long, actor, at))) for long in _ladder(term)]
    label = _("How many are past each term")
    direction = "rtl" if get_language_bidi() else "ltr"

    def drawn(width: int) -> Any:
        own_mark = months(term.months) if term else None
        return charts.bars(rungs, x_title=_("Things"), mark=own_mark, width=width, direction=direction)

    return {
        "title": one.title,
        "summary": [
            (_("Counted from"), one.since),
            (_("Term in force"), months(term.months) if term else _("none: it is kept without end")),
            *([(_("Basis"), term.basis), (_("In force since"), when(term.decided_at))] if term else []),
        ],
        "ladder": None
        if not any(count for _name, count in rungs)
        else {
            "title": label,
            "svg": charts.svg(drawn(480), label=label, name="ladder"),
            "narrow": charts.svg(drawn(330), label=label, name="ladder-narrow"),
            "headers": [_("Term"), {"label": _("Past it now"), "numeric": True}],
            "rows": [[name, count] for name, count in rungs],
        },
        "history_headers": [_("Term"), _("Basis"), _("State"), _("Would go at once"), _("Proposed"), _("Decided")],
        "history": [_line(each) for each in _history(one)],
    }


def hold_rows(actor: Any, *, lifted: bool) -> list[list[Any]]:
    """The holds that the actor may see."""
    rows = Hold.objects.visible_to(actor).filter(lifted_at__isnull=not lifted).order_by("-number")
    return [
        [
            {"text": spoken("H", hold.number), "href": reverse("retention-hold", args=[hold.pk]), "code": True},
            what(hold),
            when(hold.placed_at),
            day(hold.review),
            *([when(hold.lifted_at)] if lifted else []),
        ]
        for hold in rows
    ]


def hold_headers(*, lifted: bool) -> list[Any]:
    """The headers of that table."""
    return [_("Hold"), _("What it holds back"), _("Placed"), _("To be looked at again"), *([_("Lifted")] * lifted)]


def what(hold: Hold) -> Any:
    """What a hold names, in words."""
    if hold.kind == holds.EVERYTHING:
        return _("Everything that is kept here")
    sort_ = KEPT[hold.kind].title if hold.kind in KEPT else holds.SUBJECTS.get(hold.kind, hold.kind)
    return format_html("{}: <bdi>{}</bdi>", sort_, named(hold.kind, hold.ref))


def named(kind: str, ref: str) -> str:
    """A thing as people say it: its number where it has one."""
    declared = KEPT.get(kind)
    if declared is None:
        return ref
    row = declared.model._default_manager.filter(pk=ref).first()
    number = getattr(row, "number", None)
    letter = kind[0].upper()
    return spoken(letter, number) if number is not None else f"…{ref[-8:]}"


def facts_of(hold: Hold) -> list[Any]:
    """One hold, all of it."""
    told = [
        (_("What it holds back"), what(hold)),
        (_("For which proceedings"), hold.matter),
        (_("Placed"), f"{when(hold.placed_at)}, {hold.placed_by.name}"),
        (_("To be looked at again"), day(hold.review)),
    ]
    return told + ([(_("Lifted"), f"{when(hold.lifted_at)}, {hold.lifted_by.name}")] if hold.lifted_by else [])


def erasure_cells(row: Erasure) -> list[Any]:
    """One erasure as a line of the list."""
    declared = KEPT.get(row.kept)
    return [
        {"text": erasures.number_of(row), "href": reverse("retention-erasure", args=[row.pk]), "code": True},
        declared.title if declared else row.kept,
        BASES[row.basis],
        _tag(row.state, ERASURE_STATES, ERASURE_TONES),
        when(row.decided_at or row.asked_at),
    ]


def erasure_facts(row: Erasure) -> list[Any]:
    """One erasure, all of it."""
    declared = KEPT.get(row.kept)
    told = [
        (_("What"), declared.title if declared else row.kept),
        (_("Which one"), draw("bdi", value=named(row.kept, str(row.key)))),
        (_("By"), BASES[row.basis]),
        (_("State"), _tag(row.state, ERASURE_STATES, ERASURE_TONES)),
    ]
    if row.term:
        told.append((_("Basis"), row.term.basis))
    if row.asked_by:
        told.append((_("Asked for"), f"{when(row.asked_at)}, {row.asked_by.name}"))
    if row.decided_at:
        by = f", {row.decided_by.name}" if row.decided_by else ""
        told.append((_("Decided"), f"{when(row.decided_at)}{by}"))
    return told


def months(count: int) -> str:
    """A length in words: in years where it is whole ones."""
    if count % 12:
        return ngettext("%(n)s month", "%(n)s months", count) % {"n": count}
    return ngettext("%(n)s year", "%(n)s years", count // 12) % {"n": count // 12}


def when(at: Any) -> str:
    """The day of a moment, in the office's zone."""
    return formats.date_format(timezone.localtime(at), "SHORT_DATE_FORMAT") if at else "–"


def day(on: Any) -> str:
    """A day."""
    return formats.date_format(on, "SHORT_DATE_FORMAT")


def _with_terms() -> list[Kept]:
    return [one for one in KEPT.values() if one.ended is not None]


def _history(one: Kept) -> Any:
    return Term.objects.filter(kept=one.name).select_related("proposed_by", "decided_by").order_by("-proposed_at")


def _ladder(term: Term | None) -> list[int]:
    return sorted({*LADDER, *([term.months] if term else [])})


def _line(term: Term) -> list[Any]:
    people = (
        f"{when(term.proposed_at)}, {term.proposed_by.name}",
        f"{when(term.decided_at)}, {term.decided_by.name}" if term.decided_by else "–",
    )
    return [months(term.months), term.basis, _tag(term.state, terms.STATES, TONES), term.first, *people]


def _tag(state: str, words: Any, tones: Any) -> Any:
    return draw("tag", text=words[state], tone=tones[state])
