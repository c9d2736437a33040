"""Reading a reason: for whom, with a stated why, recorded each time, and never about oneself."""

import json

import pytest
from django.test import Client
from tests.support.checking import checked

from arusha.core.journal.acts import Act
from arusha.core.journal.guard import acting
from arusha.core.journal.models import Entry, Reason
from arusha.core.people import people
from arusha.core.people.models import Grant
from arusha.core.people.roles import System
from arusha.flow.cases.tests.world import NOW, TODAY, act, signed_in
from arusha.flow.inbox import findings


def reason_of(client, entry, why="A complaint about this disposal"):
    return client.post(f"/record/{entry.id}/reason/", {"why": why})


@pytest.fixture
def disposed(world):
    findings.dispose(world.finding.pk, "explained", act=act(world.lead, why="They share a <b>van</b>."))
    return Entry.objects.get(act="finding.disposed")


def test_a_reason_is_shown_once_the_look_is_recorded(world, disposed):
    client = signed_in(Client(), world.outsider)
    assert "van" not in client.get(f"/record/{disposed.id}/").content.decode()
    html = checked(reason_of(client, disposed))
    assert "They share a &lt;b&gt;van&lt;/b&gt;." in html and "Your look is recorded." in html
    look = Entry.objects.get(act="record.reason-read")
    told = json.loads(bytes(look.body))
    assert (look.about, told["by"]) == (disposed.about, world.outsider.ref)
    assert told["facts"] == {"facts": {"entry": str(disposed.id)}} and told["why"]
    assert "van" not in client.get(f"/record/{disposed.id}/").content.decode()


def test_each_look_is_an_entry_and_none_without_a_why(world, disposed):
    client = signed_in(Client(), world.outsider)
    refused = reason_of(client, disposed, why=" ")
    assert refused.status_code == 400 and "van" not in checked(refused)
    for _time in range(2):
        reason_of(client, disposed)
    assert Entry.objects.filter(act="record.reason-read").count() == 2


def test_a_look_is_as_hidden_as_what_it_is_about(world, disposed):
    reason_of(signed_in(Client(), world.outsider), disposed)
    rows = signed_in(Client(), world.subject).get("/record/").context["page"].items
    assert not {"record.reason-read", "finding.disposed"} & {entry.act for entry in rows}


def test_nobody_reads_the_reason_of_what_was_done_with_them(world, someone):
    auditor = someone("auditor")
    grant = Grant.objects.get(person=auditor.person)
    people.end_grant(grant.pk, TODAY, act=Act(by=System("test"), at=NOW, why="under suspicion"))
    entry = Entry.objects.get(act="people.role-ended")
    client = signed_in(Client(), auditor)
    assert "Show the reason" not in checked(client.get(f"/record/{entry.id}/"))
    refused = reason_of(client, entry)
    assert refused.status_code == 409 and "suspicion" not in checked(refused)
    assert "under suspicion" in checked(reason_of(signed_in(Client(), world.observer), entry))


def test_the_reason_of_a_recusal_stays_with_the_person(world):
    entry = Entry.objects.get(act="people.recused")
    client = signed_in(Client(), world.observer)
    assert "Show the reason" not in checked(client.get(f"/record/{entry.id}/"))
    assert reason_of(client, entry).status_code == 409
    assert not Entry.objects.filter(act="record.reason-read").exists()


def test_an_erased_reason_is_said_to_be_gone_and_no_look_is_recorded(world, disposed):
    Reason.objects.filter(entry=disposed.id).exists()
    client = signed_in(Client(), world.outsider)
    other = Entry.objects.get(act="finding.sighted")
    refused = reason_of(client, other)
    assert refused.status_code == 409 and "none was given, or it was erased" in checked(refused)
    assert not Entry.objects.filter(act="record.reason-read").exists()


def test_a_reason_that_was_replaced_does_not_open(world, disposed):
    findings.reopen(world.finding.pk, act=act(world.lead, why="another reason"))
    other = Entry.objects.get(act="finding.reopened")
    stored = bytes(Reason.objects.get(entry=other.id).ciphertext)
    with acting():
        Reason.objects.filter(entry=disposed.id).update(ciphertext=stored)
    refused = reason_of(signed_in(Client(), world.outsider), disposed)
    assert refused.status_code == 409 and "does not open" in checked(refused)
