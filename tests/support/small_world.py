"""A small administration, made through the acts: a person in every role, a case, and words planted where few may look.

Each planted word stands in one place; `seen_by` says who may ever be shown it. What nobody names is for nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from arusha.conf.places import Installation
from arusha.core.journal.acts import Act
from arusha.core.people import people, tokens
from arusha.core.people.actors import actor_of
from arusha.core.people.models import Account, Person, Token
from arusha.core.people.roles import ROLES, System
from arusha.flow.actions import actions
from arusha.flow.actions.models import Action
from arusha.flow.cases import content, members, opening, replies
from arusha.flow.cases.models import Case, CaseReply, CaseSubject
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.tests.seen import group, officer, see
from arusha.ui.operations import OPERATIONS
from tests.support.fixtures import NOW, TODAY

SYSTEM = Act(by=System("test"), at=NOW, why="because")
MEMBERS = frozenset({"lead", "investigator", "observer"})


@dataclass
class World:
    """People by what they are called here, the things among them, and who may be shown each planted word."""

    people: dict[str, Any]
    finding: Finding
    case: Case
    action: Action
    reply: CaseReply
    seen_by: dict[str, frozenset[str]] = field(default_factory=dict)

    def again(self, name: str) -> Any:
        """The person as they are now."""
        return actor_of(Person.objects.get(pk=self.people[name].person), TODAY)

    def ids(self) -> dict[str, list[str]]:
        """The ids of all things of a sort: what a form may be made to name in the place of its own."""
        return {
            "findings": [str(pk) for pk in Finding.objects.order_by("number").values_list("pk", flat=True)],
            "cases": [str(pk) for pk in Case.objects.order_by("number").values_list("pk", flat=True)],
            "actions": [str(pk) for pk in Action.objects.order_by("number").values_list("pk", flat=True)],
            "people": [actor.person for actor in self.people.values()][:2],
        }


def act(by: Any, why: str = "because", **more: Any) -> Act:
    """An act of a person."""
    return Act(by=by, at=NOW, why=why, **more)


def made(someone: Callable[..., Any]) -> World:
    """The world. Its people are one for each role, and those who stand in some relation to a case."""
    people.add_units([("U-9", "South Gate", "UTC", None)], act=SYSTEM)
    there = {role: someone(role) for role in ROLES}
    there |= {
        "lead": someone("integrity-officer"),
        "investigator": there["investigator"],
        "observer": someone("auditor"),
        "subject": someone("integrity-officer", staff="OFF-9"),
        "staff": someone("integrity-officer", at_unit="U-9"),
        "recused": someone("investigator"),
        "owner": someone("officer"),
        "nobody": someone(),
    }
    people.recuse(there["recused"].person, "traveller", "T-tarsier", TODAY, act=act(there["recused"], "axolotl"))
    there["recused"] = actor_of(Person.objects.get(pk=there["recused"].person), TODAY)
    for name, actor in there.items():
        if not Account.objects.filter(person=actor.person).exists():
            people.open_account(actor.person, f"u-{name}", "long-enough-pass-1", act=SYSTEM)
    return _things(there)


def _things(there: dict[str, Any]) -> World:
    lead = there["lead"]
    see(group("T-1", "T-2", q=1e-4))
    see(group("T-tarsier", "T-3"))
    found = see(officer("OFF-9", "T-ocelot"))
    unit = see(officer("OFF-5", "T-5"))
    done = opening.open_case([found.pk, unit.pk], "zebrafinch", act=act(lead, "pangolin"))
    case = Case.objects.get(pk=done.id)
    members.name_member(case.pk, there["investigator"].person, "investigator", act=act(lead))
    members.name_member(case.pk, there["observer"].person, "observer", act=act(lead))
    content.add_note(case.pk, "quokka", act=act(lead))
    content.add_task(case.pk, "wombat", lead.person, TODAY + timedelta(days=9), act=act(lead))
    opening.add_subject(case.pk, "unit", "U-9", act=act(lead))
    subject = CaseSubject.objects.get(of=case, kind="officer", ref="OFF-9")
    replies.invite(case.pk, subject.pk, "kakapo", TODAY + timedelta(days=9), act=act(lead))
    owner = there["owner"]
    done = actions.open_action("narwhal", "audit", owner.person, TODAY + timedelta(days=9), case=case.pk, act=act(lead))
    action = Action.objects.get(pk=done.id)
    actions.add_evidence(action.pk, "dugong", act=act(owner))
    world = World(there, found, case, action, CaseReply.objects.get(of=case))
    world.seen_by = _seen_by(there)
    return world


def _seen_by(there: dict[str, Any]) -> dict[str, frozenset[str]]:
    """Who may be shown each word, by their names here."""
    of_case = {name for name in there if there[name].person in {there[one].person for one in MEMBERS}}
    readers = {"integrity-officer", "investigator", "analyst", "auditor"}
    sees_findings = {name for name, actor in there.items() if actor.roles & readers}
    sees_actions = {
        name for name, actor in there.items() if actor.roles & {"integrity-officer", "auditor", "head-of-office"}
    }
    about = {"subject"}
    in_case = about | {"staff"}
    return {
        "zebrafinch": frozenset(of_case),
        "pangolin": frozenset(of_case),
        "quokka": frozenset(of_case),
        "wombat": frozenset(of_case),
        "kakapo": frozenset(of_case | {"subject"}),
        "T-ocelot": frozenset(sees_findings - about),
        "T-tarsier": frozenset(sees_findings),
        "axolotl": frozenset({"recused"}),
        "narwhal": frozenset((sees_actions | {"owner", "lead"}) - in_case),
        "dugong": frozenset((sees_actions | {"owner", "lead"}) - in_case),
    }


def token_of(actor: Any) -> str:
    """A token of the person for everything, in clear."""
    text, digest = tokens.fresh()
    scopes = sorted({one.scope for one in OPERATIONS.values()})
    tokens.make_token(actor.person, f"test {uuid4().hex[:6]}", scopes, TODAY, digest, act=act(actor))
    assert Token.objects.filter(digest=digest).exists()
    return text


def folder(settings: Any, path: Path) -> None:
    """Where the data of this world lie."""
    settings.ARUSHA_HOME = path
    settings.INSTALLATION = Installation("test-installation", "Customs", "UTC", False, "2026-01-01")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
