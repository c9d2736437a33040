"""Mails: a person chooses them, each goes once, and a server that refuses is asked again.

A mail is written down before it is handed over. Where the program ends in between, nobody can know whether it went: it
is not sent again, since the next one tells the same and more. Only what a server refused is tried again.
"""

from datetime import datetime
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Locked, act
from arusha.core.journal.effects import Effects, create
from arusha.core.journal.refusals import Refused, refuse_if
from arusha.core.notices.models import Mail, MailChoice
from arusha.core.people.roles import SIGNED_IN, SYSTEM

DIGESTS = ("", "daily", "weekly")
MOST_TRIES = 5


def configured() -> bool:
    """Whether this installation has a mail server and an address of its own for links."""
    return bool(settings.ARUSHA_MAIL and settings.ARUSHA_URL)


@act("mail.chosen", may=SIGNED_IN)
def choose(address: str, digest: str, reminders: bool, *, act: Act) -> Effects:
    """Choose what to have by e-mail, and where; off is an empty digest and no reminders."""
    address = address.strip()
    wanted = bool(digest or reminders)
    refuse_if(digest not in DIGESTS, "mail-digest", _("Choose daily, weekly or never."))
    refuse_if(wanted and not address, "mail-address", _("Give the address to which it is sent."))
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise Refused("mail-address", _("This is no e-mail address.")) from None
    told = {"address": address, "digest": digest, "reminders": reminders}
    held = MailChoice.objects.filter(person=act.by.person).first()
    if held is not None:
        return held.set(**told) + Effects(about=f"mailchoice:{held.pk}")
    return create(MailChoice(id=act.new_id(), person_id=act.by.person, **told))


def send(choice: MailChoice, kind: str, period: str, subject: str, body: str, *, act: Act) -> str:
    """Send one mail of a kind and period, or say what came of it before: sent, begun, failed, nothing.

    An empty body is nothing to send, and is written down too: a day's digest does not come in the evening because
    something came up at noon.
    """
    try:
        pk = _begin(choice, kind, period, "begun" if body else "nothing", act)
    except Refused:
        return "known"
    if not body:
        return "nothing"
    message = EmailMessage(
        subject=subject,
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[choice.address],
        headers={"Auto-Submitted": "auto-generated", "Message-ID": f"<{pk}@arusha>"},
    )
    try:
        message.send()
    except (OSError, SMTPException) as wrong:
        _failed(pk, type(wrong).__name__, act=act)
        return "failed"
    _sent(pk, act=act)
    return "sent"


def _begin(choice: MailChoice, kind: str, period: str, state: str, act: Act) -> str:
    row = Mail.objects.filter(person=choice.person_id, kind=kind, period=period).first()
    if row is not None and state == "begun":
        return _again(row.pk, act=act).id
    return _written(choice.person_id, kind, period, state, act=act).id


@act("mail.written", may=SYSTEM)
def _written(person: Any, kind: str, period: str, state: str, *, act: Act) -> Effects:
    """Write down that it is about to be sent."""
    held = Mail.objects.filter(person=person, kind=kind, period=period).exists()
    refuse_if(held, "mail-known", _("This mail was written down already."))
    return create(Mail(id=act.new_id(), person_id=person, kind=kind, period=period, state=state, at=act.at))


@act("mail.tried-again", may=SYSTEM)
def _again(mail: Locked[Mail], *, act: Act) -> Effects:
    """Try again what a server refused; never what went, or may have gone."""
    again = mail.state == "failed" and mail.tries < MOST_TRIES
    refuse_if(not again, "mail-known", _("This mail was written down already."))
    return mail.set(state="begun", tries=mail.tries + 1, at=act.at)


@act("mail.sent", may=SYSTEM)
def _sent(mail: Locked[Mail], *, act: Act) -> Effects:
    """The server took it."""
    del act
    return mail.set(state="sent", error="")


@act("mail.failed", may=SYSTEM)
def _failed(mail: Locked[Mail], error: str, *, act: Act) -> Effects:
    """The server refused it, or was not there."""
    del act
    return mail.set(state="failed", error=error[:80])


def failing(since: datetime) -> tuple[int, str]:
    """How many mails of that time on are failed, and the sort of the latest error."""
    failed = Mail.objects.filter(state="failed", at__gte=since)
    return failed.count(), failed.order_by("-at").values_list("error", flat=True).first() or ""
