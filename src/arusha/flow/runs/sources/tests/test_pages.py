"""Files by page: brought, mapped, seen both ways, received, corrected, withdrawn."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from arusha.core.journal.models import Entry
from arusha.flow.runs.sources import arriving, due
from arusha.flow.runs.sources.models import Arrival
from arusha.flow.runs.tests.small import NOW
from arusha.lib.intake import Lake

pytestmark = pytest.mark.django_db
GERMAN = "Kunde;Poste;Sens;Zeit;Bemerkung\nT1;P1;Entrée;31.03.2026 08:00;x\nT2;P1;Sortie;01.04.2026 09:00;\n"


@pytest.fixture(autouse=True)
def lake(home, db):
    return Lake(home)


@pytest.fixture
def analyst(signed_in):
    return signed_in("analyst")


def bring(client: Client, text: str, name: str = "extract.csv", dataset: str = "crossings", once: str = "k1"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post("/supervision/files/receive/", {"dataset": dataset, "file": file, "once": once})


def typed(client: Client, path: str, **changes: str) -> dict[str, str]:
    form = client.get(path).context["form"]
    return {name: form[name].value() or "" for name in form.fields} | changes


def test_a_file_is_mapped_seen_both_ways_and_received(analyst, lake):
    path = bring(analyst, GERMAN).url
    page = analyst.get(path)
    assert page.context["form"].initial["direction__codes"] == "Entrée = in; Sortie = out"

    assert "no column" in page.content.decode() and lake.received("crossings") == ()
    fields = typed(analyst, path, person_token__from="Kunde", crossed_at__from="Zeit", do="show", once="k2")
    analyst.post(path, fields | {"crossed_at__format": "%d.%m.%Y %H:%M", "zone": "Africa/Nairobi"})
    page = analyst.get(path)
    assert page.context["given_rows"][0] == ["T1", "P1", "Entrée", "31.03.2026 08:00", "x"]
    assert page.context["understood_rows"][0] == ["T1", "P1", "in", "2026-03-31 05:00:00+00:00"]
    assert (
        page.context["tried"] == "Of the first 2 rows 2 would be accepted." and page.context["not_taken"] == "Bemerkung"
    )
    answer = analyst.post(path, typed(analyst, path, do="receive", once="k3"))
    (manifest,) = lake.received("crossings")
    assert answer.url == f"/supervision/files/crossings/{manifest.manifest}/" and manifest.accepted == 2
    assert manifest.file == "extract.csv" and not list((lake.home / "arriving").iterdir())
    acts = list(Entry.objects.order_by("seq").values_list("act", flat=True))
    assert [a for a in acts if a.startswith("source.")] == [
        "source.arrived", "source.mapped", "source.receive-asked", "source.received"
    ]  # fmt: skip
    assert bring(analyst, GERMAN.replace("T1", "T7"), once="k9").status_code == 302
    again = Arrival.objects.get(state="draft")
    assert "Kunde" in again.mapping, "the next file of the same columns is read as the last was"


def test_a_mapping_that_makes_no_sense_is_told_and_keeps_what_was_typed(analyst):
    path = bring(analyst, GERMAN).url
    answer = analyst.post(path, typed(analyst, path, zone="Atlantis/Deep", do="show", once="k2"))
    assert answer.status_code == 409 and "unknown time zone" in answer.content.decode()
    assert 'value="Atlantis/Deep"' in answer.content.decode()
    answer = analyst.post(path, typed(analyst, path, direction__codes="Entrée in", do="show", once="k3"))
    assert answer.status_code == 409 and "theirs = ours" in answer.content.decode()


def test_what_cannot_be_read_is_refused_in_words_and_leaves_nothing(analyst, home):
    answer = bring(analyst, "%PDF-1.7", "a.pdf")
    assert answer.status_code == 409 and "the file is a PDF" in answer.content.decode()
    assert not Arrival.objects.exists() and not list((home / "arriving").iterdir())


def test_a_failure_stands_on_the_arrival_and_can_be_mended(analyst, lake):
    bring(analyst, "list,code,name\nports,P1,One\nports,P2,Two\n", dataset="codes")
    first = Arrival.objects.get()
    path = f"/supervision/files/arrived/{first.pk}/"
    analyst.post(path, typed(analyst, path, do="receive", once="k2"))
    path = bring(analyst, "list,code,name\nports,P1,Uno\nports,P2,Two\n", dataset="codes", once="k3").url
    analyst.post(path, typed(analyst, path, do="receive", once="k4"))
    assert "if it restates that file" in analyst.get(path).content.decode()
    (earlier,) = lake.manifests("codes")
    analyst.post(path, typed(analyst, path, standing=earlier.manifest, do="receive", once="k5"))
    (now,) = lake.manifests("codes")
    assert now.replaces == (earlier.manifest,)


def test_a_large_file_is_the_workers(analyst, lake, monkeypatch):
    monkeypatch.setattr(arriving, "AT_ONCE", 5)
    path = bring(analyst, "list,code,name\nports,P1,One\n", dataset="codes").url
    analyst.post(path, typed(analyst, path, do="receive", once="k2"))
    assert "waits to be received" in analyst.get(path).content.decode() and lake.received("codes") == ()
    due.due(NOW)
    assert len(lake.received("codes")) == 1 and analyst.get(path).status_code == 302
    bring(analyst, "list,code,name\nports,P9,x\n", dataset="codes", once="k3")
    due.due(NOW + arriving.KEPT * 2000)
    assert Arrival.objects.filter(state="dropped").count() == 1 and not list((lake.home / "arriving").iterdir())


def test_rows_are_corrected_and_the_file_withdrawn_and_restored_by_page(analyst, lake):
    path = bring(analyst, "list,code,name\nports,P1,One\nports,,Two\n", dataset="codes").url
    one = analyst.post(path, typed(analyst, path, do="receive", once="k2")).url
    assert "code is empty and has to be filled in." in analyst.get(one).content.decode()
    body = analyst.get(one + "to-correct.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    rows[1][3] = "P2"
    held = io.StringIO()
    csv.writer(held).writerows(rows)
    file = SimpleUploadedFile("corrected.csv", held.getvalue().encode())
    analyst.post(one, {"do": "correct", "file": file, "once": "k3"})
    assert sorted(lake.read("codes").data["code"].to_pylist()) == ["P1", "P2"]
    assert analyst.post(one, {"do": "withdraw", "why": "", "once": "k4"}).status_code == 400
    analyst.post(one, {"do": "withdraw", "why": "wrong month", "once": "k5"})
    assert lake.read("codes").data["code"].to_pylist() == ["P2"]
    analyst.post(one, {"do": "restore", "why": "it was right", "once": "k6"})
    assert len(lake.manifests("codes")) == 2


def test_readers_see_and_only_receivers_act(signed_in, analyst, lake):
    path = bring(analyst, "list,code,name\nports,P1,One\n", dataset="codes").url
    one = analyst.post(path, typed(analyst, path, do="receive", once="k2")).url
    auditor, officer = signed_in("auditor"), signed_in("officer")
    assert auditor.get(one).status_code == 200 and "Withdraw it" not in auditor.get(one).content.decode()
    assert auditor.post(one, {"do": "withdraw", "why": "x", "once": "k7"}).status_code == 404
    assert auditor.get("/supervision/files/receive/").status_code in (403, 404)
    assert officer.get("/supervision/files/").status_code in (403, 404)
    assert len(lake.manifests("codes")) == 1 and auditor.get("/supervision/files/codes/none/").status_code == 404
