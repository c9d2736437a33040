"""Reading the reason given with an act: a protected read, for a stated reason, and an entry itself."""

import json
from typing import Any

from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Why, act
from arusha.core.journal.effects import Effects, Remember
from arusha.core.journal.keys import reasons_key
from arusha.core.journal.models import Entry, Reason
from arusha.core.journal.refusals import Refused, refuse_if
from arusha.core.people.roles import role
from arusha.lib.seal.sealed_text import SealedTextError, open_text
from arusha.rooms.assurance.record.visible import concerns, entries, names_hidden

READERS = role("auditor", "integrity-officer")
PRIVATE = ("people.recused",)
"""Acts whose reasons stay with the person: what someone stands back from is theirs alone."""


@act("record.reason-read", may=READERS, why=Why.REQUIRED)
def look(entry: Any, *, act: Act) -> Effects:
    """Record the look. It is about what the entry is about, so that whoever may not see that does not see the look."""
    row = entries(act.by).filter(pk=entry).first()
    refuse_if(row is None, "not-found", _("There is nothing here, or not for you."))
    assert row is not None
    refuse_if(row.act in PRIVATE, "reason-private", _("The reason of a recusal stays with the person."))
    refuse_if(concerns(row, act.by), "reason-own", _("This entry is about you: somebody else reads its reason."))
    refuse_if(names_hidden(row, act.by), "not-open", _("This entry also names something that is not open to you."))
    kept = Reason.objects.filter(entry=row.id).exists()
    refuse_if(not kept, "no-reason", _("No reason is kept with this entry: none was given, or it was erased."))
    return Effects((Remember({"entry": str(row.id)}),), about=row.about)


def read(entry: Entry, *, act: Act) -> str:
    """The reason in clear, once the look is recorded.

    Raises
    ------
    Refused
        as `look` does, or `reason-damaged` where what is stored does not open; the look stays recorded.
    """
    look(entry.pk, act=act)
    sealed = Reason.objects.get(entry=entry.id)
    commitment = bytes.fromhex(json.loads(bytes(entry.body))["why"])
    try:
        return open_text(bytes(sealed.ciphertext), reasons_key(), entry.id.bytes, commitment)
    except SealedTextError as wrong:
        raise Refused("reason-damaged", _("The stored reason does not open: %s") % wrong) from None


def may_be_read(entry: Entry, actor: Any) -> bool:
    """Whether the actor is offered to read the entry's reason."""
    if not READERS(actor) or entry.act in PRIVATE or concerns(entry, actor):
        return False
    return Reason.objects.filter(entry=entry.id).exists()
