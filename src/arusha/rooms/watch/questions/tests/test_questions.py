"""Asking by page and recording each look."""

import pytest
from tests.support.fixtures import NOW

from arusha.core.journal.models import Entry
from arusha.lib.datasets import DATASETS
from arusha.lib.intake import Lake, Plan, receive
from arusha.rooms.watch.questions.models import Look, Question

pytestmark = pytest.mark.django_db
ASK = "/questions/ask/"


@pytest.fixture(autouse=True)
def codes(home, tmp_path, db):
    path = tmp_path / "codes.csv"
    path.write_text("list,code,name\nports,P1,One\nports,P2,=1+1\n")
    return receive(Lake(home), path, Plan(DATASETS["codes"]), at=NOW).manifest.manifest


def test_a_question_is_asked_answered_saved_and_every_look_recorded(reader, codes):
    client = reader("analyst")
    sql = "select code, name from codes order by code"
    page = client.post(ASK, {"do": "ask", "sql": sql, "once": "k1"})
    assert page.context["answer_rows"] == [["P1", "One"], ["P2", "=1+1"]]
    assert page.context["answer"].startswith("2 rows, of which 2 are shown")
    look = Look.objects.get()
    assert (look.state, look.count, look.tables, look.of) == ("answered", 2, {"codes": [codes]}, None)
    assert client.post(ASK, {"do": "save", "sql": sql, "title": "Ports", "once": "k2"}).status_code == 409
    kept = client.post(ASK, {"do": "save", "sql": sql, "title": "Ports", "why": "asked weekly", "once": "k3"}).url
    assert client.get(kept).context["form"].initial["sql"] == sql
    body = b"".join(client.post(kept, {"do": "csv", "sql": sql, "once": "k4"}).streaming_content).decode("utf-8-sig")
    assert body.splitlines() == ["code,name", "P1,One", "P2,'=1+1"], "no cell is a formula"
    assert Look.objects.filter(of=Question.objects.get()).count() == 1
    refused = client.post(ASK, {"do": "ask", "sql": "drop table codes", "once": "k5"})
    assert refused.status_code == 409 and "only one SELECT is answered" in refused.content.decode()
    assert Look.objects.filter(state="refused").count() == 1
    acts = [name for name in Entry.objects.values_list("act", flat=True) if name.startswith("question.")]
    assert sorted(acts) == ["question.answered", "question.answered", "question.asked", "question.asked",
                            "question.asked", "question.refused", "question.saved"]  # fmt: skip
    assert client.get("/questions/").context["rows"][0][0]["text"] == "Ports"
    client.post(kept, {"do": "retire", "sql": sql, "why": "no longer", "once": "k6"})
    assert Question.objects.get().state == "retired"


def test_only_analysts_ask_and_auditors_see_that_they_did(reader):
    assert reader("officer").get(ASK).status_code in (403, 404)
    auditor = reader("auditor")
    assert auditor.get("/questions/").status_code == 200
    assert auditor.post(ASK, {"do": "ask", "sql": "select 1", "once": "k1"}).status_code in (403, 404)
    assert auditor.get("/questions/ask/?of=nonsense").status_code in (403, 404)
    assert not Look.objects.exists()


def test_whom_a_question_names_is_read_by_its_asker_and_auditors_only(reader):
    asker = reader("analyst")
    asker.post(ASK, {"do": "ask", "sql": "select code from codes where code = 'OFF-9'", "once": "k1"})
    assert "OFF-9" in asker.get("/questions/").content.decode()
    assert "OFF-9" in reader("auditor").get("/questions/").content.decode()
    other = reader("analyst").get("/questions/").content.decode()
    assert "OFF-9" not in other and "A question of somebody else" in other
