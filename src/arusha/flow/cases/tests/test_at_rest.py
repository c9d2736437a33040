"""What a case holds stands encrypted in the database, each text in its place; another key changes nothing."""

from datetime import timedelta

import pytest
from django.db import connection

from arusha.core.files import rotation, store
from arusha.core.journal import keys
from arusha.core.journal.acts import Act
from arusha.core.journal.guard import acting
from arusha.core.journal.models import Entry
from arusha.core.journal.sealed_fields import sealed_fields
from arusha.core.people.roles import System
from arusha.flow.cases import content, replies
from arusha.flow.cases.models import CaseEvidence, CaseNote, CaseReply, CaseTask
from arusha.flow.cases.tests.world import NOW, TODAY, act
from arusha.flow.cases.uploads import taken
from arusha.lib.seal.sealed_column import SealedColumnError, erased

SYSTEM = Act(by=System("test"), at=NOW)
WORDS = (
    "said-in-a-note",
    "name-of-a-file",
    "what-a-file-is",
    "what-to-do",
    "what-came-of-it",
    "a-question",
    "an-answer",
)


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.ARUSHA_KEYS = tmp_path / "keys"
    keys.make_keys(settings.ARUSHA_KEYS)


def upload(name: str, body: bytes):
    from io import BytesIO

    from django.core.files.uploadedfile import UploadedFile

    return taken(UploadedFile(BytesIO(body), name, size=len(body)))


@pytest.fixture
def full(world):
    """The case with one of each that holds protected words."""
    case, by = world.case.pk, act(world.lead)
    content.add_note(case, WORDS[0], act=by)
    given = upload(f"{WORDS[1]}.pdf", b"%PDF-1.7 x")
    content.add_file(case, given.stored, given.name, given.media, WORDS[2], act=by)
    content.add_task(case, WORDS[3], world.lead.person, TODAY + timedelta(7), act=by)
    content.finish_task(case, CaseTask.objects.get().pk, WORDS[4], act=by)
    subject = world.case.subjects.get(kind="officer")
    replies.invite(case, subject.pk, WORDS[5], TODAY + timedelta(7), act=by)
    replies.reply_to(CaseReply.objects.get().pk, WORDS[6], act=act(world.subject))
    return world


def read() -> list[str]:
    """The words as anyone who may reads them."""
    note, file, task, reply = (m.objects.get() for m in (CaseNote, CaseEvidence, CaseTask, CaseReply))
    name = file.name.removesuffix(".pdf")
    return [note.text, name, file.what, task.what, task.note, reply.question, reply.text]


def whole_database() -> bytes:
    """SQLite's own pages, deleted ones among them; of PostgreSQL, which has no such thing, every value of every row."""
    if connection.vendor == "sqlite":
        return connection.connection.serialize()
    values: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for value in (value for row in cursor.fetchall() for value in row):
                values.append(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode())
    return b"\n".join(values)


def test_no_protected_word_stands_in_the_database(full):
    assert read() == list(WORDS)
    stored = whole_database()
    assert [word for word in WORDS if word.encode() in stored] == []
    assert CaseEvidence.objects.get().sha256.encode() not in stored
    assert len([field for model, field in sealed_fields() if model._meta.app_label in ("cases", "actions")]) == 11


def test_a_text_that_is_moved_or_altered_does_not_open(full):
    content.add_note(full.case.pk, "another", act=act(full.lead))
    first, second = CaseNote.objects.order_by("pk")
    with acting():
        CaseNote.objects.filter(pk=first.pk).update(text=second.__dict__["text"])
    with pytest.raises(SealedColumnError, match="altered, or sealed for another place"):
        assert CaseNote.objects.get(pk=first.pk).text


def test_a_plain_text_can_reach_the_column_by_no_way(full):
    with acting(), pytest.raises(TypeError, match="is stored encrypted"):
        CaseNote.objects.update(text="plain")
    with pytest.raises(TypeError, match="do not filter by it"):
        CaseNote.objects.filter(text=WORDS[0]).exists()


def test_an_erased_text_says_when_and_by_which_decision(full):
    with acting():
        CaseNote.objects.update(text=erased("2026-03-02 E-7-3"))
    assert CaseNote.objects.get().text == "Erased on 2 March 2026 by decision E-7-3."


def test_another_key_and_the_old_one_dropped(full):
    before = whole_database()
    files, texts = rotation.rotate(act=SYSTEM, told=print)
    assert (files, texts) == (1, 8) and read() == list(WORDS)
    assert rotation.retire(act=SYSTEM, told=print) == (1, 0) and len(keys.data_keys()) == 1
    assert read() == list(WORDS) and CaseNote.objects.get().__dict__["text"] not in before
    with store.open_(CaseEvidence.objects.get().kept) as file:
        assert file.read() == b"%PDF-1.7 x"
    acts = list(Entry.objects.filter(about="keys:data").order_by("seq").values_list("act", flat=True))
    assert acts[0] == "keys.rotated" and acts[-1] == "keys.retired"
    assert rotation.retire(act=SYSTEM, told=print) == (0, 0)
