"""Whether waiting times are published, and on what terms: one row, changed by acts."""

from django.db import models

from arusha.core.journal.records import Record
from arusha.core.people.models import Person
from arusha.core.privacy import open_, personal

ONLY = "waiting"


class Board(Record):
    """The terms of publication. `only` keeps it to one row.

    within : minutes of the service target. goal : per cent of travellers who are to wait no longer. licence : under
    which the figures may be used. as_of : `now`, or `last-day` for a board of the past, shown as of noon on the last
    day received.
    """

    only = open_(models.CharField(max_length=20, unique=True, default=ONLY))
    shown = open_(models.BooleanField(default=True))
    within = open_(models.PositiveIntegerField())
    goal = open_(models.PositiveIntegerField())
    licence = open_(models.CharField(max_length=20))
    as_of = open_(models.CharField(max_length=20, default="now"))
    decided_at = open_(models.DateTimeField())
    decided_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))

    class Meta:
        app_label = "board"
