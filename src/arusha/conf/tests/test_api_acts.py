"""Acts through the API: the same refusals as on the pages, done once a key, and refused where another was first."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.support import small_world
from tests.support.fixtures import NOW, TODAY

from arusha.conf import clock
from arusha.core.journal.models import Entry
from arusha.core.notices.models import Notice
from arusha.flow.actions.models import Action
from arusha.flow.cases.models import Case, CaseNote, CaseReply
from arusha.flow.inbox.models import Finding
from arusha.flow.inbox.tests.seen import group, see


@pytest.fixture
def world(someone, monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    small_world.folder(settings, tmp_path)
    return small_world.made(someone)


@pytest.fixture
def call(world, client):
    """`call("lead", "POST", "findings/…/assign", {...})`: as that person, by a token of theirs."""
    shown: dict[str, str] = {}

    def called(name: str, method: str, address: str, given: Any = None, *, key: str = "", files: Any = None) -> Any:
        text = shown.setdefault(name, small_world.token_of(world.again(name)))
        headers = {"Authorization": f"Bearer {text}"} | ({"Idempotency-Key": key} if key else {})
        where = f"/api/v1/{address}"
        if files:
            return client.post(where, {**(given or {}), **files}, headers=headers)
        return client.generic(method, where, json.dumps(given or {}), "application/json", headers=headers)

    return called


def rule(answered: Any) -> tuple[int, str]:
    return answered.status_code, answered.json()["rule"]


@pytest.fixture
def finding(world):
    return see(group("T-7", "T-8"))


def test_a_finding_is_assigned_and_disposed_of_with_entries_of_its_own(call, world, finding):
    person = world.people["analyst"].person
    assigned = call("lead", "POST", f"findings/{finding.pk}/assign", {"version": 1, "person": person}).json()
    assert (assigned["assigned_to"]["id"], assigned["version"]) == (person, 2)
    assert Notice.objects.filter(person=person, kind="finding-assigned").count() == 1
    given = {"version": 2, "why": "a family", "disposal": "explained"}
    told = call("lead", "POST", f"findings/{finding.pk}/dispose", given).json()
    assert (told["state"], told["version"]) == ("explained", 3)
    entry = Entry.objects.get(about=f"finding:{finding.pk}", act="finding.disposed")
    assert entry.by == world.people["lead"].ref and entry.once.startswith("api:")
    again = call("lead", "POST", f"findings/{finding.pk}/dispose", given | {"version": 3})
    assert rule(again) == (409, "finding-disposed")
    back = call("lead", "POST", f"findings/{finding.pk}/reopen", {"version": 3, "why": "too soon"})
    assert back.json()["state"] == "open"


def test_whoever_comes_second_is_told(call, finding):
    call("lead", "POST", f"findings/{finding.pk}/assign", {"version": 1, "person": None})
    late = call("integrity-officer", "POST", f"findings/{finding.pk}/assign", {"version": 1, "person": None})
    assert rule(late) == (409, "changed-meanwhile") and Finding.objects.get(pk=finding.pk).version == 2


def test_an_act_with_a_key_is_done_once_and_only_by_whose_it_is(call, world):
    address, given = f"cases/{world.case.pk}/note", {"text": "seen at the gate"}
    first = call("lead", "POST", address, given, key="k-1").json()
    second = call("lead", "POST", address, given, key="k-1").json()
    assert (first["repeated"], second["repeated"], second["entry"]) == (False, True, first["entry"])
    assert CaseNote.objects.filter(of=world.case).count() == 2  # the world's own, and this one
    assert call("investigator", "POST", address, given, key="k-1").json()["repeated"] is False
    other = call("lead", "POST", f"cases/{world.case.pk}/close", {"version": 1}, key="k-1")
    assert other.status_code == 409
    assert rule(call("lead", "POST", address, given, key="k 1")) == (422, "once-unfit")


def test_what_somebody_may_not_they_may_not_here(call, world, finding):
    given = {"version": 1, "why": "because", "disposal": "explained"}
    assert rule(call("auditor", "POST", f"findings/{finding.pk}/dispose", given)) == (403, "not-allowed")
    assert rule(call("officer", "POST", f"findings/{finding.pk}/dispose", given)) == (403, "not-allowed")
    assert rule(call("subject", "POST", f"findings/{world.finding.pk}/dispose", given)) == (404, "not-found")
    assert rule(call("subject", "POST", f"cases/{world.case.pk}/note", {"text": "x"})) == (404, "not-found")
    assert rule(call("observer", "POST", f"cases/{world.case.pk}/note", {"text": "x"})) == (403, "not-allowed")
    assert rule(call("staff", "POST", f"actions/{world.action.pk}/done", {"version": 1})) == (404, "not-found")
    assert not Entry.objects.filter(once__startswith="api:").exists()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"version": 1, "why": " ", "disposal": "explained"}, (422, "invalid")),
        ({"version": 1, "why": "x", "disposal": "guilty"}, (422, "invalid")),
        ({"version": 1, "why": "x", "disposal": "watching", "watch_until": "2026-03-01"}, (409, "watch-until")),
        ({"version": 1, "why": "x", "disposal": "duplicate", "duplicate_of": "F-9999-9"}, (422, "invalid")),
        ({"why": "x", "disposal": "explained"}, (422, "invalid")),
        ({"version": 1, "why": "x", "disposal": "explained", "stat": 1}, (422, "invalid")),
    ],
)
def test_what_does_not_fit_changes_nothing(call, finding, given, expected):
    assert rule(call("lead", "POST", f"findings/{finding.pk}/dispose", given)) == expected
    assert Finding.objects.get(pk=finding.pk).version == 1


def test_several_are_disposed_of_and_the_one_that_changed_is_refused_alone(call, world, finding):
    other = see(group("T-17", "T-18"))
    call("lead", "POST", f"findings/{other.pk}/assign", {"version": 1, "person": None})
    chosen = [{"id": str(finding.pk), "version": 1}, {"id": str(other.pk), "version": 1}]
    given = {"findings": chosen, "disposal": "explained", "why": "a tour"}
    told = {one["id"]: one for one in call("lead", "POST", "findings/several/dispose", given).json()}
    assert told[str(finding.pk)]["version"] == 2 and told[str(other.pk)]["refused"]
    assert [Finding.objects.get(pk=one.pk).state for one in (finding, other)] == ["explained", "open"]
    hidden = given | {"findings": [{"id": str(world.finding.pk), "version": 1}]}
    assert rule(call("subject", "POST", "findings/several/dispose", hidden)) == (404, "not-found")


def test_a_case_is_opened_told_of_and_led_to_its_outcome(call, world, finding):
    given = {"findings": [str(finding.pk)], "title": "A ring", "why": "it repeats", "confirm": True}
    opened = call("lead", "POST", "cases", given)
    assert opened.status_code == 201 and Finding.objects.get(pk=finding.pk).state == "confirmed"
    address = f"cases/{opened.json()['about'].removeprefix('case:')}"
    version = call("lead", "GET", address).json()["version"]
    decided = call("lead", "POST", f"{address}/decide", {"version": version, "outcome": "no-breach", "why": "no"})
    assert decided.status_code == 200, decided.content
    closed = call("lead", "POST", f"{address}/close", {"version": call("lead", "GET", address).json()["version"]})
    assert closed.status_code == 200 and call("lead", "GET", address).json()["state"] == "closed"
    assert Entry.objects.filter(act="case.looked", about=opened.json()["about"]).count() == 1
    assert rule(call("integrity-officer", "GET", address)) == (404, "not-found")


def test_a_file_becomes_evidence_and_taking_it_is_recorded(call, world):
    file = SimpleUploadedFile("plan.txt", b"the plan", "text/plain")
    kept = call("lead", "POST", f"cases/{world.case.pk}/file", {"what": "found"}, files={"file": file})
    assert kept.status_code == 200, kept.content
    (held,) = call("lead", "GET", f"cases/{world.case.pk}").json()["evidence"]
    taken = call("observer", "GET", f"cases/{world.case.pk}/evidence/{held['id']}")
    assert b"".join(taken.streaming_content) == b"the plan"
    assert Entry.objects.filter(act="case.file-taken", by=world.people["observer"].ref).count() == 1
    runs = SimpleUploadedFile("plan.exe", b"MZ", "text/plain")
    refused = call("lead", "POST", f"cases/{world.case.pk}/file", {"what": ""}, files={"file": runs})
    assert rule(refused) == (409, "file-runs")


def test_a_subject_answers_what_they_are_asked_and_sees_nothing_else(call, world):
    (asked,) = call("subject", "GET", "replies").json()["items"]
    assert "kakapo" not in json.dumps(asked) and CaseReply.objects.get(pk=asked["id"]).read_at is None
    told = call("subject", "GET", f"replies/{asked['id']}").json()
    assert told["question"] == "kakapo" and CaseReply.objects.get(pk=asked["id"]).read_at == NOW
    assert call("subject", "POST", f"replies/{asked['id']}/reply", {"text": "I was on leave"}).status_code == 200
    assert rule(call("lead", "GET", f"replies/{asked['id']}")) == (404, "not-found")
    replied = call("lead", "GET", f"cases/{world.case.pk}").json()["replies"]
    assert [reply["text"] for reply in replied] == ["I was on leave"]


def test_an_action_goes_its_way(call, world):
    due = str(TODAY + timedelta(days=30))
    given = {"what": "Change the roster", "factor": "audit", "who": world.people["owner"].name, "due": due}
    opened = call("lead", "POST", "actions", given | {"case": str(world.case.pk)})
    address = f"actions/{opened.json()['about'].removeprefix('action:')}"
    assert rule(call("owner", "POST", f"{address}/done", {"version": 1})) == (409, "evidence-missing")
    assert call("owner", "POST", f"{address}/evidence", {"text": "New roster"}, files={"unused": ""}).status_code == 422
    shown = call("owner", "POST", f"{address}/evidence", {"text": "New roster"}, files={"text": "New roster"})
    assert shown.status_code == 200, shown.content
    done = call("owner", "POST", f"{address}/done", {"version": call("owner", "GET", address).json()["version"]})
    assert done.status_code == 200
    assert call("owner", "GET", address).json()["case"] is None  # the owner is no member of the case
    version = call("lead", "GET", address).json()["version"]
    assert rule(call("owner", "POST", f"{address}/verify", {"version": version})) == (403, "not-allowed")
    assert call("lead", "POST", f"{address}/verify", {"version": version}).status_code == 200
    assert Action.objects.get(what="Change the roster").state == "verified"
    hidden = given | {"case": str(world.case.pk)}
    assert rule(call("integrity-officer", "POST", "actions", hidden)) == (404, "not-found")
    assert Case.objects.count() == 1
