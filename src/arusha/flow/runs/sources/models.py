"""That a received file was withdrawn, and perhaps restored; files that arrived by page and are to be received."""

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


class Arrival(Record):
    """A file that somebody brought by page. `state` is draft while its mapping is worked on, asked once it is to be
    received, then received, failed or dropped; `manifest` is its name in the lake, `error` why it failed.

    `corrects` is the file whose rows set aside it gives again, `replaces` one that it restates; `beside` is whether it
    is taken though it seems to restate one.
    """

    dataset = internal(models.CharField(max_length=60))
    file = internal(models.CharField(max_length=200))
    size = internal(models.BigIntegerField())
    mapping = internal(models.TextField(blank=True, default=""))
    state = internal(models.CharField(max_length=20, default="draft"))
    corrects = open_(models.CharField(max_length=64, blank=True, default=""))
    replaces = open_(models.CharField(max_length=64, blank=True, default=""))
    beside = internal(models.BooleanField(default=False))
    manifest = open_(models.CharField(max_length=64, blank=True, default=""))
    error = internal(models.TextField(blank=True, default=""))
    arrived_at = internal(models.DateTimeField())
    arrived_by = personal(models.CharField(max_length=80))

    class Meta:
        app_label = "sources"
        indexes = [models.Index(fields=["state", "arrived_at"])]
