"""Findings, their subjects as rows, and each time one was sighted."""

from typing import Any

from django.db import models

from arusha.core.journal.records import Record
from arusha.core.people.models import Person
from arusha.core.people.subjects import Subject, not_about
from arusha.core.privacy import internal, open_, personal, protected


class FindingSet(models.QuerySet["Finding"]):
    """Findings as someone may see them."""

    def visible_to(self, actor: Any) -> "FindingSet":
        """Those of which the actor is no subject, nor staff of a unit that is."""
        return not_about(self, actor, FindingSubject)  # type: ignore[return-value]


class Finding(Record):
    """One thing to look into. Sentences are made from `reasons` when it is read; none is stored."""

    number = open_(models.PositiveBigIntegerField(unique=True))
    signal = internal(models.CharField(max_length=60))
    kind = internal(models.CharField(max_length=40))
    key = protected(models.CharField(max_length=200, blank=True, default=""))
    factor = internal(models.CharField(max_length=40))
    state = internal(models.CharField(max_length=20, default="open"))
    reasons = protected(models.JSONField(default=list))
    marks = internal(models.JSONField(default=list))
    support = internal(models.BigIntegerField())
    expected = internal(models.FloatField(null=True))
    p = internal(models.FloatField(null=True))
    q = internal(models.FloatField(null=True))
    first_at = internal(models.DateTimeField())
    last_at = internal(models.DateTimeField())
    opened_at = internal(models.DateTimeField())
    seen_at = internal(models.DateTimeField())
    run = internal(models.UUIDField(null=True))
    hit_id = internal(models.CharField(max_length=64, blank=True, default=""))
    group_hit = internal(models.CharField(max_length=64, blank=True, default=""))
    assigned_to = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="findings"))
    disposed_at = internal(models.DateTimeField(null=True))
    disposed_support = internal(models.BigIntegerField(null=True))
    watch_until = internal(models.DateField(null=True))
    duplicate_of = internal(models.ForeignKey("self", models.PROTECT, null=True, related_name="duplicates"))
    changed = protected(models.JSONField(null=True))

    objects = FindingSet.as_manager()

    class Meta:
        app_label = "inbox"
        indexes = [
            models.Index(fields=["state", "q"]),
            models.Index(fields=["state", "opened_at"]),
            models.Index(fields=["state", "support"]),
            models.Index(fields=["signal", "state"]),
            models.Index(fields=["signal", "key"]),
            models.Index(fields=["hit_id"]),
        ]


class FindingSubject(Subject):
    """A subject of a finding; `first` for those of its first sighting, `current` for those of its latest."""

    of = internal(models.ForeignKey(Finding, models.PROTECT, related_name="subjects"))
    place = internal(models.PositiveSmallIntegerField())
    first = internal(models.BooleanField())
    current = internal(models.BooleanField())
    id = internal(models.BigAutoField(primary_key=True))

    class Meta:
        app_label = "inbox"
        indexes = [models.Index(fields=["ref", "kind"])]
        constraints = [models.UniqueConstraint(fields=["of", "kind", "ref"], name="one_row_a_subject")]


class Sighting(Record):
    """A run saw the finding."""

    finding = internal(models.ForeignKey(Finding, models.PROTECT, related_name="sightings"))
    run = internal(models.UUIDField(null=True))
    hit_id = internal(models.CharField(max_length=64, blank=True, default=""))
    at = internal(models.DateTimeField())
    support = internal(models.BigIntegerField())

    class Meta:
        app_label = "inbox"
