"""A run and what it rests on; what detectors run with, and what people proposed instead."""

from django.db import models

from arusha.core.journal.records import Record
from arusha.core.people.models import Person
from arusha.core.privacy import internal, open_, personal


class Run(Record):
    """One job: `kind` is receive, detect, try or backup, `name` the dataset, the detector, or data or keys.

    `fingerprint` is the hash of all that its outcome depends on, so that the same job asked for twice is done once.
    `inputs` names the manifests it read, `output` the hash of what it wrote.
    """

    kind = internal(models.CharField(max_length=20))
    name = internal(models.CharField(max_length=60))
    state = internal(models.CharField(max_length=20, default="running"))
    fingerprint = open_(models.CharField(max_length=64, db_index=True))
    params = internal(models.JSONField(default=dict))
    inputs = internal(models.JSONField(default=dict))
    as_of = internal(models.DateField(null=True))
    software = internal(models.CharField(max_length=40))
    asked_at = internal(models.DateTimeField())
    asked_by = personal(models.CharField(max_length=80))
    finished_at = internal(models.DateTimeField(null=True))
    seconds = internal(models.FloatField(null=True))
    counts = internal(models.JSONField(default=dict))
    output = open_(models.CharField(max_length=64, blank=True, default=""))
    error = internal(models.TextField(blank=True, default=""))

    class Meta:
        app_label = "runs"
        indexes = [models.Index(fields=["kind", "name", "asked_at"])]


class DetectorChange(Record):
    """How a detector stands, as proposed: on or off, with which settings. At most one of a detector is in force.

    `state` is proposed, in-force, declined or replaced; `number` counts them within the detector. `settings` are all
    settings as texts. `expected` is what the trial made of the data that two people saw, `seen` what the first run
    with it found. Of those that an installation begins with nobody is the proposer.
    """

    detector = internal(models.CharField(max_length=60))
    number = internal(models.PositiveIntegerField())
    on = internal(models.BooleanField())
    settings = internal(models.JSONField(default=dict))
    state = internal(models.CharField(max_length=20))
    expected = internal(models.JSONField(default=dict))
    seen = internal(models.JSONField(default=dict))
    proposed_at = internal(models.DateTimeField())
    proposed_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))
    decided_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))

    class Meta:
        app_label = "runs"
        constraints = [
            models.UniqueConstraint(fields=["detector", "number"], name="one_change_a_number"),
            models.UniqueConstraint(
                fields=["detector"], condition=models.Q(state="in-force"), name="one_change_in_force_a_detector"
            ),
            models.UniqueConstraint(
                fields=["detector"], condition=models.Q(state="proposed"), name="one_change_proposed_a_detector"
            ),
        ]
