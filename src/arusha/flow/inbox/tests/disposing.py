"""Run as processes of their own: an installation with one finding and two people; and one of them disposes of it."""

import sys
from typing import Any


def prepare() -> None:
    """Install, add two integrity officers and a finding."""
    from arusha.conf.commands.installing import install

    install("At once", "UTC", demo=False)
    from arusha.conf.ready import ready

    with ready() as here:
        from arusha.core.journal.acts import Act
        from arusha.core.people import people
        from arusha.core.people.models import Person
        from arusha.core.people.roles import System
        from arusha.flow.inbox.tests.seen import group, see

        act = Act(by=System("test"), at=here.now())
        people.add_units([("HQ", "Head office", "UTC", None)], act=act)
        people.add_persons([(name, None, "HQ", "x") for name in ("Amina", "Bakari")], act=act)
        for person in Person.objects.all():
            people.grant(person.pk, "integrity-officer", act.at.date(), act=act)
        see(group("a", "b"))


def dispose(name: str, how: str) -> None:
    """Look at the finding, say so, wait for a word, and dispose of it as it was looked at; tell what came of it."""
    from arusha.conf.ready import ready

    with ready() as here:
        from arusha.core.people.actors import actor_of
        from arusha.core.people.models import Person
        from arusha.flow.inbox import findings, several
        from arusha.flow.inbox.models import Finding

        actor = actor_of(Person.objects.get(name=name), here.now().date())
        finding = Finding.objects.get()
        sys.stdout.write("looked\n")
        sys.stdout.flush()
        sys.stdin.readline()
        sys.stdout.write(_tried(lambda: findings.dispose(finding.pk, how, act=_act(here, actor, finding))))
        sys.stdout.write(str(several.who_last(actor, [finding.pk]).get(finding.pk, "")))


def _act(here: Any, actor: Any, finding: Any) -> Any:
    from arusha.core.journal.acts import Act

    return Act(by=actor, at=here.now(), why="a reason of mine", version=finding.version)


def _tried(act: Any) -> str:
    from arusha.core.journal.refusals import Refused

    try:
        act()
    except Refused as refused:
        return f"{refused.rule}: {refused.said} "
    return "done "


def outcome() -> None:
    """What stands in the end: the state, the number of disposals, whether the journal is whole."""
    from arusha.conf.ready import ready

    with ready():
        from arusha.core.journal import chain
        from arusha.core.journal.models import Entry
        from arusha.flow.inbox.models import Finding

        chain.chain_new()
        disposed = Entry.objects.filter(act="finding.disposed").count()
        sys.stdout.write(f"{Finding.objects.get().state} {disposed} {chain.check().ok}")
