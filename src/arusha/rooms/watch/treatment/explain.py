"""Why a pair stands in the inbox: against chance, beside its peers on like cases, and case by case."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from django.utils import formats
from django.utils.translation import gettext as _

from arusha.flow.inbox.panels import FindingView, Panel
from arusha.flow.inbox.pictures import HALF, PHONE, ROWS, WHOLE, against_chance, local
from arusha.flow.inbox.signals import explains
from arusha.rooms.watch.treatment.cases import STRICT
from arusha.rooms.watch.treatment.picture import Share, side_by_side
from arusha.ui import charts

DRAWS = 2000
SEED = 20030627  # any fixed number, so that the picture is the same at every look
OTHERS = 2000
"""Cases with other officers that are drawn at most."""


@explains("treatment")
def panels(view: FindingView) -> Iterator[Panel]:
    """What was counted among what chance gives; the shares of this pair and of others; all the cases over time."""
    yield _chance(view)
    undone = view.reasons.get("treatment-not-examined") or view.reasons.get("treatment-not-searched")
    if undone:
        yield _shares(view, undone)
    yield _cases(view)


def of_trader(view: FindingView) -> bool:
    """Whether it is about declarations, and not about travellers."""
    return view.finding.kind == "officer-trader"


def _chance(view: FindingView) -> Panel:
    """As many lenient outcomes as habits give, drawn for each reason that was counted."""
    undone = view.reasons.get("treatment-not-examined") or view.reasons.get("treatment-not-searched")
    less = view.reasons.get("treatment-fined-less") or view.reasons.get("treatment-charged-less")
    rng = np.random.default_rng(SEED)
    if undone:
        told, counted = (undone["times"], undone["of"], undone["expected"]), _undone(view)
        how = _("%(n)d cases, each with the mean chance that the officer's and the other's own habits give it.")
    else:
        told, counted = (
            ((less["low"], less["of"], less["expected"]) if less else (0, 0, 0.0)),
            _("Cases charged little"),
        )
        how = _("%(n)d cases, each with the chance to be among the lowest quarter of its like.")
    times, of, expected = told
    draws = rng.binomial(of, min(1.0, expected / max(of, 1)), DRAWS)
    return against_chance(view, draws.tolist(), observed=times, expected=expected, counted=counted, how=how % {"n": of})


def _undone(view: FindingView) -> str:
    return _("Declarations not examined") if of_trader(view) else _("Searches not carried out")


def _shares(view: FindingView, undone: Mapping[str, Any]) -> Panel:
    """The pair, the officer's other cases, the other's cases with other officers, everybody else's like cases."""
    officer, subject, peers = (
        view.reasons.get(f"treatment-{name}", {"times": 0, "of": 0})
        for name in ("officer-otherwise", "subject-otherwise", "peers")
    )
    shares = [
        Share(_("This pair"), undone["times"], undone["of"], marked=True),
        Share(_("Same officer"), officer["times"], officer["of"]),
        Share(_("Same trader") if of_trader(view) else _("Same traveller"), subject["times"], subject["of"]),
        Share(_("Like cases"), peers["times"], peers["of"]),
    ]
    label = _("Beside its peers on like cases")

    def drawn(width: int) -> Any:
        return side_by_side(shares, x_title=_("Not carried out (%)"), width=width, direction=view.direction)

    numbers = (_("Not carried out"), _("Cases compared"), _("Share (%)"), _("From (%)"), _("To (%)"))
    return Panel(
        title=label,
        svg=charts.svg(drawn(HALF), label=label, name="peers"),
        narrow=charts.svg(drawn(PHONE), label=label, name="peers-narrow"),
        headers=[_("Cases of"), *({"label": name, "numeric": True} for name in numbers)],
        rows=[
            [
                s.name,
                formats.number_format(s.times, 0, force_grouping=True),
                formats.number_format(s.of, 0, force_grouping=True),
                *_figures(s),
            ]
            for s in shares
        ],
        text=_(
            "The same officer with others; the same trader or traveller with other officers; others' cases of the same "
            "place, lane and way of selection, weighed as this pair's are. Each span holds the true share nineteen "
            "times in twenty."
        ),
    )


def _figures(share: Share) -> list[str]:
    return [formats.number_format(x, 1) for x in (share.per_cent, *share.limits)]


def _cases(view: FindingView) -> Panel:
    """The pair's cases and those of the same trader or traveller with other officers, over time, by what came of it."""
    trader = of_trader(view)
    own = view.evidence("inspections" if trader else "searches").to_pylist()
    when = "assigned_at" if trader else "selected_at"
    who = next(iter(view.members("officer")), "")
    others = [row for row in _elsewhere(view) if row["inspector_id" if trader else "officer_id"] != who][:OTHERS]
    lanes = (_("This officer"), _("Other officers"))
    ticks = [(lanes[0], local(row[when]), _came(row)) for row in own]
    ticks += [(lanes[1], local(row[when]), _came(row)) for row in others]
    label = _("The cases over time")

    def drawn(width: int) -> Any:
        return charts.timeline(lanes, ticks=ticks, width=width, lane_height=40, direction=view.direction)

    return Panel(
        title=label,
        svg=charts.svg(drawn(WHOLE), label=label, name="cases"),
        narrow=charts.svg(drawn(PHONE), label=label, name="cases-narrow"),
        headers=[
            _("Declaration") if trader else _("Port"),
            _("Given to the officer at") if trader else _("Selected at"),
            _("Lane") if trader else _("Channel"),
            _("What came of it"),
            {"label": _("Penalty, % of the duty"), "numeric": True},
        ],
        rows=[_row(row, row[when], trader=trader) for row in sorted(own, key=lambda row: row[when])[:ROWS]],
        text=_("Above the cases of this pair, below those of the same trader or traveller with other officers."),
    )


def _elsewhere(view: FindingView) -> list[dict[str, Any]]:
    """All cases of the trader, by the declarations that name it as importer, or of the traveller."""
    if not of_trader(view):
        found: list[dict[str, Any]] = view.rows_of("searches", "person_token", view.members("traveller")).to_pylist()
        return found
    papers = view.rows_of("declarations", "importer_id", view.members("trader"))
    ids = sorted(set(papers["declaration_id"].to_pylist()))
    cases: list[dict[str, Any]] = view.rows_of("inspections", "declaration_id", ids).to_pylist()
    last: dict[str, datetime] = {}
    for row in cases:
        last[row["declaration_id"]] = max(last.get(row["declaration_id"], row["assigned_at"]), row["assigned_at"])
    return [row for row in cases if row["assigned_at"] == last[row["declaration_id"]]]


def _came(row: Mapping[str, Any]) -> str:
    before = row.get("rerouted_from")
    if row["started_at"] is None or (before and STRICT.index(before) > STRICT.index(row["lane"])):
        return _("not carried out")
    return _("irregular") if row["result"] == "irregular" else _("carried out")


def _lane(row: Mapping[str, Any], *, trader: bool) -> str:
    called = {"red": _("red"), "yellow": _("yellow"), "blue": _("blue"), "green": _("green")}
    after = called.get(row["lane"] if trader else row["channel"], "–")
    if not trader or not row["rerouted_from"]:
        return after
    return _("%(before)s, then %(after)s") % {"before": called[row["rerouted_from"]], "after": after}


def _row(row: Mapping[str, Any], at: datetime, *, trader: bool) -> list[Any]:
    duty = row["duty_adjustment" if trader else "duty"]
    share = formats.number_format(100 * row["penalty"] / duty, 0) if row["penalty"] is not None and duty else "–"
    return [
        {"text": row["declaration_id"] if trader else row["port_code"], "code": True},
        f"{local(at):%Y-%m-%d %H:%M}",
        _lane(row, trader=trader),
        _came(row),
        share,
    ]
