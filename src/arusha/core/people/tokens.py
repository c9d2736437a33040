"""Tokens: what another program shows to act for a person, or as a machine.

A token is 256 random bits, shown once; the table holds their SHA-256, which suffices for what cannot be guessed. It
never allows more than its person may at that moment, and less where its scopes are narrower.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Effects, Remember, Set, create
from arusha.core.journal.models import Entry
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.models import Account, Person, Token
from arusha.core.people.roles import ADMINISTRATOR, SIGNED_IN, SYSTEM

PREFIX = "arusha_"
"""What every token begins with, so that it is known for one where it was left lying."""
LONGEST = timedelta(days=366)
MOST = 20
"""Tokens that a person may have in force at a time."""


def fresh() -> tuple[str, str]:
    """The text of a new token, to be shown once, and its digest, to be kept."""
    text = PREFIX + secrets.token_urlsafe(32)
    return text, digest_of(text)


def digest_of(text: str) -> str:
    """SHA-256 of a token's text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def in_force(on: date) -> Q:
    """Tokens that are neither revoked nor over on the day; their person is another question."""
    return Q(revoked_at=None, until__gte=on)


def held(text: str, on: date) -> Token | None:
    """The token of this text, if it opens anything on the day: it and the person it is of are in force."""
    rows = Token.objects.filter(in_force(on), digest=digest_of(text)).select_related("person")
    token = rows.first()
    return token if token is not None and _stands(token.person, on) else None


def _stands(person: Person, on: date) -> bool:
    """Whether the person may act at all: a machine until it ends, anybody else while their account is open."""
    if person.since > on or (person.until is not None and person.until < on):
        return False
    if person.machine:
        return True
    # An account is closed at once, though its last day is today: a day has no hours.
    return Account.objects.filter(Q(until=None) | Q(until__gt=on), person=person, since__lte=on).exists()


@act("people.machine-added", may=SYSTEM | ADMINISTRATOR)
def add_machine(name: str, *, act: Act) -> Effects:
    """Add another program that acts here by tokens, in the roles that it is given as a person is."""
    name = " ".join(name.split())
    refuse_if(not name or len(name) > 120, "machine-name", _("Give the machine a name of at most 120 characters."))
    known = Person.objects.filter(name__iexact=name).exists()
    refuse_if(known, "name-taken", _("Somebody has this name already: give the machine another."))
    return create(Person(id=act.new_id(), name=name, machine=True, since=_day(act.at)))


@act("people.machine-ended", may=SYSTEM | ADMINISTRATOR, why=Why.REQUIRED)
def end_machine(person: Locked[Person], *, act: Act) -> Effects:
    """End a machine at once, its tokens with it."""
    refuse_if(not person.machine, "not-a-machine", _("This is a person. Close their account instead."))
    refuse_if(person.until is not None, "machine-ended", _("This machine has ended already."))
    return person.set(until=_day(act.at) - timedelta(days=1)) + revoked_all(person, act)


@act("people.token-made", may=SIGNED_IN)
def make_token(
    person: Locked[Person], name: str, scopes: Sequence[str], until: date, digest: str, *, act: Act
) -> Effects:
    """Make a token: a person for themselves, an administrator for a machine. `digest` is that of its text."""
    own = str(person.pk) == act.by.person
    refuse_if(
        not own and not (person.machine and ADMINISTRATOR(act.by)),
        "not-yours",
        _("A person makes their own tokens; an administrator makes those of machines."),
    )
    name, today = " ".join(name.split()), _day(act.at)
    refuse_if(not name or len(name) > 60, "token-name", _("Say in at most 60 characters what uses the token."))
    refuse_if(not scopes, "token-scopes", _("Choose what the token may do."))
    refuse_if(until < today, "token-past", _("The last day has passed already."))
    refuse_if(until > today + LONGEST, "token-long", _("A token lasts a year at most."))
    mine = person.tokens.filter(in_force(today))
    refuse_if(mine.count() >= MOST, "token-many", _("There are 20 tokens in force: revoke one first."))
    return create(
        Token(
            id=act.new_id(),
            person=person,
            name=name,
            digest=digest,
            scopes=sorted(set(scopes)),
            made_at=act.at,
            made_by_id=act.by.person,
            until=until,
        )
    )


def _not_revoked(token: Any) -> bool:
    return token is None or token.revoked_at is None


@act(
    "people.token-revoked",
    may=SIGNED_IN,
    when=(Condition("token-revoked", _not_revoked, _("This token is revoked already.")),),
)
def revoke(token: Locked[Token], *, act: Act) -> Effects:
    """End a token at once: one's own, or as an administrator anybody's."""
    own = str(token.person_id) == act.by.person
    refuse_if(not own and not ADMINISTRATOR(act.by), "not-yours", _("This is someone else's token."))
    return token.set(revoked_at=act.at)


def revoked_all(person: Person, act: Act) -> Effects:
    """The effects of ending every token of a person."""
    return Effects(tuple(_revoked(person.tokens.filter(revoked_at=None).select_for_update(), act)))


def _revoked(tokens: Iterable[Token], act: Act) -> Iterable[Set]:
    return (Set(token, {"revoked_at": act.at}) for token in tokens)


@act("people.token-used", may=SIGNED_IN)
def _use(token: Locked[Token], scope: str, *, act: Act) -> Effects:
    """Record that a token was used for something."""
    today = _day(act.at)
    told = Remember({"scope": scope})
    return Effects((told,)) if token.used_on == today else token.set(used_on=today) + told


def used(token: Token, scope: str, *, act: Act) -> None:
    """Record a use: one entry a token, scope and hour, so that a program that asks often does not flood the journal."""
    once = f"token:{token.pk}:{scope}:{act.at:%Y%m%dT%H}"
    if not Entry.objects.filter(once=once, act=_use.name).exists():
        _use(token.pk, scope, act=Act(by=act.by, at=act.at, once=once))


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
