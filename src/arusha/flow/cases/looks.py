"""Looking is an act: who looked at a case, and who took a file from it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Locked, act
from arusha.core.journal.effects import Effects, Remember
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import refuse_if
from arusha.flow.cases.models import Case
from arusha.flow.cases.states import member_may, when


@act("case.looked", may=member_may("case.looked"), when=when("case.looked"))
def look(case: Locked[Case], *, act: Act) -> Effects:
    """Record that a member looked at the case."""
    del case, act
    return Effects()


@act("case.file-taken", may=member_may("case.file-taken"), when=when("case.file-taken"))
def take_file(case: Locked[Case], evidence: Any, *, act: Act) -> Effects:
    """Record that a member took a file from the case."""
    del act
    try:
        held = case.evidence.filter(pk=evidence).first()
    except (ValueError, ValidationError):
        held = None
    refuse_if(held is None, "evidence-unknown", _("There is no such file."))
    assert held is not None
    return Effects((Remember({"evidence": str(held.pk), "kept": held.kept}),))


def looked(case: Case, *, act: Act) -> None:
    """Record a look: at most one a person, case and hour, so that reading on does not flood the journal."""
    once = f"looked:{case.pk}:{act.by.person}:{act.at:%Y%m%dT%H}"
    # Asked first, because an act takes the database's write lock even where it finds that it was done before.
    known = Entry.objects.filter(once=once).values_list("act", flat=True).first()
    if known != look.name:
        # A key that something else used up must not hide a look: it is then recorded without one.
        look(case.pk, act=Act(by=act.by, at=act.at, once=None if known else once))
