"""What the runs tell of the data that comes in."""

from django.utils.translation import gettext_lazy as _

from arusha.flow.inbox.figures import within
from arusha.flow.runs.models import Run
from arusha.flow.scorecard.figures import Better, Period, Unit, Value, figure, ratio
from arusha.lib.factors import Factor


def _received(during: Period) -> list[dict[str, int]]:
    start, end = within(during)
    runs = Run.objects.filter(kind="receive", state="done", asked_at__gte=start, asked_at__lt=end)
    return [counts for counts in runs.values_list("counts", flat=True) if not counts.get("already")]


@figure(
    "data.accepted",
    factor=Factor.AUTOMATION,
    unit=Unit.PERCENT,
    better=Better.UP,
    title=_("Rows received that were accepted"),
    says=_("Of all rows in the files received in the period, the share that was accepted; the others were set aside."),
    rows="/supervision/",
)
def accepted(during: Period) -> Value:
    """Share of rows accepted."""
    counts = _received(during)
    return ratio(sum(c["accepted"] for c in counts), sum(c["received"] for c in counts))


@figure(
    "data.rows",
    factor=Factor.AUTOMATION,
    unit=Unit.COUNT,
    better=Better.UP,
    title=_("Rows received"),
    says=_("Rows in the files received in the period."),
    rows="/supervision/",
)
def rows(during: Period) -> Value:
    """Rows received."""
    counts = _received(during)
    return Value(sum(c["received"] for c in counts), len(counts))
