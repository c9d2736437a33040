"""Notices as rows: a stable word, its facts, and where it leads."""

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
