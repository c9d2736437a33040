"""The demonstration publishes the waiting times of its invented year, by the act that a director would use."""

from datetime import datetime

from arusha.core.journal.acts import Act
from arusha.core.people.roles import System
from arusha.rooms.watch.waiting.board.deciding import Terms, publish
from arusha.rooms.watch.waiting.board.models import Board


def decide(at: datetime) -> None:
    """Publish them once."""
    if not Board.objects.exists():
        terms = Terms(within=15, goal=80, licence="CC-BY-4.0", as_of="last-day")
        publish(terms, act=Act(by=System("demo"), at=at, why="Travellers are to know how long they will wait."))
