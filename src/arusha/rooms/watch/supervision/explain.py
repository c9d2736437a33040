"""How a finding of a supervision model is shown: the subject's measure beside what it is held against."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from arusha.flow.inbox.panels import FindingView, Panel
from arusha.flow.inbox.signals import explains
from arusha.flow.inbox.words import shown
from arusha.rooms.watch.supervision.making import FAMILY
from arusha.ui import charts

HALF, PHONE = 480, 330
MEASURES = ("model-count", "model-distinct", "model-sum", "model-mean", "model-share")
HELD = {"model-at-least": "than", "model-at-most": "than", "model-peers": "expected", "model-before": "expected"}


@explains(FAMILY)
def panels(view: FindingView) -> Iterator[Panel]:
    """Two bars: what was measured, and the number, the others or the period before."""
    measured = next((view.reasons[name] for name in MEASURES if name in view.reasons), None)
    held = next(((name, view.reasons[name][fact]) for name, fact in HELD.items() if name in view.reasons), None)
    if measured is None or held is None:
        return
    words = {
        "model-at-least": _("The model asks for at least"),
        "model-at-most": _("The model allows at most"),
        "model-peers": _("Others like it"),
        "model-before": _("The period before"),
    }
    rows = [(_("Measured"), measured["value"]), (words[held[0]], held[1])]
    label = _("What was measured, and what it is held against")

    def drawn(width: int) -> object:
        return charts.bars(rows, mark=rows[0][0], width=width, direction=view.direction)

    yield Panel(
        title=label,
        svg=charts.svg(drawn(HALF), label=label, name="model"),
        narrow=charts.svg(drawn(PHONE), label=label, name="model-narrow"),
        headers=[_("What"), {"label": _("Value"), "numeric": True}],
        rows=[[name, shown(value)] for name, value in rows],
        text=_("A rule that people of this administration composed: it says what is so, not that anybody did wrong."),
        place="null",
    )
