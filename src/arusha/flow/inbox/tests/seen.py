"""Things seen, for the tests of the inbox."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from arusha.core.journal.acts import Act
from arusha.core.people.roles import System
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.sightings import Seen, sight
from arusha.flow.inbox.signals import SameMembers, signal
from arusha.lib.factors import Factor

# Signals of the tests' own, so that the inbox is tested without any capability.
signal(
    "test-group",
    factor=Factor.AUDIT,
    match=SameMembers(at_least=0.5),
    title={"group": "A group"},
    subjects={"group": ("traveller", "traveller")},
)
signal(
    "test-officer",
    factor=Factor.AUDIT,
    match=SameMembers(at_least=0.5, leading=1),
    title={"officer": "An officer"},
    subjects={"officer": ("officer", "traveller")},
)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
THEN = datetime(2025, 6, 1, 8, 0, tzinfo=UTC)
RUN = UUID(int=1)


def group(*members: str, support: int = 40, run: UUID | None = None, **more) -> Seen:
    """A group of travellers."""
    return Seen(
        signal="test-group",
        kind="group",
        subjects=tuple(("traveller", member) for member in members),
        reasons=[{"reason": "since", "first": "2025-02-01", "last": "2025-11-30"}],
        support=support,
        first_at=THEN,
        last_at=NOW,
        expected=2.5,
        p=1e-9,
        q=more.pop("q", 1e-6),
        run=run or uuid4(),
        hit_id="-".join(sorted(members)),
        **more,
    )


def officer(officer_id: str, *members: str, **more) -> Seen:
    """An officer on a group's lane."""
    return Seen(
        signal="test-officer",
        kind="officer",
        subjects=(("officer", officer_id), *(("traveller", member) for member in members)),
        reasons=[],
        support=30,
        first_at=THEN,
        last_at=NOW,
        expected=6.0,
        p=1e-8,
        q=1e-5,
        run=more.pop("run", None) or uuid4(),
        hit_id=f"{officer_id}-{'-'.join(members)}",
        group_hit="-".join(sorted(members)),
        **more,
    )


def see(what: Seen, at: datetime = NOW) -> Finding:
    """The finding that a thing seen became."""
    done = sight(what, act=Act(by=System("watch"), at=at))
    return Finding.objects.get(pk=done.id)
