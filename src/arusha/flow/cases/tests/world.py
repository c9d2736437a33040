"""What the tests of cases and of actions start from: a finding about some, people in every relation to a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from arusha.core.journal.acts import Act
from arusha.core.people import people
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Account, Person
from arusha.core.people.roles import System
from arusha.flow.cases import members, opening
from arusha.flow.cases.models import Case
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.sightings import Seen, sight

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
SIGNAL = "test-signal"
PASSWORD = "correct horse battery"


def act(by: Any, why: str = "because", at: datetime = NOW, **kwargs: Any) -> Act:
    """An act with a reason."""
    return Act(by=by, at=at, why=why, **kwargs)


def finding(*subjects: tuple[str, str], key: str = "k") -> Finding:
    """A finding about these subjects; give another key for another finding."""
    seen = Seen(
        signal=SIGNAL,
        kind="thing",
        subjects=subjects,
        reasons=[{"reason": "seen-together", "times": 41}],
        support=41,
        first_at=NOW - timedelta(days=9),
        last_at=NOW,
        key=key,
    )
    done = sight(seen, act=Act(by=System("test"), at=NOW))
    return Finding.objects.get(pk=done.id)


@dataclass
class World:
    """A case about an officer and a unit, and people in every relation to it."""

    case: Case
    finding: Finding
    lead: Any
    investigator: Any
    observer: Any
    outsider: Any
    subject: Any
    staff: Any
    recused: Any

    def fresh(self) -> Case:
        """The case as it is now."""
        return Case.objects.get(pk=self.case.pk)


def open_world(someone: Any) -> World:
    """Open the case and name its members."""
    system = Act(by=System("test"), at=NOW)
    people.add_units([("U-9", "South Gate", "UTC", None)], act=system)
    subject = someone("integrity-officer", staff="OFF-9")
    staff = someone("integrity-officer", at_unit="U-9")
    lead, outsider = someone("integrity-officer"), someone("integrity-officer")
    investigator, observer = someone("investigator"), someone("auditor")
    recused = again(someone("investigator"))
    found = finding(("officer", "OFF-9"), ("unit", "U-9"), ("traveller", "T-1"))
    done = opening.open_case([found.pk], "Ring at North Bridge", act=act(lead))
    members.name_member(done.id, investigator.person, "investigator", act=act(lead))
    members.name_member(done.id, observer.person, "observer", act=act(lead))
    members.name_member(done.id, recused.person, "investigator", act=act(lead))
    people.recuse(recused.person, "officer", "OFF-9", TODAY, act=act(recused))
    case = Case.objects.get(pk=done.id)
    return World(case, found, lead, investigator, observer, outsider, subject, staff, again(recused))


def again(actor: Any) -> Any:
    """The actor as they are now."""
    return actor_of(Person.objects.get(pk=actor.person), TODAY)


def signed_in(client: Any, actor: Any, language: str = "en") -> Any:
    """The client, signed in as this person."""
    account = Account.objects.filter(person=actor.person).first()
    if account is None:
        name = f"user-{actor.person[-12:]}"
        system = Act(by=System("test"), at=NOW)
        people.open_account(actor.person, name, PASSWORD, language=language, act=system)
        account = Account.objects.get(person=actor.person)
    client.force_login(account, backend="arusha.conf.sign_in.Accounts")
    session = client.session
    session["language"] = language
    session.save()
    return client


def offered_form(page: Any, do: str) -> dict[str, str]:
    """The hidden fields of an offered form, as a browser would send them back."""
    shown = page.context["offers"][do]
    return {name: str(shown.form[name].value() or "") for name in ("do", "once", "version")}


def dates(name: str, day: Any) -> dict[str, str]:
    """A day as its three boxes are sent."""
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def names(rows: Sequence[Any]) -> list[str]:
    """The first cells of a list's rows."""
    return [str(row[0]["text"]) for row in rows]
