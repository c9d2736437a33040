"""Actions, what shows that they were done, and what the figure they should move was worth before and after."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from arusha.core.journal.records import Record
from arusha.core.journal.sealed_fields import SealedText
from arusha.core.people.models import Person
from arusha.core.people.subjects import about
from arusha.core.privacy import internal, personal
from arusha.flow.cases.models import Case, case_is_about
from arusha.flow.inbox.models import Finding, FindingSubject

SEE_ALL = frozenset({"integrity-officer", "auditor", "head-of-office"})
"""Roles that see every action of whose case or finding they are no subject."""


class ActionSet(models.QuerySet["Action"]):
    """Actions as someone may see them."""

    def visible_to(self, actor: Any) -> "ActionSet":
        """Their own, those they opened, or all to some roles; none that comes from a case or finding about them."""
        if "system" in actor.roles:
            return self
        rows = self if actor.roles & SEE_ALL else self.filter(Q(owner=actor.person) | Q(opened_by=actor.person))
        found = FindingSubject.objects.filter(about(actor), of=OuterRef("finding"))
        return rows.exclude(Q(Exists(found)) | case_is_about(actor, OuterRef("case")))


class Action(Record):
    """Something to be done by a person by a day. `figure` names what it should move."""

    number = internal(models.PositiveBigIntegerField(unique=True))
    what = personal(models.CharField(max_length=300))
    factor = internal(models.CharField(max_length=40))
    state = internal(models.CharField(max_length=20, default="open"))
    owner = personal(models.ForeignKey(Person, models.PROTECT, related_name="actions"))
    due = internal(models.DateField())
    opened_at = internal(models.DateTimeField())
    opened_by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    case = internal(models.ForeignKey(Case, models.PROTECT, null=True, related_name="actions"))
    finding = internal(models.ForeignKey(Finding, models.PROTECT, null=True, related_name="actions"))
    figure = internal(models.CharField(max_length=80, blank=True, default=""))
    done_at = internal(models.DateTimeField(null=True))
    done_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))
    verified_at = internal(models.DateTimeField(null=True))
    verified_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))
    cancelled_at = internal(models.DateTimeField(null=True))

    objects = ActionSet.as_manager()

    class Meta:
        app_label = "actions"
        indexes = [
            models.Index(fields=["state", "due"]),
            models.Index(fields=["due"]),
            models.Index(fields=["done_at"]),
        ]


class ActionEvidence(Record):
    """What shows that it was done: words, or a file that the store keeps."""

    of = internal(models.ForeignKey(Action, models.PROTECT, related_name="evidence"))
    text = personal(SealedText(blank=True, default=""))
    kept = internal(models.CharField(max_length=64, blank=True, default=""))
    sha256 = personal(SealedText(blank=True, default=""))
    size = internal(models.BigIntegerField(null=True))
    name = personal(SealedText(blank=True, default=""))
    media = internal(models.CharField(max_length=80, blank=True, default=""))
    by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())

    class Meta:
        app_label = "actions"
        constraints = [
            models.UniqueConstraint(fields=["of", "kept"], condition=~Q(kept=""), name="one_row_an_action_file")
        ]


class ActionMeasure(Record):
    """What the figure was worth over a period: `when` is before, done or later."""

    of = internal(models.ForeignKey(Action, models.PROTECT, related_name="measures"))
    when = internal(models.CharField(max_length=20))
    start = internal(models.DateField())
    end = internal(models.DateField())
    value = internal(models.FloatField(null=True))
    rests_on = internal(models.BigIntegerField())
    at = internal(models.DateTimeField())

    class Meta:
        app_label = "actions"
