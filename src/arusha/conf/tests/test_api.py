"""The API by its own door: what a token opens, what it never does, and how it is told."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.support.fixtures import NOW, TODAY

from arusha.conf import clock
from arusha.core.journal.acts import Act
from arusha.core.journal.guard import acting
from arusha.core.journal.models import Entry
from arusha.core.people import people, tokens
from arusha.core.people.models import Account, Grant, Token
from arusha.core.people.roles import System
from arusha.flow.inbox.tests.seen import group, officer, see
from arusha.ui.operations import OPERATIONS

SYSTEM = Act(by=System("test"), at=NOW, why="because")


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Shown(str):
    """A token's text, with whose it is."""

    actor: Any
    row: Token


@pytest.fixture
def token(someone: Callable[..., Any]) -> Callable[..., Shown]:
    """A token of a new person with roles, for every scope unless some are named."""

    def make(*roles: str, scopes: Any = None, until: Any = TODAY, **who: Any) -> Shown:
        actor = someone(*roles, **who)
        people.open_account(actor.person, f"u-{actor.person[-12:]}", "long-enough-pass-1", language="fr", act=SYSTEM)
        text, digest = tokens.fresh()
        wanted = scopes or {one.scope for one in OPERATIONS.values()}
        tokens.make_token(actor.person, "a test", sorted(wanted), until, digest, act=Act(by=actor, at=NOW))
        made = Shown(text)
        made.actor, made.row = actor, Token.objects.get(digest=digest)
        return made

    return make


def ask(client: Any, token: str | None, address: str, language: str = "en", **headers: str) -> Any:
    shown = {"Authorization": f"Bearer {token}"} if token else {}
    return client.get(f"/api/v1/{address}", headers=shown | {"Accept-Language": language} | headers)


def problem(answered: Any) -> tuple[int, str]:
    assert answered.headers["Content-Type"] == "application/problem+json"
    told = answered.json()
    assert told["status"] == answered.status_code and told["detail"]
    return answered.status_code, told["rule"]


def test_every_list_answers_whoever_may(client, token, home):
    see(group("T-1", "T-2"))
    text = token("integrity-officer", "auditor")
    for one in OPERATIONS.values():
        if one.method == "GET" and "{" not in one.path:
            assert ask(client, text, one.path).status_code == 200, one.path


def test_a_finding_is_told_as_facts_and_as_sentences_in_the_language_asked_for(client, token):
    finding = see(group("T-1", "T-2", support=41))
    text = token("integrity-officer")
    (told,) = ask(client, text, "findings").json()["items"]
    assert (told["id"], told["support"], told["q"], told["state"]) == (str(finding.pk), 41, 1e-6, "open")
    assert [subject["id"] for subject in told["subjects"]] == ["T-1", "T-2"]
    assert told["sentences"] == ["The first time was on 1 February 2025, the last on 30 November 2025."]
    french = ask(client, text, f"findings/{finding.pk}", "fr")
    assert "1 février 2025" in french.json()["sentences"][0] and french.headers["Content-Language"] == "fr"
    own = client.get(f"/api/v1/findings/{finding.pk}", headers={"Authorization": f"Bearer {text}"})
    assert own.headers["Content-Language"] == "fr"  # that of the person's account


def test_a_list_is_turned_without_a_gap(client, token):
    for n in range(7):
        see(group(f"T-{n}", f"T-{n}b", q=10.0**-n))
    text = token("integrity-officer")
    seen, after, turns = [], "", 0
    while after is not None:
        told = ask(client, text, f"findings?limit=3{f'&after={after}' if after else ''}").json()
        seen += [item["q"] for item in told["items"]]
        after, turns = told["next"], turns + 1
    assert seen == [10.0**-n for n in range(6, -1, -1)] and turns == 3
    assert told["count"] == 7


def test_nobody_sees_what_is_about_them(client, token):
    see(officer("OFF-7", "T-1", "T-2"))
    about = see(officer("OFF-8", "T-1", "T-2"))
    subject = token("integrity-officer", staff="OFF-8")
    told = ask(client, subject, "findings?state=any")
    assert told.json()["count"] == 1 and b"OFF-8" not in told.content
    assert problem(ask(client, subject, f"findings/{about.pk}")) == (404, "not-found")
    assert problem(ask(client, subject, f"findings/{about.pk}/rows")) == (404, "not-found")
    assert ask(client, subject, "findings?q=OFF-8&state=any").json()["count"] == 0


def test_a_token_never_exceeds_its_scopes_nor_what_its_person_may_today(client, token, monkeypatch):
    see(group("T-1", "T-2"))
    assert problem(ask(client, token("officer"), "findings")) == (403, "not-allowed")
    assert problem(ask(client, token("integrity-officer", scopes=["cases:read"]), "findings")) == (403, "scope-missing")
    text = token("integrity-officer", until=TODAY + timedelta(days=9))
    assert ask(client, text, "findings").status_code == 200
    people.end_grant(Grant.objects.get(person=text.actor.person), TODAY, act=SYSTEM)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))
    assert problem(ask(client, text, "findings")) == (403, "not-allowed")


def test_a_token_ends_with_its_day_its_revocation_and_the_account(client, token, monkeypatch):
    texts = [token("integrity-officer") for _ in range(4)]
    assert [ask(client, text, "me").status_code for text in texts] == [200] * 4
    tokens.revoke(texts[0].row.pk, act=Act(by=texts[0].actor, at=NOW))
    people.close_account(Account.objects.get(person=texts[1].actor.person).pk, act=SYSTEM)
    people.renew_account(Account.objects.get(person=texts[2].actor.person).pk, "another password", act=SYSTEM)
    assert [ask(client, text, "me").status_code for text in texts] == [401, 401, 401, 200]
    people.renew_account(Account.objects.get(person=texts[1].actor.person).pk, "another password", act=SYSTEM)
    assert ask(client, texts[1], "me").status_code == 401  # what was handed back does not open again
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=1))
    assert problem(ask(client, texts[3], "me")) == (401, "token-unknown")


def test_a_demonstration_token_opens_no_real_installation(client, token, settings):
    text = token("integrity-officer")
    with acting():
        Account.objects.filter(person=text.actor.person).update(demo=True)
    settings.ARUSHA_DEMO = False
    assert ask(client, text, "me").status_code == 401
    settings.ARUSHA_DEMO = True
    assert ask(client, text, "me").status_code == 200


def test_only_the_hash_of_a_token_is_kept(token):
    text = token("officer")
    held = text.row
    assert held.digest == tokens.digest_of(text) and len(text) > 48 and text.startswith("arusha_")
    everything = json.dumps([list(map(str, row)) for row in Token.objects.values_list()])
    bodies = b"".join(bytes(entry.body) for entry in Entry.objects.all())
    assert text not in everything and text.encode() not in bodies and held.digest.encode() not in bodies


def test_a_use_is_an_entry_once_a_token_scope_and_hour(client, token, monkeypatch):
    text = token("integrity-officer")
    for _ in range(3):
        ask(client, text, "findings")
    ask(client, text, "me")
    used = Entry.objects.filter(act="people.token-used")
    assert [json.loads(bytes(entry.body))["facts"]["facts"]["scope"] for entry in used] == ["findings:read", "me:read"]
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(hours=1))
    ask(client, text, "findings")
    assert used.all().count() == 3 and Token.objects.get(pk=text.row.pk).used_on == TODAY


def test_a_session_is_no_token(client, token):
    client.force_login(Account.objects.get(person=token("officer").actor.person), "arusha.conf.sign_in.Accounts")
    assert problem(ask(client, None, "me")) == (401, "token-unknown")


def test_wrong_tokens_are_counted_and_right_ones_still_taken(client, token):
    text = token("officer")
    wrong = [problem(ask(client, f"arusha_{n}", "me")) for n in range(7)]
    assert wrong == [(401, "token-unknown")] * 5 + [(429, "locked-out")] * 2
    assert ask(client, text, "me").status_code == 200


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("findings?after=nowhere", (422, "invalid")),
        ("findings?limit=0", (422, "invalid")),
        ("findings?stat=open", (422, "invalid")),
        ("findings?signal=no/such", (422, "invalid")),
        ("findings/1", (404, "not-found")),
        ("nothing/at/all", (404, "not-found")),
        ("figures/none", (404, "not-found")),
        ("actions?after=²", (422, "invalid")),
        ("runs?after=x", (422, "invalid")),
        ("entries?until=9999-12-31", (422, "invalid")),
        ("findings?q=%00", (400, "bad-request")),
    ],
)
def test_what_does_not_fit_is_a_problem_with_its_word(client, token, address, expected):
    assert problem(ask(client, token("integrity-officer", "auditor"), address)) == expected


def test_what_is_wrong_is_named(client, token):
    told = ask(client, token("integrity-officer"), "findings?sort=size&limit=x").json()
    assert [one["where"] for one in told["errors"]] == ["query.limit", "query.sort"]


def test_a_method_that_an_address_does_not_take_is_told_which_it_takes(client, token):
    answered = client.post("/api/v1/findings", headers={"Authorization": f"Bearer {token('officer')}"})
    assert problem(answered) == (405, "method-not-allowed") and answered.headers["Allow"] == "GET"
