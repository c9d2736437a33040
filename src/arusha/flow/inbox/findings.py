"""What a person does with a finding: take it, dispose of it with a reason, open it again."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Effects
from arusha.core.journal.refusals import refuse_if
from arusha.core.notices.notices import SENTENCES, Notify
from arusha.core.people.models import Person
from arusha.core.people.roles import SYSTEM, May, role
from arusha.flow.inbox.models import Finding
from arusha.lib.ids import spoken

STATES: dict[str, "str | Promise"] = {
    "open": _("Open"),
    "watching": _("Watched"),
    "confirmed": _("Confirmed"),
    "explained": _("Explained"),
    "duplicate": _("Duplicate"),
}
DISPOSALS: dict[str, "str | Promise"] = {
    "confirmed": _("Confirmed: it needs a case or an action"),
    "explained": _("Explained: there is an ordinary reason"),
    "duplicate": _("Duplicate of another finding"),
    "watching": _("Watch until a day"),
}
NOT_HERE = _("There is nothing here, or not for you.")
READERS = role("integrity-officer", "investigator", "analyst", "auditor")
SENTENCES["finding-assigned"] = _("A finding was assigned to you: %(number)s.")


def handlers() -> list[Person]:
    """Those who look into findings, by name."""
    held = Person.objects.filter(machine=False, grants__role__in=("integrity-officer", "investigator", "analyst"))
    return list(held.distinct().order_by("name", "pk"))


def _not_about_them(actor: Any, row: Any) -> bool:
    return row is None or Finding.objects.visible_to(actor).filter(pk=row.pk).exists()


NO_SUBJECT = May("no subject of it", _not_about_them)
HANDLER = role("integrity-officer") & NO_SUBJECT
ASSIGNER = role("integrity-officer", "analyst") & NO_SUBJECT


def _is_open(finding: Any) -> bool:
    return bool(finding.state == "open")


def _is_disposed(finding: Any) -> bool:
    return bool(finding.state != "open")


OPEN = Condition("finding-disposed", _is_open, _("This finding is already disposed of. Open it again first."))
DISPOSED = Condition("finding-open", _is_disposed, _("This finding is open."))


@act("finding.assigned", may=ASSIGNER, when=(OPEN,))
def assign(finding: Locked[Finding], person: Any, *, act: Act) -> Effects:
    """Let a person look into it, or nobody (None)."""
    del act
    if person is None:
        return finding.set(assigned_to=None)
    to = Person.objects.filter(pk=person).first()
    refuse_if(to is None, "person-unknown", _("There is no such person."))
    assert to is not None
    return finding.set(assigned_to=to) + Notify(
        to.pk, "finding-assigned", f"/findings/{finding.pk}/", {"number": spoken("F", finding.number)}
    )


@act("finding.disposed", why=Why.REQUIRED, may=HANDLER, when=(OPEN,))
def dispose(
    finding: Locked[Finding],
    disposal: str,
    *,
    watch_until: date | None = None,
    duplicate_of: Any = None,
    act: Act,
) -> Effects:
    """Dispose of a finding: confirmed, explained, duplicate of another, or watched until a day.

    The disposal holds in later runs until the finding changes materially.
    """
    refuse_if(disposal not in DISPOSALS, "disposal-unknown", _("Choose how to dispose of the finding."))
    refuse_if(
        disposal == "watching" and (watch_until is None or watch_until <= act.at.date()),
        "watch-until",
        _("Give a day to watch until, after today."),
    )
    other = None
    if disposal == "duplicate":
        other = Finding.objects.visible_to(act.by).filter(pk=duplicate_of).first() if duplicate_of else None
        refuse_if(other is None or other.pk == finding.pk, "duplicate-of", _("Give the number of the other finding."))
    return finding.set(
        state=disposal,
        disposed_at=act.at,
        disposed_support=finding.support,
        watch_until=watch_until if disposal == "watching" else None,
        duplicate_of=other,
        changed=None,
    )


@act("finding.reopened", why=Why.REQUIRED, may=HANDLER, when=(DISPOSED,))
def reopen(finding: Locked[Finding], *, act: Act) -> Effects:
    """Undo a disposal."""
    del act
    return finding.set(state="open", disposed_at=None, disposed_support=None, watch_until=None, duplicate_of=None)


@act("finding.watch-ended", may=SYSTEM)
def end_watch(finding: Locked[Finding], *, act: Act) -> Effects:
    """Open a watched finding again once its day has passed; anything else is left as it is."""
    if finding.state != "watching" or finding.watch_until is None or finding.watch_until >= act.at.date():
        return Effects()
    return finding.set(state="open", watch_until=None, changed={"was": "watching", "until": act.at.date().isoformat()})
