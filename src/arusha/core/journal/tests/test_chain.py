"""What an owner of the database file may do to the journal, past its triggers, and how that is told."""

import json

import pytest
from django.db import connection
from tests.support.fixtures import NOW

from arusha.core.journal import chain
from arusha.core.journal.acts import Act
from arusha.core.journal.guard import acting
from arusha.core.journal.models import Entry
from arusha.core.people import people
from arusha.core.people.roles import System

pytestmark = pytest.mark.django_db


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
        for trigger in chain.TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        cursor.execute(statement, values)


def faults():
    return [(fault.kind, fault.entries and fault.entries[0]) for fault in chain.check().faults]


@pytest.mark.parametrize(
    "body", ["CAST(replace(body, 'unit', 'Unit') AS BLOB)", "replace(body, 'unit', 'Unit')", "7", "x'00ff'", "char(10)"]
)
def test_bytes_altered_to_whatever_they_are(journal, body):
    by_hand(f"UPDATE journal_entry SET body = {body} WHERE seq = %s", journal[2])
    assert faults() == [("entry-altered", journal[2])]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("act", "other"), ("about", "other:1"), ("by", "other:1"), ("at", "2020-01-01 00:00:00"), ("at", "x")),
        *(("id", "00000000000000000000000000000000"), ("id", "x")),
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
    assert chain.triggers_missing() == []
    by_hand("SELECT 1")
    assert chain.triggers_missing() == sorted(chain.TRIGGERS)
