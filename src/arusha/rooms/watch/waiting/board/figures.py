"""What the scorecard says of the service level."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from arusha.flow.scorecard.figures import Better, Period, Unit, Value, figure
from arusha.lib.factors import Factor
from arusha.lib.intake import Lake
from arusha.lib.intake.consistency import BANDS
from arusha.rooms.watch.waiting.board.forms import FIRST
from arusha.rooms.watch.waiting.board.models import Board
from arusha.rooms.watch.waiting.board.service import level


@figure(
    "waiting.within-target",
    factor=Factor.TRANSPARENCY,
    unit=Unit.PERCENT,
    better=Better.UP,
    title=_("Travellers who waited no longer than the target"),
    says=_("Of those whose wait was counted in the month; the target is the published one, 30 minutes where none is."),
    rows="/waiting/",
)
def within_target(during: Period) -> Value:
    """The share, in per cent, and how many travellers it rests on; nothing where they are too few."""
    board = Board.objects.first()
    columns = ("day", *BANDS)
    table = Lake(Path(settings.ARUSHA_HOME)).read("waiting", columns, start=during.start, stop=during.end).data
    told = level(table, board.within if board else int(FIRST["within"]), during.start, during.end)
    return Value(None if told.share is None else 100 * told.share, told.counted or 0)
