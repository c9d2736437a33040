"""Whether an action moved the figure it should move: the last full month before it, and full months since."""

from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act
from arusha.core.journal.refusals import refuse_if
from arusha.flow.actions.models import Action, ActionMeasure
from arusha.flow.scorecard.figures import FIGURES, Figure, Period, month_of


def last_full_month(day: date) -> Period:
    """The calendar month before the day's own."""
    return month_of(day.replace(day=1) - timedelta(days=1))


def figure_of(name: str) -> Figure | None:
    """The figure of that name, or None where nothing declares it (any more)."""
    return FIGURES.get(name)


def measured(action: Action, when: str, day: date, act: Act) -> ActionMeasure | None:
    """What the action's figure was worth over the last full month, to be kept; None for an action without a figure."""
    if not action.figure:
        return None
    figure = figure_of(action.figure)
    refuse_if(figure is None, "figure-unknown", _("Nothing computes this figure."))
    assert figure is not None
    over = last_full_month(day)
    value = figure.over(over)
    return ActionMeasure(
        id=act.new_id(),
        of=action,
        when=when,
        start=over.start,
        end=over.end,
        value=value.value,
        rests_on=value.of,
        at=act.at,
    )
