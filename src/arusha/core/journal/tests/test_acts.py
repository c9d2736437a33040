"""An act: one transaction, one entry, once."""

import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, IntegrityError, connection, transaction

from arusha.core.journal.acts import Act, Performed, Why
from arusha.core.journal.guard import WriteOutsideAct, acting
from arusha.core.journal.keys import reasons_key
from arusha.core.journal.models import Entry, Reason
from arusha.core.journal.refusals import Refused
from arusha.core.people import people
from arusha.core.people.models import Grant, Person, Unit
from arusha.core.people.roles import System
from arusha.lib.seal.chain import entry_digest
from arusha.lib.seal.sealed_text import open_text

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def by_system(**kwargs):
    return Act(by=System("test"), at=NOW, **kwargs)


def test_an_act_changes_the_row_and_writes_one_entry(someone):
    actor = someone("officer")
    grant = Grant.objects.get()
    before = Entry.objects.count()
    done = people.end_grant(grant.pk, NOW.date(), act=by_system(why="left the service"))
    grant.refresh_from_db()
    entry = Entry.objects.get(id=done.entry)
    told = json.loads(bytes(entry.body))
    assert grant.until == NOW.date() and grant.version == 2
    assert Entry.objects.count() == before + 1
    assert told["act"] == "people.role-ended" and told["by"] == "system:test"
    assert told["about"] == f"grant:{grant.pk}"
    assert told["facts"] == {"set": {f"grant:{grant.pk}": {"until": [None, "2026-03-02"]}}}
    assert bytes(entry.digest) == entry_digest(bytes(entry.body))
    assert actor.roles == {"officer"}


def test_the_reason_is_encrypted_beside_its_entry_which_commits_to_it(someone):
    someone("officer")
    done = people.end_grant(Grant.objects.get().pk, NOW.date(), act=by_system(why="  suspected of — something  "))
    reason = Reason.objects.get(entry=done.entry)
    commitment = bytes.fromhex(json.loads(bytes(Entry.objects.get(id=done.entry).body))["why"])
    assert b"suspected" not in bytes(reason.ciphertext)
    assert (
        open_text(bytes(reason.ciphertext), reasons_key(), done.entry.bytes, commitment) == "suspected of — something"
    )


def test_a_required_reason_is_required_and_nothing_changes_without_it(someone):
    someone("officer")
    grant = Grant.objects.get()
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        people.end_grant(grant.pk, NOW.date(), act=by_system(why="   "))
    grant.refresh_from_db()
    assert refused.value.rule == "why-missing" and grant.until is None and Entry.objects.count() == before


def test_the_same_request_twice_does_it_once(unit):
    act = by_system(once="request-1")
    first = people.add_units([("U-2", "Harbour", "UTC", None)], act=act)
    second = people.add_units([("U-2", "Harbour", "UTC", None)], act=act)
    assert second.repeated and second.entry == first.entry
    assert Unit.objects.filter(code="U-2").count() == 1


def test_a_request_key_is_not_lent_to_another_act(someone):
    someone("officer")
    people.add_units([("U-2", "Harbour", "UTC", None)], act=by_system(once="k"))
    with pytest.raises(Refused) as refused:
        people.end_grant(Grant.objects.get().pk, NOW.date(), act=by_system(why="x", once="k"))
    assert refused.value.rule == "once-reused"


def test_a_version_seen_before_anothers_change_is_refused(someone):
    someone("officer")
    grant = Grant.objects.get()
    people.end_grant(grant.pk, NOW.date(), act=by_system(why="a", version=1))
    with pytest.raises(Refused) as refused:
        people.end_grant(grant.pk, NOW.date(), act=by_system(why="b", version=1))
    assert refused.value.rule == "changed-meanwhile"


def test_whoever_may_not_is_refused(someone):
    officer = someone("officer")
    with pytest.raises(Refused) as refused:
        people.grant(officer.person, "investigator", NOW.date(), act=Act(by=officer, at=NOW))
    assert refused.value.rule == "not-allowed"
    assert not Grant.objects.filter(role="investigator").exists()


def test_a_write_outside_an_act_is_refused(unit):
    with pytest.raises(WriteOutsideAct, match="people_unit"), transaction.atomic():
        Unit.objects.filter(code=unit).update(name="Elsewhere")
    assert Unit.objects.get(code=unit).name == "North Bridge"


def test_a_failing_body_leaves_neither_change_nor_entry(unit):
    before = Entry.objects.count()
    with pytest.raises(Refused):
        people.add_units([("U-9", "A", "UTC", None), ("U-9", "B", "UTC", None)], act=by_system())
    assert Entry.objects.count() == before and not Unit.objects.filter(code="U-9").exists()


def test_what_fails_after_the_change_takes_the_change_back(someone):
    someone("officer")
    grant, before = Grant.objects.get(), Entry.objects.count()

    def end_and_fail(given, *, act):
        return given.set(until=NOW.date()) + given.set(no_such_field=1)

    failing = Performed("test.failing", Why.NONE, lambda actor, row: True, (), Grant, end_and_fail)
    with pytest.raises((AttributeError, FieldDoesNotExist)):
        failing(grant.pk, act=by_system())
    grant.refresh_from_db()
    assert (grant.until, grant.version, Entry.objects.count()) == (None, 1, before)


def test_a_row_that_changed_since_it_was_read_is_not_written_over(someone):
    someone("officer")
    stale = Grant.objects.get()
    people.end_grant(stale.pk, NOW.date(), act=by_system(why="left"))
    late = Performed("test.late", Why.NONE, lambda actor, row: True, (), None, lambda *, act: stale.set(until=None))
    with pytest.raises(Refused) as refused:
        late(act=by_system())
    assert refused.value.rule == "changed-meanwhile" and Grant.objects.get().until == NOW.date()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET act = 'x'",
        "DELETE FROM journal_entry",
        "INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry LIMIT 1",
    ],
)
def test_the_journal_refuses_to_be_rewritten(unit, statement):
    stored = list(Entry.objects.values_list("seq", "digest"))
    with (
        acting(),
        pytest.raises((DatabaseError, IntegrityError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(Entry.objects.values_list("seq", "digest")) == stored


def test_personal_values_do_not_enter_the_journal(someone):
    someone("officer", staff="OFF-7")
    bodies = b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True))
    assert Person.objects.get().name == "Person 1"
    assert b"Person 1" not in bodies and b"OFF-7" not in bodies


def test_a_personal_field_is_named_and_its_value_never_told(someone):
    actor = someone("officer")
    rename = Performed(
        "test.rename",
        Why.NONE,
        lambda by, row: True,
        (),
        Person,
        lambda person, *, act: person.set(name="Somebody Else"),
    )
    told = json.loads(bytes(Entry.objects.get(id=rename(actor.person, act=by_system()).entry).body))
    assert told["facts"]["set"][f"person:{actor.person}"] == {"not-told": ["name"]}
    assert "Somebody Else" not in json.dumps(told) and "Person 1" not in json.dumps(told)
