"""A run and what it rests on."""

from django.db import models

from arusha.core.journal.records import Record
from arusha.core.privacy import internal, open_, personal


class Run(Record):
    """One job: `kind` is receive, detect or backup, `name` the dataset, the detector, or data or keys.

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
