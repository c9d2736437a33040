"""A figure as it is read."""

from datetime import date

import pytest

from arusha.flow.scorecard.figures import Better, Figure, Unit, Value, months_to
from arusha.flow.scorecard.showing import Trend, stat
from arusha.lib.factors import Factor

WAIT = Figure(
    "test.wait", Factor.TRANSPARENCY, Unit.MINUTES, Better.DOWN, "Wait", "Minutes waited.", lambda _: Value(None, 0)
)


def card(*values):
    """The card of a figure that had these values, the running month of March 2026 last."""
    months = list(months_to(date(2026, 3, 15), 12))
    worth = [None] * (12 - len(values)) + list(values)
    return stat(Trend(WAIT, tuple((m, Value(v, 0 if v is None else 9)) for m, v in zip(months, worth, strict=True))))


@pytest.mark.parametrize(
    ("values", "value", "beside", "trend", "tone"),
    [
        ((7.25, 6.5), "6.50", "7.25 the month before", "down", "good"),
        ((6.5, 7.25), "7.25", "6.50 the month before", "up", "bad"),
        ((7.0, 7.0), "7.00", "7.00 the month before", "flat", "neutral"),
        ((7.0,), "7.00", "nothing to compare with", "none", "neutral"),
        ((8.0, 7.0, None, None), "–", "nothing this month; 7.00 in January 2026", "none", "neutral"),
        ((), "–", "nothing in twelve months", "none", "neutral"),
    ],
)
def test_a_figure_stands_beside_what_it_can_be_compared_with(values, value, beside, trend, tone):
    told = card(*values)
    assert (told["value"], told["trend_text"], told["trend"], told["trend_tone"]) == (value, beside, trend, tone)
