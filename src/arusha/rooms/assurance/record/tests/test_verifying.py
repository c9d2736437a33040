"""From these pages to a verified journal on another machine."""

import subprocess
import sys

import pytest
from django.test import Client
from tests.support.checking import checked

from arusha.core.journal import chain
from arusha.core.journal.keys import JOURNAL_PUBLIC
from arusha.core.journal.models import Entry
from arusha.flow.cases.tests.world import NOW, signed_in
from arusha.rooms.assurance.record import sealing


@pytest.fixture
def auditor(someone):
    return signed_in(Client(), someone("auditor"))


def taken(client, path, folder, post=False):
    response = client.post(path) if post else client.get(path)
    assert response.status_code == 200 and response["Content-Disposition"].startswith("attachment")
    file = folder / response["Content-Disposition"].split('"')[1]
    file.write_bytes(response.content)
    return file


def test_what_is_downloaded_verifies_an_export_and_finds_a_changed_entry(auditor, tmp_path, settings):
    away = tmp_path / "away"
    away.mkdir()
    checkpoint = taken(auditor, "/record/checkpoint/", away, post=True)
    verifier = taken(auditor, "/record/verify_journal.py", away)
    key = taken(auditor, "/record/journal.pub.pem", away)
    public = tmp_path / "keys"
    public.mkdir()
    (public / JOURNAL_PUBLIC).write_bytes(key.read_bytes())
    export = tmp_path / "export"
    chain.export(export, public)
    command = [sys.executable, str(verifier), str(export), "--checkpoint", str(checkpoint), "--public-key", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=away)
    assert done.returncode == 0, done.stdout + done.stderr
    entries = export / "entries.jsonl"
    entries.write_bytes(entries.read_bytes().replace(b'"act":"people.role-granted"', b'"act":"people.role-grunted"', 1))
    assert subprocess.run(command, capture_output=True, cwd=away).returncode == 1


def test_a_checkpoint_covers_all_that_was_written_before_it_and_is_itself_recorded(auditor, tmp_path):
    assert sealing.state().link is None and "none yet" in checked(auditor.get("/record/verify/"))
    before = Entry.objects.count()
    taken(auditor, "/record/checkpoint/", tmp_path, post=True)
    state = sealing.state()
    assert (state.chained, state.entries, state.checkpoint) == (before, before + 1, NOW)
    entry = Entry.objects.get(act="record.checkpoint-signed")
    assert entry.about == f"link:{state.link.number}"
    html = checked(auditor.get("/record/verify/"))
    assert bytes(state.link.hash).hex() in html and "none yet" not in html


def test_a_checkpoint_is_signed_for_a_form_and_for_readers_only(auditor, someone):
    assert auditor.get("/record/checkpoint/").status_code == 405
    assert signed_in(Client(), someone("analyst")).post("/record/checkpoint/").status_code == 403
    assert not Entry.objects.filter(act="record.checkpoint-signed").exists()


def test_the_page_says_what_to_do_and_why_it_must_be_kept_elsewhere(auditor):
    html = checked(auditor.get("/record/verify/"))
    assert "arusha journal export FOLDER" in html and "python verify_journal.py FOLDER" in html
    assert "Beside the database it proves nothing." in html
