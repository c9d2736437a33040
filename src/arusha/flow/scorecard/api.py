"""Figures for programs: each over the last twelve months."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from arusha.flow.scorecard.figures import FIGURES
from arusha.flow.scorecard.pages import READERS
from arusha.flow.scorecard.showing import trend
from arusha.lib.factors import Factor
from arusha.ui.operations import Call, Sent, group, operation
from arusha.ui.problems import not_found

group("figures", _("The figures of the scorecard"))


class FigureTold(BaseModel):
    """What a figure is: what it counts, in what, and which way is better."""

    name: str
    title: str
    says: str = Field(description="Its definition: what is counted, over what")
    factor: str = Field(description="The key factor of the Revised Arusha Declaration")
    unit: str
    better: str


class MonthTold(BaseModel):
    """Its value over a month; the running one ends with today."""

    start: date
    end: date = Field(description="The day after its last")
    value: float | None = Field(description="Null where there is nothing to count")
    rows: int = Field(description="How many rows it rests on")


class FigureWhole(FigureTold):
    """A figure over twelve months, oldest first."""

    months: list[MonthTold]


class Asked(Sent):
    """Which figures."""

    factor: Factor | None = None


@operation("GET", "figures", name="figures", group="figures", may=READERS, answers=list[FigureTold])
def listed(request: Call, asked: Query[Asked]) -> list[FigureTold]:
    """Every figure that is defined, in the order of the scorecard."""
    del request
    order = list(Factor)
    found = sorted(FIGURES.values(), key=lambda figure: order.index(figure.factor))
    return [FigureTold(**_told(figure)) for figure in found if asked.factor in (None, figure.factor)]


@operation("GET", "figures/{name}", name="figure", group="figures", may=READERS, answers=FigureWhole)
def one(request: Call, name: str) -> FigureWhole:
    """One figure over the last twelve months."""
    figure = FIGURES.get(name)
    if figure is None:
        raise not_found()
    found = trend(figure, timezone.localtime(request.at).date())
    months = [MonthTold(start=p.start, end=p.end, value=v.value, rows=v.of) for p, v in found.months]
    return FigureWhole(**_told(figure), months=months)


def _told(figure: Any) -> dict[str, Any]:
    names = ("name", "title", "says", "factor", "unit", "better")
    return {name: str(getattr(figure, name)) for name in names}
