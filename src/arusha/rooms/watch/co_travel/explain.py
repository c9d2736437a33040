"""How a group that crosses together is shown: against chance, over time, who with whom."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from arusha.flow.inbox.panels import FindingView, Panel
from arusha.flow.inbox.pictures import PHONE, WHOLE, against_chance, crossings_over_time
from arusha.flow.inbox.signals import explains
from arusha.rooms.watch.co_travel.detect import CoTravel
from arusha.rooms.watch.co_travel.picture import Picture, picture
from arusha.ui import charts


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
    yield against_chance(
        view,
        seen.draws.tolist(),
        observed=seen.observed,
        expected=float(seen.draws.mean()),
        counted=_("Meetings among them, pair by pair"),
        how=_("Each traveller moved by another number of whole weeks, %(n)d times.") % {"n": len(seen.draws)},
    )
    yield over_time(view)
    yield who_with_whom(seen, view)


def over_time(view: FindingView) -> Panel:
    """The members' crossings that the finding rests on, with the shifts of the officers named beside them."""
    rows = view.evidence("crossings").to_pylist()
    officers = [ref for kind, ref, _support in view.related if kind == "officer"]
    shifts = view.rows_of("roster", "officer_id", officers).to_pylist() if officers and rows else []
    first, last = (rows[0]["crossed_at"], rows[-1]["crossed_at"]) if rows else (None, None)
    during = [shift for shift in shifts if shift["shift_end"] >= first and shift["shift_start"] <= last]
    return crossings_over_time(view, [*view.members("traveller"), *officers], rows, during)


def who_with_whom(seen: Picture, view: FindingView) -> Panel:
    """Travellers, officers and units as a network; the thicker the line, the oftener together."""
    words = {"officer": _("officer"), "unit": _("unit")}
    named = [(kind, ref, support) for kind, ref, support in view.related if kind in words]
    nodes = [(member, member[:6], _("traveller")) for member in seen.members]
    nodes += [(ref, ref, words[kind]) for kind, ref, _support in named]
    places = range(len(seen.members))
    edges = [
        (seen.members[a], seen.members[b], float(seen.pairs[a, b])) for a in places for b in places if seen.pairs[a, b]
    ]
    edges += [(ref, member, support / len(seen.members)) for _kind, ref, support in named for member in seen.members]

    def drawn(width: int) -> Any:
        return charts.network(nodes, edges, width=width, height=340, direction=view.direction)

    label = _("Who crosses with whom")
    return Panel(
        title=label,
        svg=charts.svg(drawn(WHOLE // 2), label=label, name="network"),
        narrow=charts.svg(drawn(PHONE), label=label, name="network-narrow"),
        headers=[_("One"), _("Other"), {"label": _("Times"), "numeric": True}],
        rows=[
            [{"text": a, "code": True}, {"text": b, "code": True}, round(weight)]
            for a, b, weight in sorted(edges, key=lambda edge: -edge[2])
        ],
    )
