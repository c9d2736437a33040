"""What falls due by e-mail: once a day what each person chose, from six o'clock of the office on."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from arusha.core.journal.acts import Act
from arusha.core.notices import mail
from arusha.core.notices.models import MailChoice
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Account
from arusha.core.people.roles import System
from arusha.flow.digests import digest

FROM_HOUR = 6
MACHINE = System("mail")


def due(at: datetime) -> None:
    """Send what is due and was not sent; without a mail server nothing is written down either."""
    local = timezone.localtime(at)
    if not mail.configured() or local.hour < FROM_HOUR:
        return
    today, act = local.date(), Act(by=MACHINE, at=at)
    for choice, account in _chosen(at):
        actor = actor_of(choice.person, today)
        if choice.digest:
            subject, body = digest.digest(actor, today, account.language)
            mail.send(choice, "digest", digest.period_of(choice.digest, today), subject, body, act=act)
        if choice.reminders:
            subject, body = digest.reminder(actor, today, account.language)
            mail.send(choice, "reminder", today.isoformat(), subject, body, act=act)


def _chosen(at: datetime) -> Iterator[tuple[MailChoice, Account]]:
    """Those who chose anything and can sign in today."""
    today = timezone.localtime(at).date()
    accounts = {account.person_id: account for account in Account.objects.all()}
    for choice in MailChoice.objects.exclude(digest="", reminders=False).select_related("person").order_by("id"):
        account = accounts.get(choice.person_id)
        if account is not None and (account.until is None or account.until >= today):
            yield choice, account
