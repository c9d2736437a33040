"""Whoever signs in follows every link, sends every form of everybody's, with others' ids: what they see, what they do.

Words are planted where only some may look (`tests.support.small_world`). No answer fails; none shows what is not the
reader's; nothing changes without an entry, and nothing by whom it is not for.
"""

from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from arusha.conf import clock
from arusha.core.people.models import Account
from arusha.flow.actions.models import Action
from arusha.flow.cases.models import Case
from arusha.flow.inbox.models import Finding
from arusha.ui.operations import OPERATIONS
from arusha.ui.pages import may_open
from tests.support import small_world
from tests.support.crawler import Attempt, Form, Page, alike, body_of, crawl, route_of, state, swapped
from tests.support.fixtures import NOW

LOOKS = {
    "case.looked", "case.file-taken", "case.question-read", "action.file-taken", "findings.searched", "notice.read",
    "people.token-used",
}  # fmt: skip
"""Acts that looking alone may be."""
REFUSED = (403, 405)
"""What whoever has no business on a page is answered, whatever they name."""
SENDERS = ("lead", "investigator", "subject", "staff", "owner", "auditor")
"""Who sends everybody's forms, with other things' ids: those who stand in each relation to what is hidden here."""
THINGS = {"finding": Finding, "case": Case, "action": Action}
OWN = {"sign-in/", "sign-out/", "language/"}
"""Forms that everybody is offered, and that are of nobody's things."""


@pytest.fixture
def world(someone, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    small_world.folder(settings, tmp_path)
    return small_world.made(someone)


def browser(world: Any, name: str) -> Client:
    client = Client(raise_request_exception=False)
    account = Account.objects.get(person=world.people[name].person)
    client.force_login(account, backend="arusha.conf.sign_in.Accounts")
    return client


def others_words(world: Any, name: str, answered: Any) -> list[str]:
    """The planted words in an answer that this person may not be shown."""
    body = body_of(answered)
    return [word for word, who in world.seen_by.items() if name not in who and word.encode() in body]


class Told:
    """What went wrong, and what was found on the way."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.forms: dict[tuple[str, str], Form] = {}
        self.pages: dict[Any, str] = {}
        self.seen = 0

    def look(self, world: Any, name: str, what: str, answered: Any) -> None:
        self.seen += 1
        if answered.status_code >= 500:
            self.wrong.append(f"{name}: {what} failed with {answered.status_code}")
        self.wrong += [f"{name}: {what} shows {word}" for word in others_words(world, name, answered)]

    def keep(self, name: str, address: str, page: Page) -> None:
        if "<" in route_of(address):  # others' things; a list is the reader's own by itself
            self.pages.setdefault(alike(address), address)
        for form in page.forms:
            if form.method == "post":
                self.forms.setdefault(form.kind, form)


@pytest.mark.slow
def test_nobody_sees_or_does_what_is_not_theirs(world):
    told, browsers = Told(), {name: browser(world, name) for name in world.people}
    for name, client in browsers.items():
        for address, answered, page in crawl(client):
            told.look(world, name, address, answered)
            if answered.status_code >= 400 and not (answered.status_code == 400 and "?" in address):
                told.wrong.append(f"{name}: is led to {address}, which answers {answered.status_code}")
            told.keep(name, address, page)
    assert len(told.pages) > 10 and len(told.forms) > 40, (len(told.pages), len(told.forms))
    before, keys = state(), count()
    for name in SENDERS:
        client = browsers[name]
        for address in told.pages.values():
            look(told, world, name, Attempt(client, before).send(Form(address, "get", ()), ""), address)
        for form in told.forms.values():
            attempt = Attempt(client, before).send(form, f"key-{next(keys)}")
            act(told, world, name, attempt, form)
            for sent in swapped(form, world.ids()) if attempt.answers[0].status_code not in REFUSED else ():
                act(told, world, name, Attempt(client, before).send(sent, f"key-{next(keys)}"), sent)
    assert not told.wrong, f"{len(told.wrong)} of {told.seen}:\n" + "\n".join(sorted(set(told.wrong))[:40])


def look(told: Told, world: Any, name: str, attempt: Attempt, address: str) -> None:
    for answered in attempt.answers:
        told.look(world, name, f"{address} (another's)", answered)
    done = {entry.act for entry in attempt.entries}
    if done - LOOKS or (attempt.changed and not done):
        told.wrong.append(f"{name}: looking at {address} changed {attempt.changed} by {done}")


def act(told: Told, world: Any, name: str, attempt: Attempt, form: Form) -> None:
    what = f"{form.action} {form.kind[1]}"
    for answered in attempt.answers:
        told.look(world, name, f"sending {what}", answered)
    acts = [entry for entry in attempt.entries if entry.act not in LOOKS]
    if attempt.changed and not attempt.entries:
        told.wrong.append(f"{name}: sending {what} changed {attempt.changed} without an entry")
    if any(entry.by != world.people[name].ref for entry in acts):
        told.wrong.append(f"{name}: sending {what} is recorded as another's")
    if acts and form.kind[0] not in OWN and not may_open(urlsplit(form.action).path, world.people[name]):
        told.wrong.append(f"{name}: did {[entry.act for entry in acts]} by {what}, a page that is not for them")
    told.wrong += [
        f"{name}: did {entry.act} by {what} to what they cannot see" for entry in acts if hidden(world, name, entry)
    ]


def hidden(world: Any, name: str, entry: Any) -> bool:
    """Whether the thing that an entry is about was there before, and is not for this person."""
    kind, _colon, key = entry.about.partition(":")
    rows = THINGS[kind].objects.filter(pk=key) if kind in THINGS else Finding.objects.none()
    return rows.exists() and not rows.visible_to(world.people[name]).exists()


@pytest.mark.slow
def test_the_api_shows_nobody_what_is_not_theirs(world, client):
    wrong, statuses = [], set()
    ids = {"findings": world.ids()["findings"], "cases": world.ids()["cases"], "actions": world.ids()["actions"]}
    for name in world.people:
        headers = {"Authorization": f"Bearer {small_world.token_of(world.again(name))}"}
        for one in OPERATIONS.values():
            if one.method != "GET" or "item" in one.path:
                continue
            for pk in ids.get(one.group, ["none"]) if "{" in one.path else [""]:
                address = "/api/v1/" + one.path.replace("{uuid:pk}", pk).replace("{name}", pk)
                answered = client.get(address, headers=headers)
                statuses.add(answered.status_code)
                wrong += [f"{name}: {address} shows {word}" for word in others_words(world, name, answered)]
    assert wrong == [] and statuses == {200, 403, 404}
