"""The acts by which people, units, posts and roles come to be known."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arusha.core.journal.acts import Act, Condition, Locked, Why, act
from arusha.core.journal.effects import Create, CreateMany, Effects, Remember, create, ref_of
from arusha.core.journal.refusals import refuse_if
from arusha.core.people.models import Account, Grant, Person, Post, Posting, Recusal, Unit
from arusha.core.people.roles import ADMINISTRATOR, EVERYONE, ROLES, SIGNED_IN, SYSTEM, role
from arusha.core.people.tokens import revoked_all

REGISTRAR = SYSTEM | ADMINISTRATOR | role("hr-officer")
SHORTEST_PASSWORD = 12


@act("people.units-added", may=REGISTRAR)
def add_units(units: Sequence[tuple[str, str, str, str | None]], *, act: Act) -> Effects:
    """Add units given as (code, name, zone, code of the unit above or None), parents first or already known."""
    known = {unit.code: unit for unit in Unit.objects.all()}
    rows = []
    for code, name, zone, above in units:
        refuse_if(code in known, "unit-exists", _("There is already a unit %s.") % code)
        refuse_if(bool(above) and above not in known, "unit-unknown", _("There is no unit %s.") % above)
        parent = known[above] if above else None
        known[code] = Unit(id=act.new_id(), code=code, name=name, zone=zone, parent=parent, since=act.at.date())
        rows.append(known[code])
    return Effects((CreateMany(rows),), about=ref_of(rows[0]) if len(rows) == 1 else "units:many")


@act("people.persons-added", may=REGISTRAR)
def add_persons(persons: Sequence[tuple[str, str | None, str, str]], *, act: Act) -> Effects:
    """Add persons with their posting, given as (name, staff number, unit code, title of the post)."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    posts = {(post.unit_id, post.title): post for post in Post.objects.all()}
    people, new_posts, postings = [], [], []
    since = act.at.date()
    _free([staff_number for _name, staff_number, _code, _title in persons if staff_number])
    for name, staff_number, code, title in persons:
        refuse_if(code not in units, "unit-unknown", _("There is no unit %s.") % code)
        unit = units[code]
        if (unit.pk, title) not in posts:
            posts[unit.pk, title] = Post(id=act.new_id(), unit=unit, title=title)
            new_posts.append(posts[unit.pk, title])
        people.append(Person(id=act.new_id(), name=name, staff_number=staff_number, since=since))
        postings.append(Posting(id=act.new_id(), person=people[-1], post=posts[unit.pk, title], since=since))
    about = ref_of(people[0]) if len(people) == 1 else "persons:many"
    return Effects((CreateMany(people), CreateMany(new_posts), CreateMany(postings)), about=about)


def _free(staff_numbers: Sequence[str]) -> None:
    taken = Person.objects.filter(staff_number__in=staff_numbers).values_list("staff_number", flat=True).first()
    refuse_if(
        taken is not None, "staff-number-taken", lambda: _("There is already a person with the number %s.") % taken
    )


@act("people.posted", may=REGISTRAR)
def post_to(person: Locked[Person], code: str, title: str, since: date, *, act: Act) -> Effects:
    """Let a person hold another post from a day on; what they held until then ends the day before."""
    unit = Unit.objects.filter(Q(until=None) | Q(until__gte=since), code=code).first()
    refuse_if(unit is None, "unit-unknown", lambda: _("There is no unit %s.") % code)
    assert unit is not None
    effects = Effects()
    for held in person.postings.filter(Q(until=None) | Q(until__gte=since)).select_related("post"):
        same = (held.post.unit_id, held.post.title) == (unit.pk, title)
        refuse_if(same, "post-held", _("The person holds this very post then."))
        refuse_if(held.since >= since, "posting-later", _("The person has a posting that begins on that day or later."))
        effects += held.set(until=since - timedelta(days=1))
    post = Post.objects.filter(unit=unit, title=title).first()
    if post is None:
        post = Post(id=act.new_id(), unit=unit, title=title)
        effects += Create(post)
    return effects + Create(Posting(id=act.new_id(), person=person, post=post, since=since))


@act("people.role-granted", may=SYSTEM | ADMINISTRATOR)
def grant(person: Locked[Person], role_name: str, since: date, until: date | None = None, *, act: Act) -> Effects:
    """Give a person a role from a day on. Nobody gives one to themselves."""
    refuse_if(role_name not in ROLES, "role-unknown", lambda: _("There is no role %s.") % role_name)
    refuse_if(act.by.person == str(person.pk), "own-role", _("Nobody gives a role to themselves: ask another."))
    refuse_if(until is not None and until < since, "dates-reversed", _("The last day is before the first."))
    held = person.grants.filter(Q(until=None) | Q(until__gte=since), role=role_name).exists()
    refuse_if(held, "role-held", _("The person has this role then already."))
    row = Grant(id=act.new_id(), person=person, role=role_name, since=since, until=until)
    return create(row) + Remember({"role": role_name})


@act("people.role-ended", may=SYSTEM | ADMINISTRATOR, why=Why.REQUIRED)
def end_grant(given: Locked[Grant], until: date, *, act: Act) -> Effects:
    """Let a role end with a day. One system administrator at least is always left."""
    over = given.until is not None and given.until < act.at.date()
    refuse_if(over, "role-ended", _("This role has ended already."))
    if given.role == "system-administrator":
        others = Grant.objects.filter(Q(until=None) | Q(until__gt=until), role=given.role, person__account__until=None)
        left = others.exclude(pk=given.pk).filter(person__account__isnull=False).exists()
        refuse_if(not left, "last-administrator", _("This is the last system administrator. Name another one first."))
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
    refuse_if(person.machine, "machine-account", _("A machine has tokens, and no account."))
    has_one = Account.objects.filter(person=person).exists()
    refuse_if(has_one, "account-exists", _("This person has an account already."))
    taken = Account.objects.filter(username__iexact=username).exists()
    refuse_if(taken, "username-taken", lambda: _("The sign-in name %s is taken.") % username)
    _long_enough(password)
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


def _long_enough(password: str) -> None:
    refuse_if(len(password) < SHORTEST_PASSWORD, "password-short", _("A password has at least 12 characters."))


def _is_open(account: Any) -> bool:
    return account.until is None


@act(
    "people.account-closed",
    may=SYSTEM | ADMINISTRATOR,
    why=Why.REQUIRED,
    when=(Condition("account-closed", _is_open, _("This account is already closed.")),),
)
def close_account(account: Locked[Account], *, act: Act) -> Effects:
    """End an account at once, open sessions and tokens with it; the person stays.

    The password goes too: a day has no hours, and somebody who is shown the door must not keep the key until midnight.
    """
    mine = str(account.person_id) == act.by.person
    refuse_if(mine, "own-account", _("Nobody closes their own account: ask another administrator."))
    return account.set(until=act.at.date(), password=make_password(None)) + revoked_all(account.person, act)


@act("people.account-renewed", may=SYSTEM | ADMINISTRATOR, why=Why.REQUIRED)
def renew_account(account: Locked[Account], password: str, *, act: Act) -> Effects:
    """Give an account a new first password, and open it again where it was closed.

    Whoever was signed in is out, and tokens end: nobody knows any more who holds them.
    """
    mine = str(account.person_id) == act.by.person
    refuse_if(mine, "own-account", _("Change your own password on your own page."))
    _long_enough(password)
    return account.set(until=None, password=make_password(password)) + revoked_all(account.person, act)


@act("people.password-changed", may=SIGNED_IN)
def change_password(account: Locked[Account], old: str, new: str, *, act: Act) -> Effects:
    """Choose another password; the old one shows that it is the person."""
    refuse_if(str(account.person_id) != act.by.person, "not-yours", _("This is someone else's account."))
    refuse_if(not check_password(old, account.password), "password-wrong", _("This is not your password of now."))
    _long_enough(new)
    refuse_if(new == old, "password-same", _("Choose a password other than the one of now."))
    return account.set(password=make_password(new))


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
