"""Telling a person, and their reading it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Locked, act
from arusha.core.journal.effects import Effects
from arusha.core.journal.refusals import refuse_if
from arusha.core.notices.models import Notice
from arusha.core.people.roles import SIGNED_IN

SENTENCES: dict[str, "str | Promise"] = {}
"""A notice's sentence by its kind, with named placeholders for its facts; each capability adds its own."""


@dataclass(frozen=True, slots=True)
class Notify:
    """The effect of telling a person; `person` is a Person's primary key."""

    person: Any
    kind: str
    url: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, act: Act) -> Mapping[str, Any]:
        """Add the notice; nobody is told of what they did themselves."""
        if str(self.person) == act.by.person:
            return {}
        if self.kind not in SENTENCES:
            raise KeyError(f"no sentence for the notice {self.kind!r}")
        Notice(
            id=act.new_id(), person_id=self.person, kind=self.kind, facts=dict(self.facts), url=self.url, at=act.at
        ).save(force_insert=True)
        return {"notified": {self.kind: 1}}


def sentence(notice: Notice) -> str:
    """The notice in the reader's language."""
    said = SENTENCES.get(notice.kind, _("Something happened."))
    told: str = str(said) % notice.facts
    return told


@act("notice.read", may=SIGNED_IN)
def read(notice: Locked[Notice], *, act: Act) -> Effects:
    """Mark a notice as read by the person it is for."""
    refuse_if(str(notice.person_id) != act.by.person, "not-yours", _("This notice is for someone else."))
    return Effects() if notice.read_at else notice.set(read_at=act.at)
