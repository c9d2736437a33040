"""The state of the chain, and a checkpoint signed on demand to be taken away."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from arusha.core.journal import chain
from arusha.core.journal.acts import Act, act
from arusha.core.journal.effects import Effects, Remember
from arusha.core.journal.keys import journal_key
from arusha.core.journal.models import Entry, Link
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.roles import role
from arusha.lib.seal.checkpoints import Checkpoint, check, fingerprint

READERS = role("integrity-officer", "auditor", "system-administrator")
SIGNED = "record.checkpoint-signed"


@dataclass(frozen=True, slots=True)
class State:
    """How far the chain reaches, its last link, and when a checkpoint was last taken from these pages."""

    entries: int
    chained: int
    link: Link | None
    checkpoint: datetime | None


def state() -> State:
    """Four small queries, none of which reads the journal through: entries are numbered without a gap."""
    link = Link.objects.order_by("-number").first()
    last = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    checkpoint = Entry.objects.filter(act=SIGNED).order_by("-seq").values_list("at", flat=True).first()
    return State(last, link.first_seq + link.count - 1 if link else 0, link, checkpoint)


@act(SIGNED, may=READERS)
def record_checkpoint(told: Checkpoint, *, act: Act) -> Effects:
    """Record that a checkpoint was signed and handed out."""
    del act
    facts = {"link": told.link, "entries": told.last_seq, "fingerprint": fingerprint(told)}
    return Effects((Remember(facts),), about=f"link:{told.link}")


def sign(installation: str, *, act: Act) -> bytes:
    """Chain what is new, sign a checkpoint over all of it, and record that it was handed out."""
    refuse_if(not READERS(act.by), "not-allowed", _("You are not allowed to do this."))
    chain.chain_new()
    signed = chain.checkpoint(installation=installation, at=act.at)
    refuse_if(signed is None, "nothing-chained", _("There is nothing in the journal yet."))
    assert signed is not None
    record_checkpoint(check(signed, journal_key().public_key()), act=act)
    return signed
