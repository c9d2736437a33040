"""Publishing is a decision: on what terms, by whom and why; it can be changed and withdrawn."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Effects, create
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.roles import SYSTEM, role
from arusha.rooms.watch.waiting.board.models import Board

PUBLISHERS = role("publisher", "head-of-office")
WITHIN = (15, 30, 45, 60, 90, 120)
"""Minutes that the bands of the dataset can tell."""
LICENCES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "ODC-By-1.0": "https://opendatacommons.org/licenses/by/1-0/",
}
AS_OF = {
    "now": _("Of now: the hours that come in from day to day"),
    "last-day": _("Of the past: shown as of noon on the last day received, and said to be so"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that a board is published on, as in `Board`."""

    within: int
    goal: int
    licence: str
    as_of: str = "now"


@act("waiting-board.published", why=Why.REQUIRED, may=PUBLISHERS | SYSTEM)
def publish(terms: Terms, *, act: Act) -> Effects:
    """Publish for the first time."""
    refuse_if(Board.objects.exists(), "board-there", _("Waiting times were published before: change the terms."))
    _check(terms)
    return create(Board(id=act.new_id(), shown=True, **_row(terms, act)))


@act("waiting-board.changed", why=Why.REQUIRED, may=PUBLISHERS)
def change(board: Locked[Board], terms: Terms, *, act: Act) -> Effects:
    """Publish on other terms, or again."""
    same = board.shown and asdict(terms) == {name: getattr(board, name) for name in asdict(terms)}
    refuse_if(same, "board-same", _("They are published on these very terms."))
    _check(terms)
    return board.set(shown=True, **_row(terms, act))


SHOWN = Condition("board-not-shown", lambda board: board is not None and board.shown, _("Nothing is published."))


@act("waiting-board.withdrawn", why=Why.REQUIRED, may=PUBLISHERS, when=(SHOWN,))
def withdraw(board: Locked[Board], *, act: Act) -> Effects:
    """Publish no longer."""
    return board.set(shown=False, decided_at=act.at, decided_by_id=act.by.person or None)


def published() -> Board | None:
    """The board where it is shown."""
    return Board.objects.filter(shown=True).first()


def _check(terms: Terms) -> None:
    refuse_if(terms.within not in WITHIN, "board-within", _("The bands of the data tell 15, 30, 45, 60, 90 or 120."))
    refuse_if(not 1 <= terms.goal <= 100, "board-goal", _("Give a share from 1 to 100 per cent."))
    refuse_if(terms.licence not in LICENCES, "board-licence", _("Choose one of the licences."))
    refuse_if(terms.as_of not in AS_OF, "board-as-of", _("Choose what the page is of."))


def _row(terms: Terms, act: Act) -> dict[str, Any]:
    return {**asdict(terms), "decided_at": act.at, "decided_by_id": act.by.person or None}
