"""A record: a row with an opaque id and a version, changed only by acts."""

from typing import Any

from django.db import models

from arusha.core.journal.effects import Effects, Set
from arusha.core.privacy import internal, open_


class Record(models.Model):
    """The ground of every typed model: `id` is a UUIDv7 given by the act that opens it, `version` grows with acts."""

    id = open_(models.UUIDField(primary_key=True))
    version = internal(models.PositiveIntegerField(default=1))

    class Meta:
        abstract = True

    def set(self, **fields: Any) -> Effects:
        """The effect of changing these fields."""
        return Effects((Set(self, fields),))
