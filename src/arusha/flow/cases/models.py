"""Cases, who may see them, whom they are about, and what they hold."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from arusha.core.journal.records import Record
from arusha.core.journal.sealed_fields import SealedText
from arusha.core.people.models import Person
from arusha.core.people.subjects import Subject, about
from arusha.core.privacy import internal, personal, protected
from arusha.flow.inbox.models import Finding, FindingSubject


def case_is_about(actor: Any, case: OuterRef) -> Q:
    """The actor is a subject of the case or of one of its findings, as they stand today."""
    own = CaseSubject.objects.filter(about(actor), of=case)
    found = FindingSubject.objects.filter(about(actor), of__in_cases__of=case)
    return Q(Exists(own)) | Q(Exists(found))


class CaseSet(models.QuerySet["Case"]):
    """Cases as someone may see them."""

    def visible_to(self, actor: Any) -> "CaseSet":
        """Those that name the actor as a member and are not about them, a unit they serve in, or what they recuse."""
        if "system" in actor.roles:
            return self
        member = CaseMember.objects.filter(of=OuterRef("pk"), person=actor.person, until=None)
        return self.filter(Exists(member)).exclude(case_is_about(actor, OuterRef("pk")))


class Case(Record):
    """One matter looked into. `outcome` is the word of the outcome that stands; `CaseOutcome` has them all."""

    number = internal(models.PositiveBigIntegerField(unique=True))
    title = personal(models.CharField(max_length=160))
    state = internal(models.CharField(max_length=20, default="open"))
    opened_at = internal(models.DateTimeField())
    opened_by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    changed_at = internal(models.DateTimeField())
    outcome = personal(models.CharField(max_length=30, blank=True, default=""))
    decided_at = internal(models.DateTimeField(null=True))
    closed_at = internal(models.DateTimeField(null=True))

    objects = CaseSet.as_manager()

    class Meta:
        app_label = "cases"
        indexes = [models.Index(fields=["state", "opened_at"]), models.Index(fields=["decided_at"])]


class CaseSubject(Subject):
    """A subject of a case; `by_hand` for those that no finding brought."""

    of = internal(models.ForeignKey(Case, models.PROTECT, related_name="subjects"))
    by_hand = internal(models.BooleanField(default=False))
    id = internal(models.BigAutoField(primary_key=True))

    class Meta:
        app_label = "cases"
        indexes = [models.Index(fields=["ref", "kind"])]
        constraints = [models.UniqueConstraint(fields=["of", "kind", "ref"], name="one_row_a_case_subject")]


class CaseFinding(Record):
    """A finding that the case looks into."""

    of = internal(models.ForeignKey(Case, models.PROTECT, related_name="findings"))
    finding = internal(models.ForeignKey(Finding, models.PROTECT, related_name="in_cases"))
    at = internal(models.DateTimeField())

    class Meta:
        app_label = "cases"
        constraints = [models.UniqueConstraint(fields=["of", "finding"], name="one_row_a_case_finding")]


class CaseMember(Record):
    """A person named to the case, from a moment to a moment; `role` is lead, investigator or observer."""

    of = internal(models.ForeignKey(Case, models.PROTECT, related_name="members"))
    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="memberships"))
    role = internal(models.CharField(max_length=20))
    since = internal(models.DateTimeField())
    until = internal(models.DateTimeField(null=True))

    class Meta:
        app_label = "cases"
        indexes = [models.Index(fields=["person", "until"])]
        constraints = [
            models.UniqueConstraint(fields=["of", "person"], condition=Q(until=None), name="one_membership_at_a_time")
        ]


class CaseNote(Record):
    """What a member wrote down. It is never changed: a correction is another note."""

    of = internal(models.ForeignKey(Case, models.PROTECT, related_name="notes"))
    text = protected(SealedText())
    by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())

    class Meta:
        app_label = "cases"


class CaseEvidence(Record):
    """Something kept in the store under the name `kept`: a file, or the rows of a finding as they were (`rows`)."""

    of = internal(models.ForeignKey(Case, models.PROTECT, related_name="evidence"))
    kind = internal(models.CharField(max_length=20))
    kept = internal(models.CharField(max_length=64))
    sha256 = protected(SealedText())
    size = internal(models.BigIntegerField())
    name = protected(SealedText())
    media = internal(models.CharField(max_length=80))
    what = protected(SealedText(blank=True, default=""))
    finding = internal(models.ForeignKey(Finding, models.PROTECT, null=True, related_name="+"))
    rows = internal(models.PositiveIntegerField(null=True))
    by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())

    class Meta:
        app_label = "cases"
        constraints = [models.UniqueConstraint(fields=["of", "kept"], name="one_row_a_case_file")]


class CaseTask(Record):
    """Something a member is to do by a day."""

    of = internal(models.ForeignKey(Case, models.PROTECT, related_name="tasks"))
    what = protected(SealedText())
    owner = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    due = internal(models.DateField())
    done_at = internal(models.DateTimeField(null=True))
    note = protected(SealedText(blank=True, default=""))

    class Meta:
        app_label = "cases"


class CaseReply(Record):
    """A question put to a subject, and their reply: all that a subject is shown of a case."""

    of = internal(models.ForeignKey(Case, models.PROTECT, related_name="replies"))
    subject = internal(models.ForeignKey(CaseSubject, models.PROTECT, related_name="replies"))
    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    question = protected(SealedText())
    due = internal(models.DateField())
    asked_by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    asked_at = internal(models.DateTimeField())
    read_at = personal(models.DateTimeField(null=True))
    text = protected(SealedText(blank=True, default=""))
    replied_at = personal(models.DateTimeField(null=True))
    declined_at = personal(models.DateTimeField(null=True))

    class Meta:
        app_label = "cases"
        indexes = [models.Index(fields=["person"])]


class CaseOutcome(Record):
    """An outcome as it was recorded; `against` are the keys of the subjects whom a substantiated one names."""

    of = internal(models.ForeignKey(Case, models.PROTECT, related_name="outcomes"))
    outcome = personal(models.CharField(max_length=30))
    against = protected(models.JSONField(default=list))
    by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField())
    set_aside_at = internal(models.DateTimeField(null=True))

    class Meta:
        app_label = "cases"
