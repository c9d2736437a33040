"""How long sorts of things are kept, what is held back, and what was erased."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Replace

from arusha.core.journal.records import Record
from arusha.core.journal.sealed_fields import SealedText
from arusha.core.people.models import Person
from arusha.core.privacy import internal, open_, personal, protected


class Term(Record):
    """How many months a sort of thing is kept. `state` is proposed, in-force, declined or ended.

    `basis` names the law or the schedule of records that says so; `first` is how many things it would erase at once.
    """

    kept = open_(models.CharField(max_length=40))
    months = open_(models.PositiveIntegerField())
    basis = open_(models.CharField(max_length=300))
    first = internal(models.PositiveBigIntegerField())
    state = internal(models.CharField(max_length=20, default="proposed"))
    proposed_at = internal(models.DateTimeField())
    proposed_by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))
    decided_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))

    class Meta:
        app_label = "retention"
        constraints = [
            models.UniqueConstraint(fields=["kept"], condition=Q(state="in-force"), name="one_term_in_force"),
            models.UniqueConstraint(fields=["kept"], condition=Q(state="proposed"), name="one_term_proposed"),
        ]


class HoldSet(models.QuerySet["Hold"]):
    """Holds as someone may see them."""

    def visible_to(self, actor: Any) -> "HoldSet":
        """Those that name nothing that is, or is about, the actor. Holds are few: each is asked."""
        from arusha.core.retention.holds import hidden

        if "system" in actor.roles:
            return self
        return self.filter(pk__in=[hold.pk for hold in Hold.objects.all() if not hidden(actor, hold)])


class Hold(Record):
    """A legal hold: what touches (`kind`, `ref`) is not erased until someone else lifts it. `kind` everything: nothing.

    `matter` says for which proceedings; it is looked at again by `review`.
    """

    number = internal(models.PositiveBigIntegerField(unique=True))
    kind = protected(models.CharField(max_length=40))
    ref = protected(models.CharField(max_length=120, blank=True, default=""))
    matter = protected(SealedText())
    review = internal(models.DateField())
    placed_at = internal(models.DateTimeField())
    placed_by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    lifted_at = internal(models.DateTimeField(null=True))
    lifted_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))

    objects = HoldSet.as_manager()

    class Meta:
        app_label = "retention"
        indexes = [models.Index(fields=["lifted_at"])]


class ErasureSet(models.QuerySet["Erasure"]):
    """Erasures as someone may see them."""

    def visible_to(self, actor: Any) -> "ErasureSet":
        """None of what is about the actor. What is gone names nobody any more, but for a person of the register."""
        from arusha.core.retention.erasures import about_them

        if "system" in actor.roles:
            return self
        theirs = [row.pk for row in Erasure.objects.exclude(basis="term", state="done") if about_them(actor, row)]
        return self.exclude(pk__in=theirs).exclude(kept="person", of=mark(actor.person))


class Erasure(Record):
    """One thing that is to go, or went. `basis` is term or decision; `state` is asked, declined or done.

    `of` is the thing's key as `mark` writes it.
    """

    number = internal(models.PositiveBigIntegerField(unique=True))
    kept = internal(models.CharField(max_length=40))
    of = internal(models.CharField(max_length=80))
    basis = internal(models.CharField(max_length=20))
    term = internal(models.ForeignKey(Term, models.PROTECT, null=True, related_name="erasures"))
    state = internal(models.CharField(max_length=20))
    asked_at = internal(models.DateTimeField())
    asked_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))
    decided_by = personal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))

    objects = ErasureSet.as_manager()

    class Meta:
        app_label = "retention"
        indexes = [models.Index(fields=["state", "asked_at"]), models.Index(fields=["decided_at"])]
        constraints = [
            models.UniqueConstraint(fields=["kept", "of"], condition=Q(state="done"), name="erased_once"),
            models.UniqueConstraint(fields=["kept", "of"], condition=Q(state="asked"), name="asked_once"),
        ]

    @property
    def key(self) -> Any:
        """The thing's key."""
        return UUID(self.of) if len(self.of) == 32 else self.of


def mark(key: Any) -> str:
    """A key as `Erasure.of` has it. A UUID goes without hyphens, since one database stores it so."""
    return str(key).replace("-", "")


def not_gone(rows: "models.QuerySet[Any]", kept: str) -> "models.QuerySet[Any]":
    """The rows that were not erased as things of that sort."""
    here = Replace(Cast(OuterRef("pk"), CharField()), Value("-"), Value(""))
    return rows.exclude(Exists(Erasure.objects.filter(kept=kept, state="done", of=here)))
