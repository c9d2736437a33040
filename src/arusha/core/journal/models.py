"""The tables of the journal. Rows are only ever added; triggers refuse the rest (see the first migration).

They hold no foreign keys: the record outlives what it records.
"""

from django.db import models

from arusha.core.privacy import internal, open_, protected


class Entry(models.Model):
    """One act, as canonical JSON bytes, with its digest; `about`, `act` and `by` stand outside for looking up only.

    Only `about` has an index: every act pays for each index, and the record is written far oftener than it is searched.
    """

    seq = open_(models.BigAutoField(primary_key=True))
    id = open_(models.UUIDField(unique=True))
    once = internal(models.CharField(max_length=120, unique=True, null=True))
    act = internal(models.CharField(max_length=60))
    about = internal(models.CharField(max_length=80, db_index=True))
    by = protected(models.CharField(max_length=80))
    at = internal(models.DateTimeField())
    body = protected(models.BinaryField())
    digest = open_(models.BinaryField(max_length=32))

    class Meta:
        app_label = "journal"
        default_permissions = ()


class Link(models.Model):
    """One batch of entries in the chain; `arusha.lib.seal.chain` states the bytes."""

    number = open_(models.BigIntegerField(primary_key=True))
    first_seq = open_(models.BigIntegerField())
    count = open_(models.BigIntegerField())
    previous = open_(models.BinaryField(max_length=32))
    digest = open_(models.BinaryField(max_length=32))
    hash = open_(models.BinaryField(max_length=32))

    class Meta:
        app_label = "journal"
        default_permissions = ()


class Reason(models.Model):
    """The free text of an act's reason, encrypted; its entry holds only a commitment, so that it can be erased."""

    entry = open_(models.UUIDField(primary_key=True))
    ciphertext = protected(models.BinaryField())

    class Meta:
        app_label = "journal"
        default_permissions = ()
