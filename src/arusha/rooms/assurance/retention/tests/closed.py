"""A case that said much, closed; terms that two people put in force."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from arusha.core.files import store
from arusha.core.retention import terms
from arusha.flow.cases import content, outcomes, replies
from arusha.flow.cases.models import Case
from arusha.flow.cases.tests.world import NOW, World, act
from arusha.flow.inbox import findings

LATER = datetime(2029, 3, 3, 9, 30, tzinfo=UTC)
"""Three years and a day after."""


def closed(world: World) -> Case:
    """The case with one of each, decided and closed; its finding confirmed."""
    case, lead = world.case, world.lead
    content.add_note(case.pk, "He took the envelope.", act=act(lead))
    film = store.put(BytesIO(b"page of film"))
    content.add_file(case.pk, film, "film.txt", "text/plain", "Kilimo ledger", act=act(lead))
    content.add_task(case.pk, "call the driver", world.investigator.person, NOW.date(), act=act(lead))
    content.finish_task(case.pk, case.tasks.get().pk, "he hung up", act=act(lead))
    subject = case.subjects.get(kind="officer")
    replies.invite(case.pk, subject.pk, "were you there", NOW.date() + timedelta(days=9), act=act(lead))
    reply = case.replies.get()
    replies.decline(reply.pk, act=act(world.subject))
    outcomes.decide(case.pk, "substantiated", [subject.pk], act=act(lead, "proved by film"))
    outcomes.close(case.pk, act=act(lead, "all is said"))
    findings.dispose(world.finding.pk, "confirmed", act=act(world.outsider, "it is so"))
    return Case.objects.get(pk=case.pk)


def in_force(kept: str, months: int, proposer: Any, second: Any, at: datetime = NOW) -> Any:
    """A term that two people put in force."""
    done = terms.propose(kept, months, "Archives Act 4", act=act(proposer, at=at))
    terms.put_in_force(done.id, act=act(second, at=at))
    return terms.in_force(kept)
