"""The acts by which people, units, posts and roles come to be known."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import CreateMany, Effects, Remember, create
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.models import Account, Grant, Person, Post, Posting, Recusal, Unit
from arusha.core.people.roles import ADMINISTRATOR, EVERYONE, ROLES, SIGNED_IN, SYSTEM, role

REGISTRAR = SYSTEM | ADMINISTRATOR | role("hr-officer")


@act("people.units-added", may=REGISTRAR)
def add_units(units: Sequence[tuple[str, str, str, str | None]], *, act: Act) -> Effects:
    """Add units given as (code, name, zone, code of the unit above or None), parents first or already known."""
    known = {unit.code: unit for unit in Unit.objects.all()}
    rows = []
    for code, name, zone, above in units:
        refuse_if(code in known, "unit-exists", lambda code=code: _("There is already a unit %s.") % code)
        parent = known[above] if above else None
        known[code] = Unit(id=act.new_id(), code=code, name=name, zone=zone, parent=parent, since=act.at.date())
        rows.append(known[code])
    return Effects((CreateMany(rows),), about="units:many")


@act("people.persons-added", may=REGISTRAR)
def add_persons(persons: Sequence[tuple[str, str | None, str, str]], *, act: Act) -> Effects:
    """Add persons with their posting, given as (name, staff number, unit code, title of the post)."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    posts = {(post.unit_id, post.title): post for post in Post.objects.all()}
    people, new_posts, postings = [], [], []
    since = act.at.date()
    for name, staff_number, code, title in persons:
        refuse_if(code not in units, "unit-unknown", lambda code=code: _("There is no unit %s.") % code)
        unit = units[code]
        if (unit.pk, title) not in posts:
            posts[unit.pk, title] = Post(id=act.new_id(), unit=unit, title=title)
            new_posts.append(posts[unit.pk, title])
        people.append(Person(id=act.new_id(), name=name, staff_number=staff_number, since=since))
        postings.append(Posting(id=act.new_id(), person=people[-1], post=posts[unit.pk, title], since=since))
    return Effects((CreateMany(people), CreateMany(new_posts), CreateMany(postings)), about="persons:many")


@act("people.role-granted", may=SYSTEM | ADMINISTRATOR)
def grant(person: Locked[Person], role_name: str, since: date, until: date | None = None, *, act: Act) -> Effects:
    """Give a person a role from a day on."""
    refuse_if(role_name not in ROLES, "role-unknown", lambda: _("There is no role %s.") % role_name)
    row = Grant(id=act.new_id(), person=person, role=role_name, since=since, until=until)
    return create(row) + Remember({"role": role_name})


@act("people.role-ended", may=SYSTEM | ADMINISTRATOR, why=Why.REQUIRED)
def end_grant(given: Locked[Grant], until: date, *, act: Act) -> Effects:
    """Let a role end with a day."""
    del act
    return given.set(until=until)


@act("people.recused", may=SIGNED_IN | SYSTEM, why=Why.REQUIRED)
def recuse(person: Locked[Person], kind: str, ref: str, since: date, *, act: Act) -> Effects:
    """Stand back from everything about a subject. A person recuses themselves; the program may on another's behalf."""
    refuse_if(
        act.by.person not in ("", str(person.pk)), "not-yours", _("A recusal is declared by the person it is about.")
    )
    return create(Recusal(id=act.new_id(), person=person, kind=kind, ref=ref, since=since))


@act("people.account-opened", may=SYSTEM | ADMINISTRATOR)
def open_account(
    person: Locked[Person], username: str, password: str, *, demo: bool = False, language: str = "en", act: Act
) -> Effects:
    """Open the account a person signs in with."""
    taken = Account.objects.filter(username__iexact=username).exists()
    refuse_if(taken, "username-taken", lambda: _("The sign-in name %s is taken.") % username)
    refuse_if(len(password) < 12, "password-short", _("A password has at least 12 characters."))
    account = Account(
        id=act.new_id(),
        username=username,
        password=make_password(password),
        person=person,
        demo=demo,
        language=language,
        since=act.at.date(),
    )
    return create(account)


def _is_open(account: Any) -> bool:
    return account.until is None


@act(
    "people.account-closed",
    may=SYSTEM | ADMINISTRATOR,
    why=Why.REQUIRED,
    when=(Condition("account-closed", _is_open, _("This account is already closed.")),),
)
def close_account(account: Locked[Account], *, act: Act) -> Effects:
    """End an account today; the person stays."""
    return account.set(until=act.at.date())


@act("people.signed-in", may=EVERYONE)
def signed_in(account: Locked[Account], *, act: Act) -> Effects:
    """Record that someone signed in."""
    del account, act
    return Effects()


@act("people.language-chosen", may=SIGNED_IN)
def choose_language(account: Locked[Account], language: str, *, act: Act) -> Effects:
    """Keep the language a person reads in."""
    refuse_if(str(account.person_id) != act.by.person, "not-yours", _("This is someone else's account."))
    return account.set(language=language)
