"""Notices as rows: a stable word, its facts, and where it leads; and the mails that people chose to have."""

from django.db import models

from arusha.core.journal.records import Record
from arusha.core.people.models import Person
from arusha.core.privacy import internal, personal


class Notice(Record):
    """One thing a person is told. The sentence is made when it is read, in the reader's language."""

    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="notices"))
    kind = internal(models.CharField(max_length=60))
    facts = personal(models.JSONField(default=dict))
    url = internal(models.CharField(max_length=200))
    at = internal(models.DateTimeField())
    read_at = personal(models.DateTimeField(null=True))

    class Meta:
        app_label = "notices"
        indexes = [models.Index(fields=["person", "read_at"])]


class MailChoice(Record):
    """What a person wants by e-mail: `digest` is daily, weekly or nothing. Nobody has a row who never chose."""

    person = personal(models.OneToOneField(Person, models.PROTECT, related_name="mail_choice"))
    address = personal(models.EmailField(max_length=200))
    digest = personal(models.CharField(max_length=10, blank=True, default=""))
    reminders = personal(models.BooleanField(default=False))

    class Meta:
        app_label = "notices"


class Mail(Record):
    """One mail for a person and a period, never twice. What it said is kept nowhere.

    `state` is begun (handed over, and the program ended before it knew), sent, failed (to be tried again) or nothing.
    """

    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="mails"))
    kind = internal(models.CharField(max_length=20))
    period = internal(models.CharField(max_length=20))
    state = internal(models.CharField(max_length=10, default="begun"))
    tries = internal(models.PositiveSmallIntegerField(default=1))
    at = internal(models.DateTimeField())
    error = internal(models.CharField(max_length=80, blank=True, default=""))

    class Meta:
        app_label = "notices"
        constraints = [models.UniqueConstraint(fields=["person", "kind", "period"], name="one_mail_a_period")]
        indexes = [models.Index(fields=["state", "at"])]
