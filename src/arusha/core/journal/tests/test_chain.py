"""What an owner of the database file may do to the journal, past its triggers, and how that is told."""

import json

import pytest
from django.db import connection
from tests.support.fixtures import NOW

from arusha.core.journal import chain
from arusha.core.journal.acts import Act
from arusha.core.journal.guard import acting
from arusha.core.journal.models import Entry
from arusha.core.journal.triggers import triggers, triggers_missing
from arusha.core.people import people
from arusha.core.people.roles import System

pytestmark = pytest.mark.django_db
on_sqlite, on_postgresql = pytest.mark.sqlite, pytest.mark.postgresql


@pytest.fixture
def journal():
    """Five entries under one link."""
    for place in range(5):
        people.add_units([(f"U-{place}", f"Unit {place}", "UTC", None)], act=Act(by=System("test"), at=NOW))
    chain.chain_new()
    assert chain.check().ok
    return list(Entry.objects.order_by("seq").values_list("seq", flat=True))


def by_hand(statement, *values):
    """Take the triggers away, and do it."""
    with acting(), connection.cursor() as cursor:
        for trigger in triggers():
            table = f" ON {trigger.partition('_no_')[0]}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}{table}")
        cursor.execute(statement, values)


def faults():
    return [(fault.kind, fault.entries and fault.entries[0]) for fault in chain.check().faults]


SAID = "convert_to(replace(convert_from(body, 'UTF8'), 'unit', 'Unit'), 'UTF8')"


@pytest.mark.parametrize(
    "body",
    [
        *(pytest.param(f"CAST({body} AS BLOB)", marks=on_sqlite) for body in ("replace(body, 'unit', 'Unit')", "''")),
        *(pytest.param(body, marks=on_sqlite) for body in ("replace(body, 'unit', 'Unit')", "7", "char(10)")),
        *(pytest.param(body, marks=on_postgresql) for body in (SAID, "''", "'\\x00ff'", "'\\x0a'")),
    ],
)
def test_bytes_altered_to_whatever_they_are(journal, body):
    by_hand(f"UPDATE journal_entry SET body = {body} WHERE seq = %s", journal[2])
    assert faults() == [("entry-altered", journal[2])]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("act", "other"), ("about", "other:1"), ("by", "other:1"), ("at", "2020-01-01 00:00:00+00")),
        *(("at", "2026-03-02 09:30:00.000001+00"), ("id", "00000000000000000000000000000000")),
        *(pytest.param(column, "x", marks=on_sqlite) for column in ("at", "id")),
    ],
)
def test_a_column_altered_beside_the_bytes(journal, column, value):
    by_hand(f'UPDATE journal_entry SET "{column}" = %s WHERE seq = %s', value, journal[1])
    assert faults() == [("columns-altered", journal[1])]


def test_a_column_and_its_bytes_altered_alike(journal):
    body = json.loads(bytes(Entry.objects.get(seq=journal[1]).body))
    forged = json.dumps(body | {"by": "person:other"}, separators=(",", ":")).encode()
    by_hand("UPDATE journal_entry SET body = %s, by = 'person:other' WHERE seq = %s", forged, journal[1])
    assert faults() == [("entry-altered", journal[1])]


def test_a_row_taken_out(journal):
    by_hand("DELETE FROM journal_entry WHERE seq = %s", journal[3])
    (fault,) = chain.check().faults
    assert fault.kind == "entries-missing" and fault.where == "link 1"


@pytest.mark.parametrize("column", ["previous", "digest", "hash"])
def test_a_link_altered_to_text(journal, column):
    by_hand(f"UPDATE journal_link SET {column} = 'x'")
    assert [kind for kind, _ in faults()] == ["link-unreadable"]


def test_triggers_taken_away_are_named(journal):
    assert triggers_missing() == []
    by_hand("SELECT 1")
    assert triggers_missing() == sorted(triggers()) and len(triggers()) == 6


@on_postgresql
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE journal_link DISABLE TRIGGER journal_link_no_truncate",
        "ALTER TABLE journal_link ENABLE TRIGGER journal_link_no_truncate",  # which a session may then go past
        "ALTER TRIGGER journal_link_no_truncate ON journal_link RENAME TO journal_link_no_harm",
    ],
)
def test_a_trigger_made_idle_is_named(journal, change):
    with connection.cursor() as cursor:
        cursor.execute(change)
    assert triggers_missing() == ["journal_link_no_truncate"]


@on_postgresql
def test_a_function_that_no_longer_refuses_is_noticed(journal):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RETURN NULL; END$$"
        )
    assert triggers_missing() == sorted(triggers())


@pytest.mark.parametrize("fraction", [0, 1, 120_000, 999_999])
def test_a_moment_reads_from_its_column_as_its_bytes_write_it(fraction, django_assert_num_queries):
    people.add_units([("U-1", "Unit", "UTC", None)], act=Act(by=System("test"), at=NOW.replace(microsecond=fraction)))
    chain.chain_new()
    with django_assert_num_queries(2):  # entries and links: no entry is looked up for a second look
        assert chain.check().ok
