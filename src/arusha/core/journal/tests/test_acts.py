"""An act: one transaction, one entry, once."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, IntegrityError, connection, transaction

from arusha.core.journal.acts import Act, Performed, Why
from arusha.core.journal.fitting import refuse_unfit
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
on_sqlite, on_postgresql = pytest.mark.sqlite, pytest.mark.postgresql
PAST_THE_TRIGGERS = (
    "TRUNCATE journal_entry",
    "TRUNCATE journal_link",
    "UPDATE journal_link SET count = 0",
    "DELETE FROM journal_link WHERE false",
    "INSERT INTO journal_entry SELECT * FROM journal_entry LIMIT 1 ON CONFLICT (seq) DO UPDATE SET act = 'x'",
    "MERGE INTO journal_entry e USING journal_entry o ON e.seq = o.seq WHEN MATCHED THEN DELETE",
    "SET LOCAL session_replication_role = replica; DELETE FROM journal_entry",
)


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


def test_a_request_key_answers_only_whose_it_is(unit):
    people.add_units([("U-2", "Harbour", "UTC", None)], act=by_system(once="k"))
    with pytest.raises(Refused) as refused:
        people.add_units([("U-3", "Bridge", "UTC", None)], act=Act(by=System("other"), at=NOW, once="k"))
    assert refused.value.rule == "once-reused" and not Unit.objects.filter(code="U-3").exists()


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
        "INSERT INTO people_post SELECT * FROM people_post",
        "  DELETE FROM ONLY people_post",
        "WITH gone AS (SELECT 1) DELETE FROM people_post",
        'WITH gone AS (DELETE FROM "people_post" RETURNING *) SELECT * FROM gone',
        "MERGE INTO people_post p USING people_unit u ON p.id = u.id WHEN MATCHED THEN DELETE",
        "TRUNCATE people_post",
        "COPY people_post FROM '/dev/null'",
    ],
)
def test_no_way_of_writing_goes_past_the_guard(db, statement):
    with pytest.raises(WriteOutsideAct, match="people_post"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET act = 'x'",
        "DELETE FROM journal_entry",
        pytest.param("INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry LIMIT 1", marks=on_sqlite),
        *(pytest.param(statement, marks=on_postgresql) for statement in PAST_THE_TRIGGERS),
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


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("x" * 121, "name: the text has 121 characters; 120 fit. Make it shorter."),
        ("Amina\0Juma", "name: the text holds a character that cannot be stored (NUL). Take it out."),
    ],
)
def test_what_does_not_fit_its_column_is_refused_in_words(unit, name, told):
    before = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        people.add_persons([(name, None, unit, "Officer")], act=by_system())
    assert (refused.value.rule, str(refused.value.said)) == ("text-unfit", told)
    assert not Person.objects.exists() and Entry.objects.count() == before


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"a": ["b\0"]}, "facts: the text holds a character that cannot be stored (NUL). Take it out."),
        ({"a\0": 1}, "facts: the text holds a character that cannot be stored (NUL). Take it out."),
        ({"a": {"b": float("nan")}}, "facts: nan is no number."),
    ],
)
def test_json_that_postgresql_would_not_take_is_refused_on_both(value, told):
    from arusha.core.notices.models import Notice

    with pytest.raises(Refused, match=re.escape(told)):
        refuse_unfit(Notice, {"facts": value})


@pytest.mark.parametrize("value", [2**31, -1])
def test_a_number_beyond_its_column_is_refused(value):
    with pytest.raises(Refused, match="version: .* is too large a number"):
        refuse_unfit(Grant, {"version": value})
    refuse_unfit(Grant, {"version": 2**31 - 1, "role": "x" * 40})
