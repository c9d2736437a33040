"""Findings, their subjects as rows, each time one was sighted, and the filters that people keep."""

from typing import Any

from django.db import models

from arusha.core.journal.records import Record
from arusha.core.journal.sealed_fields import SealedText
from arusha.core.people.models import Person
from arusha.core.people.subjects import Subject, not_about
from arusha.core.privacy import internal, open_, personal, protected

UNSURE = 2.0
"""Stands for a q that is not there, in the order only: after every q that is."""
ORDERS = ("sure", "support", "last_at")
"""What a list of findings can be ordered by, beside its numbers."""


def _orders(*within: str) -> list[models.Index]:
    """An index for each order, within those columns; whose they are is read from it too, so that nobody's are found."""
    return [models.Index(fields=[*within, *order, "number", "assigned_to"]) for order in [*zip(ORDERS), ()]]


class FindingSet(models.QuerySet["Finding"]):
    """Findings as someone may see them."""

    def visible_to(self, actor: Any) -> "FindingSet":
        """Those of which the actor is no subject, nor staff of a unit that is."""
        return not_about(self, actor, FindingSubject)  # type: ignore[return-value]


class Finding(Record):
    """One thing to look into. Sentences are made from `reasons` when it is read; none is stored.

    `ordinary` says that it bears a mark, `sure` is q, or `UNSURE` where there is none: columns that lists can be
    narrowed and ordered by, each with an index of its own (`ORDERS`).
    """

    number = open_(models.PositiveBigIntegerField(unique=True))
    signal = internal(models.CharField(max_length=60))
    kind = internal(models.CharField(max_length=40))
    key = protected(models.CharField(max_length=200, blank=True, default=""))
    factor = internal(models.CharField(max_length=40))
    state = internal(models.CharField(max_length=20, default="open"))
    reasons = protected(models.JSONField(default=list))
    marks = internal(models.JSONField(default=list))
    ordinary = internal(models.BooleanField(default=False))
    support = internal(models.BigIntegerField())
    expected = internal(models.FloatField(null=True))
    p = internal(models.FloatField(null=True))
    q = internal(models.FloatField(null=True))
    sure = internal(models.FloatField(default=UNSURE))
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
            *_orders("state", "ordinary"),
            *_orders("signal", "kind", "state", "ordinary"),
            models.Index(fields=["assigned_to", "state", "ordinary"]),
            models.Index(fields=["signal", "kind", "seen_at", "run"]),
            models.Index(fields=["signal", "key"]),
            models.Index(fields=["disposed_at"]),
            models.Index(fields=["hit_id"]),
            models.Index(fields=["group_hit"]),
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
        indexes = [models.Index(fields=["ref", "of"])]
        constraints = [models.UniqueConstraint(fields=["of", "kind", "ref"], name="one_row_a_subject")]


class FindingTerm(models.Model):
    """A code that a finding's sentences name beside its subjects, such as a port: what it can be searched by."""

    of = internal(models.ForeignKey(Finding, models.PROTECT, related_name="terms"))
    kind = internal(models.CharField(max_length=40))
    value = protected(models.CharField(max_length=120))
    id = internal(models.BigAutoField(primary_key=True))

    class Meta:
        app_label = "inbox"
        default_permissions = ()
        indexes = [models.Index(fields=["value", "of"])]
        constraints = [models.UniqueConstraint(fields=["of", "kind", "value"], name="one_row_a_term")]


class Sighting(Record):
    """A run saw the finding."""

    finding = internal(models.ForeignKey(Finding, models.PROTECT, related_name="sightings"))
    run = internal(models.UUIDField(null=True))
    hit_id = internal(models.CharField(max_length=64, blank=True, default=""))
    at = internal(models.DateTimeField())
    support = internal(models.BigIntegerField())

    class Meta:
        app_label = "inbox"


class SavedFilter(Record):
    """A filter of the list that a person keeps under a name. `shared`: the role whose holders see it too, or nothing.

    The query may search for somebody by name, so it is stored encrypted; one that does is never shared.
    """

    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="saved_filters"))
    name = protected(SealedText())
    query = protected(SealedText())
    shared = internal(models.CharField(max_length=40, blank=True, default=""))
    made_at = internal(models.DateTimeField())
    removed_at = internal(models.DateTimeField(null=True))

    class Meta:
        app_label = "inbox"
        indexes = [models.Index(fields=["person", "removed_at"]), models.Index(fields=["shared", "removed_at"])]
