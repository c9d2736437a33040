"""Evidence through the page: kept whole and encrypted, once, under a harmless name, and each taking recorded."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from arusha.core.files import store
from arusha.core.files.spool import Spool
from arusha.core.journal.models import Entry
from arusha.flow.cases import content, opening
from arusha.flow.cases.tests.world import act, finding, offered_form, signed_in

PDF = b"%PDF-1.7 a letter"


@pytest.fixture
def page(world, client):
    return signed_in(client, world.lead), f"/cases/{world.case.pk}/"


def upload(page, name: str, body: bytes, what: str = "A letter"):
    browser, address = page
    hidden = offered_form(browser.get(address), "file")
    file = SimpleUploadedFile("x", body)
    file._name = name  # past Django's own cleaning on this side: it is sent as it stands
    return browser.post(address, hidden | {"file": file, "what": what})


def files(settings) -> list[Path]:
    return [path for path in Path(settings.ARUSHA_HOME).rglob("*") if path.is_file()]


def test_a_file_is_kept_with_its_hash_and_given_back_with_its_name(world, page):
    answer = upload(page, "letter.pdf", PDF)
    assert answer.status_code == 302 and answer.url.endswith("#evidence")
    held = world.case.evidence.get()
    assert held.sha256 == hashlib.sha256(PDF).hexdigest() and held.size == len(PDF)
    assert (held.name, held.media, held.what) == ("letter.pdf", "application/pdf", "A letter")
    browser, address = page
    taken = browser.get(f"{address}evidence/{held.pk}/")
    assert b"".join(taken.streaming_content) == PDF
    assert taken["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert taken["X-Content-Type-Options"] == "nosniff" and "sandbox" in taken["Content-Security-Policy"]
    entry = Entry.objects.get(act="case.file-taken")
    told = json.loads(bytes(entry.body))
    assert told["by"] == world.lead.ref and told["facts"]["facts"]["kept"] == held.kept


def test_neither_name_nor_words_of_evidence_enter_the_journal(page):
    upload(page, "secret-name.pdf", PDF, what="secret words")
    bodies = b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True))
    assert b"secret" not in bodies and hashlib.sha256(PDF).hexdigest().encode() not in bodies


def test_the_same_file_twice_is_one_file_and_one_piece_of_evidence(world, page, settings):
    upload(page, "letter.pdf", PDF)
    again = upload(page, "copy of the letter.pdf", PDF, what="typed with care")
    assert again.status_code == 409 and "typed with care" in again.text and "same hash" in again.text
    assert world.case.evidence.count() == 1
    assert [path.name for path in files(settings)] == [world.case.evidence.get().kept]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\cmd.pdf", "cmd.pdf"),
        ("/abs/olute.pdf", "olute.pdf"),
        ("a;b=c'd.pdf", "a;b=c'd.pdf"),
        ("invoice\u202efdp.pdf", "invoicefdp.pdf"),
        ("تقرير.pdf", "تقرير.pdf"),
        ("<script>alert(1)</script>.pdf", "script>.pdf"),
    ],
)
def test_a_hostile_name_is_only_a_name(world, page, settings, name, shown):
    assert upload(page, name, PDF).status_code == 302
    held = world.case.evidence.get()
    assert held.name == shown
    browser, address = page
    html = browser.get(address).text
    assert "<script>alert" not in html
    taken = browser.get(f"{address}evidence/{held.pk}/")
    taken.close()
    assert "\n" not in taken["Content-Disposition"] and taken["Content-Disposition"].startswith("attachment")
    assert [path.name for path in files(settings)] == [held.kept]


@pytest.mark.parametrize(("body", "said"), [(b"x" * 101, "too large: 50 MB at most"), (b"", "The file is empty")])
def test_a_file_too_large_or_empty_is_refused_with_words_and_nothing_is_left(
    world, page, settings, monkeypatch, body, said
):
    monkeypatch.setattr(store, "LIMIT", 100)
    answer = upload(page, "big.txt", body, what="typed with care")
    assert answer.status_code == 409 and said in answer.text and "typed with care" in answer.text
    assert world.case.evidence.count() == 0
    assert files(settings) == []


def zipped(name: str, body: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with the date of 1980, the same whenever it is made: workers of pytest compare what they collect."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), body, method)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("tool.pdf", b"MZ\x90\x00 a program", "By what is in it, the file is: program. Taken are: PDF, PNG"),
        ("letter.exe", PDF, "ends with .exe could be run by whoever opens it"),
        ("page.html", b"<script>alert(1)</script>", "ends with .html could be run"),
        ("photo.png", PDF, "ends with .png, but by what is in it the file is: PDF"),
        ("odd.bin2", b"\x00\x01\x02", "By what is in it, the file is: unknown"),
        ("bomb.zip", zipped("zeros", bytes(30 << 20)), "more than 200 times as large"),
        ("bomb.xlsx", zipped("xl/sheet.xml", bytes(30 << 20)), "more than 200 times as large"),
        ("path.zip", zipped("../../x.txt", b"x"), "“x.txt” in this archive would be written outside"),
        ("cut.zip", zipped("a", b"a")[:-9], "This archive is damaged"),
        ("rare.zip", zipped("a", b"a", zipfile.ZIP_LZMA), "“a” in this archive is packed in a rare way"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_taken_is_said_and_leaves_nothing(world, page, settings, name, body, said):
    answer = upload(page, name, body, what="typed with care")
    assert answer.status_code == 409 and said in answer.text and "typed with care" in answer.text
    assert world.case.evidence.count() == 0 and files(settings) == []


def test_a_document_of_an_office_suite_is_known_by_its_parts(world, page):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    assert upload(page, "report.docx", made.getvalue()).status_code == 302
    assert world.case.evidence.get().media.endswith("wordprocessingml.document")


def test_a_case_has_a_limit_of_its_own(world, page, settings, monkeypatch):
    monkeypatch.setattr(store, "LIMIT_TOGETHER", len(PDF) + 5)
    assert upload(page, "one.pdf", PDF).status_code == 302
    answer = upload(page, "two.txt", b"123456")
    assert answer.status_code == 409 and "more than 2 GB here" in answer.text
    assert upload(page, "two.txt", b"12345").status_code == 302 and len(files(settings)) == 2


def test_a_disk_that_is_full_is_said_and_nothing_is_half_done(world, page, settings, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("arusha.core.files.spool.Spool.add", full)
    answer = upload(page, "letter.pdf", PDF, what="typed with care")
    assert answer.status_code == 409 and "The disk does not take the file (No space left on device)" in answer.text
    monkeypatch.undo()
    monkeypatch.setattr("arusha.core.files.store.os.fsync", full)
    assert upload(page, "letter.pdf", PDF).status_code == 409
    assert world.case.evidence.count() == 0 and files(settings) == []


def test_while_it_waits_an_upload_is_not_in_clear_on_the_disk(page, monkeypatch, settings):
    seen = []

    class Watched(Spool):
        def seek(self, *args):
            seen.append(Path(f"/proc/self/fd/{self._file.fileno()}").read_bytes())
            return super().seek(*args)

    monkeypatch.setattr("arusha.core.files.uploads.Spool", Watched)
    body = b"%PDF-1.7 " + b"a clear word " * 200_000
    upload(page, "long.pdf", body)
    assert max(map(len, seen)) == len(body) and not any(b"a clear word" in held for held in seen)


def test_whoever_may_not_add_a_file_leaves_no_byte(world, client, settings):
    browser = signed_in(client, world.observer)
    file = SimpleUploadedFile("a.pdf", PDF)
    answer = browser.post(f"/cases/{world.case.pk}/", {"do": "file", "once": "k", "file": file, "what": ""})
    assert answer.status_code == 409
    assert files(settings) == []


def test_a_file_altered_on_the_disk_is_never_handed_out(world, page):
    upload(page, "letter.pdf", PDF)
    held = world.case.evidence.get()
    store.path_of(held.kept).write_bytes(b"%PDF-1.7 another letter")
    browser, address = page
    taken = browser.get(f"{address}evidence/{held.pk}/", follow=True)
    assert "missing or altered" in taken.text and not Entry.objects.filter(act="case.file-taken").exists()


def test_a_later_piece_altered_on_the_disk_is_found_before_a_byte_is_given(world, page):
    upload(page, "long.txt", b"word " * 50_000)
    held = world.case.evidence.get()
    body = bytearray(store.path_of(held.kept).read_bytes())
    body[-1] ^= 1
    store.path_of(held.kept).write_bytes(body)
    browser, address = page
    assert "missing or altered" in browser.get(f"{address}evidence/{held.pk}/", follow=True).text
    assert not Entry.objects.filter(act="case.file-taken").exists()


def test_the_rows_of_a_finding_are_frozen_with_their_hash(world, page, monkeypatch):
    rows = {
        "evidence": [
            {"manifest": "b" * 64, "row": 7},
            {"manifest": "a" * 64, "row": 3},
            {"manifest": "a" * 64, "row": 3},
        ]
    }
    monkeypatch.setattr(content, "hit_of", lambda run, hit: rows)
    browser, address = page
    hidden = offered_form(browser.get(address), "rows")
    assert browser.post(address, hidden | {"finding": str(world.finding.pk)}).status_code == 302
    held = world.case.evidence.get()
    assert held.kind == "rows" and held.rows == 2
    assert content.frozen_rows(held) == [{"manifest": "a" * 64, "row": 3}, {"manifest": "b" * 64, "row": 7}]
    with store.open_(held.kept) as file:
        assert hashlib.sha256(file.read()).hexdigest() == held.sha256
    rows["evidence"] = []
    assert content.frozen_rows(held)[0]["row"] == 3


def test_a_finding_without_rows_is_refused_with_words(world, page):
    browser, address = page
    hidden = offered_form(browser.get(address), "rows")
    answer = browser.post(address, hidden | {"finding": str(world.finding.pk)})
    assert answer.status_code == 409 and "No rows are known" in answer.text


def test_evidence_of_another_case_is_not_found_through_this_one(world, page, someone, client):
    upload(page, "letter.pdf", PDF)
    held = world.case.evidence.get()
    other = signed_in(client, world.outsider)
    assert other.get(f"/cases/{world.case.pk}/evidence/{held.pk}/").status_code == 404
    own = opening.open_case([finding(("officer", "OFF-8"), key="own").pk], "Another", act=act(world.outsider))
    assert other.get(f"/cases/{own.id}/").status_code == 200
    assert other.get(f"/cases/{own.id}/evidence/{held.pk}/").status_code == 404
