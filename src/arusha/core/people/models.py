"""The tables of people and of where they serve."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from arusha.core.journal.effects import Effects, Set
from arusha.core.journal.records import Record
from arusha.core.privacy import internal, open_, personal, protected


class Person(Record):
    """A human being known to the administration; `staff_number` where they serve in it.

    `machine` for another program that acts here in roles of its own: it has tokens and never an account.
    """

    name = personal(models.CharField(max_length=120))
    staff_number = personal(models.CharField(max_length=40, unique=True, null=True))
    machine = internal(models.BooleanField(default=False))
    since = internal(models.DateField())
    until = internal(models.DateField(null=True))

    class Meta:
        app_label = "people"


class Unit(Record):
    """An office, division or team; a unit as the subject of a finding includes its staff."""

    code = open_(models.CharField(max_length=40, unique=True))
    name = open_(models.CharField(max_length=120))
    zone = open_(models.CharField(max_length=60))
    parent = internal(models.ForeignKey("self", models.PROTECT, null=True, related_name="children"))
    since = internal(models.DateField())
    until = internal(models.DateField(null=True))

    class Meta:
        app_label = "people"


class Post(Record):
    """A place in a unit that someone holds: its title as the administration writes it."""

    unit = open_(models.ForeignKey(Unit, models.PROTECT, related_name="posts"))
    title = open_(models.CharField(max_length=120))

    class Meta:
        app_label = "people"


class Posting(Record):
    """A person holds a post from a day to a day."""

    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="postings"))
    post = personal(models.ForeignKey(Post, models.PROTECT, related_name="postings"))
    since = personal(models.DateField())
    until = personal(models.DateField(null=True))

    class Meta:
        app_label = "people"


class Grant(Record):
    """A person has a role from a day to a day; the role is a stable word of `roles.ROLES`."""

    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="grants"))
    role = internal(models.CharField(max_length=40, db_index=True))
    since = internal(models.DateField())
    until = internal(models.DateField(null=True))

    class Meta:
        app_label = "people"


class Recusal(Record):
    """A person stands back from everything about one subject: an officer, a unit, a person, a trader."""

    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="recusals"))
    kind = protected(models.CharField(max_length=40))
    ref = protected(models.CharField(max_length=120))
    since = personal(models.DateField())
    until = personal(models.DateField(null=True))

    class Meta:
        app_label = "people"


class Accounts(BaseUserManager["Account"]):
    """Looks accounts up by the name they sign in with."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account of that name, in any case of letters."""
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """What a person signs in with. It ends with its dates; the person stays."""

    id = open_(models.UUIDField(primary_key=True))
    version = internal(models.PositiveIntegerField(default=1))
    username = personal(models.CharField(max_length=60, unique=True))
    password = protected(models.CharField(max_length=128))
    last_login = None  # sign-ins are entries of the journal
    person = personal(models.OneToOneField(Person, models.PROTECT, related_name="account"))
    language = personal(models.CharField(max_length=10, default="en"))
    demo = internal(models.BooleanField(default=False))
    since = internal(models.DateField())
    until = internal(models.DateField(null=True))

    USERNAME_FIELD = "username"
    objects = Accounts()

    class Meta:
        app_label = "people"

    def set(self, **fields: Any) -> Effects:
        """The effect of changing these fields; see `Record.set`."""
        return Effects((Set(self, fields),))


class Token(Record):
    """What a program shows to act for a person, or as a machine: only the hash of its text is kept.

    `scopes` are such as `findings:read`. It ends with `until`, with `revoked_at`, and with its person's account.
    """

    person = personal(models.ForeignKey(Person, models.PROTECT, related_name="tokens"))
    name = personal(models.CharField(max_length=60))
    digest = protected(models.CharField(max_length=64, unique=True))
    scopes = internal(models.JSONField(default=list))
    made_at = internal(models.DateTimeField())
    made_by = personal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    until = internal(models.DateField())
    revoked_at = internal(models.DateTimeField(null=True))
    used_on = personal(models.DateField(null=True))

    class Meta:
        app_label = "people"
