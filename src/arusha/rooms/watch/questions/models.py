"""Saved questions, and each look at the data."""

from django.db import models

from arusha.core.journal.records import Record
from arusha.core.privacy import internal, open_, personal, protected


class Question(Record):
    """A question in SQL that people ask again. `state` is kept or retired."""

    title = internal(models.CharField(max_length=120, unique=True))
    sql = protected(models.TextField())
    state = internal(models.CharField(max_length=20, default="kept"))
    saved_at = internal(models.DateTimeField())
    saved_by = personal(models.CharField(max_length=80))

    class Meta:
        app_label = "questions"


class Look(Record):
    """A question was asked, saved (`of`) or not. `state` is asked, answered or refused; `tables` the files of each
    table it named, `count` the rows it gave, `error` why it was refused."""

    of = internal(models.ForeignKey(Question, models.PROTECT, null=True, related_name="looks"))
    sql = protected(models.TextField())
    digest = open_(models.CharField(max_length=64))
    state = internal(models.CharField(max_length=20, default="asked"))
    asked_at = internal(models.DateTimeField())
    asked_by = personal(models.CharField(max_length=80))
    tables = internal(models.JSONField(default=dict))
    count = internal(models.BigIntegerField(null=True))
    seconds = internal(models.FloatField(null=True))
    error = protected(models.TextField(blank=True, default=""))

    class Meta:
        app_label = "questions"
        indexes = [models.Index(fields=["asked_at"])]
