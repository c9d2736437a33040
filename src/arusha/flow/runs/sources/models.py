"""That a received file was withdrawn, and perhaps restored."""

from django.db import models

from arusha.core.journal.records import Record
from arusha.core.privacy import internal, open_, personal


class Withdrawal(Record):
    """A file of the lake does not count from `withdrawn_at` on, until `restored_at` where that is set.

    `manifest` is its name in the lake, `file` what it was called. Why stands with the acts.
    """

    dataset = internal(models.CharField(max_length=60))
    manifest = open_(models.CharField(max_length=64))
    file = internal(models.CharField(max_length=200))
    withdrawn_at = internal(models.DateTimeField())
    withdrawn_by = personal(models.CharField(max_length=80))
    restored_at = internal(models.DateTimeField(null=True))
    restored_by = personal(models.CharField(max_length=80, blank=True, default=""))

    class Meta:
        app_label = "sources"
        indexes = [models.Index(fields=["dataset", "manifest"])]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "manifest"], condition=models.Q(restored_at=None), name="withdrawn_once_at_a_time"
            )
        ]
