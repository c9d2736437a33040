"""A supervision model, and the versions of it that people proposed, put in force and retired."""

from django.db import models

from arusha.core.journal.records import Record
from arusha.core.people.models import Person
from arusha.core.privacy import internal, open_, personal


class Model(Record):
    """A supervision model: its `slug` names its detector and is never given again, `title` is what people call it."""

    slug = internal(models.CharField(max_length=40, unique=True))
    title = internal(models.CharField(max_length=120))
    opened_at = internal(models.DateTimeField())
    opened_by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))

    class Meta:
        app_label = "supervision"


class Version(Record):
    """One definition of a model. `state` is draft, proposed, in-force, declined or retired; at most one is in force.

    `digest` is the hash of the definition, `tried` what it made of the data when it was last tried: hits, rows, days.
    """

    of = internal(models.ForeignKey(Model, models.PROTECT, related_name="versions"))
    number = internal(models.PositiveIntegerField())
    definition = internal(models.JSONField())
    digest = open_(models.CharField(max_length=64))
    state = internal(models.CharField(max_length=20, default="draft"))
    tried = internal(models.JSONField(default=dict))
    proposed_at = internal(models.DateTimeField(null=True))
    proposed_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))
    decided_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))

    class Meta:
        app_label = "supervision"
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["of"], condition=models.Q(state="in-force"), name="one_version_in_force_a_model"
            ),
        ]
