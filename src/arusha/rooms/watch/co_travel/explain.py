"""How a group that crosses together is shown: against chance, over time, who with whom."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from arusha.flow.inbox.panels import FindingView, Panel
from arusha.flow.inbox.signals import explains
from arusha.rooms.watch.co_travel.detect import CoTravel
from arusha.rooms.watch.co_travel.picture import Picture, picture
from arusha.ui import charts

HALF, WHOLE, PHONE = 480, 1040, 330


@explains("co-travel")
def panels(view: FindingView) -> Iterator[Panel]:
    """The null in a picture, the crossings in a picture, the network."""
    members = view.members("traveller")
    settings = CoTravel()
    window = int(settings.window.total_seconds() * 1_000_000)
    rows = view.rows_of("crossings", "person_token", members)
    if not rows.num_rows:
        return
    seen = picture(rows, members, window_us=window, weeks=settings.weeks)
    yield against_chance(seen, view.direction)
    yield over_time(view)
    yield who_with_whom(seen, view)


def against_chance(seen: Picture, direction: str) -> Panel:
    """The meetings observed beside what the same people would have if each kept their rhythm in other weeks."""
    mean = float(seen.draws.mean())

    def drawn(width: int) -> Any:
        return charts.histogram_with_mark(
            seen.draws.tolist(),
            observed=seen.observed,
            expected=mean,
            observed_label=_("Observed: %(n)d") % {"n": seen.observed},
            expected_label=_("By chance: %(n).1f") % {"n": mean},
            x_title=_("Meetings among them, pair by pair"),
            width=width,
            height=170,
            direction=direction,
        )

    label = _("Compared with chance")
    return Panel(
        title=label,
        svg=charts.svg(drawn(HALF), label=label, name="chance"),
        narrow=charts.svg(drawn(PHONE), label=label, name="chance-narrow"),
        headers=[_("What"), {"label": _("Meetings"), "numeric": True}],
        rows=[
            [_("Observed"), seen.observed],
            [_("Mean by chance"), round(mean, 1)],
            [_("Most of %(n)d draws") % {"n": len(seen.draws)}, int(seen.draws.max())],
        ],
        text=_("Each traveller moved by another number of whole weeks, %(n)d times.") % {"n": len(seen.draws)},
        place="null",
    )


def over_time(view: FindingView) -> Panel:
    """Each member's crossings that the finding rests on, with the shifts of the officers named beside them."""
    rows = view.evidence("crossings").to_pylist()
    officers = [ref for kind, ref, _support in view.related if kind == "officer"]
    words = {"in": _("into the country"), "out": _("out of the country")}
    ticks = [(row["person_token"], local(row["crossed_at"]), words[row["direction"]]) for row in rows]
    spans = []
    if officers and rows:
        first, last = rows[0]["crossed_at"], rows[-1]["crossed_at"]
        for shift in view.rows_of("roster", "officer_id", officers).to_pylist():
            if shift["shift_end"] >= first and shift["shift_start"] <= last:
                spans.append((shift["officer_id"], local(shift["shift_start"]), local(shift["shift_end"])))
    lanes = [*view.members("traveller"), *officers]

    def drawn(width: int) -> Any:
        return charts.timeline(
            lanes, ticks=ticks, spans=spans, span_label=_("duty shift"), width=width, direction=view.direction
        )

    label = _("Their crossings over time")
    return Panel(
        title=label,
        svg=charts.svg(drawn(WHOLE), label=label, name="time"),
        narrow=charts.svg(drawn(PHONE), label=label, name="time-narrow"),
        headers=[_("Traveller"), _("Crossed at"), _("Direction")],
        rows=[[who, at.strftime("%Y-%m-%d %H:%M"), way] for who, at, way in sorted(ticks, key=lambda t: t[1])[:200]],
        text=_("With the duty shifts of the officers found on their lane.") if officers else "",
    )


def who_with_whom(seen: Picture, view: FindingView) -> Panel:
    """Travellers and officers as a network; the thicker the line, the oftener together."""
    nodes = [(member, member[:6], _("traveller")) for member in seen.members]
    edges = [
        (seen.members[a], seen.members[b], float(seen.pairs[a, b]))
        for a in range(len(seen.members))
        for b in range(a + 1, len(seen.members))
        if seen.pairs[a, b]
    ]
    named = [(kind, ref, support) for kind, ref, support in view.related if kind in ("officer", "unit")]
    words = {"officer": _("officer"), "unit": _("unit")}
    nodes += [(ref, ref, words[kind]) for kind, ref, _support in named]
    edges += [(ref, member, support / len(seen.members)) for _kind, ref, support in named for member in seen.members]

    def drawn(width: int) -> Any:
        return charts.network(nodes, edges, width=width, height=340, direction=view.direction)

    label = _("Who crosses with whom")
    return Panel(
        title=label,
        svg=charts.svg(drawn(WHOLE // 2), label=label, name="network"),
        narrow=charts.svg(drawn(PHONE), label=label, name="network-narrow"),
        headers=[_("One"), _("Other"), {"label": _("Times"), "numeric": True}],
        rows=[[a, b, round(weight)] for a, b, weight in sorted(edges, key=lambda edge: -edge[2])],
    )


def local(at: datetime) -> datetime:
    """A moment in the office's zone, as charts take it."""
    return timezone.localtime(at).replace(tzinfo=None)
