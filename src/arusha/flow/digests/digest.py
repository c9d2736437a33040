"""What a digest and a reminder say: counts and links, in the person's language."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arusha.core.people.roles import Actor
from arusha.ui.waiting_list import Waiting, late_for, waiting_for


def period_of(choice: str, on: date) -> str:
    """The day or the week that a digest so chosen is of: one is sent in each."""
    if choice == "weekly":
        week = on.isocalendar()
        return f"{week.year}-W{week.week:02}"
    return on.isoformat()


def digest(actor: Actor, on: date, language: str) -> tuple[str, str]:
    """Subject and body of the digest; no body where nothing waits."""
    with translation.override(language):
        return _told(waiting_for(actor, on), _("Waiting for you"))


def reminder(actor: Actor, on: date, language: str) -> tuple[str, str]:
    """Subject and body of the reminder; no body where nothing has waited too long."""
    with translation.override(language):
        return _told(late_for(actor, on), _("Waiting for too long"))


def _told(waiting: Sequence[Waiting], title: str) -> tuple[str, str]:
    if not waiting:
        return title, ""
    count = sum(one.count for one in waiting)
    said = ngettext("%(n)s thing waits", "%(n)s things wait", count) % {"n": _n(count)}
    lines = [f"{one.label}: {_n(one.count)}\n{settings.ARUSHA_URL}{one.url}" for one in waiting]
    installed = settings.INSTALLATION
    about = _("You chose to be told so by e-mail. Change it here:")
    body = "\n\n".join([f"{title}: {said}.", *lines, f"{about}\n{settings.ARUSHA_URL}/me/mail/"])
    return f"{installed.name if installed else 'Arusha'}: {said}", f"{body}\n"


def _n(value: int) -> str:
    return formats.number_format(value, use_l10n=True, force_grouping=True)
